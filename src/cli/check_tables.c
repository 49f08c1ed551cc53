/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check_tables.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "sink/mysql/name_claims.h"

static bool
is_transactional(const struct catalog_table *table)
{
	return table->engine[0] == '\0' || strcasecmp(table->engine, "InnoDB") == 0 ||
	       strcasecmp(table->engine, "ROCKSDB") == 0 || strcasecmp(table->engine, "ndbcluster") == 0;
}

static bool
is_known(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

/* Databases of the source that have something carried. */
static bool
list_databases(struct check *check, struct names *here, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!conn_query(check->source.conn, "SHOW DATABASES", &result, err))
		return false;
	while ((row = result_next(result)) != NULL)
		if (rules_db_scope(check->rules, row[0]) != RULES_NO_TABLES)
			names_add(here, "%s", row[0]);
	result_free(result);
	return true;
}

/* A rename of single tables can lead to other databases than rules_db() says, so the tables themselves tell. */
static void
route_tables(struct check *check, struct carried_tables *tables, struct names *there)
{
	struct catalog *source = &tables->source_catalog;

	tables->items = mem_zalloc((source->n + 1) * sizeof(*tables->items));
	for (size_t i = 0; i < source->n; i++) {
		struct carried *item = &tables->items[tables->n];
		enum rules_verdict verdict = rules_table(check->rules, source->tables[i].db, source->tables[i].name,
		    &check->report->arena, &item->target_db, &item->target_name);
		if (verdict == RULES_LEFT_OUT)
			continue;
		item->source = &source->tables[i];
		item->is_working = verdict == RULES_WORKING;
		if (!is_known(there, item->target_db))
			names_add(there, "%s", item->target_db);
		tables->n++;
	}
}

static bool
read_both(struct check *check, struct carried_tables *tables, struct err *err)
{
	struct names here = {.arena = &check->report->arena}, there = {.arena = &check->report->arena};
	bool is_folded = variables_number(&check->destination.variables, "lower_case_table_names") != 0;
	bool done = list_databases(check, &here, err) &&
		    catalog_read(check->source.conn, &here, &tables->source_catalog, err);

	if (done)
		route_tables(check, tables, &there);
	if (done && check->destination.conn != NULL) {
		done = catalog_read(check->destination.conn, &there, &tables->target_catalog, err);
		tables->has_target = done;
	}
	for (size_t i = 0; i < tables->n; i++)
		tables->items[i].target =
		    catalog_find(&tables->target_catalog, tables->items[i].target_db, tables->items[i].target_name, is_folded);
	names_release(&here);
	names_release(&there);
	return done;
}

/* Which tables have some quality. */
static void
collect(struct names *names, const struct carried_tables *tables, bool (*has)(const struct carried *))
{
	for (size_t i = 0; i < tables->n; i++)
		if (has(&tables->items[i]))
			names_add(names, "%s.%s", tables->items[i].source->db, tables->items[i].source->name);
}

static bool
lacks_key(const struct carried *item)
{
	return !item->source->has_key && strcasecmp(item->source->type, "SEQUENCE") != 0;
}

static bool
lacks_target(const struct carried *item)
{
	return item->target == NULL;
}

static bool
is_loose_on_source(const struct carried *item)
{
	return !is_transactional(item->source) && strcasecmp(item->source->type, "SEQUENCE") != 0;
}

static bool
is_loose_on_target(const struct carried *item)
{
	return item->target != NULL && !is_transactional(item->target) &&
	       strcasecmp(item->target->type, "SEQUENCE") != 0;
}

static bool
has_target_trigger(const struct carried *item)
{
	return item->target != NULL && item->target->trigger != NULL;
}

static bool
is_working(const struct carried *item)
{
	return item->is_working;
}

/* Two of the source's tables that would be one of the destination: its names do not tell them apart. */
static void
check_claims(struct check *check, const struct carried_tables *tables)
{
	bool is_folded = variables_number(&check->destination.variables, "lower_case_table_names") != 0;
	struct names names = {.arena = &check->report->arena};
	struct name_claims *claims = NULL;
	struct err err = {0};

	if (!name_claims_new(is_folded, &claims, &err))
		report_err(check->report, VERDICT_WARN, "tables.merged", &err);
	for (size_t i = 0; claims != NULL && i < tables->n; i++) {
		const struct carried *item = &tables->items[i];
		struct name_claim claim = {item->source->db, item->source->name, item->target_db, item->target_name};

		if (!name_claims_expect(claims, &claim, &err))
			names_add(&names, "%s.%s (%s)", claim.source_db, claim.source_table, err.text);
		err_clear(&err);
	}
	name_claims_free(claims);
	report_names(check->report, VERDICT_FAIL, "tables.merged", &names, "tables that would share one with another of the source",
	    "Carry one of them only, or give one another name by route.rename; where case alone tells them apart, a "
	    "destination with lower_case_table_names = 0 can hold both.");
	names_release(&names);
}

