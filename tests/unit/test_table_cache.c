/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "binlog/table_map_event.h"
#include "source/table_cache.h"

static const struct binlog_format *
format(void)
{
	static struct binlog_format made;

	made.is_known = true;
	made.n_types = 40;
	made.post_header_len[EVENT_TABLE_MAP] = 8;
	return &made;
}

/* Table `id` named "db.t", one column of the given type and two bytes of metadata. */
static struct event
map_event(uint8_t *body, uint8_t id, const char *db, uint8_t type)
{
	size_t len = 0;

	memset(body, 0, 64);
	body[0] = id;
	len = 8;
	body[len++] = (uint8_t) strlen(db);
	memcpy(body + len, db, strlen(db) + 1);
	len += strlen(db) + 1;
	memcpy(body + len, "\1t\0\1", 4);
	len += 4;
	body[len++] = type;
	memcpy(body + len, "\2\12\0\1", 4);
	len += 4;
	return (struct event){.type = EVENT_TABLE_MAP, .body = {body, len}};
}

static void
a_table_left_out_may_have_columns_of_any_type(void **state)
{
	static const char *const databases[] = {"shop"};
	struct rules_options options = {.databases = databases, .n_databases = 1};
	struct table_cache *cache;
	struct rules *rules;
	struct table_map *map, *again;
	struct err err = {0};
	uint8_t body[64];
	struct event event;

	(void) state;
	assert_true(rules_new(&options, &rules, &err));
	cache = table_cache_new(rules);

	event = map_event(body, 1, "other", 99); /* no such type */
	assert_true(table_cache_put(cache, &event, format(), &map, &err));
	assert_int_equal(map->role, TABLE_LEFT_OUT);
	assert_ptr_equal(table_cache_get(cache, 1), map);

	event = map_event(body, 2, "shop", 99);
	assert_false(table_cache_put(cache, &event, format(), &map, &err));
	assert_int_equal(err.kind, ERR_STOP);

	event = map_event(body, 3, "shop", TYPE_VARCHAR);
	assert_true(table_cache_put(cache, &event, format(), &map, &err));
	assert_int_equal(map->role, TABLE_CARRIED);
	assert_string_equal(map->target_name, "t");
	assert_true(table_cache_put(cache, &event, format(), &again, &err));
	assert_ptr_equal(again, map); /* the same one: a transaction of many statements holds it once */

	table_cache_clear(cache);
	assert_null(table_cache_get(cache, 3));
	table_cache_free(cache);
	rules_free(rules);
}

/* What was described last stays, whatever came before it. */
static void
the_maps_of_a_statement_stay(void **state)
{
	static const char *const databases[] = {"shop"};
	struct rules_options options = {.databases = databases, .n_databases = 1};
	struct table_cache *cache;
	struct rules *rules;
	struct table_map *map;
	struct err err = {0};
	uint8_t body[64];
	struct event event;

	(void) state;
	assert_true(rules_new(&options, &rules, &err));
	cache = table_cache_new(rules);
	event = map_event(body, 0, "shop", TYPE_VARCHAR);
	for (uint32_t id = 1; id <= 50000; id++) {
		memcpy(body, (uint8_t[]){(uint8_t) id, (uint8_t) (id >> 8), 0}, 3);
		assert_true(table_cache_put(cache, &event, format(), &map, &err));
		assert_ptr_equal(table_cache_get(cache, id), map);
		for (uint32_t before = id > 100 ? id - 100 : 1; before <= id; before++)
			assert_non_null(table_cache_get(cache, before));
		/* One that is used all the time is not read again. */
		if (id > 1 && id % 1000 == 0) {
			memcpy(body, (uint8_t[]){1, 0, 0}, 3);
			assert_true(table_cache_put(cache, &event, format(), &map, &err));
		}
	}
	assert_non_null(table_cache_get(cache, 1));
	assert_null(table_cache_get(cache, 2));
	table_cache_free(cache);
	rules_free(rules);
}

/* Maps of a megabyte each: a few dozen are kept, and the last ones are among them. */
static void
large_maps_go(void **state)
{
	enum { LARGE = 1 << 20, MAPS = 200 };
	struct table_cache *cache = table_cache_new(NULL);
	uint8_t *body = mem_zalloc(LARGE);
	struct table_map *map;
	struct err err = {0};
	size_t kept = 0, len;
	struct event event;

	(void) state;
	event = map_event(body, 0, "shop", TYPE_VARCHAR);
	len = event.body.len;
	memcpy(body + len, "\310\375", 2); /* field 200 of the optional metadata, whatever that is */
	body[len + 2] = (uint8_t) (LARGE - len - 5);
	body[len + 3] = (uint8_t) ((LARGE - len - 5) >> 8);
	body[len + 4] = (uint8_t) ((LARGE - len - 5) >> 16);
	event.body.len = LARGE;
	for (int id = 0; id < MAPS; id++) {
		body[0] = (uint8_t) id;
		if (!table_cache_put(cache, &event, format(), &map, &err))
			fail_msg("%s", err.text);
	}
	for (uint64_t id = 0; id < MAPS; id++)
		kept += table_cache_get(cache, id) != NULL;
	assert_in_range(kept, 30, 70);
	for (uint64_t id = MAPS - 30; id < MAPS; id++)
		assert_non_null(table_cache_get(cache, id));
	table_cache_free(cache);
	free(body);
}

static void
a_table_left_out_is_not_kept_at_any_length(void **state)
{
	static const char *const databases[] = {"shop"};
	struct rules_options options = {.databases = databases, .n_databases = 1};
	uint8_t *body = mem_zalloc(TABLE_MAP_LIMIT_BYTES + 1);
	struct table_cache *cache;
	struct rules *rules;
	struct table_map *map;
	struct err err = {0};
	struct event event;

	(void) state;
	assert_true(rules_new(&options, &rules, &err));
	cache = table_cache_new(rules);
	event = map_event(body, 1, "other", TYPE_VARCHAR);
	event.body.len = TABLE_MAP_LIMIT_BYTES;
	assert_true(table_cache_put(cache, &event, format(), &map, &err));
	event.body.len++;
	event.length = TABLE_MAP_LIMIT_BYTES + 20;
	assert_false(table_cache_put(cache, &event, format(), &map, &err));
	assert_string_equal(err.text, "event 'table_map' of 8388628 bytes is longer than 8388608");
	table_cache_free(cache);
	rules_free(rules);
	free(body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_table_left_out_may_have_columns_of_any_type),
	    cmocka_unit_test(the_maps_of_a_statement_stay),
	    cmocka_unit_test(large_maps_go),
	    cmocka_unit_test(a_table_left_out_is_not_kept_at_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
