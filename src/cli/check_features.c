/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/check_tables.h"
#include "sink/mysql/ddl_collation.h"

enum { NEVER = 999999999 };

/* Since which version a server knows a type; NEVER: not at all. */
static const struct {
	const char *data_type;
	unsigned int mysql, mariadb;
} types[] = {
    {"vector", 90000, 110701},
    {"uuid", NEVER, 100700},
    {"inet6", NEVER, 100500},
    {"inet4", NEVER, 101000},
    {"xmltype", NEVER, 120300},
    {"json", 50708, 100200}, /* MariaDB: another word for longtext */
};

static bool
is_since(const struct server_info *server, unsigned int mysql, unsigned int mariadb)
{
	unsigned int since = server->flavour == FLAVOUR_MYSQL ? mysql : mariadb;

	return since != NEVER && server->version >= since;
}

static bool
has_type(const struct server_info *server, const char *data_type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcasecmp(types[i].data_type, data_type) == 0)
			return is_since(server, types[i].mysql, types[i].mariadb);
	return true;
}

static bool
is_spatial(const char *data_type)
{
	static const char *const names[] = {"geometry", "point", "linestring", "polygon", "multipoint", "multilinestring",
	    "multipolygon", "geometrycollection", "geomcollection"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i], data_type) == 0)
			return true;
	return false;
}

static void
check_types(struct check *check, const struct carried_tables *tables)
{
	struct names unknown = {.arena = &check->report->arena}, json = {.arena = &check->report->arena};
	struct names spatial = {.arena = &check->report->arena};
	bool is_across = check->source.server->flavour != check->destination.server->flavour;

	for (size_t i = 0; i < tables->n; i++) {
		const struct catalog_table *table = tables->items[i].source;
		for (size_t c = 0; c < table->n_columns; c++) {
			const struct catalog_column *column = &table->columns[c];
			if (!has_type(check->destination.server, column->data_type))
				names_add(&unknown, "%s.%s.%s (%s)", table->db, table->name, column->name, column->data_type);
			else if (is_across && strcasecmp(column->data_type, "json") == 0)
				names_add(&json, "%s.%s.%s", table->db, table->name, column->name);
			else if (is_across && is_spatial(column->data_type))
				names_add(&spatial, "%s.%s.%s", table->db, table->name, column->name);
		}
	}
	report_names(check->report, VERDICT_WARN, "features.type", &unknown,
	    "columns of a type that the destination does not know",
	    "Give them another type there, and be ready to replace the DDL that names it.");
	report_names(check->report, VERDICT_WARN, "features.json", &json, "JSON columns, which are text on MariaDB",
	    "Compare them as documents, not as text.");
	report_names(check->report, VERDICT_WARN, "features.spatial", &spatial,
	    "spatial columns that go from one kind of server to the other",
	    "SRIDs are kept, but the servers know different reference systems and orders of axes.");
	names_release(&unknown);
	names_release(&json);
	names_release(&spatial);
}

/* Some releases of MariaDB store every -0.0 as 0.0; a table of the statement's own tells. */
static bool
holds_negative_zero(struct conn *conn)
{
	struct err ignored = {0};
	char *first = NULL;
	bool holds = !conn_query_one(conn,
			 "SELECT LEFT(d, 1) FROM (SELECT -1e-300 * 1e-300 AS d UNION ALL SELECT 1e0) AS t LIMIT 1", &first, &ignored) ||
		     first == NULL || first[0] == '-';

	free(first);
	return holds;
}

static void
check_negative_zero(struct check *check, const struct carried_tables *tables)
{
	struct names columns = {.arena = &check->report->arena};

	if (holds_negative_zero(check->destination.conn) || !holds_negative_zero(check->source.conn))
		return;
	for (size_t i = 0; i < tables->n; i++) {
		const struct catalog_table *table = tables->items[i].source;
		for (size_t c = 0; c < table->n_columns; c++)
			if (strcasecmp(table->columns[c].data_type, "float") == 0 || strcasecmp(table->columns[c].data_type, "double") == 0)
				names_add(&columns, "%s.%s.%s", table->db, table->name, table->columns[c].name);
	}
	report_names(check->report, VERDICT_WARN, "features.negative_zero", &columns,
	    "columns of floating-point numbers, in which the destination stores -0.0 as 0.0",
	    "The two are equal in every comparison; do nothing unless an application tells them apart.");
	names_release(&columns);
}

