/* SPDX-License-Identifier: Apache-2.0 */
/* Table maps of a stream by table id, each with the verdict of the routing rules. */
#ifndef SOURCE_TABLE_CACHE_H
#define SOURCE_TABLE_CACHE_H

#include "binlog/event.h"
#include "model/table_map.h"
#include "route/rules.h"

struct table_cache;

/* Without rules (NULL), every map is parsed and none has a verdict: an inspector's. */
struct table_cache *table_cache_new(const struct rules *rules);
/* The log is told, once each, which of the server's own tables have rows that are left out. */
void table_cache_tell(struct table_cache *cache, const char *task);
void table_cache_free(struct table_cache *cache); /* NULL is fine */

/*
 * Takes in a TABLE_MAP event.  *map stays the cache's.  A map that comes again unchanged is not parsed again and is
 * the same object, so that a transaction of many statements holds it once.
 */
bool table_cache_put(struct table_cache *cache, const struct event *event, const struct binlog_format *format,
    struct table_map **map, struct err *err);
/* NULL when no map of that id has come since the last clear. */
struct table_map *table_cache_get(const struct table_cache *cache, uint64_t table_id);
/* Table ids start again with each server start, and need not be kept across files. */
void table_cache_clear(struct table_cache *cache);

#endif
