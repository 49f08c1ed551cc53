/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/pseudo_table.h"

#include <stdio.h>
#include <string.h>

#include "apply/collation.h"
#include "base/mem.h"

static enum target_type
text_or_bytes(const struct column *column, enum target_type text, enum target_type bytes)
{
	return column->collation == COLLATION_BINARY ? bytes : text;
}

static enum target_type
type_of(const struct column *column)
{
	switch ((enum column_type) column->type) {
	case TYPE_TINY:
		return TARGET_TINYINT;
	case TYPE_SHORT:
		return TARGET_SMALLINT;
	case TYPE_INT24:
		return TARGET_MEDIUMINT;
	case TYPE_LONG:
		return TARGET_INT;
	case TYPE_LONGLONG:
		return TARGET_BIGINT;
	case TYPE_FLOAT:
		return TARGET_FLOAT;
	case TYPE_DOUBLE:
		return TARGET_DOUBLE;
	case TYPE_DECIMAL:
	case TYPE_NEWDECIMAL:
		return TARGET_DECIMAL;
	case TYPE_BIT:
		return TARGET_BIT;
	case TYPE_YEAR:
		return TARGET_YEAR;
	case TYPE_DATE:
	case TYPE_NEWDATE:
		return TARGET_DATE;
	case TYPE_TIME:
	case TYPE_TIME2:
		return TARGET_TIME;
	case TYPE_DATETIME:
	case TYPE_DATETIME2:
		return TARGET_DATETIME;
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMP2:
		return TARGET_TIMESTAMP;
	case TYPE_VARCHAR:
	case TYPE_VAR_STRING:
	case TYPE_STRING:
	case TYPE_VARCHAR_COMPRESSED:
		return text_or_bytes(column, TARGET_VARCHAR, TARGET_VARBINARY);
	case TYPE_TINY_BLOB:
	case TYPE_MEDIUM_BLOB:
	case TYPE_LONG_BLOB:
	case TYPE_BLOB:
	case TYPE_BLOB_COMPRESSED:
		return text_or_bytes(column, TARGET_TEXT, TARGET_BLOB);
	case TYPE_ENUM:
		return TARGET_ENUM;
	case TYPE_SET:
		return TARGET_SET;
	case TYPE_JSON:
		return TARGET_JSON;
	case TYPE_GEOMETRY:
		return TARGET_GEOMETRY;
	case TYPE_VECTOR:
		return TARGET_VECTOR;
	case TYPE_NULL:
	case TYPE_TYPED_ARRAY:
		break;
	}
	return TARGET_UNKNOWN;
}

/* Where the character set is not known the bytes are given as bytes. */
static const char *
introducer_of(struct arena *arena, const char *charset)
{
	char text[40];

	if (charset == NULL)
		return "_binary";
	if (strcmp(charset, "utf8mb4") == 0)
		return "";
	(void) snprintf(text, sizeof(text), "_%s", charset);
	return arena_strndup(arena, text, strlen(text));
}

static void
fill_column(struct arena *arena, const struct column *from, size_t number, struct target_column *to)
{
	char name[24];

	(void) snprintf(name, sizeof(name), "@%zu", number);
	to->name = from->name != NULL ? from->name : arena_strndup(arena, name, strlen(name));
	to->type = type_of(from);
	to->data_type = to->column_type = column_type_name(from->type);
	to->charset = collation_charset(from->collation);
	to->introducer = introducer_of(arena, to->charset);
	to->is_unsigned = from->is_unsigned == TRI_YES;
	to->is_nullable = true;
}

struct target_table *
pseudo_table_new(const struct table_map *map, enum flavour flavour)
{
	struct target_table *table = mem_zalloc(sizeof(*table));
	struct arena *arena = &table->arena;
	size_t *key, *column_of;

	table->db = arena_strndup(arena, map->db, strlen(map->db));
	table->name = arena_strndup(arena, map->name, strlen(map->name));
	table->flavour = flavour;
	table->engine = "";
	table->n_columns = map->n_columns;
	table->columns = arena_zalloc(arena, map->n_columns * sizeof(*table->columns));
	table->row_start = table->row_end = SIZE_MAX;
	key = arena_alloc(arena, map->n_columns * sizeof(*key));
	column_of = mem_alloc((map->n_columns + 1) * sizeof(*column_of));
	for (size_t i = 0; i < map->n_columns; i++) {
		fill_column(arena, &map->columns[i], i + 1, &table->columns[i]);
		column_of[i] = i;
		if (map->columns[i].is_primary)
			key[table->n_key++] = i;
	}
	table->key = key;
	table->key_name = "PRIMARY";
	table->column_of = column_of;
	table->fitted = table_map_ref(map);
	return table;
}
