/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents as SQL expressions (tried on MySQL 9.7).
 *
 * JSON text knows null, booleans, strings and numbers.  The server reads a number without point and exponent
 * as INTEGER below 2^32 and as UNSIGNED INTEGER from there on, other numbers as DOUBLE.  What text cannot say
 * is said by the type of an SQL expression among the arguments of JSON_ARRAY and JSON_OBJECT:
 *
 *	INTEGER from 2^32 on		a literal
 *	UNSIGNED INTEGER below 2^32	CAST(n AS UNSIGNED)
 *	DECIMAL				a literal with a point, or a CAST
 *	DATE, TIME, DATETIME		literals: what is wrong in them is an error, where CAST gives NULL
 *	TIMESTAMP, BIT, BINARY, BLOB	no expression has these types, but columns of JSON_TABLE (8.0.4) do: the
 *					value goes through one, a BLOB stands in an IF() beside an empty one
 *	VARBINARY			X'..'
 *	MEDIUMBLOB, LONGBLOB		IF() takes the type that holds the longer one of both strings, and
 *					never computes the other one
 *	TINYBLOB			nothing has this type: it becomes a BLOB, with the same bytes
 *
 * A part without such values is one CAST('..' AS JSON).  The columns of one document stand in one JSON_TABLE, for
 * each takes the server a temporary table:
 *
 *	(SELECT JSON_ARRAY(c0,7) FROM JSON_TABLE(JSON_ARRAY(X'ff'),'$' COLUMNS(c0 BINARY(1) PATH '$[0]' ..)) AS t0)
 */
#include <inttypes.h>
#include <string.h>

#include "binlog/json.h"
#include "binlog/json_scalar.h"
#include "binlog/json_sql.h"
#include "binlog/json_text.h"
#include "model/column.h"

/* DECIMAL(p,s) of a CAST; a computed value in a document may have a precision of up to 81. */
enum { CAST_PRECISION_LIMIT = 65, GROUP_DIGITS = 9, BIT_BYTES_LONGEST = 8 };

/* A row of a table has 64 KiB, a column here up to 255 bytes; a SELECT joins up to 61 tables. */
enum { TABLE_COLUMNS_LIMIT = 200, TABLES_LIMIT = 60 };

/* An expression that grows, and the tables that it refers to. */
struct sql {
	struct buf *out;
	struct json_walk walk;
	struct buf tables;  /* finished ones */
	struct buf values;  /* of the present one */
	struct buf columns;
	unsigned int n_columns; /* in all tables */
	unsigned int n_tables;  /* finished ones */
	bool has_blob;
	struct err *err;
};

/* What follows `begin` becomes the inside of an SQL string in quotes; grows in place, for it may be large. */
static void
escape_from(struct buf *out, size_t begin)
{
	size_t extra = 0, from = out->len, to;

	for (size_t i = begin; i < out->len; i++)
		extra += out->data[i] == '\'' || out->data[i] == '\\' || out->data[i] == '\0';
	buf_reserve(out, extra);
	out->len += extra;
	for (to = out->len; to > from;) {
		char c = out->data[--from];
		out->data[--to] = c == '\0' ? '0' : c;
		if (c == '\'' || c == '\\' || c == '\0')
			out->data[--to] = '\\';
	}
}

void
json_sql_put_string(struct bytes text, struct buf *out)
{
	size_t begin;

	buf_puts(out, "_utf8mb4'");
	begin = out->len;
	buf_add(out, text.data, text.len);
	escape_from(out, begin);
	buf_putc(out, '\'');
}

/* Does the server read the value's text as the same type? */
static bool
is_text_scalar(const struct json_view *view)
{
	switch ((enum json_kind) view->kind) {
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_DOUBLE:
	case JSON_STRING:
		return true;
	case JSON_INT:
		return view->i <= UINT32_MAX;
	case JSON_UINT:
		return view->u > UINT32_MAX;
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_DECIMAL:
	case JSON_DATE:
	case JSON_TIME:
	case JSON_DATETIME:
	case JSON_TIMESTAMP:
	case JSON_OPAQUE:
		break;
	}
	return false;
}

/* Works on a copy of the walk: the bytes will be walked over again. */
static bool
find_is_text(const struct json_view *view, struct json_walk *walk, bool *is_text)
{
	struct json_view value;

	if (!json_is_container(view)) {
		*is_text = *is_text && is_text_scalar(view);
		return true;
	}
	if (!json_enter(walk))
		return false;
	for (uint32_t i = 0; i < view->count && *is_text; i++)
		if (!json_element(view, i, walk, &value) || !find_is_text(&value, walk, is_text))
			return false;
	json_leave(walk);
	return true;
}

static void
put_hex(struct bytes data, struct buf *out)
{
	buf_puts(out, "X'");
	buf_put_hex(out, data.data, data.len);
	buf_putc(out, '\'');
}

