/* SPDX-License-Identifier: Apache-2.0 */
#include "source/table_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "binlog/table_map_event.h"
#include "route/table_route.h"

/* More maps than this at once mean table ids that only grow (every ALTER makes one): start over. */
enum { BUCKETS = 1024, MOST_MAPS = 16384 };

struct entry {
	struct entry *next;
	struct table_map *map;
};

struct table_cache {
	const struct rules *rules;
	struct entry *buckets[BUCKETS];
	size_t n;
};

struct table_cache *
table_cache_new(const struct rules *rules)
{
	struct table_cache *cache = mem_zalloc(sizeof(*cache));

	cache->rules = rules;
	return cache;
}

void
table_cache_clear(struct table_cache *cache)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct entry *entry = cache->buckets[i], *next; entry != NULL; entry = next) {
			next = entry->next;
			table_map_unref(entry->map);
			free(entry);
		}
		cache->buckets[i] = NULL;
	}
	cache->n = 0;
}

void
table_cache_free(struct table_cache *cache)
{
	if (cache == NULL)
		return;
	table_cache_clear(cache);
	free(cache);
}

static struct entry **
find(struct table_cache *cache, uint64_t table_id)
{
	struct entry **place = &cache->buckets[table_id % BUCKETS];

	while (*place != NULL && (*place)->map->table_id != table_id)
		place = &(*place)->next;
	return place;
}

struct table_map *
table_cache_get(const struct table_cache *cache, uint64_t table_id)
{
	struct entry *entry = cache->buckets[table_id % BUCKETS];

	while (entry != NULL && entry->map->table_id != table_id)
		entry = entry->next;
	return entry == NULL ? NULL : entry->map;
}

static bool
is_same(const struct table_map *map, struct bytes body)
{
	return map->body.len == body.len && memcmp(map->body.data, body.data, body.len) == 0;
}

/* A map that says no more than that its rows are passed over: the columns may be of types that cannot be read. */
static struct table_map *
map_by_name(const struct rules *rules, uint64_t table_id, struct bytes body, struct bytes db, struct bytes name)
{
	struct table_map *map = table_map_new();

	map->table_id = table_id;
	map->db = arena_strndup(&map->arena, (const char *) db.data, db.len);
	map->name = arena_strndup(&map->arena, (const char *) name.data, name.len);
	map->body = (struct bytes){arena_dup(&map->arena, body.data, body.len), body.len};
	table_route(rules, map);
	return map;
}

/* What is left out is not looked at further. */
static bool
parse_routed(const struct rules *rules, const struct event *event, const struct binlog_format *format,
    uint64_t table_id, struct table_map **map, struct err *err)
{
	struct bytes db, name;

	if (!table_map_name_parse(event, format, &db, &name, err))
		return false;
	*map = map_by_name(rules, table_id, event->body, db, name);
	if ((*map)->role == TABLE_LEFT_OUT)
		return true;
	table_map_unref(*map);
	if (!table_map_parse(event, format, map, err))
		return false;
	table_route(rules, *map);
	return true;
}

bool
table_cache_put(struct table_cache *cache, const struct event *event, const struct binlog_format *format,
    struct table_map **map, struct err *err)
{
	struct entry **place;
	uint64_t table_id;

	if (!table_id_parse(event, format, &table_id, err))
		return false;
	if (cache->n >= MOST_MAPS)
		table_cache_clear(cache);
	place = find(cache, table_id);
	if (*place != NULL && is_same((*place)->map, event->body)) {
		*map = (*place)->map;
		return true;
	}
	if (!(cache->rules == NULL ? table_map_parse(event, format, map, err)
				   : parse_routed(cache->rules, event, format, table_id, map, err)))
		return false;
	if (*place == NULL) {
		*place = mem_zalloc(sizeof(**place));
		cache->n++;
	} else {
		table_map_unref((*place)->map);
	}
	(*place)->map = *map;
	return true;
}
