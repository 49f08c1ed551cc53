/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generated columns, functional indexes and CHECKs: the destination computes them, by its own rules and in a session that can
 * be made like the source's only so far (sink/mysql/row_session.h).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply/literal.h"
#include "base/mem.h"
#include "cli/check_tables.h"

enum { LOGS_NO_GENERATED_SINCE = 110000 }; /* in updates and deletes, of MariaDB; 10.11 does */

enum expression_field { FIELD_DB, FIELD_TABLE, FIELD_WHAT, FIELD_EXPRESSION };

struct expressions {
	struct names all;
	struct names session;
	struct names frozen; /* generated on the source alone */
};

static const char generated_sql[] = "SELECT TABLE_SCHEMA AS db, TABLE_NAME AS t, COLUMN_NAME AS what, GENERATION_EXPRESSION AS e FROM "
				    "information_schema.COLUMNS WHERE GENERATION_EXPRESSION <> '' AND EXTRA LIKE '%GENERATED%' AND "
				    "EXTRA <> 'DEFAULT_GENERATED' AND GENERATION_EXPRESSION NOT IN ('ROW START', 'ROW END') AND TABLE_SCHEMA IN ";
static const char index_sql[] = " UNION ALL SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME, CONCAT('index ', INDEX_NAME), EXPRESSION FROM "
				"information_schema.STATISTICS WHERE EXPRESSION IS NOT NULL AND TABLE_SCHEMA IN ";
static const char mysql_check_sql[] =
    " UNION ALL SELECT t.TABLE_SCHEMA, t.TABLE_NAME, CONCAT('check ', c.CONSTRAINT_NAME), c.CHECK_CLAUSE FROM "
    "information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t ON t.CONSTRAINT_TYPE = 'CHECK' AND "
    "t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME WHERE t.TABLE_SCHEMA IN ";
static const char mariadb_check_sql[] =
    " UNION ALL SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONCAT('check ', CONSTRAINT_NAME), CHECK_CLAUSE FROM "
    "information_schema.CHECK_CONSTRAINTS WHERE CHECK_CLAUSE NOT LIKE 'json_valid(%)' AND CONSTRAINT_SCHEMA IN ";

/* "('a','b')", the databases of the carried tables, which stand in their order. */
static void
put_databases(const struct carried_tables *tables, struct buf *out)
{
	const char *last = NULL;

	for (size_t i = 0; i < tables->n; i++) {
		const char *db = tables->items[i].source->db;

		if (last != NULL && strcmp(db, last) == 0)
			continue;
		buf_putc(out, last == NULL ? '(' : ',');
		literal_put_string(db, strlen(db), out);
		last = db;
	}
	buf_puts(out, last == NULL ? "('')" : ")");
}

/* false: no release of the source has any. */
static bool
put_question(const struct server_info *source, const struct carried_tables *tables, struct buf *sql)
{
	bool is_mariadb = source->flavour == FLAVOUR_MARIADB;
	struct buf databases = {0};

	if (source->version < (is_mariadb ? 100200U : 50700U))
		return false;
	put_databases(tables, &databases);
	buf_puts(sql, generated_sql);
	buf_puts(sql, buf_text(&databases));
	if (!is_mariadb && source->version >= 80013) {
		buf_puts(sql, index_sql);
		buf_puts(sql, buf_text(&databases));
	}
	if (is_mariadb ? source->version >= 100310 : source->version >= 80016) {
		buf_puts(sql, is_mariadb ? mariadb_check_sql : mysql_check_sql);
		buf_puts(sql, buf_text(&databases));
	}
	buf_puts(sql, " ORDER BY 1, 2, 3");
	buf_release(&databases);
	return true;
}

static const struct carried *
find_carried(const struct carried_tables *tables, const char *db, const char *name)
{
	for (size_t i = 0; i < tables->n; i++)
		if (strcmp(tables->items[i].source->db, db) == 0 && strcmp(tables->items[i].source->name, name) == 0)
			return &tables->items[i];
	return NULL;
}

/* What of the session an expression asks for; NULL: nothing that its text tells. */
static const char *
session_word(const char *expression)
{
	static const char *const words[] = {"unix_timestamp", "from_unixtime", "convert_tz", "current_timestamp", "now(", "curdate(",
	    "curtime(", "sysdate(", "date_format(", "dayname(", "monthname(", "format(", "@@"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(expression, words[i]) != NULL)
			return words[i];
	return NULL;
}

