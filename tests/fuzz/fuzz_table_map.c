/* SPDX-License-Identifier: Apache-2.0 */
/* Input: u1 flavour (odd: MariaDB), body of a table map. */
#include "fuzz_binlog.h"

#include <string.h>

#include "binlog/table_map_event.h"

static void
check_column(const struct column *column)
{
	if (column->name != NULL)
		fuzz_expect(strlen(column->name) != 0);
	for (size_t i = 0; i < column->n_members; i++)
		fuzz_touch(column->members[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct binlog_format format = fuzz_format(size != 0 && (data[0] & 1) != 0);
	struct event event = fuzz_event(EVENT_TABLE_MAP, (struct bytes){data + 1, size - 1});
	struct bytes db, name;
	struct table_map *map;
	struct err err = {0};

	if (size == 0)
		return 0;
	if (!table_map_parse(&event, &format, &map, &err)) {
		fuzz_expect_error(&err);
		return 0;
	}
	fuzz_expect(table_map_name_parse(&event, &format, &db, &name, &err));
	fuzz_expect(strlen(map->name) == name.len && strlen(map->db) == db.len);
	fuzz_expect(map->n_columns >= 1 && map->n_columns <= TABLE_MAP_MOST_COLUMNS);
	for (size_t i = 0; i < map->n_columns; i++)
		check_column(&map->columns[i]);
	table_map_unref(map);
	return 0;
}
