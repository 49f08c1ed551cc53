/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Milliseconds of a clock that never steps; only differences mean something. */
int64_t clock_mono_ms(void);
/* The same in microseconds. */
int64_t clock_mono_us(void);
/* Microseconds since 1970, UTC. */
int64_t clock_wall_us(void);
/* Sleeps `ms` or until `*stop` becomes true; false when it did.  `stop` may be NULL. */
bool clock_sleep_ms(int64_t ms, const atomic_bool *stop);

/*
 * Waits between attempts: doubling from `first_ms` to `limit_ms`, each with up to a quarter of jitter, so
 * that many tasks do not come back at one moment.
 */
struct backoff {
	int64_t first_ms;
	int64_t limit_ms;
	int64_t next_ms; /* 0: start from first_ms */
	unsigned int attempts;
};

/* How long to wait now; counts the attempt. */
int64_t backoff_next_ms(struct backoff *backoff);
void backoff_reset(struct backoff *backoff);

#endif