/* The present table has all its columns. */
static void
close_table(struct sql *sql)
{
	if (sql->columns.len == 0)
		return;
	buf_puts(&sql->tables, sql->n_tables == 0 ? "JSON_TABLE(JSON_ARRAY(" : ",JSON_TABLE(JSON_ARRAY(");
	buf_add(&sql->tables, sql->values.data, sql->values.len);
	buf_puts(&sql->tables, "),'$' COLUMNS(");
	buf_add(&sql->tables, sql->columns.data, sql->columns.len);
	buf_printf(&sql->tables, ")) AS t%u", sql->n_tables);
	sql->values.len = sql->columns.len = 0;
	sql->n_tables++;
}

/* Puts a reference to a new column of the type, through which the value that sql->values then gets will go. */
static bool
add_column(struct sql *sql, const char *type, unsigned int length)
{
	unsigned int place = sql->n_columns % TABLE_COLUMNS_LIMIT;

	if (place == 0)
		close_table(sql);
	if (sql->n_tables >= TABLES_LIMIT)
		return err_set(sql->err, ERR_STOP, "JSON document has more than %d values of type TIMESTAMP, BIT or BINARY",
		    TABLES_LIMIT * TABLE_COLUMNS_LIMIT);
	if (place > 0) {
		buf_putc(&sql->values, ',');
		buf_putc(&sql->columns, ',');
	}
	buf_printf(&sql->columns, "c%u %s(%u) PATH '$[%u]' ERROR ON EMPTY ERROR ON ERROR", sql->n_columns, type, length,
	    place);
	buf_printf(sql->out, "c%u", sql->n_columns++);
	return true;
}

/* Puts the tables behind the expression that began at `begin`. */
static void
put_tables(struct sql *sql, size_t begin)
{
	static const char select[] = "(SELECT ";

	close_table(sql);
	if (sql->has_blob)
		buf_printf(&sql->tables, "%sJSON_TABLE('[]','$' COLUMNS(b BLOB PATH '$[0]')) AS tb",
		    sql->n_tables == 0 ? "" : ",");
	if (sql->tables.len == 0)
		return;
	buf_splice(sql->out, begin, 0, select, sizeof(select) - 1);
	buf_puts(sql->out, " FROM ");
	buf_add(sql->out, sql->tables.data, sql->tables.len);
	buf_putc(sql->out, ')');
}

/* IF(1, X'..', something of the wanted type) */
static bool
put_typed_blob(struct sql *sql, struct bytes data, const char *other)
{
	buf_puts(sql->out, "IF(1,");
	put_hex(data, sql->out);
	buf_printf(sql->out, ",%s)", other);
	return true;
}

static bool
put_bit(struct sql *sql, struct bytes data)
{
	if (data.len == 0 || data.len > BIT_BYTES_LONGEST)
		return json_malformed(sql->err, "a BIT value has %zu bytes", data.len);
	if (!add_column(sql, "BIT", (unsigned int) data.len * 8))
		return false;
	buf_put_u64(&sql->values, bytes_be(data.data, data.len));
	return true;
}

static bool
put_binary(struct sql *sql, struct bytes data)
{
	if (data.len > UINT8_MAX)
		return json_malformed(sql->err, "a BINARY value has %zu bytes", data.len);
	if (!add_column(sql, "BINARY", (unsigned int) data.len))
		return false;
	put_hex(data, &sql->values);
	return true;
}

static bool
put_opaque(struct sql *sql, const struct json_view *view)
{
	switch (view->field_type) {
	case TYPE_VARCHAR:
		put_hex(view->data, sql->out);
		return true;
	case TYPE_BIT:
		return put_bit(sql, view->data);
	case TYPE_STRING:
		return put_binary(sql, view->data);
	case TYPE_TINY_BLOB:
	case TYPE_BLOB:
		sql->has_blob = true;
		return put_typed_blob(sql, view->data, "b");
	case TYPE_MEDIUM_BLOB:
		return put_typed_blob(sql, view->data, "REPEAT(X'00',65536)");
	case TYPE_LONG_BLOB:
		return put_typed_blob(sql, view->data, "REPEAT(X'00',16777216)");
	default:
		return err_set(sql->err, ERR_STOP,
		    "JSON document holds a value of type %u (%s), which no expression can make", view->field_type,
		    column_type_name(view->field_type));
	}
}

/*
 * The server keeps the number of digits before the point as it came about: as written in literals, in groups of
 * nine in casts.  It shows in the stored bytes only.  An integer needs its point, or it would be an INTEGER.
 */
static bool
put_decimal(const struct json_view *view, struct buf *out, struct err *err)
{
	unsigned int precision, scale;
	struct buf text = {0};
	bool is_read = json_put_decimal(view, &text, err);

	if (is_read) {
		precision = view->data.data[0];
		scale = view->data.data[1];
		if (precision > scale && (precision - scale) % GROUP_DIGITS == 0) {
			buf_printf(out, "CAST('%s' AS DECIMAL(%u,%u))", buf_text(&text),
			    precision > CAST_PRECISION_LIMIT ? CAST_PRECISION_LIMIT : precision, scale);
		} else {
			/* ".5" of DECIMAL(1,1) has no digit before the point */
			size_t sign = text.data[0] == '-', zero = precision == scale;
			buf_add(out, text.data, sign);
			buf_add(out, text.data + sign + zero, text.len - sign - zero);
			buf_puts(out, scale == 0 ? "." : "");
		}
	}
	buf_release(&text);
	return is_read;
}

