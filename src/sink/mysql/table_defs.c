/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/table_defs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A source that closes and opens its tables gives them new ids, and so new maps: at the limit, start over. */
enum { BUCKETS = 512, MOST_BYTES = 64 << 20, MOST_NUMBERS = 4000 };

struct entry {
	struct entry *next;
	struct table_def def;
	struct table_map *map; /* a reference: as long as we hold it, its address is not used again */
};

struct table_defs {
	struct entry *buckets[BUCKETS]; /* by the map's address */
	size_t bytes; /* of the definitions and of the maps */
	unsigned int n_numbers;
};

struct table_defs *
table_defs_new(void)
{
	return mem_zalloc(sizeof(struct table_defs));
}

static void
entry_free(struct entry *entry)
{
	target_table_free(entry->def.table);
	table_map_unref(entry->map);
	free(entry);
}

void
table_defs_clear(struct table_defs *defs)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct entry *entry = defs->buckets[i], *next; entry != NULL; entry = next) {
			next = entry->next;
			entry_free(entry);
		}
		defs->buckets[i] = NULL;
	}
	defs->bytes = 0;
	defs->n_numbers = 0;
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

static struct entry **
place_of(struct table_defs *defs, const struct table_map *map)
{
	struct entry **at = bucket_of(defs, map);

	while (*at != NULL && (*at)->map != map)
		at = &(*at)->next;
	return at;
}

struct table_def *
table_defs_find(struct table_defs *defs, const struct table_map *map)
{
	struct entry *entry = *place_of(defs, map);

	return entry == NULL ? NULL : &entry->def;
}

void
table_defs_drop(struct table_defs *defs, const struct table_map *map)
{
	struct entry **at = place_of(defs, map), *entry = *at;

	if (entry == NULL)
		return;
	*at = entry->next;
	defs->bytes -= sizeof(*entry) + entry->def.table->arena.bytes + map->arena.bytes;
	entry_free(entry);
}

static bool
is_full(const struct table_defs *defs)
{
	return defs->bytes > MOST_BYTES || defs->n_numbers == MOST_NUMBERS;
}

unsigned int
table_defs_next_number(const struct table_defs *defs)
{
	return is_full(defs) ? 0 : defs->n_numbers;
}

static void
add(struct table_defs *defs, struct target_table *table, const struct table_map *map, struct table_def **def)
{
	struct entry **bucket = bucket_of(defs, map), *entry = mem_zalloc(sizeof(*entry));

	if (is_full(defs))
		table_defs_clear(defs);
	defs->bytes += sizeof(*entry) + table->arena.bytes + map->arena.bytes;
	entry->map = table_map_ref(map);
	entry->def.table = table;
	entry->def.number = defs->n_numbers++;
	entry->next = *bucket;
	*bucket = entry;
	*def = &entry->def;
}

bool
table_defs_load(struct table_defs *defs, struct conn *conn, const struct table_map *map, struct table_def **def,
    struct err *err)
{
	struct target_table *table;

	if (!target_table_load(conn, map->target_db, map->target_name, &table, err))
		return false;
	if (table == NULL) {
		(void) err_set(err, ERR_STOP, "table '%s.%s' does not exist on the destination", map->target_db,
		    map->target_name);
		return err_hint(err, "Copy it from the source first, or leave it out of the task.");
	}
	if (!target_table_fit(table, map, err)) {
		target_table_free(table);
		return false;
	}
	add(defs, table, map, def);
	return true;
}
