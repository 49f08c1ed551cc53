/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/table_metadata.h"

#include <string.h>

enum field_type {
	FIELD_SIGNEDNESS = 1,
	FIELD_DEFAULT_CHARSET = 2,
	FIELD_COLUMN_CHARSET = 3,
	FIELD_COLUMN_NAME = 4,
	FIELD_SET_MEMBERS = 5,
	FIELD_ENUM_MEMBERS = 6,
	FIELD_GEOMETRY_TYPE = 7,
	FIELD_PRIMARY_KEY = 8,
	FIELD_PRIMARY_KEY_WITH_PREFIX = 9,
	FIELD_ENUM_AND_SET_DEFAULT_CHARSET = 10,
	FIELD_ENUM_AND_SET_COLUMN_CHARSET = 11,
	FIELD_VISIBILITY = 12,
	FIELD_VECTOR_DIMENSION = 13,
};

/* Which columns a field counts. */
typedef bool column_filter(const struct column *column);

static bool
is_any(const struct column *column)
{
	(void) column;
	return true;
}

static bool
is_numeric(const struct column *column)
{
	switch (column->type) {
	case TYPE_TINY:
	case TYPE_SHORT:
	case TYPE_INT24:
	case TYPE_LONG:
	case TYPE_LONGLONG:
	case TYPE_YEAR:
	case TYPE_FLOAT:
	case TYPE_DOUBLE:
	case TYPE_NEWDECIMAL:
		return true;
	default:
		return false;
	}
}

/* All blobs are type 252 in a table map, whatever their length. */
static bool
is_text(const struct column *column)
{
	return column->type == TYPE_STRING || column->type == TYPE_VAR_STRING || column->type == TYPE_VARCHAR ||
	       column->type == TYPE_BLOB;
}

/* MariaDB counts whatever is stored as a string, with the collation "binary" for geometry and the like. */
static bool
is_text_in_mariadb(const struct column *column)
{
	return is_text(column) || column->type == TYPE_GEOMETRY || column->type == TYPE_VARCHAR_COMPRESSED ||
	       column->type == TYPE_BLOB_COMPRESSED;
}

static bool
is_enum(const struct column *column)
{
	return column->type == TYPE_ENUM;
}

static bool
is_set(const struct column *column)
{
	return column->type == TYPE_SET;
}

static bool
is_enum_or_set(const struct column *column)
{
	return is_enum(column) || is_set(column);
}

static bool
is_geometry(const struct column *column)
{
	return column->type == TYPE_GEOMETRY;
}

static bool
is_vector(const struct column *column)
{
	return column->type == TYPE_VECTOR;
}

/* The first column at or behind `at` that the filter takes; n_columns when there is none. */
static size_t
next_column(const struct table_map *map, size_t at, column_filter *filter)
{
	while (at < map->n_columns && !filter(&map->columns[at]))
		at++;
	return at;
}

/* One bit for each column that the filter takes, most significant first. */
static void
read_bits(struct reader *reader, struct table_map *map, column_filter *filter,
    void (*set)(struct column *column, bool bit))
{
	uint8_t bits = 0;
	size_t n = 0;

	for (size_t i = next_column(map, 0, filter); i < map->n_columns;
	     i = next_column(map, i + 1, filter), n++) {
		if (n % 8 == 0)
			bits = reader_u8(reader);
		set(&map->columns[i], (bits >> (7 - n % 8) & 1) != 0);
	}
}

static void
set_sign(struct column *column, bool is_unsigned)
{
	column->is_unsigned = is_unsigned ? TRI_YES : TRI_NO;
}

static void
set_visibility(struct column *column, bool is_visible)
{
	column->is_visible = is_visible;
}

/* One packed number for each column that the filter takes. */
static void
read_numbers(struct reader *reader, struct table_map *map, column_filter *filter,
    void (*set)(struct column *column, uint64_t number))
{
	for (size_t i = next_column(map, 0, filter); i < map->n_columns; i = next_column(map, i + 1, filter)) {
		uint64_t number = reader_packed(reader);

		if (number > UINT32_MAX)
			reader->failed = true;
		set(&map->columns[i], number);
	}
}

static void
set_collation(struct column *column, uint64_t number)
{
	column->collation = (uint32_t) number;
}

static void
set_geometry(struct column *column, uint64_t number)
{
	column->geometry_type = (uint32_t) number;
}

static void
set_dimension(struct column *column, uint64_t number)
{
	column->vector_dimension = (uint32_t) number;
}

/* A packed collation for all, then (packed number among the columns that count, packed collation) of the
 * others. */
