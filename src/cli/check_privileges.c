/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/check_parts.h"
#include "cli/denied.h"

enum { MOST_DATABASES = 50 }; /* tried; enough to see what is missing */

static bool
is_listed(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

/* What the databases that the source shows us are called on the destination. */
static bool
target_databases(struct check *check, struct names *databases, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!conn_query(check->source.conn, "SHOW DATABASES", &result, err))
		return false;
	while ((row = result_next(result)) != NULL && databases->n < MOST_DATABASES) {
		const char *target;
		if (rules_db_scope(check->rules, row[0]) == RULES_NO_TABLES)
			continue;
		target = rules_db(check->rules, row[0], databases->arena);
		if (!is_listed(databases, target))
			names_add(databases, "%s", target);
	}
	result_free(result);
	return true;
}

static void
add_denied_ddl(struct check *check, const char *db, struct names *denied, struct err *err)
{
	const struct ddl_carry *carry = &check->task->ddl;
	const struct {
		bool is_carried;
		const struct attempt *attempts;
	} classes[] = {
	    {carry->tables, denied_ddl},
	    {carry->views || carry->routines || carry->triggers || carry->events, denied_definer},
	    {carry->views, denied_views},
	    {carry->routines, denied_routines},
	    {carry->triggers, denied_triggers},
	    {carry->events, denied_events},
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].is_carried)
			denied_add_all(check->destination.conn, db, classes[i].attempts, denied, err);
}

void
check_privileges(struct check *check)
{
	struct names databases = {.arena = &check->report->arena}, denied = {.arena = &check->report->arena};
	struct err err = {0};

	if (check->source.conn == NULL || check->destination.conn == NULL)
		return;
	if (!target_databases(check, &databases, &err))
		report_err(check->report, VERDICT_WARN, "destination.privileges", &err);
	for (size_t i = 0; i < databases.n; i++) {
		denied_add_all(check->destination.conn, databases.items[i], denied_rows, &denied, &err);
		add_denied_ddl(check, databases.items[i], &denied, &err);
	}
	if (check->task->ddl.users)
		denied_add_all(check->destination.conn, "", denied_users, &denied, &err);
	report_names(check->report, VERDICT_FAIL, "destination.privileges", &denied,
	    "privileges that the destination user lacks", "Grant them, on those databases or on *.*.");
	if (databases.n > 0 && denied.n == 0 && err.kind == ERR_NONE)
		report_add(check->report, VERDICT_OK, "destination.privileges", "",
		    "the user may change %zu database%s on the destination", databases.n, databases.n == 1 ? "" : "s");
	names_release(&databases);
	names_release(&denied);
}
