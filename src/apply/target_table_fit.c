/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a table map fit the target's table?
 *
 * Types may widen (int to bigint, varchar(10) to varchar(20)), never narrow.  Where the wire leaves something
 * open (the sign of an integer, a character set) and both ends look alike, they are taken to be alike: the
 * ordered DDL made them so.  Where they do not look alike, the open thing would be a guess.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/collation.h"
#include "apply/column_places.h"
#include "apply/target_table.h"
#include "base/buf.h"
#include "base/mem.h"

enum verdict {
	FITS,
	CHANGES, /* fits, and some values are stored as others without an error */
	TOO_NARROW,
	OTHER_TYPE,
	SIGN_UNKNOWN,
	OTHER_CHARSET,
	OTHER_MEMBERS,
};

static unsigned int
int_width(uint8_t type)
{
	switch (type) {
	case TYPE_TINY:
		return 1;
	case TYPE_SHORT:
		return 2;
	case TYPE_INT24:
		return 3;
	case TYPE_LONG:
		return 4;
	case TYPE_LONGLONG:
		return 8;
	default: /* not an integer */
		return 0;
	}
}

static enum verdict
fit_int(const struct column *column, const struct target_column *target)
{
	static const uint8_t widths[] = {[TARGET_TINYINT] = 1,
	    [TARGET_SMALLINT] = 2,
	    [TARGET_MEDIUMINT] = 3,
	    [TARGET_INT] = 4,
	    [TARGET_BIGINT] = 8};
	unsigned int from = int_width(column->type);
	unsigned int to;

	if (target->type < TARGET_TINYINT || target->type > TARGET_BIGINT)
		return OTHER_TYPE;
	to = widths[target->type];
	if (to < from)
		return TOO_NARROW;
	if (column->is_unsigned == TRI_UNKNOWN)
		return to == from ? FITS : SIGN_UNKNOWN;
	if ((column->is_unsigned == TRI_YES) == target->is_unsigned)
		return FITS;
	return column->is_unsigned == TRI_YES && to > from ? FITS : TOO_NARROW;
}

static enum verdict
fit_float(const struct column *column, const struct target_column *target)
{
	if (target->type != TARGET_FLOAT && target->type != TARGET_DOUBLE)
		return OTHER_TYPE;
	if (target->is_unsigned && column->is_unsigned == TRI_NO)
		return TOO_NARROW;
	return column->type == TYPE_DOUBLE && target->type == TARGET_FLOAT ? TOO_NARROW : FITS;
}

static enum verdict
fit_decimal(const struct column *column, const struct target_column *target)
{
	if (target->type != TARGET_DECIMAL)
		return OTHER_TYPE;
	if (target->is_unsigned && column->is_unsigned == TRI_NO)
		return TOO_NARROW;
	return target->scale < column->scale ||
		       target->precision - target->scale < (int) column->length - column->scale
		   ? TOO_NARROW
		   : FITS;
}

static enum verdict
fit_temporal(const struct column *column, const struct target_column *target, enum target_type wanted)
{
	if (target->type != wanted)
		return OTHER_TYPE;
	if (column->has_fraction_in_doubt || column->type == TYPE_DATE || column->type == TYPE_NEWDATE ||
	    column->type == TYPE_YEAR)
		return FITS;
	return target->fraction_digits < column->length ? TOO_NARROW : FITS;
}

/* The catalogues double quotes and escape backslashes (other escapes stand for characters that is_plain() leaves out). */
bool
target_column_next_member(const char **at, struct buf *member)
{
	const char *from = strchr(*at, '\'');

	buf_reset(member, SIZE_MAX);
	if (from == NULL)
		return false;
	for (from++; *from != '\0'; from++) {
		if (from[0] == '\'' && from[1] != '\'')
			break;
		if ((from[0] == '\'' || from[0] == '\\') && from[1] != '\0')
			from++;
		buf_putc(member, *from);
	}
	*at = *from == '\0' ? from : from + 1;
	return true;
}

static bool
is_plain(const struct bytes *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] < 0x20 || text->data[i] > 0x7e)
			return false;
	return true;
}

/* Values travel by number: those that the source has must be the first ones of the target's, in the same order.
 */
