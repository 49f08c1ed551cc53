/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/table_map_event.h"

#include <string.h>

#include "base/utf8.h"
#include "binlog/decimal.h"
#include "binlog/table_metadata.h"
#include "binlog/temporal.h"

enum { BIT_COLUMN_LONGEST = 64, BLOB_LENGTH_MOST = 4 };

/* The id has 4 bytes when the whole post-header has only 6 (before MySQL 5.1.4), and 6 otherwise. */
static uint64_t
read_table_id(struct reader *reader, const struct event *event, const struct binlog_format *format)
{
	return reader_le(reader, format->post_header_len[event->type] == 6 ? 4 : 6);
}

bool
table_id_parse(
    const struct event *event, const struct binlog_format *format, uint64_t *table_id, struct err *err)
{
	struct reader reader;

	reader_init(&reader, event->body.data, event->body.len);
	*table_id = read_table_id(&reader, event, format);
	if (reader.failed)
		return err_set(err, ERR_STOP, "event '%s' of %u bytes has no table id",
		    event_type_name(event->type), event->length);
	return true;
}

/* u1 length, name, NUL.  A NUL within would make two names of one. */
static struct bytes
read_name(struct reader *reader)
{
	struct bytes name = reader_span(reader, reader_u8(reader));
	uint8_t end = reader_u8(reader);

	if (!reader->failed && (end != 0 || memchr(name.data, '\0', name.len) != NULL))
		reader->failed = true;
	return name;
}

bool
table_map_name_parse(const struct event *event, const struct binlog_format *format, struct bytes *db,
    struct bytes *name, struct err *err)
{
	struct reader reader;

	if (event->body.len > TABLE_MAP_LIMIT_BYTES)
		return err_set(err, ERR_STOP, "event 'table_map' of %u bytes is longer than %d", event->length,
		    TABLE_MAP_LIMIT_BYTES);
	reader_init(&reader, event->body.data, event->body.len);
	(void) read_table_id(&reader, event, format);
	(void) reader_u16(&reader);
	*db = read_name(&reader);
	*name = read_name(&reader);
	if (reader.failed || name->len == 0)
		return err_set(
		    err, ERR_STOP, "event 'table_map' of %u bytes has no whole table name", event->length);
	return true;
}

/*
 * CHAR, ENUM and SET share type 254.  Its metadata: byte 0 is the real type, with the bits 8 and 9 of the
 * length put in by exclusive or on bits 4 and 5, which are set in all three types; byte 1 is the rest of the
 * length.
 */
static void
string_column(struct column *column, uint8_t first, uint8_t second)
{
	column->type = first | 0x30;
	column->length = (uint32_t) ((first & 0x30) ^ 0x30) << 4 | second;
}

/* How many bytes of metadata each type has: Field::save_field_metadata(), sql/field.cc. */
static size_t
metadata_len(uint8_t type)
{
	switch ((enum column_type) type) {
	case TYPE_FLOAT:
	case TYPE_DOUBLE:
	case TYPE_TIMESTAMP2:
	case TYPE_DATETIME2:
	case TYPE_TIME2:
	case TYPE_BLOB_COMPRESSED:
	case TYPE_VECTOR:
	case TYPE_JSON:
	case TYPE_TINY_BLOB:
	case TYPE_MEDIUM_BLOB:
	case TYPE_LONG_BLOB:
	case TYPE_BLOB:
	case TYPE_GEOMETRY:
		return 1;
	case TYPE_VARCHAR:
	case TYPE_VARCHAR_COMPRESSED:
	case TYPE_BIT:
	case TYPE_NEWDECIMAL:
	case TYPE_ENUM:
	case TYPE_SET:
	case TYPE_VAR_STRING:
	case TYPE_STRING:
		return 2;
	case TYPE_DECIMAL:
	case TYPE_TINY:
	case TYPE_SHORT:
	case TYPE_LONG:
	case TYPE_NULL:
	case TYPE_TIMESTAMP:
	case TYPE_LONGLONG:
	case TYPE_INT24:
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_DATETIME:
	case TYPE_YEAR:
	case TYPE_NEWDATE:
	case TYPE_TYPED_ARRAY:
		break;
	}
	return 0;
}

