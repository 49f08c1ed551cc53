/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/rows.h"

#include <string.h>

#include "binlog/inflate.h"
#include "binlog/values.h"

enum { DIGITS_UNKNOWN = 0xff, SCRATCH_KEEP_BYTES = 1 << 20, OPTION_PARTIAL_JSON = 1, FRACTION_DIGITS_MOST = 6 };

static bool
has_bit(const uint8_t *map, size_t i)
{
	return (map[i / 8] >> i % 8 & 1) != 0;
}

static size_t
count_bits(const uint8_t *map, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += has_bit(map, i);
	return count;
}

static bool
has_extra_data(uint8_t event_type)
{
	return (event_type >= EVENT_WRITE_ROWS && event_type <= EVENT_DELETE_ROWS) ||
	       event_type == EVENT_PARTIAL_UPDATE_ROWS ||
	       (event_type >= EVENT_MARIADB_WRITE_ROWS_COMPRESSED &&
		   event_type <= EVENT_MARIADB_DELETE_ROWS_COMPRESSED);
}

static bool
is_compressed(uint8_t event_type)
{
	return event_type >= EVENT_MARIADB_WRITE_ROWS_COMPRESSED_V1 &&
	       event_type <= EVENT_MARIADB_DELETE_ROWS_COMPRESSED;
}

/* Extra data (NDB's, or partition numbers) tells nothing about the rows; its length includes its own two bytes.
 */
static void
skip_extra_data(struct reader *reader)
{
	size_t len = reader_u16(reader);

	if (len < 2)
		reader->failed = true;
	(void) reader_take(reader, len - 2);
}

/* The header up to the bitmaps. */
static bool
read_head(struct rows_cursor *cursor, uint8_t event_type, const struct binlog_format *format,
    struct reader *reader, struct err *err)
{
	size_t map_len = (cursor->table->n_columns + 7) / 8;
	const uint8_t *first, *second = NULL;
	uint64_t n_columns;

	(void) reader_take(reader, format->post_header_len[event_type] == 6 ? 4 : 6);
	cursor->flags = reader_u16(reader);
	if (has_extra_data(event_type))
		skip_extra_data(reader);
	n_columns = reader_packed(reader);
	if (!reader->failed && n_columns != cursor->table->n_columns)
		return err_set(err, ERR_STOP, "%llu columns in the rows event, but %zu in the table map",
		    (unsigned long long) n_columns, cursor->table->n_columns);
	first = reader_take(reader, map_len);
	if (cursor->kind == ROWS_UPDATE)
		second = reader_take(reader, map_len);
	if (reader->failed)
		return err_set(err, ERR_STOP, "the header of the rows event is cut short");
	cursor->before_map = cursor->kind == ROWS_INSERT ? NULL : first;
	cursor->after_map = cursor->kind == ROWS_INSERT ? first : second;
	return true;
}

/* An array of values whose absent columns are marked so, once for all rows. */
static struct value *
new_image(struct rows_cursor *cursor, const uint8_t *map, size_t *n_present)
{
	if (map == NULL) {
		*n_present = 0;
		return NULL;
	}
	*n_present = count_bits(map, cursor->table->n_columns);
	return arena_zalloc(&cursor->arena, cursor->table->n_columns * sizeof(struct value));
}

static unsigned int
fraction_digits(const struct rows_cursor *cursor, size_t i)
{
	if (!cursor->table->columns[i].has_fraction_in_doubt)
		return 0;
	return cursor->hints.fraction_digits == NULL ? DIGITS_UNKNOWN : cursor->hints.fraction_digits[i];
}

/* Asks once what need not be asked for each row. */
static bool
check_columns(struct rows_cursor *cursor, struct err *err)
{
	for (size_t i = 0; i < cursor->table->n_columns; i++) {
		const struct column *column = &cursor->table->columns[i];
		bool is_present = (cursor->before_map != NULL && has_bit(cursor->before_map, i)) ||
				  (cursor->after_map != NULL && has_bit(cursor->after_map, i));

		cursor->has_compressed_columns |=
		    column->type == TYPE_BLOB_COMPRESSED || column->type == TYPE_VARCHAR_COMPRESSED;
		if (is_present && fraction_digits(cursor, i) > FRACTION_DIGITS_MOST) {
			(void) err_set(err, ERR_STOP,
			    "column %zu is an '%s', whose length only the table's definition tells", i + 1,
			    column_type_name(column->type));
			return err_hint(
			    err, "Rebuild the table on the source with mysql56_temporal_format = ON.");
		}
	}
	return true;
}

