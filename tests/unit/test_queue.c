/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/queue.h"

/* Long enough for any machine: a test that waits this long has failed. */
enum { LONG_MS = 60 * 1000, ITEMS = 20000, LIMIT = 1000 };

static int items[ITEMS];

static void
test_limit(void **state)
{
	struct queue *queue = queue_new(100);
	void *item = NULL;

	(void) state;
	assert_int_equal(queue_take(queue, &item, 0), QUEUE_TIMEOUT);
	/* one item above the limit passes, but alone */
	assert_int_equal(queue_put(queue, &items[0], 500, 0), QUEUE_OK);
	assert_int_equal(queue_put(queue, &items[1], 1, 0), QUEUE_TIMEOUT);
	assert_int_equal(queue_bytes(queue), 500);
	assert_int_equal(queue_take(queue, &item, 0), QUEUE_OK);
	assert_ptr_equal(item, &items[0]);
	assert_int_equal(queue_bytes(queue), 0);
	/* exactly full */
	assert_int_equal(queue_put(queue, &items[1], 60, 0), QUEUE_OK);
	assert_int_equal(queue_put(queue, &items[2], 41, 0), QUEUE_TIMEOUT);
	assert_int_equal(queue_put(queue, &items[2], 40, 0), QUEUE_OK);
	assert_int_equal(queue_put(queue, &items[3], 1, 10), QUEUE_TIMEOUT);
	assert_int_equal(queue_put(queue, &items[3], 0, 0), QUEUE_OK);
	assert_int_equal(queue_bytes(queue), 100);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(queue_take(queue, &item, 0), QUEUE_OK);
		assert_ptr_equal(item, &items[i]);
	}
	assert_int_equal(queue_take(queue, &item, 0), QUEUE_TIMEOUT);
	queue_free(queue, NULL);
	queue_free(NULL, NULL);
}

/* More items than the ring begins with, put and taken so that it wraps while it grows. */
static void
test_order(void **state)
{
	struct queue *queue = queue_new(SIZE_MAX);
	int next_put = 0, next_take = 0;
	void *item;

	(void) state;
	while (next_take < ITEMS) {
		for (int i = 0; i < 7 && next_put < ITEMS; i++)
			assert_int_equal(queue_put(queue, &items[next_put++], 1, 0), QUEUE_OK);
		for (int i = 0; i < 5 && next_take < next_put; i++) {
			assert_int_equal(queue_take(queue, &item, 0), QUEUE_OK);
			assert_ptr_equal(item, &items[next_take++]);
		}
	}
	assert_int_equal(queue_take(queue, &item, 0), QUEUE_TIMEOUT);
	queue_free(queue, NULL);
}

static void
drop_item(void *item)
{
	(*(int *) item)++;
}

static void
test_close(void **state)
{
	struct queue *queue = queue_new(LIMIT);
	int dropped[4] = {0};
	void *item;

	(void) state;
	assert_int_equal(queue_put(queue, &dropped[0], 1, 0), QUEUE_OK);
	queue_close(queue);
	assert_int_equal(queue_put(queue, &dropped[1], 1, LONG_MS), QUEUE_CLOSED);
	assert_int_equal(queue_take(queue, &item, 0), QUEUE_OK);
	assert_ptr_equal(item, &dropped[0]);
	assert_int_equal(queue_take(queue, &item, LONG_MS), QUEUE_CLOSED);
	queue_reopen(queue, drop_item);
	assert_int_equal(queue_put(queue, &dropped[2], 5, 0), QUEUE_OK);
	queue_reopen(queue, drop_item);
	assert_int_equal(dropped[2], 1);
	assert_int_equal(queue_bytes(queue), 0);
	assert_int_equal(queue_put(queue, &dropped[3], 5, 0), QUEUE_OK);
	queue_free(queue, drop_item);
	assert_int_equal(dropped[3], 1);
	assert_int_equal(dropped[0] + dropped[1], 0);
}

struct pair {
	struct queue *queue;
	size_t most_bytes; /* what the consumer saw */
	enum queue_result last;
};

static void *
produce(void *argument)
{
	struct pair *pair = argument;

	for (int i = 0; i < ITEMS; i++)
		if (queue_put(pair->queue, &items[i], (size_t) (i % 100), LONG_MS) != QUEUE_OK)
			abort();
	queue_close(pair->queue);
	return NULL;
}

static void
test_threads(void **state)
{
	struct pair pair = {.queue = queue_new(LIMIT)};
	pthread_t producer;
	void *item;

	(void) state;
	assert_int_equal(pthread_create(&producer, NULL, produce, &pair), 0);
	for (int i = 0; i < ITEMS; i++) {
		size_t bytes = queue_bytes(pair.queue);
		if (bytes > pair.most_bytes)
			pair.most_bytes = bytes;
		assert_int_equal(queue_take(pair.queue, &item, LONG_MS), QUEUE_OK);
		assert_ptr_equal(item, &items[i]);
	}
	assert_int_equal(queue_take(pair.queue, &item, LONG_MS), QUEUE_CLOSED);
	assert_int_equal(pthread_join(producer, NULL), 0);
	assert_true(pair.most_bytes <= LIMIT);
	queue_free(pair.queue, NULL);
}

static void *
take_one(void *argument)
{
	struct pair *pair = argument;
	void *item;

	pair->last = queue_take(pair->queue, &item, LONG_MS);
	return NULL;
}

static void *
put_one(void *argument)
{
	struct pair *pair = argument;

	pair->last = queue_put(pair->queue, &items[0], 1, LONG_MS);
	return NULL;
}

/* Closing wakes a side that waits, at once and not when its time is over. */
static void
test_close_wakes(void **state)
{
	for (int is_put = 0; is_put <= 1; is_put++) {
		struct pair pair = {.queue = queue_new(LIMIT), .last = QUEUE_TIMEOUT};
		int64_t begin_ms = clock_mono_ms();
		pthread_t thread;

		(void) state;
		if (is_put)
			assert_int_equal(queue_put(pair.queue, &items[1], LIMIT, 0), QUEUE_OK);
		assert_int_equal(pthread_create(&thread, NULL, is_put ? put_one : take_one, &pair), 0);
		(void) clock_sleep_ms(20, NULL); /* so that it mostly waits already; right either way */
		queue_close(pair.queue);
		assert_int_equal(pthread_join(thread, NULL), 0);
		assert_int_equal(pair.last, QUEUE_CLOSED);
		assert_true(clock_mono_ms() - begin_ms < LONG_MS / 2);
		queue_free(pair.queue, NULL);
	}
}

static void
test_timeout(void **state)
{
	struct queue *queue = queue_new(LIMIT);
	int64_t begin_ms = clock_mono_ms();
	void *item;

	(void) state;
	assert_int_equal(queue_take(queue, &item, 50), QUEUE_TIMEOUT);
	assert_true(clock_mono_ms() - begin_ms >= 49);
	queue_free(queue, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_close),
	    cmocka_unit_test(test_threads),
	    cmocka_unit_test(test_close_wakes),
	    cmocka_unit_test(test_timeout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
