/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <errno.h>
#include <time.h>

enum { SLEEP_SLICE_MS = 50 };

int64_t
clock_mono_ms(void)
{
	struct timespec now;

	(void) clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_mono_us(void)
{
	struct timespec now;

	(void) clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_wall_us(void)
{
	struct timespec now;

	(void) clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
sleep_ms(int64_t ms)
{
	struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		continue;
}

bool
clock_sleep_ms(int64_t ms, const atomic_bool *stop)
{
	int64_t end_ms = clock_mono_ms() + ms;

	for (int64_t left = ms; left > 0; left = end_ms - clock_mono_ms()) {
		if (stop != NULL && atomic_load(stop))
			return false;
		sleep_ms(left < SLEEP_SLICE_MS ? left : SLEEP_SLICE_MS);
	}
	return stop == NULL || !atomic_load(stop);
}

int64_t
backoff_next_ms(struct backoff *backoff)
{
	int64_t wait_ms = backoff->next_ms == 0 ? backoff->first_ms : backoff->next_ms;

	backoff->attempts++;
	backoff->next_ms = wait_ms * 2 > backoff->limit_ms ? backoff->limit_ms : wait_ms * 2;
	return wait_ms + clock_wall_us() % (wait_ms / 4 + 1);
}

void
backoff_reset(struct backoff *backoff)
{
	backoff->next_ms = 0;
	backoff->attempts = 0;
}