static void
read_default_charset(struct reader *reader, struct table_map *map, column_filter *filter)
{
	uint64_t all = reader_packed(reader);
	size_t column = next_column(map, 0, filter), n = 0;

	if (all > UINT32_MAX)
		reader->failed = true;
	for (size_t i = 0; i < map->n_columns; i++)
		if (filter(&map->columns[i]))
			map->columns[i].collation = (uint32_t) all;
	while (!reader->failed && reader_left(reader) != 0) {
		uint64_t number = reader_packed(reader);
		uint64_t collation = reader_packed(reader);

		/* The servers write them in order: one walk over the columns, however many pairs there are. */
		if (number < n || collation > UINT32_MAX)
			reader->failed = true;
		for (; n < number && column < map->n_columns; n++)
			column = next_column(map, column + 1, filter);
		if (column >= map->n_columns)
			reader->failed = true;
		if (!reader->failed)
			map->columns[column].collation = (uint32_t) collation;
	}
}

static void
read_names(struct reader *reader, struct table_map *map)
{
	for (size_t i = 0; i < map->n_columns && !reader->failed; i++) {
		struct bytes name = reader_span(reader, reader_packed(reader));

		if (reader->failed || name.len == 0 || memchr(name.data, '\0', name.len) != NULL)
			reader->failed = true;
		else
			map->columns[i].name = arena_strndup(&map->arena, (const char *) name.data, name.len);
	}
	map->has_names = !reader->failed;
}

/* Packed count, then packed length and text of each. */
static void
read_members(struct reader *reader, struct table_map *map, struct column *column)
{
	uint64_t n = reader_packed(reader);
	struct bytes *members;

	if (n > reader_left(reader)) /* each takes a byte at least */
		reader->failed = true;
	if (reader->failed || n == 0)
		return;
	members = arena_alloc(&map->arena, (size_t) n * sizeof(*members));
	for (size_t i = 0; i < n; i++)
		members[i] = reader_span(reader, reader_packed(reader));
	column->members = members;
	column->n_members = (size_t) n;
}

static void
read_all_members(struct reader *reader, struct table_map *map, column_filter *filter)
{
	for (size_t i = next_column(map, 0, filter); i < map->n_columns && !reader->failed;
	     i = next_column(map, i + 1, filter))
		read_members(reader, map, &map->columns[i]);
}

static void
read_primary_key(struct reader *reader, struct table_map *map, bool has_prefix)
{
	while (!reader->failed && reader_left(reader) != 0) {
		uint64_t column = reader_packed(reader);

		if (has_prefix)
			(void) reader_packed(reader);
		if (column >= map->n_columns)
			reader->failed = true;
		if (!reader->failed)
			map->columns[column].is_primary = true;
	}
}

static void
read_field(enum field_type type, enum flavour flavour, struct reader *reader, struct table_map *map)
{
	column_filter *is_string = flavour == FLAVOUR_MARIADB ? is_text_in_mariadb : is_text;

	switch (type) {
	case FIELD_SIGNEDNESS:
		read_bits(reader, map, is_numeric, set_sign);
		map->has_signs = true;
		return;
	case FIELD_DEFAULT_CHARSET:
		read_default_charset(reader, map, is_string);
		return;
	case FIELD_COLUMN_CHARSET:
		read_numbers(reader, map, is_string, set_collation);
		return;
	case FIELD_COLUMN_NAME:
		read_names(reader, map);
		return;
	case FIELD_SET_MEMBERS:
		read_all_members(reader, map, is_set);
		return;
	case FIELD_ENUM_MEMBERS:
		read_all_members(reader, map, is_enum);
		return;
	case FIELD_GEOMETRY_TYPE:
		read_numbers(reader, map, is_geometry, set_geometry);
		return;
	case FIELD_PRIMARY_KEY:
		read_primary_key(reader, map, false);
		return;
	case FIELD_PRIMARY_KEY_WITH_PREFIX:
		read_primary_key(reader, map, true);
		return;
	case FIELD_ENUM_AND_SET_DEFAULT_CHARSET:
		read_default_charset(reader, map, is_enum_or_set);
		return;
	case FIELD_ENUM_AND_SET_COLUMN_CHARSET:
		read_numbers(reader, map, is_enum_or_set, set_collation);
		return;
	case FIELD_VISIBILITY:
		read_bits(reader, map, is_any, set_visibility);
		return;
	case FIELD_VECTOR_DIMENSION:
		read_numbers(reader, map, is_vector, set_dimension);
		return;
	}
	(void) reader_rest(reader); /* newer than we are, and optional */
}

bool
table_metadata_read(struct reader *reader, enum flavour flavour, struct table_map *map, struct err *err)
{
	while (reader_left(reader) != 0) {
		uint8_t type = reader_u8(reader);
		struct bytes value = reader_span(reader, reader_packed(reader));
		struct reader field;

		if (reader->failed)
			return err_set(err, ERR_STOP, "its optional metadata is cut short in field %u", type);
		reader_init(&field, value.data, value.len);
		read_field((enum field_type) type, flavour, &field, map);
		if (field.failed || reader_left(&field) != 0)
			return err_set(err, ERR_STOP,
			    "field %u of its optional metadata has %zu bytes, which do not fit its columns",
			    type, value.len);
	}
	return true;
}
