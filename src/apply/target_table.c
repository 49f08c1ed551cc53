/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/target_table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply/literal.h"
#include "apply/target_key.h"
#include "base/mem.h"

enum { LONG_TIMESTAMP_VERSION = 110500 }; /* MariaDB 11.5: TIMESTAMP up to 2106 */

static const struct {
	const char *name;
	enum target_type type;
} types[] = {
    {"tinyint", TARGET_TINYINT},
    {"smallint", TARGET_SMALLINT},
    {"mediumint", TARGET_MEDIUMINT},
    {"int", TARGET_INT},
    {"bigint", TARGET_BIGINT},
    {"float", TARGET_FLOAT},
    {"double", TARGET_DOUBLE},
    {"decimal", TARGET_DECIMAL},
    {"bit", TARGET_BIT},
    {"year", TARGET_YEAR},
    {"date", TARGET_DATE},
    {"time", TARGET_TIME},
    {"datetime", TARGET_DATETIME},
    {"timestamp", TARGET_TIMESTAMP},
    {"char", TARGET_CHAR},
    {"varchar", TARGET_VARCHAR},
    {"tinytext", TARGET_TEXT},
    {"text", TARGET_TEXT},
    {"mediumtext", TARGET_TEXT},
    {"longtext", TARGET_TEXT},
    {"binary", TARGET_BINARY},
    {"varbinary", TARGET_VARBINARY},
    {"tinyblob", TARGET_BLOB},
    {"blob", TARGET_BLOB},
    {"mediumblob", TARGET_BLOB},
    {"longblob", TARGET_BLOB},
    {"enum", TARGET_ENUM},
    {"set", TARGET_SET},
    {"json", TARGET_JSON},
    {"geometry", TARGET_GEOMETRY},
    {"point", TARGET_GEOMETRY},
    {"linestring", TARGET_GEOMETRY},
    {"polygon", TARGET_GEOMETRY},
    {"multipoint", TARGET_GEOMETRY},
    {"multilinestring", TARGET_GEOMETRY},
    {"multipolygon", TARGET_GEOMETRY},
    {"geometrycollection", TARGET_GEOMETRY},
    {"geomcollection", TARGET_GEOMETRY},
    {"vector", TARGET_VECTOR},
    {"uuid", TARGET_UUID},
    {"inet4", TARGET_INET4},
    {"inet6", TARGET_INET6},
};

enum target_type
target_type_parse(const char *data_type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcasecmp(types[i].name, data_type) == 0)
			return types[i].type;
	return TARGET_UNKNOWN;
}

/* Members of "enum('a','it''s')": each begins where a quote follows "(" or ",". */
static uint16_t
count_members(const char *column_type)
{
	uint16_t n = 0;
	bool is_inside = false;

	for (const char *at = column_type; *at != '\0'; at++) {
		if (*at != '\'')
			continue;
		if (is_inside && at[1] == '\'') {
			at++;
			continue;
		}
		is_inside = !is_inside;
		n = (uint16_t) (n + (is_inside ? 1 : 0));
	}
	return n;
}

void
target_column_parse_type(struct target_column *column)
{
	const char *open = strchr(column->column_type, '(');
	char *end = NULL;

	column->type = target_type_parse(column->data_type);
	column->introducer = "_binary";
	if (column->type == TARGET_ENUM || column->type == TARGET_SET) {
		column->n_members = count_members(column->column_type);
		return;
	}
	column->is_unsigned = strstr(column->column_type, "unsigned") != NULL;
	if (open == NULL || (column->type != TARGET_DECIMAL && column->type != TARGET_BIT && column->type != TARGET_FLOAT &&
				column->type != TARGET_DOUBLE && column->type != TARGET_BINARY))
		return;
	column->precision = (uint8_t) strtoul(open + 1, &end, 10);
	if (*end == ',')
		column->scale = (uint8_t) strtoul(end + 1, NULL, 10);
}