static void
check_source_side(struct check *check, const struct carried_tables *tables)
{
	struct names names = {.arena = &check->report->arena};

	collect(&names, tables, lacks_key);
	report_names(check->report, VERDICT_WARN, "tables.key", &names, "tables without a primary or unique key that is free of NULLs",
	    "Give them one: each update and delete searches the whole table for the row with all of its values.");
	names_release(&names);
	collect(&names, tables, is_loose_on_source);
	report_names(check->report, VERDICT_WARN, "tables.source_engine", &names,
	    "tables of the source in an engine without transactions",
	    "Use InnoDB: their changes stay when the source rolls back or crashes, and are carried as such.");
	names_release(&names);
	collect(&names, tables, is_working);
	report_names(check->report, VERDICT_WARN, "tables.working", &names,
	    "working tables of an online schema change, which are carried with their tables",
	    "Start the task when no schema change is running, or drop what is left of an old one.");
	names_release(&names);
}

/* With a position in the past, the CREATE may still be to come. */
static bool
starts_now(const struct check *check)
{
	enum start_kind kind = check->task->source.start.kind;

	return !check->stored.has_position && kind != START_GTID && kind != START_FILE;
}

static void
check_target_side(struct check *check, const struct carried_tables *tables)
{
	const struct destination_options *destination = &check->task->destination;
	const char *enforced = variables_get(&check->destination.variables, "enforce_gtid_consistency");
	struct names names = {.arena = &check->report->arena};

	collect(&names, tables, lacks_target);
	report_names(check->report, starts_now(check) ? VERDICT_FAIL : VERDICT_WARN, "tables.missing", &names,
	    "carried tables that are not on the destination",
	    "Copy them there before the start; the task carries changes, and stops at the first row of a missing table.");
	names_release(&names);
	collect(&names, tables, is_loose_on_target);
	report_names(check->report, destination->allow_nontransactional ? VERDICT_WARN : VERDICT_FAIL, "tables.target_engine",
	    &names, "tables of the destination in an engine without transactions",
	    "Use InnoDB there: rows that cannot be rolled back with the marker are applied twice after a crash.");
	if (destination->allow_nontransactional && enforced != NULL && strcmp(enforced, "ON") == 0)
		report_names(check->report, VERDICT_FAIL, "tables.gtid_consistency", &names,
		    "tables of the destination that its enforce_gtid_consistency refuses to change with the position",
		    "ALTER them to InnoDB, or turn gtid_mode and enforce_gtid_consistency off there (error 1785).");
	names_release(&names);
	if (!destination->replay_events)
		collect(&names, tables, has_target_trigger);
	report_names(check->report, destination->allow_triggers ? VERDICT_WARN : VERDICT_FAIL, "tables.triggers", &names,
	    "tables of the destination with triggers",
	    "Drop them there: what the source's triggers did is in the binlog already. Or set destination.replay_events.");
	names_release(&names);
}

void
check_tables(struct check *check)
{
	struct carried_tables tables = {0};
	struct err err = {0};

	if (check->source.conn == NULL)
		return;
	if (!read_both(check, &tables, &err))
		report_err(check->report, VERDICT_WARN, "tables", &err);
	else if (tables.n == 0)
		report_add(check->report, VERDICT_WARN, "tables",
		    "If there are some, grant the source user SELECT on them, which shows them to the check.",
		    "the source shows no table that the task carries");
	else
		report_add(check->report, VERDICT_OK, "tables", "", "%zu table%s carried", tables.n,
		    tables.n == 1 ? " is" : "s are");
	check_source_side(check, &tables);
	if (tables.has_target) {
		check_claims(check, &tables);
		check_target_side(check, &tables);
		check_columns(check, &tables);
		check_features(check, &tables);
		check_expressions(check, &tables);
		check_cascades(check, &tables);
		check_events(check, &tables);
	}
	catalog_release(&tables.source_catalog);
	catalog_release(&tables.target_catalog);
	free(tables.items);
}
