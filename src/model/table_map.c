/* SPDX-License-Identifier: Apache-2.0 */
#include "model/table_map.h"

#include <stdlib.h>

#include "base/mem.h"

struct table_map *
table_map_new(void)
{
	struct table_map *map = mem_zalloc(sizeof(*map));

	atomic_init(&map->refs, 1);
	return map;
}

struct table_map *
table_map_ref(const struct table_map *map)
{
	struct table_map *counted = (struct table_map *) (uintptr_t) map;

	atomic_fetch_add(&counted->refs, 1);
	return counted;
}

void
table_map_unref(struct table_map *map)
{
	if (map == NULL || atomic_fetch_sub(&map->refs, 1) != 1)
		return;
	arena_release(&map->arena);
	free(map);
}
