/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/check_tables.h"

static bool
is_carried_to(const struct carried_tables *tables, const char *db)
{
	for (size_t i = 0; i < tables->n; i++)
		if (strcmp(tables->items[i].target_db, db) == 0)
			return true;
	return false;
}

/* What the source's events did comes in its binlog; the destination's own do it a second time. */
void
check_events(struct check *check, const struct carried_tables *tables)
{
	struct names events = {.arena = &check->report->arena};
	struct result *result;
	const char *const *row;
	struct err err = {0};

	if (!variables_is_on(&check->destination.variables, "event_scheduler") ||
	    !conn_query(check->destination.conn,
		"SELECT EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS WHERE STATUS = 'ENABLED' ORDER BY 1, 2",
		&result, &err))
		return;
	while ((row = result_next(result)) != NULL)
		if (is_carried_to(tables, row[0]))
			names_add(&events, "%s.%s", row[0], row[1]);
	result_free(result);
	report_names(check->report, VERDICT_WARN, "tables.events", &events,
	    "events that the destination runs in databases that are carried to",
	    "Disable them there, unless they change nothing that is carried.");
	names_release(&events);
}
