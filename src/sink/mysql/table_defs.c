/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/table_defs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A source that closes and opens its tables gives them new ids, and so new maps: at the limit, start over. */
enum { BUCKETS = 512, MOST_BYTES = 64 << 20 };

struct entry {
	struct entry *next;
	struct target_table *table;
	struct table_map *map; /* a reference: as long as we hold it, its address is not used again */
};

struct table_defs {
	struct entry *buckets[BUCKETS]; /* by the map's address */
	size_t bytes; /* of the definitions and of the maps */
};

struct table_defs *
table_defs_new(void)
{
	return mem_zalloc(sizeof(struct table_defs));
}

void
table_defs_clear(struct table_defs *defs)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct entry *entry = defs->buckets[i], *next; entry != NULL; entry = next) {
			next = entry->next;
			target_table_free(entry->table);
			table_map_unref(entry->map);
			free(entry);
		}
		defs->buckets[i] = NULL;
	}
	defs->bytes = 0;
}

void
table_defs_free(struct table_defs *defs)
{
	if (defs == NULL)
		return;
	table_defs_clear(defs);
	free(defs);
}

static struct entry **
bucket_of(struct table_defs *defs, const struct table_map *map)
{
	return &defs->buckets[(uintptr_t) map / sizeof(struct table_map) % BUCKETS];
}

struct target_table *
table_defs_find(struct table_defs *defs, const struct table_map *map)
{
	struct entry *entry = *bucket_of(defs, map);

	while (entry != NULL && entry->map != map)
		entry = entry->next;
	return entry == NULL ? NULL : entry->table;
}

bool
table_defs_get(struct table_defs *defs, struct conn *conn, const struct table_map *map, struct target_table **table,
    struct err *err)
{
	struct entry **bucket = bucket_of(defs, map), *entry;

	*table = table_defs_find(defs, map);
	if (*table != NULL)
		return true;
	if (!target_table_load(conn, map->target_db, map->target_name, table, err))
		return false;
	if (*table == NULL) {
		(void) err_set(err, ERR_STOP, "table '%s.%s' does not exist on the destination", map->target_db,
		    map->target_name);
		return err_hint(err, "Copy it from the source first, or leave it out of the task.");
	}
	if (!target_table_fit(*table, map, err)) {
		target_table_free(*table);
		return false;
	}
	if (defs->bytes > MOST_BYTES)
		table_defs_clear(defs);
	defs->bytes += sizeof(*entry) + (*table)->arena.bytes + map->arena.bytes;
	entry = mem_zalloc(sizeof(*entry));
	entry->map = table_map_ref(map);
	entry->table = *table;
	entry->next = *bucket;
	*bucket = entry;
	return true;
}
