/* SPDX-License-Identifier: Apache-2.0 */
#include "base/once.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
once_is_first(struct once *once, const char *text)
{
	for (size_t i = 0; i < once->n; i++)
		if (strcmp(once->texts[i], text) == 0)
			return false;
	if (once->n == ONCE_MOST)
		return false;
	mem_grow(&once->texts, &once->cap, once->n + 1, sizeof(*once->texts));
	once->texts[once->n++] = mem_strdup(text);
	return true;
}

void
once_release(struct once *once)
{
	for (size_t i = 0; i < once->n; i++)
		free(once->texts[i]);
	free(once->texts);
	*once = (struct once){0};
}
