/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is released together.  An arena belongs to one owner at a time (a transaction, a session) and
 * moves with it between threads; it has no lock.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

/* A zeroed arena is empty and ready. */
struct arena {
	struct arena_block *blocks; /* newest first */
	size_t bytes;               /* what the blocks take from the heap */
};

/* Uninitialised memory aligned for any type; never NULL; valid until reset or release. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_zalloc(struct arena *arena, size_t size);
void *arena_dup(struct arena *arena, const void *data, size_t len);
/* A copy with a NUL behind it. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);

/* Forgets all that was allocated; keeps one block of ordinary size for use again. */
void arena_reset(struct arena *arena);

/* Gives everything back.  A zeroed arena is fine. */
void arena_release(struct arena *arena);

#endif
