/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/catalog.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply/literal.h"
#include "base/mem.h"

void
catalog_release(struct catalog *catalog)
{
	free(catalog->tables);
	arena_release(&catalog->arena);
	*catalog = (struct catalog){0};
}

static int
compare_tables(const void *left, const void *right)
{
	const struct catalog_table *a = left, *b = right;
	int dbs = strcmp(a->db, b->db);

	return dbs != 0 ? dbs : strcmp(a->name, b->name);
}

struct catalog_table *
catalog_find(const struct catalog *catalog, const char *db, const char *name, bool is_case_insensitive)
{
	const struct catalog_table key = {.db = db, .name = name};

	if (catalog->n == 0)
		return NULL;
	if (!is_case_insensitive)
		return bsearch(&key, catalog->tables, catalog->n, sizeof(key), compare_tables);
	for (size_t i = 0; i < catalog->n; i++)
		if (strcasecmp(catalog->tables[i].db, db) == 0 && strcasecmp(catalog->tables[i].name, name) == 0)
			return &catalog->tables[i];
	return NULL;
}

const struct catalog_column *
catalog_find_column(const struct catalog_table *table, const char *name)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (strcasecmp(table->columns[i].name, name) == 0)
			return &table->columns[i];
	return NULL;
}

bool
catalog_is_generated(const struct catalog_column *column)
{
	/* "DEFAULT_GENERATED" is MySQL 8's word for an expression as default, which is an ordinary column. */
	return strcasestr(column->extra, "VIRTUAL") != NULL || strcasestr(column->extra, "STORED") != NULL ||
	       strcasestr(column->extra, "PERSISTENT") != NULL;
}

static const char *
copy(struct catalog *catalog, const char *text)
{
	return text == NULL ? "" : arena_strndup(&catalog->arena, text, strlen(text));
}

/* One query, `head` + "(databases)" + `tail`. */
static bool
ask(struct conn *conn, const char *head, const char *in, const char *tail, struct result **result, struct err *err)
{
	struct buf sql = {0};
	bool done;

	buf_puts(&sql, head);
	buf_puts(&sql, in);
	buf_puts(&sql, tail);
	done = conn_query(conn, buf_text(&sql), result, err);
	buf_release(&sql);
	return done;
}

static bool
read_tables(struct conn *conn, const char *in, struct catalog *catalog, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!ask(conn, "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ",
		in, " AND TABLE_TYPE NOT LIKE '%VIEW'", &result, err))
		return false;
	catalog->tables = mem_zalloc((result_rows(result) + 1) * sizeof(*catalog->tables));
	for (; (row = result_next(result)) != NULL; catalog->n++)
		catalog->tables[catalog->n] = (struct catalog_table){
		    .db = copy(catalog, row[0]),
		    .name = copy(catalog, row[1]),
		    .type = copy(catalog, row[2]),
		    .engine = copy(catalog, row[3]),
		};
	result_free(result);
	qsort(catalog->tables, catalog->n, sizeof(*catalog->tables), compare_tables);
	return true;
}

static bool
read_keys(struct conn *conn, const char *in, struct catalog *catalog, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!ask(conn,
		"SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM (SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, "
		"SUM(NULLABLE = 'YES' OR COLUMN_NAME IS NULL) AS n_nullable FROM information_schema.STATISTICS "
		"WHERE NON_UNIQUE = 0 AND TABLE_SCHEMA IN ",
		in, " GROUP BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME) AS k WHERE n_nullable = 0", &result, err))
		return false;
	while ((row = result_next(result)) != NULL) {
		struct catalog_table *table = catalog_find(catalog, row[0], row[1], false);
		if (table != NULL)
			table->has_key = true;
	}
	result_free(result);
	return true;
}

static bool
read_triggers(struct conn *conn, const char *in, struct catalog *catalog, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!ask(conn,
		"SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS "
		"WHERE EVENT_OBJECT_SCHEMA IN ",
		in, "", &result, err))
		return false;
	while ((row = result_next(result)) != NULL) {
		struct catalog_table *table = catalog_find(catalog, row[0], row[1], false);
		if (table != NULL && table->trigger == NULL)
			table->trigger = copy(catalog, row[2]);
	}
	result_free(result);
	return true;
}

/* Rows come table by table; those of one are given their place in `columns` once it is known how many there are. */
static struct catalog_column *
next_column(struct catalog *catalog, struct catalog_table *table)
{
	enum { STEP = 16 };

	if (table->n_columns % STEP == 0) {
		struct catalog_column *more =
		    arena_alloc(&catalog->arena, (table->n_columns + STEP) * sizeof(*more));
		if (table->n_columns > 0)
			memcpy(more, table->columns, table->n_columns * sizeof(*more));
		table->columns = more;
	}
	return &table->columns[table->n_columns++];
}

