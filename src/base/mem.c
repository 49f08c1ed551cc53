/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
check(void *memory, size_t size)
{
	if (memory == NULL) {
		(void) fprintf(stderr, "rowferry: out of memory (%zu bytes asked for)\n", size);
		abort();
	}
	return memory;
}

void *
mem_alloc(size_t size)
{
	return check(malloc(size == 0 ? 1 : size), size);
}

void *
mem_zalloc(size_t size)
{
	return check(calloc(1, size == 0 ? 1 : size), size);
}

void *
mem_realloc(void *old, size_t size)
{
	return check(realloc(old, size == 0 ? 1 : size), size);
}

char *
mem_strdup(const char *text)
{
	return mem_strndup(text, strlen(text));
}

char *
mem_strndup(const char *text, size_t len)
{
	char *copy = mem_alloc(len + 1);

	if (len != 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
mem_printf(const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	return check(len < 0 ? NULL : text, 0);
}

void
mem_grow(void *items, size_t *cap, size_t want, size_t item_size)
{
	void **place = items;
	size_t next = *cap == 0 ? 8 : *cap;

	if (want <= *cap)
		return;
	while (next < want)
		next = next > SIZE_MAX / 2 ? want : next * 2;
	if (next > SIZE_MAX / item_size)
		(void) check(NULL, SIZE_MAX);
	*place = mem_realloc(*place, next * item_size);
	*cap = next;
}