/* The first column of type TIMESTAMP in it. */
static const char *
timestamp_in(const struct catalog_table *table, const char *expression)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		struct buf name = {0};
		bool is_in;

		literal_put_name(table->columns[i].name, &name);
		is_in = strcasecmp(table->columns[i].data_type, "timestamp") == 0 && strstr(expression, buf_text(&name)) != NULL;
		buf_release(&name);
		if (is_in)
			return table->columns[i].name;
	}
	return NULL;
}

static void
add(struct expressions *found, const struct carried *item, const char *const *row)
{
	const struct catalog_table *table = item->source;
	const char *timestamp = timestamp_in(table, row[FIELD_EXPRESSION]), *word = session_word(row[FIELD_EXPRESSION]);
	const struct catalog_column *there = item->target == NULL ? NULL : catalog_find_column(item->target, row[FIELD_WHAT]);

	names_add(&found->all, "%s.%s.%s", table->db, table->name, row[FIELD_WHAT]);
	if (timestamp != NULL)
		names_add(&found->session, "%s.%s.%s (%s is a TIMESTAMP)", table->db, table->name, row[FIELD_WHAT], timestamp);
	else if (word != NULL)
		names_add(&found->session, "%s.%s.%s (%.*s)", table->db, table->name, row[FIELD_WHAT], (int) strcspn(word, "("), word);
	if (there != NULL && !catalog_is_generated(there))
		names_add(&found->frozen, "%s.%s.%s", item->target_db, item->target_name, row[FIELD_WHAT]);
}

static void
report(struct check *check, const struct expressions *found)
{
	const char *mode = variables_get(&check->source.variables, "sql_mode");
	bool is_across = check->source.server->flavour != check->destination.server->flavour;
	bool is_lenient = mode != NULL && strstr(mode, "STRICT_") == NULL;

	report_names(check->report, VERDICT_WARN, "expressions.session", &found->session,
	    "generated columns, functional indexes and CHECKs that depend on settings of the session",
	    "They are computed in the time zone of the source's session where that is a fixed distance from UTC. A stored value that "
	    "comes out otherwise stops the task: give them expressions of DATETIME columns or numbers.");
	report_names(check->report, is_across ? VERDICT_WARN : VERDICT_OK, "expressions.flavour", &found->all,
	    is_across ? "generated columns, functional indexes and CHECKs that another kind of server computes by rules of its own"
		      : "generated columns, functional indexes and CHECKs",
	    is_across ? "Divisions, roundings and conversions come out otherwise; a stored value that does stops the task. Say types and "
			"digits with CAST and ROUND."
		      : "");
	if (is_lenient)
		report_names(check->report, VERDICT_WARN, "expressions.sql_mode", &found->all,
		    "generated columns, functional indexes and CHECKs that the source computes without strict mode",
		    "Set a strict sql_mode on the source: otherwise rows of their tables are written one by one, and those of tables "
		    "without a key stop the task where strict mode refuses them.");
	if (check->source.server->flavour == FLAVOUR_MARIADB)
		report_names(check->report, check->source.server->version < LOGS_NO_GENERATED_SINCE ? VERDICT_WARN : VERDICT_FAIL,
		    "expressions.frozen", &found->frozen,
		    "columns that are generated on the source and ordinary on the destination",
		    "Let them be generated there too: updates in MariaDB's binlog may leave them out, and they would keep what they were.");
}

void
check_expressions(struct check *check, const struct carried_tables *tables)
{
	struct arena *arena = &check->report->arena;
	struct expressions found = {.all = {.arena = arena}, .session = {.arena = arena}, .frozen = {.arena = arena}};
	struct buf sql = {0};
	struct result *result = NULL;
	const char *const *row;
	struct err err = {0};

	if (put_question(check->source.server, tables, &sql) && !conn_query(check->source.conn, buf_text(&sql), &result, &err))
		report_err(check->report, VERDICT_WARN, "expressions", &err);
	while (result != NULL && (row = result_next(result)) != NULL) {
		const struct carried *item = find_carried(tables, row[FIELD_DB], row[FIELD_TABLE]);

		if (item != NULL && row[FIELD_EXPRESSION] != NULL)
			add(&found, item, row);
	}
	report(check, &found);
	result_free(result);
	buf_release(&sql);
	names_release(&found.all);
	names_release(&found.session);
	names_release(&found.frozen);
}