static bool
has_same_members(const struct column *column, const struct target_column *target)
{
	const char *at = target->column_type;
	struct buf member = {0};
	bool is_same = true;

	for (size_t i = 0; is_same && i < column->n_members; i++) {
		const struct bytes *sent = &column->members[i];

		is_same = target_column_next_member(&at, &member);
		/* The catalogue shows them in utf8mb4, the source sends them as stored: only ASCII compares. */
		if (is_same && is_plain(sent))
			is_same = sent->len == member.len &&
				  (sent->len == 0 || memcmp(sent->data, member.data, sent->len) == 0);
	}
	buf_release(&member);
	return is_same;
}

static unsigned int
set_width(unsigned int n_members)
{
	unsigned int bytes = (n_members + 7) / 8;

	return bytes > 4 ? 8 : bytes;
}

static enum verdict
fit_members(const struct column *column, const struct target_column *target)
{
	unsigned int width;

	if (target->type != (column->type == TYPE_ENUM ? TARGET_ENUM : TARGET_SET))
		return OTHER_TYPE;
	width = column->type == TYPE_ENUM ? (target->n_members < 256 ? 1 : 2) : set_width(target->n_members);
	if (width < column->length || target->n_members < column->n_members)
		return TOO_NARROW;
	return has_same_members(column, target) ? FITS : OTHER_MEMBERS;
}

static bool
is_text(const struct target_column *target)
{
	return target->type == TARGET_CHAR || target->type == TARGET_VARCHAR || target->type == TARGET_TEXT;
}

static bool
is_binary(const struct target_column *target)
{
	return target->type == TARGET_BINARY || target->type == TARGET_VARBINARY || target->type == TARGET_BLOB;
}

/* Longest value in bytes that the wire can bring. */
static uint64_t
longest(const struct column *column)
{
	switch (column->type) {
	case TYPE_STRING:
	case TYPE_VARCHAR:
	case TYPE_VAR_STRING:
		return column->length;
	case TYPE_VARCHAR_COMPRESSED:
		return column->length == 0
			   ? 0
			   : column->length - 1; /* one byte more than declared, for the method */
	default:                                 /* blob-like: `length` bytes of length */
		return column->length >= 4 ? UINT32_MAX : (UINT64_C(1) << (8 * column->length)) - 1;
	}
}

/* The length that the target offers for text of the source's character set, in the source's bytes. */
static uint64_t
offered(const char *charset, const struct target_column *target)
{
	bool is_utf8mb3 = charset != NULL && strcmp(charset, "utf8mb3") == 0;

	if (is_utf8mb3 && target->type != TARGET_TEXT && target->charset != NULL &&
	    strcmp(target->charset, "utf8mb4") == 0)
		return target->octet_length / 4 * 3;
	return target->octet_length;
}

/* On the wire these are BINARY: column_sense.h tells whether they are. */
static enum verdict
fit_address(const struct column *column, const char *charset, const struct target_column *target)
{
	if (charset != NULL && column->collation != COLLATION_BINARY)
		return OTHER_TYPE;
	return column->type == TYPE_STRING && column->length == (target->type == TARGET_INET4 ? 4 : 16) ? FITS : OTHER_TYPE;
}

/* CHAR loses trailing spaces, BINARY gets trailing zero bytes. */
static bool
is_changing(const struct column *column, const struct target_column *target)
{
	if (target->type == TARGET_BINARY)
		return column->type != TYPE_STRING || target->octet_length != column->length;
	return target->type == TARGET_CHAR && column->type != TYPE_STRING;
}

static enum verdict
fit_string(const struct column *column, const struct target_column *target)
{
	const char *charset = collation_charset(column->collation);

	if (target->type == TARGET_UUID || target->type == TARGET_INET6 || target->type == TARGET_INET4)
		return fit_address(column, charset, target);
	if (target->type == TARGET_VECTOR) /* MariaDB's: a varbinary on the wire */
		return column->type == TYPE_VARCHAR && column->length == target->octet_length ? FITS
											      : OTHER_TYPE;
	if (!is_text(target) && !is_binary(target))
		return OTHER_TYPE;
	if (charset != NULL &&
	    !charset_is_within(charset, target->charset == NULL ? "binary" : target->charset))
		return OTHER_CHARSET;
	if (offered(charset, target) < longest(column))
		return TOO_NARROW;
	return is_changing(column, target) ? CHANGES : FITS;
}