/* Takes the column's metadata and makes its length of it. */
static void
read_metadata(struct reader *reader, struct column *column)
{
	struct bytes meta = reader_span(reader, metadata_len(column->type));

	if (meta.len == 0)
		return;
	column->meta = (uint16_t) bytes_le(meta.data, meta.len);
	column->length = column->meta;
	switch (column->type) {
	case TYPE_NEWDECIMAL:
		column->length = meta.data[0];
		column->scale = meta.data[1];
		break;
	case TYPE_BIT:
		column->length = meta.data[0] + 8U * meta.data[1];
		break;
	case TYPE_STRING:
	case TYPE_VAR_STRING:
	case TYPE_ENUM:
	case TYPE_SET:
		string_column(column, meta.data[0], meta.data[1]);
		break;
	default: /* length bytes, fraction digits, or the longest value */
		break;
	}
}

/* Whether values of the column can be read; what is refused here need not be asked again for each value. */
static bool
is_readable(const struct column *column)
{
	switch ((enum column_type) column->type) {
	case TYPE_NEWDECIMAL:
		return decimal_wire_len(column->length, column->scale) != 0;
	case TYPE_BIT:
		return column->length >= 1 && column->length <= BIT_COLUMN_LONGEST;
	case TYPE_ENUM:
		return column->length == 1 || column->length == 2;
	case TYPE_SET:
		return (column->length >= 1 && column->length <= 4) || column->length == 8;
	case TYPE_TIMESTAMP2:
	case TYPE_DATETIME2:
	case TYPE_TIME2:
		return column->length <= FRACTION_DIGITS_MOST;
	case TYPE_BLOB_COMPRESSED:
	case TYPE_VECTOR:
	case TYPE_JSON:
	case TYPE_TINY_BLOB:
	case TYPE_MEDIUM_BLOB:
	case TYPE_LONG_BLOB:
	case TYPE_BLOB:
	case TYPE_GEOMETRY:
		return column->length >= 1 && column->length <= BLOB_LENGTH_MOST;
	case TYPE_FLOAT:
		return column->length == sizeof(float);
	case TYPE_DOUBLE:
		return column->length == sizeof(double);
	case TYPE_TINY:
	case TYPE_SHORT:
	case TYPE_LONG:
	case TYPE_LONGLONG:
	case TYPE_INT24:
	case TYPE_TIMESTAMP:
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_DATETIME:
	case TYPE_YEAR:
	case TYPE_NEWDATE:
	case TYPE_VARCHAR:
	case TYPE_VARCHAR_COMPRESSED:
	case TYPE_VAR_STRING:
	case TYPE_STRING:
		return true;
	case TYPE_DECIMAL:
	case TYPE_NULL:
	case TYPE_TYPED_ARRAY:
		break;
	}
	return false;
}

static void
column_init(struct column *column, uint8_t type, enum flavour flavour, struct reader *metadata)
{
	column->type = type;
	column->is_visible = true;
	read_metadata(metadata, column);
	column->has_fraction_in_doubt = flavour == FLAVOUR_MARIADB &&
					(type == TYPE_TIME || type == TYPE_DATETIME || type == TYPE_TIMESTAMP);
}

static bool
refuse_column(const struct column *column, size_t i, struct err *err)
{
	(void) err_set(err, ERR_STOP,
	    "column %zu has type %u ('%s') with metadata 0x%04x, which cannot be read", i + 1, column->type,
	    column_type_name(column->type), column->meta);
	return err_hint(err, "Change the column's type on the source, or leave the table out of the task.");
}

