/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a server means by the time zone SYSTEM.  Its name (system_time_zone) does not tell: GMT is London's in winter, CST is
 * that of Shanghai and of Chicago, and a server that was started in summer has another one.  So the clock that it shows
 * is looked at: a thousand days of the years that a TIMESTAMP can hold.
 */
#ifndef APPLY_SYSTEM_ZONE_H
#define APPLY_SYSTEM_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "mysql/conn.h"

struct system_zone {
	bool is_known;
	char name[64]; /* for messages */
	int west_minutes, east_minutes; /* the least and the most ahead of UTC that it ever is */
	uint64_t marks; /* of all the days */
};

bool system_zone_read(struct conn *conn, struct system_zone *zone, struct err *err);
/* The same of the zone called `name` there. */
bool system_zone_read_named(struct conn *conn, const char *name, struct system_zone *zone, struct err *err);
/* The same distance from UTC on all days. */
bool system_zone_is_constant(const struct system_zone *zone);
/* False where either is not known. */
bool system_zone_is_equal(const struct system_zone *a, const struct system_zone *b);

#endif
