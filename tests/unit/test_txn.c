/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/txn.h"

enum { CHANGES = 500, MAPS = 5, BODY_LONGEST = 4000 };

static struct change
make_change(struct table_map **maps, uint32_t number, uint8_t *body)
{
	size_t len = number * 37 % BODY_LONGEST;

	memset(body, (int) (number & 255), len);
	return (struct change){
	    .event_type = (uint8_t) (number % 40),
	    .timestamp = 1700000000 + number,
	    .offset = ((uint64_t) 5 << 32) + number,
	    .table = number % 3 == 0 ? NULL : maps[number % MAPS],
	    .body = {body, len},
	};
}

static void
append_all(struct txn *txn, struct table_map **maps)
{
	uint8_t body[BODY_LONGEST];
	struct err err;

	for (uint32_t i = 0; i < CHANGES; i++) {
		struct change change = make_change(maps, i, body);
		if (!txn_append(txn, &change, &err))
			fail_msg("%s", err.text);
	}
}

static void
check_all(struct txn *txn, struct table_map **maps)
{
	uint8_t body[BODY_LONGEST];
	struct txn_cursor cursor;
	struct change change;
	struct err err;
	bool is_end;

	txn_cursor_init(&cursor, txn);
	for (uint32_t i = 0; i < CHANGES; i++) {
		struct change expected = make_change(maps, i, body);
		assert_true(txn_next(&cursor, &change, &is_end, &err));
		assert_false(is_end);
		assert_int_equal(change.event_type, expected.event_type);
		assert_int_equal(change.timestamp, expected.timestamp);
		assert_true(change.offset == expected.offset);
		assert_ptr_equal(change.table, expected.table);
		assert_int_equal(change.body.len, expected.body.len);
		assert_memory_equal(change.body.data, expected.body.data, expected.body.len);
	}
	assert_true(txn_next(&cursor, &change, &is_end, &err));
	assert_true(is_end);
	txn_cursor_release(&cursor);
}

/* In memory, and mostly in a file; read twice, as after a deadlock on the target. */
static void
test_changes(void **state)
{
	static const size_t limits[] = {10 * 1000 * 1000, 3000};
	struct table_map *maps[MAPS];

	(void) state;
	for (size_t i = 0; i < MAPS; i++)
		maps[i] = table_map_new();
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct txn *txn = txn_new("/tmp", limits[i]);

		append_all(txn, maps);
		assert_int_equal(txn->n_changes, CHANGES);
		assert_int_equal(txn->n_tables, MAPS);
		check_all(txn, maps);
		check_all(txn, maps);
		for (size_t k = 0; k < MAPS; k++)
			assert_int_equal(atomic_load(&maps[k]->refs), 2);
		txn_free(txn);
	}
	for (size_t i = 0; i < MAPS; i++) {
		assert_int_equal(atomic_load(&maps[i]->refs), 1);
		table_map_unref(maps[i]);
	}
	table_map_unref(NULL);
}

static void
test_places(void **state)
{
	static const struct file_position places[] = {{"b.000009", 4}, {"b.000009", 5000000000}, {"b.000010", 4}, {"b.1000000", 4}};

	(void) state;
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 4; k++)
			assert_int_equal(file_position_compare(&places[i], &places[k]), (i > k) - (i < k));
}

static void
test_memory(void **state)
{
	struct txn *txn = txn_new("/tmp", 100000);
	size_t empty = txn_memory_bytes(txn);
	struct table_map *maps[MAPS] = {NULL};
	uint8_t body[BODY_LONGEST] = {0};
	struct change change = make_change(maps, 0, body);
	struct err err;

	(void) state;
	assert_true(empty >= sizeof(*txn) && empty < 4096);
	(void) arena_alloc(&txn->arena, 5000);
	assert_true(txn_memory_bytes(txn) >= empty + 5000);
	change.body.len = 1000;
	for (int i = 0; i < 50; i++)
		assert_true(txn_append(txn, &change, &err));
	assert_true(txn_memory_bytes(txn) >= empty + 5000 + 50 * 1000);
	for (int i = 0; i < 10000; i++)
		assert_true(txn_append(txn, &change, &err));
	assert_true(txn_memory_bytes(txn) < 2000 * 1000);
	txn_free(txn);
	txn_free(NULL);
}

/* A map counts once, for the transaction that has it first; more than the limit is refused. */
static void
test_memory_of_tables(void **state)
{
	struct txn *first = txn_new("/tmp", 100000), *second = txn_new("/tmp", 100000);
	struct table_map *maps[3] = {table_map_new(), table_map_new(), table_map_new()};
	size_t empty = txn_memory_bytes(first);
	struct err err = {0};

	(void) state;
	(void) arena_alloc(&maps[0]->arena, 50000);
	(void) arena_alloc(&maps[1]->arena, TXN_TABLES_LIMIT_BYTES / 2);
	(void) arena_alloc(&maps[2]->arena, TXN_TABLES_LIMIT_BYTES / 2);
	for (int i = 0; i < 3; i++)
		assert_true(txn_append(first, &(struct change){.table = maps[0]}, &err));
	assert_int_equal(first->n_tables, 1);
	assert_in_range(txn_memory_bytes(first), empty + 50000, empty + 60000);
	assert_true(txn_append(second, &(struct change){.table = maps[0]}, &err));
	assert_true(txn_memory_bytes(second) < empty + 10000);
	assert_true(txn_append(second, &(struct change){.table = maps[1]}, &err));
	assert_true(txn_memory_bytes(second) > TXN_TABLES_LIMIT_BYTES / 2);
	assert_false(txn_append(second, &(struct change){.table = maps[2]}, &err));
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text, "the table maps of one transaction take more than 268435456 bytes");
	txn_free(first);
	txn_free(second);
	for (int i = 0; i < 3; i++)
		table_map_unref(maps[i]);
}

static void
check_describe(const struct txn *txn, const char *expected)
{
	struct buf out = {0};

	txn_describe(txn, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void
test_describe(void **state)
{
	struct txn *txn = txn_new("/tmp", 0);
	struct err err;

	(void) state;
	check_describe(txn, "(unknown file):0");
	txn->begin = (struct file_position){"binlog.000002", 5000000000};
	check_describe(txn, "binlog.000002:5000000000");
	assert_true(gtid_parse("0-1-5", FLAVOUR_MARIADB, &txn->gtid, &err));
	txn->has_gtid = true;
	check_describe(txn, "gtid 0-1-5, binlog.000002:5000000000");
	txn_free(txn);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_places),
	    cmocka_unit_test(test_changes),
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_memory_of_tables),
	    cmocka_unit_test(test_describe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