static bool
read_columns(struct conn *conn, const char *in, struct catalog *catalog, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!ask(conn,
		"SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COLLATION_NAME, EXTRA, IS_NULLABLE, "
		"COLUMN_DEFAULT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN ",
		in, " ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION", &result, err))
		return false;
	while ((row = result_next(result)) != NULL) {
		struct catalog_table *table = catalog_find(catalog, row[0], row[1], false);
		if (table == NULL)
			continue;
		*next_column(catalog, table) = (struct catalog_column){
		    .name = copy(catalog, row[2]),
		    .data_type = copy(catalog, row[3]),
		    .column_type = copy(catalog, row[4]),
		    .collation = copy(catalog, row[5]),
		    .extra = copy(catalog, row[6]),
		    .is_nullable = row[7] != NULL && strcasecmp(row[7], "YES") == 0,
		    .has_default = row[8] != NULL,
		    .default_text = row[8] == NULL ? NULL : copy(catalog, row[8]),
		};
	}
	result_free(result);
	return true;
}

/* MariaDB's JSON: "json_valid(`j`)" for a CHECK. */
static void
mark_json(struct catalog_table *table, const char *clause)
{
	struct buf made = {0};

	for (size_t i = 0; i < table->n_columns; i++) {
		buf_reset(&made, SIZE_MAX);
		buf_puts(&made, "json_valid(");
		literal_put_name(table->columns[i].name, &made);
		buf_putc(&made, ')');
		if (strcasecmp(buf_text(&made), clause) == 0)
			table->columns[i].is_json = true;
	}
	buf_release(&made);
}

static bool
read_json(struct conn *conn, const char *in, struct catalog *catalog, struct err *err)
{
	enum { CHECKS_SHOWN_VERSION = 100300 };
	struct result *result;
	const char *const *row;

	if (conn_server(conn)->flavour != FLAVOUR_MARIADB || conn_server(conn)->version < CHECKS_SHOWN_VERSION)
		return true;
	if (!ask(conn, "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE "
		       "CHECK_CLAUSE LIKE 'json_valid(%' AND CONSTRAINT_SCHEMA IN ",
		in, "", &result, err))
		return false;
	while ((row = result_next(result)) != NULL) {
		struct catalog_table *table = catalog_find(catalog, row[0], row[1], false);
		if (table != NULL)
			mark_json(table, row[2]);
	}
	result_free(result);
	return true;
}

static void
add_cascade(struct catalog *catalog, const char *const *row)
{
	struct catalog_table *table = catalog_find(catalog, row[0], row[1], false);
	struct catalog_foreign_key *more;
	struct buf parent = {0};

	if (table == NULL)
		return;
	more = arena_alloc(&catalog->arena, (table->n_cascades + 1) * sizeof(*more));
	if (table->n_cascades > 0)
		memcpy(more, table->cascades, table->n_cascades * sizeof(*more));
	buf_printf(&parent, "%s.%s", row[2], row[3]);
	more[table->n_cascades++] = (struct catalog_foreign_key){
	    .parent = copy(catalog, buf_text(&parent)),
	    .update_rule = copy(catalog, row[4]),
	    .delete_rule = copy(catalog, row[5]),
	};
	table->cascades = more;
	buf_release(&parent);
}

static bool
read_cascades(struct conn *conn, const char *in, struct catalog *catalog, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!ask(conn,
		"SELECT CONSTRAINT_SCHEMA, TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, REFERENCED_TABLE_NAME, UPDATE_RULE, DELETE_RULE "
		"FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE (UPDATE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT') "
		"OR DELETE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT')) AND CONSTRAINT_SCHEMA IN ",
		in, " ORDER BY CONSTRAINT_NAME", &result, err))
		return false;
	while ((row = result_next(result)) != NULL)
		add_cascade(catalog, row);
	result_free(result);
	return true;
}

bool
catalog_read(struct conn *conn, const struct names *databases, struct catalog *catalog, struct err *err)
{
	struct buf in = {0};
	bool done;

	*catalog = (struct catalog){.flavour = conn_server(conn)->flavour};
	if (databases->n == 0)
		return true;
	for (size_t i = 0; i < databases->n; i++) {
		buf_putc(&in, i == 0 ? '(' : ',');
		literal_put_string(databases->items[i], strlen(databases->items[i]), &in);
	}
	buf_putc(&in, ')');
	done = read_tables(conn, buf_text(&in), catalog, err) && read_keys(conn, buf_text(&in), catalog, err) &&
	       read_columns(conn, buf_text(&in), catalog, err) &&
	       read_json(conn, buf_text(&in), catalog, err) && read_triggers(conn, buf_text(&in), catalog, err) &&
	       read_cascades(conn, buf_text(&in), catalog, err);
	buf_release(&in);
	if (!done)
		catalog_release(catalog);
	return done;
}
