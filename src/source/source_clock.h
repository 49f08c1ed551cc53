/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the source's clock shows, told from the time that has passed here since it was read: a step of this host's clock
 * changes nothing, and one of the source's lasts until it is read again.
 */
#ifndef SOURCE_SOURCE_CLOCK_H
#define SOURCE_SOURCE_CLOCK_H

#include <stdatomic.h>

#include "mysql/conn.h"

/* A zeroed one has not been read. */
struct source_clock {
	atomic_int_least64_t ahead_us; /* of our monotonic clock; read by other threads */
	int64_t read_ms;               /* our monotonic clock, when it was last tried; the owner's */
};

/* Half a round trip of error is of no matter for a lag in milliseconds. */
bool source_clock_read(struct source_clock *clock, struct conn *conn, struct err *err);
/* On a connection of its own, without patience; what fails leaves the clock as it was. */
void source_clock_read_again(struct source_clock *clock, const struct conn_options *source);
/* How long ago the source's clock showed this; negative: not yet.  Any thread. */
int64_t source_clock_age_ms(const struct source_clock *clock, int64_t time_us);

#endif