static bool
open_rows(struct rows_cursor *cursor, uint8_t event_type, const struct binlog_format *format, struct bytes body,
    struct err *err)
{
	struct reader reader;
	struct bytes rows;

	reader_init(&reader, body.data, body.len);
	if (!read_head(cursor, event_type, format, &reader, err) || !check_columns(cursor, err))
		return false;
	rows = reader_rest(&reader);
	if (is_compressed(event_type)) {
		if (!inflate_event_part(rows, &cursor->inflated, err))
			return false;
		rows = (struct bytes){(const uint8_t *) cursor->inflated.data, cursor->inflated.len};
	}
	reader_init(&cursor->rows, rows.data, rows.len);
	cursor->before = new_image(cursor, cursor->before_map, &cursor->n_before);
	cursor->after = new_image(cursor, cursor->after_map, &cursor->n_after);
	return true;
}

static bool
prefix_table(const struct rows_cursor *cursor, struct err *err)
{
	return err_prefix(err, "table '%s.%s': ", cursor->table->db, cursor->table->name);
}

bool
rows_open(struct rows_cursor *cursor, uint8_t event_type, const struct binlog_format *format, struct bytes body,
    const struct table_map *table, const struct rows_hints *hints, struct err *err)
{
	cursor->table = table;
	cursor->kind = event_rows_kind(event_type);
	cursor->is_partial = event_type == EVENT_PARTIAL_UPDATE_ROWS;
	cursor->hints = hints == NULL ? (struct rows_hints){0} : *hints;
	cursor->has_compressed_columns = false;
	cursor->n_rows = 0;
	reader_init(&cursor->rows, NULL, 0);
	arena_reset(&cursor->arena);
	buf_reset(&cursor->inflated, SCRATCH_KEEP_BYTES);
	if (cursor->kind == ROWS_NONE)
		return err_set(
		    err, ERR_STOP, "event '%s' (%u) holds no rows", event_type_name(event_type), event_type);
	return open_rows(cursor, event_type, format, body, err) || prefix_table(cursor, err);
}

/* The value of a COMPRESSED column, inflated into memory that lasts until the next row. */
static bool
inflate_value(struct rows_cursor *cursor, struct value *value, struct err *err)
{
	buf_reset(&cursor->scratch, SCRATCH_KEEP_BYTES);
	if (!inflate_column(value->bytes, &cursor->scratch, err))
		return false;
	cursor->values_bytes += cursor->scratch.len;
	if (cursor->values_bytes > INFLATE_LIMIT_BYTES)
		return err_set(err, ERR_STOP, "the compressed values of one row hold more than %d bytes",
		    INFLATE_LIMIT_BYTES);
	value->bytes.data = arena_dup(&cursor->values, cursor->scratch.data, cursor->scratch.len);
	value->bytes.len = cursor->scratch.len;
	return true;
}

static bool
bad_value(const struct rows_cursor *cursor, size_t i, bool is_short, struct err *err)
{
	const struct column *column = &cursor->table->columns[i];

	return err_set(err, ERR_STOP,
	    is_short ? "the row ends within column %zu (%s)" : "column %zu holds bytes that are no %s", i + 1,
	    column_type_name(column->type));
}

/*
 * One column that is present and not NULL.  `partial` is the bitmap of JSON columns that came as diffs, NULL
 * for none; `n_json` the number of JSON columns before this one.
 */
static bool
read_value(struct rows_cursor *cursor, size_t i, struct value *value, struct err *err)
{
	const struct column *column = &cursor->table->columns[i];
	unsigned int digits = column->has_fraction_in_doubt ? fraction_digits(cursor, i) : 0;

	if (!value_read(&cursor->rows, column, digits, value))
		return bad_value(cursor, i, cursor->rows.failed, err);
	if (cursor->has_compressed_columns &&
	    (column->type == TYPE_BLOB_COMPRESSED || column->type == TYPE_VARCHAR_COMPRESSED))
		return inflate_value(cursor, value, err) || err_prefix(err, "column %zu: ", i + 1);
	return true;
}

