/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "cli/check_parts.h"
#include "sink/mysql/ddl_collation.h"

/* On the destination; NULL: it has no such database. */
static bool
ask_default(struct check *check, const char *db, char **collation, struct err *err)
{
	struct buf sql = {0};
	bool done;

	buf_puts(&sql, "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = ");
	literal_put_string(db, strlen(db), &sql);
	done = conn_query_one(check->destination.conn, buf_text(&sql), collation, err);
	buf_release(&sql);
	return done;
}

static const char *
family(const char *collation)
{
	return strncmp(collation, "utf8_", 5) == 0 ? collation + 5 : strncmp(collation, "utf8mb3_", 8) == 0 ? collation + 8 : collation;
}

static bool
compare(struct check *check, const char *db, const char *there, struct names *different, struct err *err)
{
	const char *target = rules_db(check->rules, db, &check->report->arena);
	char *here = NULL;

	if (!ask_default(check, target, &here, err))
		return false;
	if (here != NULL && strcmp(family(here), family(there)) != 0 &&
	    strcmp(here, ddl_collation_stand_in(&check->task->ddl, there)) != 0)
		names_add(different, "%s (%s, on the destination %s)", db, there, here);
	free(here);
	return true;
}

void
check_databases(struct check *check)
{
	struct names different = {.arena = &check->report->arena};
	struct result *result = NULL;
	struct err err = {0};
	const char *const *row;
	bool done;

	if (check->source.conn == NULL || check->destination.conn == NULL || !check->task->ddl.tables)
		return;
	done = conn_query(check->source.conn, "SELECT schema_name, default_collation_name FROM information_schema.schemata",
	    &result, &err);
	while (done && (row = result_next(result)) != NULL)
		if (rules_db_scope(check->rules, row[0]) != RULES_NO_TABLES)
			done = compare(check, row[0], row[1], &different, &err);
	if (!done)
		report_err(check->report, VERDICT_WARN, "destination.database_defaults", &err);
	report_names(check->report, VERDICT_WARN, "destination.database_defaults", &different,
	    "databases with another default collation than on the source",
	    "Give them the source's by ALTER DATABASE; tables that leave it to them get the source's if the destination has it.");
	result_free(result);
	names_release(&different);
}
