/* SPDX-License-Identifier: Apache-2.0 */
#include "source/table_cache.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/once.h"
#include "binlog/table_map_event.h"
#include "route/table_route.h"

/*
 * Table ids only grow (every ALTER makes one, and a server that opens a table again).  Two generations: when the young one
 * is full, the old one goes and the young one is the old one, so that the maps of a statement that is under way
 * stay.
 */
enum { BUCKETS = 1024, YOUNG_MOST_MAPS = 8192, YOUNG_MOST_BYTES = 32 << 20 };

struct entry {
	struct entry *next;
	struct table_map *map;
};

struct generation {
	struct entry *buckets[BUCKETS];
	size_t n;
	size_t bytes;
};

struct table_cache {
	const struct rules *rules;
	struct generation *young;
	struct generation *old;
	const char *task; /* in the log; NULL: nothing is said */
	struct once said;
};

struct table_cache *
table_cache_new(const struct rules *rules)
{
	struct table_cache *cache = mem_zalloc(sizeof(*cache));

	cache->rules = rules;
	cache->young = mem_zalloc(sizeof(*cache->young));
	cache->old = mem_zalloc(sizeof(*cache->old));
	return cache;
}

void
table_cache_tell(struct table_cache *cache, const char *task)
{
	cache->task = task;
}

static void
clear(struct generation *generation)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct entry *entry = generation->buckets[i], *next; entry != NULL; entry = next) {
			next = entry->next;
			table_map_unref(entry->map);
			free(entry);
		}
		generation->buckets[i] = NULL;
	}
	generation->n = generation->bytes = 0;
}

void
table_cache_clear(struct table_cache *cache)
{
	clear(cache->young);
	clear(cache->old);
}

void
table_cache_free(struct table_cache *cache)
{
	if (cache == NULL)
		return;
	table_cache_clear(cache);
	once_release(&cache->said);
	free(cache->young);
	free(cache->old);
	free(cache);
}

static struct entry **
find(struct generation *generation, uint64_t table_id)
{
	struct entry **place = &generation->buckets[table_id % BUCKETS];

	while (*place != NULL && (*place)->map->table_id != table_id)
		place = &(*place)->next;
	return place;
}

static void
add(struct generation *generation, struct entry *entry)
{
	struct entry **bucket = &generation->buckets[entry->map->table_id % BUCKETS];

	entry->next = *bucket;
	*bucket = entry;
	generation->n++;
	generation->bytes += entry->map->arena.bytes;
}

/* The entry, out of its generation; NULL when there is none. */
static struct entry *
take(struct generation *generation, uint64_t table_id)
{
	struct entry **place = find(generation, table_id), *entry = *place;

	if (entry == NULL)
		return NULL;
	*place = entry->next;
	generation->n--;
	generation->bytes -= entry->map->arena.bytes;
	return entry;
}

static void
make_room(struct table_cache *cache)
{
	struct generation *old = cache->old;

	if (cache->young->n < YOUNG_MOST_MAPS && cache->young->bytes < YOUNG_MOST_BYTES)
		return;
	clear(old);
	cache->old = cache->young;
	cache->young = old;
}

struct table_map *
table_cache_get(const struct table_cache *cache, uint64_t table_id)
{
	const struct entry *entry = *find(cache->young, table_id);

	if (entry == NULL)
		entry = *find(cache->old, table_id);
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

/* Users, grants, programs: what follows may need what was in these rows. */
static void
say_left_out(struct table_cache *cache, const struct table_map *map)
{
	bool is_system = strcasecmp(map->db, "mysql") == 0 || strcasecmp(map->db, "sys") == 0;

	if (cache->task != NULL && is_system && once_is_first(&cache->said, map->name))
		log_line(LOG_INFO, cache->task, "rows of '%s.%s' are left out: tables of the server itself are not carried", map->db,
		    map->name);
}

/* What is left out is not looked at further. */
static bool
parse_routed(struct table_cache *cache, const struct event *event, const struct binlog_format *format,
    uint64_t table_id, struct table_map **map, struct err *err)
{
	const struct rules *rules = cache->rules;
	struct bytes db, name;

	if (!table_map_name_parse(event, format, &db, &name, err))
		return false;
	*map = map_by_name(rules, table_id, event->body, db, name);
	if ((*map)->role == TABLE_LEFT_OUT) {
		say_left_out(cache, *map);
		return true;
	}
	table_map_unref(*map);
	if (!table_map_parse(event, format, map, err))
		return false;
	table_route(rules, *map);
	return true;
}

static bool
parse(struct table_cache *cache, const struct event *event, const struct binlog_format *format, uint64_t table_id,
    struct table_map **map, struct err *err)
{
	if (cache->rules == NULL)
		return table_map_parse(event, format, map, err);
	return parse_routed(cache, event, format, table_id, map, err);
}

bool
table_cache_put(struct table_cache *cache, const struct event *event, const struct binlog_format *format,
    struct table_map **map, struct err *err)
{
	struct entry *entry;
	uint64_t table_id;

	if (!table_id_parse(event, format, &table_id, err))
		return false;
	entry = *find(cache->young, table_id);
	if (entry != NULL && is_same(entry->map, event->body)) {
		*map = entry->map;
		return true;
	}
	entry = take(entry != NULL ? cache->young : cache->old, table_id);
	if (entry == NULL)
		entry = mem_zalloc(sizeof(*entry));
	if (entry->map == NULL || !is_same(entry->map, event->body)) {
		if (!parse(cache, event, format, table_id, map, err)) {
			table_map_unref(entry->map);
			free(entry);
			return false;
		}
		table_map_unref(entry->map);
		entry->map = *map;
	}
	*map = entry->map;
	make_room(cache);
	add(cache->young, entry);
	return true;
}