static bool
put_temporal(const char *keyword, const struct json_view *view, struct buf *out, struct err *err)
{
	buf_printf(out, "%s'", keyword);
	if (!json_put_temporal(view, out, err))
		return false;
	buf_putc(out, '\'');
	return true;
}

static bool
put_timestamp(struct sql *sql, const struct json_view *view)
{
	return add_column(sql, "TIMESTAMP", 6) && put_temporal("TIMESTAMP", view, &sql->values, sql->err);
}

static bool
put_text(struct sql *sql, const struct json_view *view)
{
	size_t begin;

	buf_puts(sql->out, "CAST(_utf8mb4'");
	begin = sql->out->len;
	if (!json_put_value(view, &sql->walk, sql->out))
		return false;
	escape_from(sql->out, begin);
	buf_puts(sql->out, "' AS JSON)");
	return true;
}

/* As an argument of JSON_ARRAY: a string there is a string, not JSON text. */
static bool
put_scalar(struct sql *sql, const struct json_view *view)
{
	switch ((enum json_kind) view->kind) {
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
		return json_put_scalar(view, sql->out, sql->err);
	case JSON_INT:
		return view->i < 0 ? put_text(sql, view) : json_put_scalar(view, sql->out, sql->err);
	case JSON_UINT:
		buf_printf(sql->out, "CAST(%" PRIu64 " AS UNSIGNED)", view->u);
		return true;
	case JSON_STRING:
		json_sql_put_string(view->data, sql->out);
		return true;
	case JSON_DECIMAL:
		return put_decimal(view, sql->out, sql->err);
	case JSON_DATE:
		return put_temporal("DATE", view, sql->out, sql->err);
	case JSON_TIME:
		return put_temporal("TIME", view, sql->out, sql->err);
	case JSON_DATETIME:
		return put_temporal("TIMESTAMP", view, sql->out, sql->err);
	case JSON_TIMESTAMP:
		return put_timestamp(sql, view);
	case JSON_OPAQUE:
		return put_opaque(sql, view);
	case JSON_DOUBLE:
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
	return put_text(sql, view);
}

static bool put_value(struct sql *sql, const struct json_view *view);

static bool
put_member(struct sql *sql, const struct json_view *container, uint32_t number)
{
	struct json_view value;
	struct bytes key;

	if (container->kind == JSON_OBJECT) {
		if (!json_key(container, number, &sql->walk, &key))
			return false;
		json_sql_put_string(key, sql->out);
		buf_putc(sql->out, ',');
	}
	return json_element(container, number, &sql->walk, &value) && put_value(sql, &value);
}

static bool
put_container(struct sql *sql, const struct json_view *view)
{
	if (!json_enter(&sql->walk))
		return false;
	buf_puts(sql->out, view->kind == JSON_OBJECT ? "JSON_OBJECT(" : "JSON_ARRAY(");
	for (uint32_t i = 0; i < view->count; i++) {
		if (i > 0)
			buf_putc(sql->out, ',');
		if (!put_member(sql, view, i))
			return false;
	}
	buf_putc(sql->out, ')');
	json_leave(&sql->walk);
	return true;
}

/* Each level looks at all below it, which the limit of depth bounds. */
static bool
put_value(struct sql *sql, const struct json_view *view)
{
	struct json_walk look = sql->walk;
	bool is_text = true;

	if (!json_is_container(view))
		return put_scalar(sql, view);
	if (!find_is_text(view, &look, &is_text))
		return false;
	return is_text ? put_text(sql, view) : put_container(sql, view);
}

/* A scalar becomes a document by way of an array. */
static bool
put_document(struct sql *sql, const struct json_view *view)
{
	if (json_is_container(view))
		return put_value(sql, view);
	if (is_text_scalar(view))
		return put_text(sql, view);
	buf_puts(sql->out, "JSON_EXTRACT(JSON_ARRAY(");
	if (!put_scalar(sql, view))
		return false;
	buf_puts(sql->out, "),'$[0]')");
	return true;
}

static bool
put(struct bytes json, bool is_argument, struct buf *out, struct err *err)
{
	struct sql sql = {.out = out, .err = err};
	size_t begin = out->len;
	struct json_view view;
	bool is_done;

	is_done = json_open(json, &sql.walk, &view, err) &&
	    (is_argument ? put_value(&sql, &view) : put_document(&sql, &view));
	if (is_done)
		put_tables(&sql, begin);
	else
		out->len = begin;
	buf_release(&sql.tables);
	buf_release(&sql.values);
	buf_release(&sql.columns);
	return is_done;
}

bool
json_put_sql(struct bytes json, struct buf *out, struct err *err)
{
	return put(json, false, out, err);
}

bool
json_sql_put_argument(struct bytes json, struct buf *out, struct err *err)
{
	return put(json, true, out, err);
}