/* Types, metadata and NULL bits into map->columns. */
static bool
read_columns(struct reader *reader, enum flavour flavour, struct table_map *map, struct err *err)
{
	const uint8_t *types = reader_take(reader, map->n_columns), *nulls;
	struct bytes meta = reader_span(reader, reader_packed(reader));
	struct reader metadata;

	nulls = reader_take(reader, (map->n_columns + 7) / 8);
	if (reader->failed)
		return err_set(err, ERR_STOP, "its types, metadata or null bits are cut short");
	map->columns = arena_zalloc(&map->arena, map->n_columns * sizeof(*map->columns));
	reader_init(&metadata, meta.data, meta.len);
	for (size_t i = 0; i < map->n_columns; i++) {
		struct column *column = &map->columns[i];

		column_init(column, types[i], flavour, &metadata);
		column->is_nullable = (nulls[i / 8] >> i % 8 & 1) != 0;
		map->n_json += column->type == TYPE_JSON;
		if (metadata.failed)
			return err_set(err, ERR_STOP, "its %zu bytes of metadata do not reach to column %zu",
			    meta.len, i + 1);
		if (!is_readable(column))
			return refuse_column(column, i, err);
	}
	if (reader_left(&metadata) != 0)
		return err_set(err, ERR_STOP, "%zu of its %zu bytes of metadata belong to no column",
		    reader_left(&metadata), meta.len);
	return true;
}

/* Everything behind the names. */
static bool
read_body(struct reader *reader, enum flavour flavour, struct table_map *map, struct err *err)
{
	uint64_t n_columns = reader_packed(reader);

	if (reader->failed || n_columns == 0 || n_columns > TABLE_MAP_MOST_COLUMNS)
		return err_set(err, ERR_STOP, "it has %llu columns, which is not between 1 and %d",
		    (unsigned long long) n_columns, TABLE_MAP_MOST_COLUMNS);
	map->n_columns = (size_t) n_columns;
	return read_columns(reader, flavour, map, err) && table_metadata_read(reader, flavour, map, err);
}

/* Unique keys over BLOBs came with MariaDB 10.4; functional indexes with MySQL 8.0.13, and 9 sends none of their columns. */
static enum table_hidden
hidden_of(const struct binlog_format *format)
{
	unsigned int version = format_version(format);

	if (format->flavour == FLAVOUR_MARIADB)
		return version >= 100400 ? TABLE_HIDES_HASHES : TABLE_HIDES_NOTHING;
	return version >= 80013 && version < 90000 ? TABLE_HIDES_EXPRESSIONS : TABLE_HIDES_NOTHING;
}

bool
table_map_parse(
    const struct event *event, const struct binlog_format *format, struct table_map **map, struct err *err)
{
	struct bytes db, name;
	struct table_map *got;
	struct reader reader;

	*map = NULL;
	if (!table_map_name_parse(event, format, &db, &name, err))
		return false;
	if (!utf8_is_valid(db) || !utf8_is_valid(name))
		return err_set(err, ERR_STOP, "event 'table_map' of %u bytes has a table name that is not UTF-8", event->length);
	got = table_map_new();
	got->body.len = event->body.len;
	got->body.data = arena_dup(&got->arena, event->body.data, event->body.len);
	got->db = arena_strndup(&got->arena, (const char *) db.data, db.len);
	got->name = arena_strndup(&got->arena, (const char *) name.data, name.len);
	reader_init(&reader, got->body.data, got->body.len);
	got->table_id = read_table_id(&reader, event, format);
	got->hidden = hidden_of(format);
	got->flags = reader_u16(&reader);
	(void) read_name(&reader);
	(void) read_name(&reader);
	if (!read_body(&reader, format->flavour, got, err)) {
		(void) err_prefix(err, "table map of '%s.%s': ", got->db, got->name);
		table_map_unref(got);
		return false;
	}
	*map = got;
	return true;
}
