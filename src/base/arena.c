/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_FIRST = 1024, BLOCK_LARGEST = 256 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t size; /* of data */
	size_t used;
	alignas(max_align_t) uint8_t data[];
};

static struct arena_block *
block_new(struct arena *arena, size_t size)
{
	struct arena_block *block = mem_alloc(sizeof(*block) + size);

	block->size = size;
	block->used = 0;
	block->next = arena->blocks;
	arena->blocks = block;
	arena->bytes += sizeof(*block) + size;
	return block;
}

/* Blocks double up to a ceiling; what is larger than that gets a block of its own. */
static size_t
next_block_size(const struct arena *arena, size_t want)
{
	size_t size = arena->blocks == NULL ? BLOCK_FIRST : arena->blocks->size * 2;

	if (size > BLOCK_LARGEST)
		size = BLOCK_LARGEST;
	return want > size ? want : size;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;
	size_t aligned;
	void *memory;

	if (size > SIZE_MAX / 2)
		return mem_alloc(SIZE_MAX); /* says so and aborts */
	aligned = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (block == NULL || block->size - block->used < aligned)
		block = block_new(arena, next_block_size(arena, aligned));
	memory = block->data + block->used;
	block->used += aligned;
	return memory;
}

void *
arena_zalloc(struct arena *arena, size_t size)
{
	return memset(arena_alloc(arena, size), 0, size);
}

void *
arena_dup(struct arena *arena, const void *data, size_t len)
{
	void *copy = arena_alloc(arena, len);

	if (len != 0)
		memcpy(copy, data, len);
	return copy;
}

char *
arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	if (len != 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

void
arena_reset(struct arena *arena)
{
	struct arena_block *keep = NULL;

	for (struct arena_block *block = arena->blocks, *next; block != NULL; block = next) {
		next = block->next;
		if (keep == NULL && block->size <= BLOCK_LARGEST)
			keep = block;
		else
			free(block);
	}
	arena->blocks = keep;
	arena->bytes = 0;
	if (keep != NULL) {
		keep->next = NULL;
		keep->used = 0;
		arena->bytes = sizeof(*keep) + keep->size;
	}
}

void
arena_release(struct arena *arena)
{
	for (struct arena_block *block = arena->blocks, *next; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	arena->blocks = NULL;
	arena->bytes = 0;
}
