/* SPDX-License-Identifier: Apache-2.0 */
/* What is written for a BINLOG statement is read again by the decoders. */
#include <string.h>

#include "binlog_wire.h"

#include "binlog/event_put.h"
#include "binlog/table_map_event.h"

/* d.t with an int, a varchar(10), a tinyint; one row (1, "ab", 2), flags: relaxed unique checks, no foreign keys. */
#define TABLE "12345678\1d\0\1t\0\3\3\17\1\2\12\0\7"
#define ROWS "123456\6\0\3\7\0\1\0\0\0\2ab\2"

struct put_test {
	struct binlog_format format;
	struct table_map *map;
	struct rows_cursor rows;
	struct buf out;
	struct err err;
};

static void
setup(struct put_test *test)
{
	struct event event = wire_event(EVENT_TABLE_MAP, WIRE(TABLE));

	*test = (struct put_test){.format = wire_format(FLAVOUR_MARIADB)};
	assert_true(table_map_parse(&event, &test->format, &test->map, &test->err));
	test->map->target_db = "other";
	test->map->target_name = "name";
}

static void
teardown(struct put_test *test)
{
	rows_release(&test->rows);
	table_map_unref(test->map);
	buf_release(&test->out);
}

/* Reads to the end what is to be put. */
static struct change
take(struct put_test *test, uint8_t type, struct bytes body)
{
	bool is_end = false;

	assert_true(rows_open(&test->rows, type, &test->format, body, test->map, NULL, &test->err));
	while (!is_end)
		assert_true(rows_next(&test->rows, &is_end, &test->err));
	return (struct change){.event_type = type, .timestamp = 77, .table = test->map, .body = body};
}

static struct event
parse(struct put_test *test)
{
	struct binlog_format plain = test->format;
	struct event event;

	plain.checksum = CHECKSUM_OFF;
	assert_true(event_parse(wire_bytes(&test->out), &plain, &event, &test->err));
	assert_int_equal(event.server_id, 9);
	return event;
}

static void
test_format(void **state)
{
	static const struct binlog_format none;
	const enum flavour flavours[] = {FLAVOUR_MYSQL, FLAVOUR_MARIADB};

	(void) state;
	for (size_t i = 0; i < 2; i++) {
		struct binlog_format got;
		struct event event;
		struct buf out = {0};
		struct err err;

		event_put_format(flavours[i], i == 0 ? "9.7.4" : "11.8.9-MariaDB", 9, &out);
		assert_true(event_parse(wire_bytes(&out), &none, &event, &err) && format_parse(&event, &got, &err));
		assert_int_equal(got.flavour, flavours[i]);
		assert_int_equal(got.checksum, CHECKSUM_OFF);
		assert_int_equal(got.post_header_len[EVENT_TABLE_MAP], 8);
		assert_int_equal(got.post_header_len[EVENT_UPDATE_ROWS_V1], 8);
		assert_int_equal(got.post_header_len[EVENT_UPDATE_ROWS], 10);
		assert_int_equal(got.created, 0);
		assert_true(event_put_can(&got));
		got.post_header_len[EVENT_TABLE_MAP] = 6;
		assert_false(event_put_can(&got));
		buf_release(&out);
	}
}

static void
test_table_map(void **state)
{
	struct put_test test;
	struct table_map *map;
	struct change change;
	struct event event;

	(void) state;
	setup(&test);
	change = (struct change){.timestamp = 77, .table = test.map};
	event_put_table_map(&change, 9, &test.out);
	event = parse(&test);
	assert_int_equal(event.timestamp, 77);
	assert_true(table_map_parse(&event, &test.format, &map, &test.err));
	assert_string_equal(map->db, "other");
	assert_string_equal(map->name, "name");
	assert_int_equal(map->table_id, test.map->table_id);
	assert_int_equal(map->n_columns, 3);
	assert_int_equal(map->columns[1].length, 10);
	table_map_unref(map);
	teardown(&test);
}

static void
test_rows(void **state)
{
	struct put_test test;
	struct change change;
	struct event event;

	(void) state;
	setup(&test);
	change = take(&test, EVENT_WRITE_ROWS_V1, WIRE(ROWS));
	event_put_rows(&change, &test.rows, 9, &test.out);
	event = parse(&test);
	assert_int_equal(event.type, EVENT_WRITE_ROWS_V1);
	assert_int_equal(event.body.data[6], ROWS_FLAG_STATEMENT_END | ROWS_FLAG_NO_FOREIGN_KEY_CHECKS);
	assert_int_equal(event.body.len, sizeof(ROWS) - 1);
	assert_memory_equal(event.body.data + 8, ROWS + 8, sizeof(ROWS) - 9);
	teardown(&test);
}

/* The head as above; then the same row in a stored block of zlib. */
static void
test_compressed_rows(void **state)
{
	static const char stored[] = "123456\6\0\3\7\201\11x\1\1\11\0\366\377\0\1\0\0\0\2ab\2\2\2\0\311";
	struct put_test test;
	struct change change;
	struct event event;

	(void) state;
	setup(&test);
	change = take(&test, EVENT_MARIADB_WRITE_ROWS_COMPRESSED_V1, WIRE(stored));
	event_put_rows(&change, &test.rows, 9, &test.out);
	event = parse(&test);
	assert_int_equal(event.type, EVENT_WRITE_ROWS_V1);
	assert_int_equal(event.body.len, sizeof(ROWS) - 1);
	assert_memory_equal(event.body.data + 8, ROWS + 8, sizeof(ROWS) - 9);
	teardown(&test);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_format),
	    cmocka_unit_test(test_table_map),
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_compressed_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
