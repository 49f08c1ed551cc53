/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/column_places.h"

#include <string.h>
#include <strings.h>

static size_t
column_by_name(const struct target_table *table, const char *name)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (strcasecmp(table->columns[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

/* MySQL's functional indexes, MariaDB's unique keys over whole BLOBs. */
static bool
is_hidden_name(const char *name)
{
	return strncmp(name, "!hidden!", 8) == 0 || strncmp(name, "DB_ROW_HASH_", 12) == 0;
}

static bool
map_by_name(const struct target_table *table, const struct table_map *map, size_t *column_of, struct err *err)
{
	for (size_t i = 0; i < map->n_columns; i++) {
		column_of[i] = column_by_name(table, map->columns[i].name);
		if (column_of[i] == SIZE_MAX && !is_hidden_name(map->columns[i].name)) {
			(void) err_set(err, ERR_STOP, "table '%s.%s': the target has no column '%s'", table->db,
			    table->name, map->columns[i].name);
			return err_hint(
			    err, "Add the column on the target, or leave the table out of the task.");
		}
	}
	return true;
}

/* How many columns at the end of the map would be hidden ones; SIZE_MAX: the numbers tell that it is another table. */
static size_t
count_surplus(const struct target_table *table, const struct table_map *map)
{
	size_t n_named = table->n_columns - table->n_implicit; /* a source without history of its own has no row times */

	if (map->n_columns == table->n_columns || map->n_columns == n_named)
		return 0;
	if (map->n_columns == table->n_columns + table->n_hidden || map->n_columns == n_named + table->n_hidden)
		return table->n_hidden;
	return SIZE_MAX;
}

static bool
can_be_hidden(const struct table_map *map, size_t i)
{
	switch (map->hidden) {
	case TABLE_HIDES_HASHES:
		return map->columns[i].type == TYPE_LONGLONG;
	case TABLE_HIDES_EXPRESSIONS:
		return true;
	case TABLE_HIDES_NOTHING:
		break;
	}
	return false;
}

static bool
map_by_place(const struct target_table *table, const struct table_map *map, size_t *column_of, struct err *err)
{
	size_t n_surplus = count_surplus(table, map);
	bool is_same = n_surplus != SIZE_MAX;

	for (size_t i = 0; is_same && i < map->n_columns; i++) {
		bool is_hidden = i >= map->n_columns - n_surplus;

		column_of[i] = is_hidden ? SIZE_MAX : i;
		is_same = !is_hidden || can_be_hidden(map, i);
	}
	if (is_same)
		return true;
	(void) err_set(err, ERR_STOP, "table '%s.%s': the source sends %zu columns, the target has %zu", table->db,
	    table->name, map->n_columns, table->n_columns);
	return err_hint(err,
	    "Make the target's definition the source's at this position, or set "
	    "binlog_row_metadata = FULL on the source so that columns are matched by name.");
}

bool
column_places_find(
    const struct target_table *table, const struct table_map *map, size_t *column_of, struct err *err)
{
	return map->has_names ? map_by_name(table, map, column_of, err) : map_by_place(table, map, column_of, err);
}