static char *
dup_text(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

static bool
has_text(const char *in, const char *what)
{
	return in != NULL && strcasestr(in, what) != NULL;
}

/* Stored bytes of the column's character set; utf8mb4 is the session's own and needs no introducer. */
static const char *
introducer_of(struct arena *arena, const char *charset)
{
	size_t len;
	char *text;

	if (charset == NULL)
		return "_binary";
	if (strcmp(charset, "utf8mb4") == 0)
		return "";
	len = strlen(charset);
	text = arena_alloc(arena, len + 2);
	text[0] = '_';
	memcpy(text + 1, charset, len + 1);
	return text;
}

/*
 * " WHERE TABLE_SCHEMA = 'db' AND TABLE_NAME = 'name'".  Some servers compare these without regard to case
 * whatever their file system does: the caller looks at the name that comes back.
 */
static void
put_where(const char *db, const char *name, const char *prefix, struct buf *out)
{
	buf_printf(out, " WHERE %sTABLE_SCHEMA = ", prefix);
	literal_put_string(db, strlen(db), out);
	buf_printf(out, " AND %sTABLE_NAME = ", prefix);
	literal_put_string(name, strlen(name), out);
}

/* A name from the catalogue is the one asked for when it is equal, or when the server folds the names of
 * tables. */
static bool
is_this_name(const char *found, const char *asked, bool is_folded)
{
	return is_folded || strcmp(found, asked) == 0;
}

enum table_field { TABLE_DB, TABLE_NAME, TABLE_KIND, TABLE_ENGINE, TABLE_TRANSACTIONS, TABLE_FOLDING };

static struct target_table *
table_new(const struct server_info *server, const char *const *row)
{
	struct target_table *table = mem_zalloc(sizeof(*table));

	table->db = dup_text(&table->arena, row[TABLE_DB]);
	table->name = dup_text(&table->arena, row[TABLE_NAME]);
	table->flavour = server->flavour;
	table->engine = row[TABLE_ENGINE] == NULL ? "" : dup_text(&table->arena, row[TABLE_ENGINE]);
	table->is_transactional =
	    row[TABLE_TRANSACTIONS] != NULL && strcmp(row[TABLE_TRANSACTIONS], "YES") == 0;
	table->is_sequence = strcmp(row[TABLE_KIND], "SEQUENCE") == 0;
	table->is_versioned = strcmp(row[TABLE_KIND], "SYSTEM VERSIONED") == 0;
	table->row_start = table->row_end = table->changing = SIZE_MAX;
	table->end_of_time = server->version >= LONG_TIMESTAMP_VERSION ? "2106-02-07 06:28:15.999999"
								       : "2038-01-19 03:14:07.999999";
	return table;
}

/* The table or view of this name among those that the catalogue gave; NULL: none. */
static const char *const *
find_row(struct result *result, const char *db, const char *name)
{
	const char *const *row;
	bool is_found = false;

	while (!is_found && (row = result_next(result)) != NULL) {
		bool is_folded = strcmp(row[TABLE_FOLDING], "0") != 0;

		is_found = is_this_name(row[TABLE_DB], db, is_folded) &&
			   is_this_name(row[TABLE_NAME], name, is_folded);
	}
	return row;
}

static bool
load_table(struct conn *conn, const char *db, const char *name, struct target_table **table, struct err *err)
{
	struct buf sql = {0};
	struct result *result = NULL;
	const char *const *row;
	bool is_done = false;

	buf_puts(&sql,
	    "SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, t.ENGINE, e.TRANSACTIONS, "
	    "@@lower_case_table_names "
	    "FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE");
	put_where(db, name, "t.", &sql);
	if (!conn_query(conn, buf_text(&sql), &result, err))
		goto out;
	row = find_row(result, db, name);
	if (row != NULL && has_text(row[TABLE_KIND], "VIEW")) {
		(void) err_set(err, ERR_STOP, "'%s.%s' is a view on server '%s'", db, name, conn_name(conn));
		(void) err_hint(err, "Rows can be applied to a table only: rename or drop the view, or route "
				     "the table elsewhere.");
		goto out;
	}
	if (row != NULL)
		*table = table_new(conn_server(conn), row);
	is_done = true;
out:
	result_free(result);
	buf_release(&sql);
	return is_done;
}

enum column_field {
	FIELD_TABLE,
	FIELD_NAME,
	FIELD_DATA_TYPE,
	FIELD_COLUMN_TYPE,
	FIELD_CHARSET,
	FIELD_COLLATION,
	FIELD_OCTETS,
	FIELD_NULLABLE,
	FIELD_FRACTION,
	FIELD_EXTRA,
	FIELD_DEFAULT,
	FIELD_EXPRESSION,
};

static void
take_row_time(struct target_table *table, size_t at, const char *expression)
{
	struct target_column *column = &table->columns[at];

	if (strcmp(expression, "ROW START") == 0)
		table->row_start = at;
	if (strcmp(expression, "ROW END") == 0)
		table->row_end = at;
	if (at == table->row_start || at == table->row_end) {
		column->is_row_time = true;
		column->is_generated = column->is_stored = false;
	}
}

static void
take_column(struct target_table *table, const char *const *row)
{
	size_t at = table->n_columns++;
	struct target_column *column = &table->columns[at];
	struct arena *arena = &table->arena;
	const char *expression = row[FIELD_EXPRESSION];

	column->name = dup_text(arena, row[FIELD_NAME]);
	column->data_type = dup_text(arena, row[FIELD_DATA_TYPE]);
	column->column_type = dup_text(arena, row[FIELD_COLUMN_TYPE]);
	column->charset = dup_text(arena, row[FIELD_CHARSET]);
	column->collation = dup_text(arena, row[FIELD_COLLATION]);
	target_column_parse_type(column);
	column->introducer = introducer_of(arena, column->charset);
	column->octet_length = row[FIELD_OCTETS] == NULL ? 0 : strtoull(row[FIELD_OCTETS], NULL, 10);
	column->is_nullable = strcmp(row[FIELD_NULLABLE], "YES") == 0;
	column->fraction_digits = (uint8_t) (row[FIELD_FRACTION] == NULL ? 0 : atoi(row[FIELD_FRACTION]));
	column->default_text = dup_text(arena, row[FIELD_DEFAULT]);
	column->is_default_expression = has_text(row[FIELD_EXTRA], "DEFAULT_GENERATED");
	column->is_auto_increment = has_text(row[FIELD_EXTRA], "auto_increment");
	column->is_set_on_update = has_text(row[FIELD_EXTRA], "on update");
	/* MySQL's DEFAULT_GENERATED is an ordinary column whose default is an expression. */
	column->is_stored = has_text(row[FIELD_EXTRA], "STORED") || has_text(row[FIELD_EXTRA], "PERSISTENT");
	column->is_generated = column->is_stored || has_text(row[FIELD_EXTRA], "VIRTUAL");
	if (table->is_versioned && expression != NULL)
		take_row_time(table, at, expression);
	table->has_stored |= column->is_stored;
	table->is_sensitive |= column->is_generated;
}

/* A versioned table that does not name its row times has them all the same, as timestamp(6), last. */
static void
add_hidden_row_times(struct target_table *table)
{
	static const struct target_column hidden = {.type = TARGET_TIMESTAMP,
	    .data_type = "timestamp",
	    .column_type = "timestamp(6)",
	    .introducer = "_binary",
	    .fraction_digits = 6,
	    .is_row_time = true};

	if (!table->is_versioned || table->row_start != SIZE_MAX)
		return;
	table->row_start = table->n_columns++;
	table->columns[table->row_start] = hidden;
	table->columns[table->row_start].name = "row_start";
	table->row_end = table->n_columns++;
	table->n_implicit = 2;
	table->columns[table->row_end] = hidden;
	table->columns[table->row_end].name = "row_end";
}

static bool
load_columns(struct conn *conn, struct target_table *table, struct err *err)
{
	const struct server_info *server = conn_server(conn);
	bool has_expression =
	    server->flavour == FLAVOUR_MARIADB ? server->version >= 100200 : server->version >= 50700;
	struct buf sql = {0};
	struct result *result = NULL;
	const char *const *row;
	bool is_done = false;

	buf_printf(&sql,
	    "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, "
	    "CHARACTER_OCTET_LENGTH, IS_NULLABLE, DATETIME_PRECISION, EXTRA, COLUMN_DEFAULT, %s "
	    "FROM information_schema.COLUMNS",
	    has_expression ? "GENERATION_EXPRESSION" : "NULL");
	put_where(table->db, table->name, "", &sql);
	buf_puts(&sql, " ORDER BY ORDINAL_POSITION");
	if (!conn_query(conn, buf_text(&sql), &result, err))
		goto out;
	table->columns = arena_zalloc(&table->arena, (result_rows(result) + 2) * sizeof(*table->columns));
	while ((row = result_next(result)) != NULL)
		if (strcmp(row[FIELD_TABLE], table->name) == 0)
			take_column(table, row);
	add_hidden_row_times(table);
	is_done = true;
out:
	result_free(result);
	buf_release(&sql);
	return is_done;
}

static bool
load_triggers(struct conn *conn, struct target_table *table, struct err *err)
{
	struct buf sql = {0};
	struct result *result = NULL;
	const char *const *row;
	bool is_done = false;

	buf_puts(
	    &sql, "SELECT EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ");
	literal_put_string(table->db, strlen(table->db), &sql);
	buf_puts(&sql, " AND EVENT_OBJECT_TABLE = ");
	literal_put_string(table->name, strlen(table->name), &sql);
	if (!conn_query(conn, buf_text(&sql), &result, err))
		goto out;
	while ((row = result_next(result)) != NULL)
		if (strcmp(row[0], table->name) == 0)
			table->has_triggers = true;
	is_done = true;
out:
	result_free(result);
	buf_release(&sql);
	return is_done;
}

/* JSON of MariaDB has a CHECK of its own, which depends on nothing. */
static bool
load_checks(struct conn *conn, struct target_table *table, struct err *err)
{
	bool is_mariadb = conn_server(conn)->flavour == FLAVOUR_MARIADB;
	struct buf sql = {0};
	struct result *result = NULL;
	bool is_done;

	buf_puts(&sql, is_mariadb ? "SELECT 1 FROM information_schema.CHECK_CONSTRAINTS WHERE CHECK_CLAUSE NOT LIKE 'json_valid(%)' "
				    "AND CONSTRAINT_SCHEMA = "
				  : "SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_TYPE = 'CHECK' AND TABLE_SCHEMA = ");
	literal_put_string(table->db, strlen(table->db), &sql);
	buf_puts(&sql, " AND TABLE_NAME = ");
	literal_put_string(table->name, strlen(table->name), &sql);
	is_done = conn_query(conn, buf_text(&sql), &result, err);
	if (is_done)
		table->is_sensitive |= result_next(result) != NULL;
	result_free(result);
	buf_release(&sql);
	return is_done;
}

bool
target_table_load(
    struct conn *conn, const char *db, const char *name, struct target_table **table, struct err *err)
{
	struct target_table *made = NULL;

	*table = NULL;
	if (!load_table(conn, db, name, &made, err))
		return false;
	if (made == NULL)
		return true;
	if (!load_columns(conn, made, err) || !target_key_load(conn, made, err) ||
	    !load_triggers(conn, made, err) || !load_checks(conn, made, err)) {
		target_table_free(made);
		return err_prefix(err, "definition of '%s.%s': ", db, name);
	}
	*table = made;
	return true;
}

void
target_table_set_session(struct target_table *table, int zone_minutes, bool is_bending)
{
	table->is_bending = is_bending;
	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].type == TARGET_TIMESTAMP)
			table->columns[i].zone_minutes = (int16_t) zone_minutes;
}

void
target_table_free(struct target_table *table)
{
	if (table == NULL)
		return;
	target_table_unfit(table);
	arena_release(&table->arena);
	free(table);
}
