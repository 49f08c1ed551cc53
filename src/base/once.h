/* SPDX-License-Identifier: Apache-2.0 */
/* Things that are said once: the first of each text. */
#ifndef BASE_ONCE_H
#define BASE_ONCE_H

#include <stdbool.h>
#include <stddef.h>

/* A zeroed one is empty.  It takes so many texts and no more: what comes then counts as said. */
enum { ONCE_MOST = 1000 };

struct once {
	char **texts;
	size_t n, cap;
};

bool once_is_first(struct once *once, const char *text);
void once_release(struct once *once); /* a zeroed one is fine */

#endif
