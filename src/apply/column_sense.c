/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/column_sense.h"

#include <string.h>
#include <strings.h>

#include "apply/collation.h"
#include "base/buf.h"

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
	return has_same_members(from, to) ? SENSE_SAME : SENSE_MEMBERS;
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
		return column->n_members > 0;
	case SENSE_GENERATED:
	case SENSE_ROUNDED:
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
	};

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

bool
column_sense_is_open(const struct target_table *table, const struct table_map *map)
{
	for (size_t i = 0; map->has_names && i < map->n_columns; i++) {
		const struct target_column *to = table->column_of[i] == SIZE_MAX ? NULL : &table->columns[table->column_of[i]];

		if (to != NULL && (to->is_generated || is_rounding(to)))
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
		if (!is_told(&map->columns[i], sense))
			return refuse(table, from, to, sense, err);
	}
	return true;
}