static enum verdict
fit_blob(const struct column *column, const struct target_column *target)
{
	if (target->type == TARGET_JSON) /* of MariaDB: a longtext on the wire */
		return column->length == 4 && column->collation != COLLATION_BINARY ? FITS : OTHER_TYPE;
	return fit_string(column, target);
}

static enum verdict
fit_json(const struct target_column *target)
{
	if (target->type == TARGET_JSON)
		return FITS;
	if (target->type != TARGET_TEXT)
		return OTHER_TYPE;
	return target->octet_length < UINT32_MAX ? TOO_NARROW : FITS;
}

static enum verdict
fit_vector(const struct column *column, const struct target_column *target)
{
	if (target->type != TARGET_VECTOR)
		return OTHER_TYPE;
	return column->vector_dimension * UINT64_C(4) > target->octet_length ? TOO_NARROW : FITS;
}

static enum verdict
fit_bit(const struct column *column, const struct target_column *target)
{
	if (target->type != TARGET_BIT)
		return OTHER_TYPE;
	return target->precision < column->length ? TOO_NARROW : FITS;
}

static enum verdict
fit_column(const struct column *column, const struct target_column *target)
{
	switch ((enum column_type) column->type) {
	case TYPE_TINY:
	case TYPE_SHORT:
	case TYPE_INT24:
	case TYPE_LONG:
	case TYPE_LONGLONG:
		return fit_int(column, target);
	case TYPE_FLOAT:
	case TYPE_DOUBLE:
		return fit_float(column, target);
	case TYPE_NEWDECIMAL:
		return fit_decimal(column, target);
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMP2:
		return fit_temporal(column, target, TARGET_TIMESTAMP);
	case TYPE_DATETIME:
	case TYPE_DATETIME2:
		return fit_temporal(column, target, TARGET_DATETIME);
	case TYPE_TIME:
	case TYPE_TIME2:
		return fit_temporal(column, target, TARGET_TIME);
	case TYPE_DATE:
	case TYPE_NEWDATE:
		return fit_temporal(column, target, TARGET_DATE);
	case TYPE_YEAR:
		return fit_temporal(column, target, TARGET_YEAR);
	case TYPE_BIT:
		return fit_bit(column, target);
	case TYPE_ENUM:
	case TYPE_SET:
		return fit_members(column, target);
	case TYPE_STRING:
	case TYPE_VARCHAR:
	case TYPE_VAR_STRING:
	case TYPE_VARCHAR_COMPRESSED:
		return fit_string(column, target);
	case TYPE_TINY_BLOB:
	case TYPE_MEDIUM_BLOB:
	case TYPE_LONG_BLOB:
	case TYPE_BLOB:
	case TYPE_BLOB_COMPRESSED:
		return fit_blob(column, target);
	case TYPE_JSON:
		return fit_json(target);
	case TYPE_GEOMETRY:
		return target->type == TARGET_GEOMETRY ? FITS : OTHER_TYPE;
	case TYPE_VECTOR:
		return fit_vector(column, target);
	case TYPE_DECIMAL: /* before MySQL 5.0 */
	case TYPE_NULL:
	case TYPE_TYPED_ARRAY:
		return OTHER_TYPE;
	}
	return OTHER_TYPE;
}

/* "int unsigned", "varchar of 40 bytes in latin1", "decimal(10,2)": what the wire tells. */
static void
put_wire_type(const struct column *column, struct buf *out)
{
	const char *charset = collation_charset(column->collation);

	buf_puts(out, column_type_name(column->type));
	if (int_width(column->type) != 0 && column->is_unsigned != TRI_UNKNOWN)
		buf_puts(out, column->is_unsigned == TRI_YES ? " unsigned" : " signed");
	if (column->type == TYPE_NEWDECIMAL)
		buf_printf(out, "(%u,%u)", (unsigned int) column->length, (unsigned int) column->scale);
	if (column->type == TYPE_TIMESTAMP2 || column->type == TYPE_DATETIME2 || column->type == TYPE_TIME2 ||
	    column->type == TYPE_BIT)
		buf_printf(out, "(%u)", (unsigned int) column->length);
	if (column->type == TYPE_STRING || column->type == TYPE_VARCHAR || column->type == TYPE_VAR_STRING)
		buf_printf(out, " of %u bytes", (unsigned int) column->length);
	if (column->type == TYPE_ENUM || column->type == TYPE_SET)
		buf_printf(out, " of %u bytes", (unsigned int) column->length);
	if (column->type == TYPE_BLOB)
		buf_printf(out, " with %u bytes of length", (unsigned int) column->length);
	if (charset != NULL && column->type != TYPE_JSON)
		buf_printf(out, " in %s", charset);
}

