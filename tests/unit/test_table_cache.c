/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_table_left_out_may_have_columns_of_any_type)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
