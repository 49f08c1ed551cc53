/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A queue between two threads, bounded in bytes.  One item larger than the limit still passes, alone.
 */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue;

struct queue *queue_new(size_t limit_bytes);
/* Frees the queue; items still in it go to `drop` (may be NULL).  NULL is fine. */
void queue_free(struct queue *queue, void (*drop)(void *item));

/* Waits for room.  QUEUE_CLOSED: the item stays the caller's.  QUEUE_TIMEOUT: no room within `timeout_ms`. */
enum queue_result { QUEUE_OK, QUEUE_TIMEOUT, QUEUE_CLOSED };
enum queue_result queue_put(struct queue *queue, void *item, size_t bytes, int64_t timeout_ms);
/* Waits for an item; after queue_close() the rest is still handed out, then QUEUE_CLOSED. */
enum queue_result queue_take(struct queue *queue, void **item, int64_t timeout_ms);

/* Wakes both sides; nothing more can be put. */
void queue_close(struct queue *queue);
/* Takes back queue_close() and drops what is inside: a new start of the same pipeline. */
void queue_reopen(struct queue *queue, void (*drop)(void *item));

size_t queue_bytes(struct queue *queue);

#endif
