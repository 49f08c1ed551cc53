/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/column_sense.h"

#include <string.h>
#include <strings.h>

#include "apply/collation.h"
#include "apply/literal.h"
#include "base/buf.h"

enum { CHECKS_SHOWN_VERSION = 100300 }; /* MariaDB: information_schema.CHECK_CONSTRAINTS */

static bool
is_integer(const struct target_column *column)
{
	return column->type >= TARGET_TINYINT && column->type <= TARGET_BIGINT;
}

static bool
is_number(const struct target_column *column)
{
	return is_integer(column) || column->type == TARGET_FLOAT || column->type == TARGET_DOUBLE ||
	       column->type == TARGET_DECIMAL;
}

static bool
is_string(const struct target_column *column)
{
	return column->type >= TARGET_CHAR && column->type <= TARGET_BLOB;
}

/* The sign of an integer is in how its bytes are read; another number has it with it, and only needs the room. */
static bool
is_same_sign(const struct target_column *from, const struct target_column *to)
{
	if (is_integer(from) && is_integer(to))
		return from->is_unsigned == to->is_unsigned;
	return !is_number(from) || !is_number(to) || from->is_unsigned || !to->is_unsigned;
}

/* Bytes have their place in a column of bytes, whatever they were. */
static bool
is_same_charset(const struct target_column *from, const struct target_column *to)
{
	if (!is_string(from) || !is_string(to) || to->charset == NULL)
		return true;
	return from->charset != NULL && charset_is_within(from->charset, to->charset);
}

static bool
has_same_members(const struct target_column *from, const struct target_column *to)
{
	const char *at = from->column_type, *there = to->column_type;
	struct buf member = {0}, other = {0};
	bool is_same = true;

	if ((from->type != TARGET_ENUM && from->type != TARGET_SET) || from->type != to->type)
		return true;
	while (is_same && target_column_next_member(&at, &member))
		is_same = target_column_next_member(&there, &other) && strcmp(buf_text(&member), buf_text(&other)) == 0;
	buf_release(&member);
	buf_release(&other);
	return is_same;
}

static bool
is_rounding(const struct target_column *column)
{
	return (column->type == TARGET_FLOAT || column->type == TARGET_DOUBLE) && column->precision != 0;
}

/* FLOAT(M,D) and DOUBLE(M,D) round what they are given, without an error. */
static bool
is_same_rounding(const struct target_column *from, const struct target_column *to)
{
	if (!is_rounding(to))
		return true;
	return is_rounding(from) && from->type == to->type && from->scale <= to->scale &&
	       from->precision - from->scale <= to->precision - to->scale;
}

static bool
is_address(const struct target_column *column)
{
	return column->type == TARGET_UUID || column->type == TARGET_INET4 || column->type == TARGET_INET6;
}

static bool
is_byte_string(const struct target_column *column)
{
	return column->type == TARGET_BINARY || column->type == TARGET_VARBINARY || column->type == TARGET_BLOB;
}

/* Values of the one are stored as others in the other, and no error says so. */
static bool
is_changing(const struct target_column *from, const struct target_column *to)
{
	if (is_address(from) || is_address(to))
		return from->type != to->type;
	if (to->type == TARGET_JSON)
		return from->type == TARGET_TEXT && !from->is_json;
	if (to->type == TARGET_CHAR)
		return from->type == TARGET_VARCHAR || from->type == TARGET_TEXT;
	if (to->type == TARGET_BINARY && from->type == TARGET_BINARY)
		return from->precision != to->precision;
	if (to->type == TARGET_BINARY)
		return is_string(from);
	return from->type == TARGET_CHAR && is_byte_string(to);
}

enum column_sense
column_sense_compare(const struct target_column *from, const struct target_column *to)
{
	if (to->is_generated)
		return from->is_generated ? SENSE_SAME : SENSE_GENERATED;
	if (!is_same_rounding(from, to))
		return SENSE_ROUNDED;
	if (!is_same_sign(from, to))
		return SENSE_SIGN;
	if (!is_same_charset(from, to))
		return SENSE_CHARSET;
	if (!has_same_members(from, to))
		return SENSE_MEMBERS;
	return is_changing(from, to) ? SENSE_CHANGED : SENSE_SAME;
}

/* The catalogue shows members in utf8mb4, the source sends them as stored: only ASCII has been compared with it. */
static bool
are_members_told(const struct column *column)
{
	for (size_t i = 0; i < column->n_members; i++)
		for (size_t k = 0; k < column->members[i].len; k++)
			if (column->members[i].data[k] < 0x20 || column->members[i].data[k] > 0x7e)
				return false;
	return column->n_members > 0;
}

static bool
is_told(const struct column *column, enum column_sense sense)
{
	switch (sense) {
	case SENSE_SIGN:
		return column->is_unsigned != TRI_UNKNOWN;
	case SENSE_CHARSET:
		return column->collation != 0;
	case SENSE_MEMBERS:
		return are_members_told(column);
	case SENSE_GENERATED:
	case SENSE_ROUNDED:
	case SENSE_CHANGED:
		return false;
	case SENSE_SAME:
		break;
	}
	return true;
}

static bool
hint(struct err *err)
{
	return err_hint(err, "Give the target's table the source's definition (ALTER TABLE on the target), then start again. With "
			     "binlog_row_metadata = FULL the source tells these things in what it logs from then on.");
}

static bool
refuse_untold(const struct target_table *table, const struct target_column *from, const struct target_column *to,
    enum column_sense sense, struct err *err)
{
	(void) err_set(err, ERR_STOP, "table '%s.%s' column '%s': the source has %s%s, the target %s%s", table->db, table->name,
	    to->name, from->column_type, sense == SENSE_GENERATED ? " that is written" : "", to->column_type,
	    sense == SENSE_GENERATED ? " that is generated" : ", which rounds");
	return err_hint(err, "Give the target's table the source's definition (ALTER TABLE on the target), then start again.");
}