static void
check_kinds(struct check *check, const struct carried_tables *tables)
{
	const struct server_info *there = check->destination.server;
	struct names versioned = {.arena = &check->report->arena}, sequences = {.arena = &check->report->arena};
	struct names invisible = {.arena = &check->report->arena}, loose = {.arena = &check->report->arena};

	for (size_t i = 0; i < tables->n; i++) {
		const struct catalog_table *table = tables->items[i].source;
		if (there->flavour == FLAVOUR_MYSQL && strcasecmp(table->type, "SYSTEM VERSIONED") == 0)
			names_add(&versioned, "%s.%s", table->db, table->name);
		else if (strcasecmp(table->type, "SYSTEM VERSIONED") == 0 && !table->has_key)
			names_add(&loose, "%s.%s", table->db, table->name);
		if (there->flavour == FLAVOUR_MYSQL && strcasecmp(table->type, "SEQUENCE") == 0)
			names_add(&sequences, "%s.%s", table->db, table->name);
		for (size_t c = 0; c < table->n_columns; c++)
			if (strcasestr(table->columns[c].extra, "INVISIBLE") != NULL && !is_since(there, 80023, 100300))
				names_add(&invisible, "%s.%s.%s", table->db, table->name, table->columns[c].name);
	}
	report_names(check->report, VERDICT_FAIL, "features.versioned", &versioned,
	    "system-versioned tables, which MySQL cannot hold", "Leave them out (source.tables = \"!db.table\").");
	report_names(check->report, VERDICT_WARN, "features.history", &loose,
	    "system-versioned tables without a key, whose rows of history become one where all of their values are alike",
	    "Give them a key, or write no history by hand (system_versioning_insert_history).");
	report_names(check->report, VERDICT_FAIL, "features.sequence", &sequences, "sequences, which MySQL cannot hold",
	    "Leave them out (source.tables = \"!db.sequence\").");
	report_names(check->report, VERDICT_WARN, "features.invisible", &invisible,
	    "invisible columns, which are visible on the destination", "");
	names_release(&versioned);
	names_release(&loose);
	names_release(&sequences);
	names_release(&invisible);
}

static bool
has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcasecmp(names->items[i], name) == 0)
			return true;
	return false;
}

/* MariaDB lists uca1400 collations without their character set, and with it in a column of another table. */
static bool
read_collations(struct check *check, struct names *names, struct err *err)
{
	struct result *result;
	const char *const *row;
	struct err older = {0};

	if (!conn_query(check->destination.conn,
		"SELECT FULL_COLLATION_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY", &result, &older) &&
	    !conn_query(check->destination.conn, "SELECT COLLATION_NAME FROM information_schema.COLLATIONS", &result, err))
		return false;
	while ((row = result_next(result)) != NULL)
		if (row[0] != NULL)
			names_add(names, "%s", row[0]);
	result_free(result);
	return true;
}

/* Before MySQL 8.0.30 and MariaDB 10.6, utf8mb3 is called utf8. */
static bool
has_collation(const struct names *known, const char *collation)
{
	char other[80];

	if (has_name(known, collation))
		return true;
	if (strncasecmp(collation, "utf8mb3_", 8) == 0)
		(void) snprintf(other, sizeof(other), "utf8_%s", collation + 8);
	else if (strncasecmp(collation, "utf8_", 5) == 0)
		(void) snprintf(other, sizeof(other), "utf8mb3_%s", collation + 5);
	else
		return false;
	return has_name(known, other);
}

static void
check_stand_ins(struct check *check, const struct names *known)
{
	const struct ddl_carry *carry = &check->task->ddl;
	struct names missing = {.arena = &check->report->arena};

	for (size_t i = 0; i < carry->n_collations; i++)
		if (!has_name(known, carry->collations[i].to))
			names_add(&missing, "%s", carry->collations[i].to);
	report_names(check->report, VERDICT_FAIL, "ddl.collations", &missing,
	    "collations that are to stand for others, and that the destination does not know",
	    "Name others in ddl.collations: SHOW COLLATION lists what it has.");
	names_release(&missing);
}

static void
check_collations(struct check *check, const struct carried_tables *tables)
{
	struct names known = {.arena = &check->report->arena}, unknown = {.arena = &check->report->arena};
	struct err err = {0};

	if (!read_collations(check, &known, &err)) {
		report_err(check->report, VERDICT_WARN, "features.collation", &err);
		return;
	}
	for (size_t i = 0; i < tables->n; i++) {
		const struct catalog_table *table = tables->items[i].source;
		for (size_t c = 0; c < table->n_columns; c++) {
			const char *collation = table->columns[c].collation;
			if (collation[0] != '\0' && !has_collation(&known, collation) &&
			    !has_collation(&known, ddl_collation_stand_in(&check->task->ddl, collation)) &&
			    !has_name(&unknown, collation))
				names_add(&unknown, "%s", collation);
		}
	}
	report_names(check->report, VERDICT_WARN, "features.collation", &unknown,
	    "collations of the source that the destination does not know",
	    "Give the columns another collation there, and say in ddl.collations which one stands for each.");
	check_stand_ins(check, &known);
	names_release(&known);
	names_release(&unknown);
}

void
check_features(struct check *check, const struct carried_tables *tables)
{
	check_types(check, tables);
	check_negative_zero(check, tables);
	check_kinds(check, tables);
	check_collations(check, tables);
}
