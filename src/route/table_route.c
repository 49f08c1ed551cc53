/* SPDX-License-Identifier: Apache-2.0 */
#include "route/table_route.h"

#include <string.h>

void
table_route(const struct rules *rules, struct table_map *map)
{
	if (strcmp(map->db, "dump2db") == 0) {
		map->role = strcmp(map->name, "marker") == 0 ? TABLE_MARKER
			    : strcmp(map->name, "ddl") == 0  ? TABLE_DDL_MARK
							     : TABLE_LEFT_OUT;
		return;
	}
	if (rules_table(rules, map->db, map->name, &map->arena, &map->target_db, &map->target_name) == RULES_LEFT_OUT)
		map->role = TABLE_LEFT_OUT;
	else
		map->role = TABLE_CARRIED;
}