static bool
refuse_changed(const struct target_table *table, const struct target_column *from, const struct target_column *to, struct err *err)
{
	(void) err_set(err, ERR_STOP, "table '%s.%s' column '%s': the source has %s, the target %s, which stores other values",
	    table->db, table->name, to->name, from->column_type, to->column_type);
	return err_hint(err, TARGET_CHANGE_HINT);
}

static bool
refuse(const struct target_table *table, const struct target_column *from, const struct target_column *to,
    enum column_sense sense, struct err *err)
{
	static const char *const what[] = {
	    [SENSE_SAME] = "",
	    [SENSE_SIGN] = "signs",
	    [SENSE_CHARSET] = "character sets",
	    [SENSE_MEMBERS] = "members",
	    [SENSE_GENERATED] = "",
	    [SENSE_ROUNDED] = "",
	    [SENSE_CHANGED] = "",
	};

	if (sense == SENSE_CHANGED)
		return refuse_changed(table, from, to, err);
	if (sense == SENSE_GENERATED || sense == SENSE_ROUNDED)
		return refuse_untold(table, from, to, sense, err);
	(void) err_set(err, ERR_STOP, "table '%s.%s' column '%s': the source has %s%s%s, the target %s%s%s, and the source's row "
				      "events tell no %s",
	    table->db, table->name, to->name, from->column_type, from->charset == NULL ? "" : " in ",
	    from->charset == NULL ? "" : from->charset, to->column_type, to->charset == NULL ? "" : " in ",
	    to->charset == NULL ? "" : to->charset, what[sense]);
	return hint(err);
}

/* What is a column on one side is that of an index on the other, by its place. */
static bool
refuse_hidden(const struct target_table *origin, const struct target_table *table, size_t i, struct err *err)
{
	bool is_lost = table->column_of[i] == SIZE_MAX;
	const struct target_table *holder = is_lost ? origin : table;
	const char *name = holder->columns[holder->column_of[i]].name;

	(void) err_set(err, ERR_STOP, "table '%s.%s': column %zu is '%s' on the %s and a hidden one of an index on the %s, and the "
				      "source's row events tell no names",
	    table->db, table->name, i + 1, name, is_lost ? "source" : "target", is_lost ? "target" : "source");
	return hint(err);
}

/* A BINARY of this length may be a UUID or INET, a LONGTEXT may be JSON. */
static bool
is_kind_open(const struct column *column, const struct target_column *to)
{
	bool can_be_address = column->type == TYPE_STRING && (column->length == 16 || column->length == 4) &&
			      (column->collation == 0 || column->collation == COLLATION_BINARY);

	return to->type == TARGET_JSON ? column->type != TYPE_JSON : can_be_address && (is_address(to) || is_byte_string(to));
}

bool
column_sense_is_open(const struct target_table *table, const struct table_map *map)
{
	for (size_t i = 0; map->has_names && i < map->n_columns; i++) {
		const struct target_column *to = table->column_of[i] == SIZE_MAX ? NULL : &table->columns[table->column_of[i]];
		const struct column *column = &map->columns[i];

		if (to != NULL && (to->is_generated || is_rounding(to) || is_kind_open(column, to)))
			return true;
		if (column->n_members > 0 && !are_members_told(column))
			return true;
	}
	return !map->has_names;
}

bool
column_sense_check(const struct target_table *origin, const struct target_table *table, const struct table_map *map,
    struct err *err)
{
	for (size_t i = 0; i < map->n_columns; i++) {
		const struct target_column *from, *to;
		enum column_sense sense;

		if (origin->column_of[i] == SIZE_MAX && table->column_of[i] == SIZE_MAX)
			continue;
		if (origin->column_of[i] == SIZE_MAX || table->column_of[i] == SIZE_MAX)
			return refuse_hidden(origin, table, i, err);
		from = &origin->columns[origin->column_of[i]];
		to = &table->columns[table->column_of[i]];
		if (from->is_row_time || to->is_row_time)
			continue;
		if (strcasecmp(from->name, to->name) != 0) {
			(void) err_set(err, ERR_STOP, "table '%s.%s': column %zu is '%s' on the source and '%s' on the target, and the "
						      "source's row events tell no names",
			    table->db, table->name, i + 1, from->name, to->name);
			return hint(err);
		}
		sense = column_sense_compare(from, to);
		if (!is_told(&map->columns[i], sense) && !(sense == SENSE_CHANGED && table->may_change))
			return refuse(table, from, to, sense, err);
	}
	return true;
}

/* "json_valid(`j`)", as JSON is made. */
static void
mark_json(struct target_table *table, const char *clause)
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

bool
column_sense_load_json(struct conn *conn, struct target_table *table, struct err *err)
{
	struct buf sql = {0};
	struct result *result = NULL;
	const char *const *row;
	bool done;

	if (conn_server(conn)->flavour != FLAVOUR_MARIADB || conn_server(conn)->version < CHECKS_SHOWN_VERSION)
		return true;
	buf_puts(&sql, "SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ");
	literal_put_string(table->db, strlen(table->db), &sql);
	buf_puts(&sql, " AND TABLE_NAME = ");
	literal_put_string(table->name, strlen(table->name), &sql);
	done = conn_query(conn, buf_text(&sql), &result, err);
	while (done && (row = result_next(result)) != NULL)
		mark_json(table, row[0]);
	result_free(result);
	buf_release(&sql);
	return done;
}