/* NULL bits, then values, of the columns in `map`. */
static bool
read_image(
    struct rows_cursor *cursor, const uint8_t *map, size_t n_present, struct value *values, struct err *err)
{
	const uint8_t *nulls = reader_take(&cursor->rows, (n_present + 7) / 8);
	size_t n = 0;

	if (nulls == NULL)
		return err_set(err, ERR_STOP, "the row ends within its null bits");
	for (size_t i = 0; i < cursor->table->n_columns; i++) {
		if (!has_bit(map, i))
			continue;
		if (has_bit(nulls, n++))
			values[i].kind = VALUE_NULL;
		else if (!read_value(cursor, i, &values[i], err))
			return false;
	}
	return true;
}

/*
 * PARTIAL_UPDATE_ROWS puts in front of each after image a packed number of options and, with bit 0, a bitmap
 * with a bit for each JSON column of the table, present or not: those came as a list of diffs
 * (sql/log_event.cc, THD::binlog_update_row and pack_row()).
 */
static bool
read_partial_head(struct rows_cursor *cursor, const uint8_t **partial, struct err *err)
{
	uint64_t options = reader_packed(&cursor->rows);

	*partial = NULL;
	if ((options & OPTION_PARTIAL_JSON) != 0)
		*partial = reader_take(&cursor->rows, (cursor->table->n_json + 7) / 8);
	if (cursor->rows.failed)
		return err_set(err, ERR_STOP, "the row ends within its value options");
	if ((options & ~(uint64_t) OPTION_PARTIAL_JSON) != 0)
		return err_set(err, ERR_STOP, "the row has value options 0x%llx, of which only 1 is known",
		    (unsigned long long) options);
	return true;
}

static void
mark_diffs(struct rows_cursor *cursor, const uint8_t *partial)
{
	size_t n_json = 0;

	for (size_t i = 0; i < cursor->table->n_columns; i++) {
		if (cursor->table->columns[i].type != TYPE_JSON)
			continue;
		if (has_bit(partial, n_json++) && cursor->after[i].kind == VALUE_JSON)
			cursor->after[i].kind = VALUE_JSON_DIFF;
	}
}

static bool
read_after(struct rows_cursor *cursor, struct err *err)
{
	const uint8_t *partial = NULL;

	if (cursor->is_partial && !read_partial_head(cursor, &partial, err))
		return false;
	if (!read_image(cursor, cursor->after_map, cursor->n_after, cursor->after, err))
		return false;
	if (partial != NULL)
		mark_diffs(cursor, partial);
	return true;
}

static bool
read_row(struct rows_cursor *cursor, struct err *err)
{
	if (cursor->before != NULL &&
	    !read_image(cursor, cursor->before_map, cursor->n_before, cursor->before, err))
		return false;
	return cursor->after == NULL || read_after(cursor, err);
}

bool
rows_next(struct rows_cursor *cursor, bool *is_end, struct err *err)
{
	const uint8_t *at;

	*is_end = reader_left(&cursor->rows) == 0;
	if (*is_end)
		return true;
	if (cursor->has_compressed_columns) {
		arena_reset(&cursor->values);
		cursor->values_bytes = 0;
	}
	cursor->n_rows++;
	at = cursor->rows.at;
	if (read_row(cursor, err)) {
		if (cursor->rows.at != at)
			return true;
		(void) err_set(err, ERR_STOP, "the images have no columns, yet %zu bytes follow",
		    reader_left(&cursor->rows));
	}
	(void) err_prefix(err, "row %llu of the event: ", (unsigned long long) cursor->n_rows);
	return prefix_table(cursor, err);
}

void
rows_release(struct rows_cursor *cursor)
{
	if (cursor == NULL)
		return;
	buf_release(&cursor->inflated);
	buf_release(&cursor->scratch);
	arena_release(&cursor->arena);
	arena_release(&cursor->values);
}