static bool
refuse(const struct target_table *table, const struct column *column, const struct target_column *target,
    enum verdict verdict, struct err *err)
{
	static const char *const why[] = {
	    [TOO_NARROW] = ", which is too narrow",
	    [OTHER_TYPE] = "",
	    [SIGN_UNKNOWN] = ", and the source does not tell whether its values are signed",
	    [OTHER_CHARSET] = " in another character set",
	    [OTHER_MEMBERS] = " with other members",
	    [FITS] = "",
	    [CHANGES] = "",
	};
	struct buf wire = {0};

	put_wire_type(column, &wire);
	(void) err_set(err, ERR_STOP, "table '%s.%s' column '%s': the source sends %s, the target has %s%s%s%s",
	    table->db, table->name, target->name, buf_text(&wire), target->column_type,
	    target->charset == NULL ? "" : " in ", target->charset == NULL ? "" : target->charset,
	    why[verdict]);
	buf_release(&wire);
	if (verdict == SIGN_UNKNOWN)
		return err_hint(err,
		    "Set binlog_row_metadata = FULL on the source, or give the target's column the "
		    "source's type.");
	return err_hint(err,
	    "Give the target's column the type that the source's has at this position (ALTER TABLE "
	    "on the target), then start again.");
}

static bool
check_types(const struct target_table *table, const struct table_map *map, const size_t *column_of, size_t *changing,
    struct err *err)
{
	*changing = SIZE_MAX;
	for (size_t i = 0; i < map->n_columns; i++) {
		enum verdict verdict;

		if (column_of[i] == SIZE_MAX)
			continue;
		verdict = fit_column(&map->columns[i], &table->columns[column_of[i]]);
		if (verdict == CHANGES && *changing == SIZE_MAX)
			*changing = i;
		if (verdict != FITS && verdict != CHANGES)
			return refuse(table, &map->columns[i], &table->columns[column_of[i]], verdict, err);
	}
	return true;
}

bool
target_table_refuse_change(const struct target_table *table, struct err *err)
{
	const struct column *column;
	const struct target_column *target;
	struct buf wire = {0};

	if (table->may_change || table->changing == SIZE_MAX)
		return true;
	column = &table->fitted->columns[table->changing];
	target = &table->columns[table->column_of[table->changing]];
	put_wire_type(column, &wire);
	(void) err_set(err, ERR_STOP, "table '%s.%s' column '%s': the source sends %s, the target has %s, which %s", table->db,
	    table->name, target->name, buf_text(&wire), target->column_type,
	    target->type == TARGET_CHAR ? "loses trailing spaces" : "adds zero bytes");
	buf_release(&wire);
	return err_hint(err, TARGET_CHANGE_HINT);
}

void
target_table_unfit(struct target_table *table)
{
	table_map_unref((struct table_map *) (uintptr_t) table->fitted);
	free(table->column_of);
	free(table->fraction_digits);
	table->fitted = NULL;
	table->column_of = NULL;
	table->fraction_digits = NULL;
}

bool
target_table_fit(struct target_table *table, const struct table_map *map, struct err *err)
{
	size_t *column_of;
	uint8_t *fraction_digits;
	size_t changing;

	if (table->fitted == map)
		return true;
	column_of = mem_alloc((map->n_columns + 1) * sizeof(*column_of));
	if (!column_places_find(table, map, column_of, err) || !check_types(table, map, column_of, &changing, err)) {
		free(column_of);
		return false;
	}
	fraction_digits = mem_alloc(map->n_columns + 1);
	for (size_t i = 0; i < map->n_columns; i++)
		fraction_digits[i] =
		    column_of[i] == SIZE_MAX ? 0xff : table->columns[column_of[i]].fraction_digits;
	target_table_unfit(table);
	/* The reference count is all that changes in a shared map. */
	table->fitted = table_map_ref(map);
	table->column_of = column_of;
	table->changing = changing;
	table->fraction_digits = fraction_digits;
	return true;
}
