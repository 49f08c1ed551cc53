/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"

static void
check_wait(struct backoff *backoff, int64_t least_ms)
{
	int64_t wait_ms = backoff_next_ms(backoff);

	assert_in_range(wait_ms, least_ms, least_ms + least_ms / 4);
}

static void
test_backoff(void **state)
{
	struct backoff backoff = {.first_ms = 100, .limit_ms = 1000};

	(void) state;
	check_wait(&backoff, 100);
	check_wait(&backoff, 200);
	check_wait(&backoff, 400);
	check_wait(&backoff, 800);
	check_wait(&backoff, 1000);
	check_wait(&backoff, 1000);
	assert_int_equal(backoff.attempts, 6);
	backoff_reset(&backoff);
	assert_int_equal(backoff.attempts, 0);
	check_wait(&backoff, 100);
	assert_int_equal(backoff.attempts, 1);
}

/* Many tasks that fail at one moment must not come back at one moment. */
static void
test_jitter(void **state)
{
	int64_t first = 0;
	bool differs = false;

	(void) state;
	for (int i = 0; i < 100000 && !differs; i++) {
		struct backoff backoff = {.first_ms = 1000000, .limit_ms = 1000000};
		int64_t wait_ms = backoff_next_ms(&backoff);
		if (i == 0)
			first = wait_ms;
		differs = wait_ms != first;
	}
	assert_true(differs);
}

static void
test_sleep(void **state)
{
	int64_t begin_ms = clock_mono_ms(), wall_us = clock_wall_us();
	atomic_bool stop = false;

	(void) state;
	assert_true(clock_sleep_ms(60, &stop));
	assert_true(clock_mono_ms() - begin_ms >= 60);
	assert_true(clock_sleep_ms(1, NULL));
	assert_true(clock_wall_us() > wall_us);
	assert_true(clock_wall_us() > 1700000000LL * 1000000);
	atomic_store(&stop, true);
	begin_ms = clock_mono_ms();
	assert_false(clock_sleep_ms(3600 * 1000, &stop));
	assert_false(clock_sleep_ms(0, &stop));
	assert_true(clock_mono_ms() - begin_ms < 60 * 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_backoff),
	    cmocka_unit_test(test_jitter),
	    cmocka_unit_test(test_sleep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
