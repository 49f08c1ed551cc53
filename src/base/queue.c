/* SPDX-License-Identifier: Apache-2.0 */
#include "base/queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"

struct entry {
	void *item;
	size_t bytes;
};

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t not_empty;
	pthread_cond_t not_full;
	struct entry *ring;
	size_t cap;
	size_t head;
	size_t count;
	size_t bytes;
	size_t limit_bytes;
	bool closed;
};

struct queue *
queue_new(size_t limit_bytes)
{
	struct queue *queue = mem_zalloc(sizeof(*queue));
	pthread_condattr_t attr;

	queue->limit_bytes = limit_bytes;
	pthread_mutex_init(&queue->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&queue->not_empty, &attr);
	pthread_cond_init(&queue->not_full, &attr);
	pthread_condattr_destroy(&attr);
	return queue;
}

static void
drop_all(struct queue *queue, void (*drop)(void *item))
{
	for (; queue->count > 0; queue->count--) {
		if (drop != NULL)
			drop(queue->ring[queue->head].item);
		queue->head = (queue->head + 1) % queue->cap;
	}
	queue->head = 0;
	queue->bytes = 0;
}

void
queue_free(struct queue *queue, void (*drop)(void *item))
{
	if (queue == NULL)
		return;
	drop_all(queue, drop);
	free(queue->ring);
	pthread_cond_destroy(&queue->not_empty);
	pthread_cond_destroy(&queue->not_full);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}

static struct timespec
deadline(int64_t timeout_ms)
{
	struct timespec at;

	(void) clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += timeout_ms / 1000;
	at.tv_nsec += timeout_ms % 1000 * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

static void
ring_grow(struct queue *queue)
{
	size_t cap = queue->cap == 0 ? 64 : queue->cap * 2;
	struct entry *ring = mem_alloc(cap * sizeof(*ring));

	for (size_t i = 0; i < queue->count; i++)
		ring[i] = queue->ring[(queue->head + i) % queue->cap];
	free(queue->ring);
	queue->ring = ring;
	queue->cap = cap;
	queue->head = 0;
}

static bool
has_room(const struct queue *queue, size_t bytes)
{
	return queue->count == 0 || queue->bytes + bytes <= queue->limit_bytes;
}

enum queue_result
queue_put(struct queue *queue, void *item, size_t bytes, int64_t timeout_ms)
{
	struct timespec until = deadline(timeout_ms);
	enum queue_result result = QUEUE_OK;

	pthread_mutex_lock(&queue->lock);
	while (!queue->closed && !has_room(queue, bytes) && result == QUEUE_OK)
		if (pthread_cond_timedwait(&queue->not_full, &queue->lock, &until) != 0)
			result = has_room(queue, bytes) ? QUEUE_OK : QUEUE_TIMEOUT;
	if (queue->closed)
		result = QUEUE_CLOSED;
	if (result == QUEUE_OK) {
		if (queue->count == queue->cap)
			ring_grow(queue);
		queue->ring[(queue->head + queue->count++) % queue->cap] = (struct entry){item, bytes};
		queue->bytes += bytes;
		pthread_cond_signal(&queue->not_empty);
	}
	pthread_mutex_unlock(&queue->lock);
	return result;
}

enum queue_result
queue_take(struct queue *queue, void **item, int64_t timeout_ms)
{
	struct timespec until = deadline(timeout_ms);
	enum queue_result result = QUEUE_OK;

	pthread_mutex_lock(&queue->lock);
	while (!queue->closed && queue->count == 0 && result == QUEUE_OK)
		if (pthread_cond_timedwait(&queue->not_empty, &queue->lock, &until) != 0)
			result = queue->count > 0 ? QUEUE_OK : QUEUE_TIMEOUT;
	if (queue->count > 0) {
		struct entry *entry = &queue->ring[queue->head];
		result = QUEUE_OK;
		*item = entry->item;
		queue->bytes -= entry->bytes;
		queue->head = (queue->head + 1) % queue->cap;
		queue->count--;
		pthread_cond_signal(&queue->not_full);
	} else if (queue->closed) {
		result = QUEUE_CLOSED;
	}
	pthread_mutex_unlock(&queue->lock);
	return result;
}

void
queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	pthread_cond_broadcast(&queue->not_empty);
	pthread_cond_broadcast(&queue->not_full);
	pthread_mutex_unlock(&queue->lock);
}

void
queue_reopen(struct queue *queue, void (*drop)(void *item))
{
	pthread_mutex_lock(&queue->lock);
	drop_all(queue, drop);
	queue->closed = false;
	pthread_mutex_unlock(&queue->lock);
}

size_t
queue_bytes(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	size_t bytes = queue->bytes;
	pthread_mutex_unlock(&queue->lock);
	return bytes;
}
