/* SPDX-License-Identifier: Apache-2.0 */
/* A table as a TABLE_MAP_EVENT describes it.  Immutable once built; shared by the transactions that use it. */
#ifndef MODEL_TABLE_MAP_H
#define MODEL_TABLE_MAP_H

#include <stdatomic.h>

#include "base/arena.h"
#include "model/column.h"

enum table_role {
	TABLE_LEFT_OUT, /* not carried */
	TABLE_CARRIED,
	TABLE_MARKER,   /* dump2db.marker */
	TABLE_DDL_MARK, /* dump2db.ddl */
};

/* What the server that wrote a map sends behind the columns that its catalogue lists. */
enum table_hidden {
	TABLE_HIDES_NOTHING,
	TABLE_HIDES_HASHES,      /* a bigint for each unique key over a whole BLOB */
	TABLE_HIDES_EXPRESSIONS, /* the parts of functional indexes, of any type */
};

struct table_map {
	atomic_uint refs;
	struct arena arena; /* holds everything below */
	uint64_t table_id;
	uint16_t flags;
	const char *db;
	const char *name;
	size_t n_columns;
	struct column *columns;
	uint8_t hidden;     /* enum table_hidden */
	bool has_names;     /* every column has its name */
	bool has_signs;     /* signedness was sent */
	size_t n_json;      /* JSON columns: the width of PARTIAL_UPDATE_ROWS bitmaps */
	struct bytes body;  /* the event body, to recognise the same map coming again */
	/* The source thread's: whether a transaction has its memory on its account, its number in the present one. */
	bool is_weighed;
	uint32_t number;
	/*
	 * Set once by the stage that routes, before the map is shared: where the rows go on the target.
	 * target names are NULL unless carried.
	 */
	uint8_t role; /* enum table_role */
	const char *target_db;
	const char *target_name;
};

/* A map with one reference and empty fields. */
struct table_map *table_map_new(void);
/* One more reference; the count is all that ever changes in a shared map. */
struct table_map *table_map_ref(const struct table_map *map);
void table_map_unref(struct table_map *map); /* NULL is fine */

#endif
