/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/system_zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "base/err.h"

#define DIGITS \
	"(SELECT 0 n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 " \
	"UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)"
/* 24 days apart, so that another part of the year is met each year, until 2035. */
#define DAY "'1970-01-03' + INTERVAL k * 24 DAY"

static const char zone_sql[] =
    "SELECT @@system_time_zone, MIN(m), MAX(m), SUM(CRC32(CONCAT(k, ':', m))) FROM "
    "(SELECT k, TIMESTAMPDIFF(MINUTE, " DAY ", CONVERT_TZ(" DAY ", '+00:00', %s)) m FROM "
    "(SELECT a.n * 100 + b.n * 10 + c.n k FROM " DIGITS " a, " DIGITS " b, " DIGITS " c) days) clocks";

enum { NAME, WEST, EAST, MARKS };

bool
system_zone_read(struct conn *conn, struct system_zone *zone, struct err *err)
{
	return system_zone_read_named(conn, "SYSTEM", zone, err);
}

bool
system_zone_read_named(struct conn *conn, const char *name, struct system_zone *zone, struct err *err)
{
	struct buf quoted = {0}, sql = {0};
	struct result *result;
	const char *const *row;
	bool done;

	*zone = (struct system_zone){0};
	literal_put_string(name, strlen(name), &quoted);
	buf_printf(&sql, zone_sql, buf_text(&quoted));
	done = conn_query(conn, buf_text(&sql), &result, err);
	buf_release(&quoted);
	buf_release(&sql);
	if (!done)
		return false;
	row = result_next(result);
	if (row != NULL && row[WEST] != NULL && row[EAST] != NULL && row[MARKS] != NULL) {
		zone->is_known = true;
		(void) snprintf(zone->name, sizeof(zone->name), "%s", row[NAME] == NULL ? "" : row[NAME]);
		zone->west_minutes = atoi(row[WEST]);
		zone->east_minutes = atoi(row[EAST]);
		zone->marks = strtoull(row[MARKS], NULL, 10);
	}
	result_free(result);
	return true;
}

bool
system_zone_is_constant(const struct system_zone *zone)
{
	return zone->is_known && zone->west_minutes == zone->east_minutes;
}

bool
system_zone_is_equal(const struct system_zone *a, const struct system_zone *b)
{
	return a->is_known && b->is_known && a->west_minutes == b->west_minutes && a->east_minutes == b->east_minutes &&
	       a->marks == b->marks;
}
