/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heap allocation that does not fail.
 *
 * Every length that comes from outside is checked against a named limit before it gets here, so a
 * refusal by the system means that the machine has no memory left for a bounded request.  There is no
 * sensible way on from that: the process says so and aborts, and exactly-once makes the abort harmless.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Each returns memory that the caller frees with free(); never NULL. */
void *mem_alloc(size_t size);
void *mem_zalloc(size_t size);
void *mem_realloc(void *old, size_t size);
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t len);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Grows `*items` (elements of `item_size` bytes, `*cap` of them) so that `want` fit; amortised doubling. */
void mem_grow(void *items, size_t *cap, size_t want, size_t item_size);

#endif
