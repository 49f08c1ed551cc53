/* SPDX-License-Identifier: Apache-2.0 */
/* Rows events by hand: images, extra data, and what does not fit.  Honest ones are in test_binlog_files. */
#include <stdio.h>
#include <zlib.h>

#include "binlog_wire.h"

#include "binlog/rows.h"
#include "binlog/table_map_event.h"

/* d.t with an int, a varchar(10), a tinyint. */
#define PLAIN_TABLE "12345678\1d\0\1t\0\3\3\17\1\2\12\0\7"
#define PLAIN_HEAD "\1\0\0\0\0\0\1\0"

static struct table_map *
make_table(enum flavour flavour, struct bytes body)
{
	struct binlog_format format = wire_format(flavour);
	struct event event = wire_event(EVENT_TABLE_MAP, body);
	struct table_map *map;
	struct err err;

	if (!table_map_parse(&event, &format, &map, &err))
		fail_msg("%s", err.text);
	return map;
}

struct rows_test {
	struct table_map *table;
	struct rows_cursor cursor;
	struct binlog_format format;
	struct err err;
};

static struct rows_test
setup(enum flavour flavour, struct bytes table)
{
	return (struct rows_test){.table = make_table(flavour, table), .format = wire_format(flavour)};
}

static void
teardown(struct rows_test *test)
{
	rows_release(&test->cursor);
	table_map_unref(test->table);
}

static bool
open_rows(struct rows_test *test, uint8_t type, struct bytes body)
{
	return rows_open(&test->cursor, type, &test->format, body, test->table, NULL, &test->err);
}

static void
assert_row(struct rows_test *test)
{
	bool is_end;

	if (!rows_next(&test->cursor, &is_end, &test->err))
		fail_msg("%s", test->err.text);
	assert_false(is_end);
}

static void
assert_end(struct rows_test *test)
{
	bool is_end;

	assert_true(rows_next(&test->cursor, &is_end, &test->err));
	assert_true(is_end);
}

static void
assert_open_refused(struct rows_test *test, uint8_t type, struct bytes body, const char *text)
{
	assert_false(open_rows(test, type, body));
	wire_assert_error(&test->err, ERR_STOP, text);
}

static void
assert_next_refused(struct rows_test *test, uint8_t type, struct bytes body, const char *text)
{
	bool is_end;

	assert_true(open_rows(test, type, body));
	assert_false(rows_next(&test->cursor, &is_end, &test->err));
	wire_assert_error(&test->err, ERR_STOP, text);
}

static void
test_insert(void **state)
{
	struct rows_test test = setup(FLAVOUR_MARIADB, WIRE(PLAIN_TABLE));

	(void) state;
	assert_true(open_rows(&test, EVENT_WRITE_ROWS_V1,
	    WIRE(PLAIN_HEAD "\3\377"
			    "\370\5\0\0\0\2hi\7"
			    "\376\11")));
	assert_int_equal(test.cursor.kind, ROWS_INSERT);
	assert_int_equal(test.cursor.flags, ROWS_FLAG_STATEMENT_END);
	assert_false(test.cursor.is_partial);
	assert_row(&test);
	assert_null(test.cursor.before);
	assert_null(test.cursor.before_map);
	assert_int_equal(test.cursor.after[0].kind, VALUE_INT);
	assert_int_equal(test.cursor.after[0].u, 5);
	assert_int_equal(test.cursor.after[0].width, 4);
	assert_int_equal(test.cursor.after[1].kind, VALUE_BYTES);
	assert_int_equal(test.cursor.after[1].bytes.len, 2);
	assert_memory_equal(test.cursor.after[1].bytes.data, "hi", 2);
	assert_int_equal(test.cursor.after[2].u, 7);
	assert_false(
	    rows_next(&test.cursor, &(bool){false}, &test.err)); /* the second row is short by design */
	wire_assert_error(
	    &test.err, ERR_STOP, "table 'd.t': row 2 of the event: the row ends within column 1 (int)");
	teardown(&test);
}

/* The worked example of rows.h: absent is not NULL, and NULL bits count present columns only. */
static void
test_images(void **state)
{
	struct rows_test test = setup(FLAVOUR_MARIADB, WIRE(PLAIN_TABLE));

	(void) state;
	assert_true(open_rows(&test, EVENT_UPDATE_ROWS_V1,
	    WIRE(PLAIN_HEAD "\3\5\2"
			    "\0\5\0\0\0\11"
			    "\0\1x"
			    "\2\6\0\0\0"
			    "\1")));
	assert_row(&test);
	assert_int_equal(test.cursor.before[0].u, 5);
	assert_int_equal(test.cursor.before[1].kind, VALUE_ABSENT);
	assert_int_equal(test.cursor.before[2].u, 9);
	assert_int_equal(test.cursor.after[0].kind, VALUE_ABSENT);
	assert_memory_equal(test.cursor.after[1].bytes.data, "x", 1);
	assert_int_equal(test.cursor.after[2].kind, VALUE_ABSENT);
	assert_row(&test);
	assert_int_equal(test.cursor.before[0].u, 6);
	assert_int_equal(test.cursor.before[2].kind, VALUE_NULL);
	assert_int_equal(test.cursor.after[1].kind, VALUE_NULL);
	assert_end(&test);
	/* The same cursor again: nothing of the old images is left. */
	assert_true(open_rows(&test, EVENT_DELETE_ROWS_V1,
	    WIRE(PLAIN_HEAD "\3\4"
			    "\0\11")));
	assert_row(&test);
	assert_null(test.cursor.after);
	assert_int_equal(test.cursor.before[0].kind, VALUE_ABSENT);
	assert_int_equal(test.cursor.before[2].u, 9);
	assert_end(&test);
	teardown(&test);
}

static void
test_extra_data(void **state)
{
	static const struct bytes extras[] = {
	    {(const uint8_t *) "\2\0", 2}, {(const uint8_t *) "\7\0\0\5\1??", 7}, /* NDB */
	    {(const uint8_t *) "\5\0\1\3\0", 5},                                  /* partition 3 */
	};
	struct rows_test test = setup(FLAVOUR_MYSQL, WIRE(PLAIN_TABLE));

	(void) state;
	for (size_t i = 0; i < sizeof(extras) / sizeof(extras[0]); i++) {
		struct buf body = {0};

		wire_add(&body, WIRE(PLAIN_HEAD));
		wire_add(&body, extras[i]);
		wire_add(&body, WIRE("\3\4\0\11"));
		assert_true(open_rows(&test, EVENT_WRITE_ROWS, wire_bytes(&body)));
		assert_row(&test);
		assert_int_equal(test.cursor.after[2].u, 9);
		assert_end(&test);
		buf_release(&body);
	}
	teardown(&test);
}

static void
test_head_lies(void **state)
{
	struct rows_test test = setup(FLAVOUR_MYSQL, WIRE(PLAIN_TABLE));
	const char *cut = "table 'd.t': the header of the rows event is cut short";

	(void) state;
	assert_open_refused(&test, EVENT_WRITE_ROWS, WIRE(PLAIN_HEAD "\0\0\3\4\0\11"), cut);
	assert_open_refused(&test, EVENT_WRITE_ROWS, WIRE(PLAIN_HEAD "\1\0\3\4\0\11"), cut);
	assert_open_refused(&test, EVENT_WRITE_ROWS, WIRE(PLAIN_HEAD "\377\377\3\4\0\11"), cut);
	assert_open_refused(&test, EVENT_WRITE_ROWS_V1, WIRE("1234567"), cut);
	assert_open_refused(&test, EVENT_WRITE_ROWS_V1, WIRE(PLAIN_HEAD "\3"), cut);
	assert_open_refused(&test, EVENT_UPDATE_ROWS_V1, WIRE(PLAIN_HEAD "\3\7"), cut);
	assert_open_refused(&test, EVENT_WRITE_ROWS_V1, WIRE(PLAIN_HEAD "\4\7\0"),
	    "table 'd.t': 4 columns in the rows event, but 3 in the table map");
	assert_open_refused(&test, EVENT_WRITE_ROWS_V1,
	    WIRE(PLAIN_HEAD "\376\377\377\377\377\377\377\377\377\7\0"),
	    "table 'd.t': 18446744073709551615 columns in the rows event, but 3 in the table map");
	assert_open_refused(&test, EVENT_QUERY, WIRE(PLAIN_HEAD "\3\7\0"), "event 'query' (2) holds no rows");
	teardown(&test);
}

static void
test_rows_lie(void **state)
{
	struct rows_test test = setup(FLAVOUR_MYSQL, WIRE(PLAIN_TABLE));

	(void) state;
	assert_next_refused(&test, EVENT_WRITE_ROWS_V1, WIRE(PLAIN_HEAD "\3\2\0\377x"),
	    "table 'd.t': row 1 of the event: the row ends within column 2 (varchar)");
	assert_next_refused(&test, EVENT_UPDATE_ROWS_V1, WIRE(PLAIN_HEAD "\3\4\4\0\11"),
	    "table 'd.t': row 1 of the event: the row ends within its null bits");
	assert_next_refused(&test, EVENT_WRITE_ROWS_V1, WIRE(PLAIN_HEAD "\3\0\0"),
	    "table 'd.t': row 1 of the event: the images have no columns, yet 1 bytes follow");
	teardown(&test);
	test = setup(FLAVOUR_MYSQL, WIRE("12345678\1d\0\1t\0\1\12\0\1"));
	assert_next_refused(&test, EVENT_WRITE_ROWS_V1, WIRE(PLAIN_HEAD "\1\1\0\377\377\377"),
	    "table 'd.t': row 1 of the event: column 1 holds bytes that are no date");
	teardown(&test);
}

/* An event without a row, as MySQL writes to end a statement. */
static void
test_empty(void **state)
{
	struct rows_test test = setup(FLAVOUR_MYSQL, WIRE(PLAIN_TABLE));

	(void) state;
	assert_true(open_rows(&test, EVENT_WRITE_ROWS_V1, WIRE(PLAIN_HEAD "\3\7")));
	assert_end(&test);
	assert_end(&test);
	teardown(&test);
}

/* d.t with an int, a json, a tinyint, a json. */
#define JSON_TABLE "12345678\1d\0\1t\0\4\3\365\1\365\2\4\4\17"

static void
test_partial(void **state)
{
	struct rows_test test = setup(FLAVOUR_MYSQL, WIRE(JSON_TABLE));

	(void) state;
	assert_int_equal(test.table->n_json, 2);
	/* Both JSON columns count in the bitmap, although only the second is in the image. */
	assert_true(open_rows(&test, EVENT_PARTIAL_UPDATE_ROWS,
	    WIRE(PLAIN_HEAD "\2\0\4\1\11"
			    "\0\5\0\0\0"
			    "\1\2"
			    "\0\5\0\0\0\3\0\0\0abc"
			    "\0\6\0\0\0"
			    "\0"
			    "\0\6\0\0\0\2\0\0\0\4\0"
			    "\0\7\0\0\0"
			    "\1\2"
			    "\2\7\0\0\0")));
	assert_true(test.cursor.is_partial);
	assert_row(&test);
	assert_int_equal(test.cursor.after[1].kind, VALUE_ABSENT);
	assert_int_equal(test.cursor.after[3].kind, VALUE_JSON_DIFF);
	assert_memory_equal(test.cursor.after[3].bytes.data, "abc", 3);
	assert_row(&test);
	assert_int_equal(test.cursor.after[3].kind, VALUE_JSON);
	assert_int_equal(test.cursor.after[3].bytes.len, 2);
	assert_row(&test);
	assert_int_equal(test.cursor.after[3].kind, VALUE_NULL);
	assert_end(&test);
	assert_next_refused(&test, EVENT_PARTIAL_UPDATE_ROWS,
	    WIRE(PLAIN_HEAD "\2\0\4\1\1"
			    "\0\5\0\0\0"
			    "\3\2\0\5\0\0\0"),
	    "table 'd.t': row 1 of the event: the row has value options 0x3, of which only 1 is known");
	assert_next_refused(&test, EVENT_PARTIAL_UPDATE_ROWS,
	    WIRE(PLAIN_HEAD "\2\0\4\1\1"
			    "\0\5\0\0\0"
			    "\1"),
	    "table 'd.t': row 1 of the event: the row ends within its value options");
	teardown(&test);
}

/* A TIME of MariaDB's old format has a length that only its definition tells. */
static void
test_hints(void **state)
{
	static const uint8_t unknown[] = {0xff}, wrong[] = {7}, none[] = {0}, two[] = {2};
	struct rows_test test = setup(FLAVOUR_MARIADB, WIRE("12345678\1d\0\1t\0\1\13\0\1"));
	const struct rows_hints bad[] = {{NULL}, {unknown}, {wrong}};
	const struct bytes body = WIRE(PLAIN_HEAD "\1\1\0\1\0\0");
	const struct rows_hints hints[] = {{none}, {two}};

	(void) state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(rows_open(
		    &test.cursor, EVENT_WRITE_ROWS_V1, &test.format, body, test.table, &bad[i], &test.err));
		wire_assert_error(&test.err, ERR_STOP,
		    "table 'd.t': column 1 is an 'old time', whose length only the table's definition tells");
	}
	assert_true(
	    rows_open(&test.cursor, EVENT_WRITE_ROWS_V1, &test.format, body, test.table, &hints[0], &test.err));
	assert_row(&test);
	assert_int_equal(test.cursor.after[0].civil.second, 1);
	assert_true(rows_open(&test.cursor, EVENT_WRITE_ROWS_V1, &test.format,
	    WIRE(PLAIN_HEAD "\1\1\0\22\0\303\122"), test.table, &hints[1], &test.err));
	assert_row(&test);
	assert_int_equal(test.cursor.after[0].civil.micro, 100000);
	assert_true(test.cursor.after[0].civil.is_negative);
	/* A column that is not in the image needs no hint. */
	assert_true(open_rows(&test, EVENT_WRITE_ROWS_V1, WIRE(PLAIN_HEAD "\1\0")));
	teardown(&test);
}

static void
put_deflated(struct buf *out, struct bytes plain, int window_bits)
{
	z_stream stream = {0};
	uint8_t packed[256];

	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY), Z_OK);
	stream.next_in = (Bytef *) (uintptr_t) plain.data;
	stream.avail_in = (uInt) plain.len;
	stream.next_out = packed;
	stream.avail_out = sizeof(packed);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	buf_add(out, packed, stream.total_out);
	(void) deflateEnd(&stream);
}

static void
test_compressed_event(void **state)
{
	struct rows_test test = setup(FLAVOUR_MARIADB, WIRE(PLAIN_TABLE));
	struct buf body = {0};

	(void) state;
	wire_add(&body, WIRE(PLAIN_HEAD "\3\7\201\10"));
	put_deflated(&body, WIRE("\0\5\0\0\0\1x\7"), 15);
	assert_true(open_rows(&test, EVENT_MARIADB_WRITE_ROWS_COMPRESSED_V1, wire_bytes(&body)));
	assert_row(&test);
	assert_int_equal(test.cursor.after[0].u, 5);
	assert_int_equal(test.cursor.after[2].u, 7);
	assert_end(&test);
	body.len -= 3;
	assert_open_refused(&test, EVENT_MARIADB_WRITE_ROWS_COMPRESSED_V1, wire_bytes(&body),
	    "table 'd.t': compressed data of 13 bytes is damaged: 8 of 8 bytes came out (buffer error)");
	assert_open_refused(&test, EVENT_MARIADB_WRITE_ROWS_COMPRESSED_V1,
	    WIRE(PLAIN_HEAD "\3\7\204\377\377\377\377x"),
	    "table 'd.t': compressed data of 1 bytes claims to hold 4294967295, more than 1073741824");
	buf_release(&body);
	teardown(&test);
}

/* Values of compressed columns last until the next row. */
static void
test_compressed_columns(void **state)
{
	struct rows_test test = setup(FLAVOUR_MARIADB, WIRE("12345678\1d\0\1t\0\2\215\214\3\311\0\2\3"));
	struct buf body = {0}, a = {0};

	(void) state;
	wire_add(&a, WIRE("\201\6"));
	put_deflated(&a, WIRE("abcabc"), 15);
	wire_add(&body, WIRE(PLAIN_HEAD "\2\3\0"));
	buf_putc(&body, (char) a.len);
	wire_add(&body, wire_bytes(&a));
	a.len = 0;
	wire_add(&a, WIRE("\211\4"));
	put_deflated(&a, WIRE("wxyz"), -15);
	buf_put_le(&body, a.len, 2);
	wire_add(&body, wire_bytes(&a));
	wire_add(&body, WIRE("\0\2\0z\0\0"));
	assert_true(open_rows(&test, EVENT_WRITE_ROWS_V1, wire_bytes(&body)));
	assert_row(&test);
	assert_int_equal(test.cursor.after[0].bytes.len, 6);
	assert_memory_equal(test.cursor.after[0].bytes.data, "abcabc", 6);
	assert_int_equal(test.cursor.after[1].bytes.len, 4);
	assert_memory_equal(test.cursor.after[1].bytes.data, "wxyz", 4);
	assert_row(&test);
	assert_int_equal(test.cursor.after[0].bytes.len, 1);
	assert_memory_equal(test.cursor.after[0].bytes.data, "z", 1);
	assert_int_equal(test.cursor.after[1].bytes.len, 0);
	assert_end(&test);
	assert_next_refused(&test, EVENT_WRITE_ROWS_V1, WIRE(PLAIN_HEAD "\2\3\0\2\160x"),
	    "table 'd.t': row 1 of the event: column 1: a compressed value of 2 bytes begins with 0x70, which "
	    "is not "
	    "known");
	buf_release(&a);
	buf_release(&body);
	teardown(&test);
}

/* A thousand columns, and one row of 60 MB. */
static void
test_large(void **state)
{
	struct buf map = {0}, body = {0};
	struct rows_test test;

	(void) state;
	wire_add(&map, WIRE("12345678\1d\0\1t\0\374\350\3"));
	wire_add(&body, WIRE(PLAIN_HEAD "\374\350\3"));
	for (size_t i = 0; i < 999; i++)
		buf_putc(&map, TYPE_TINY);
	wire_add(&map, WIRE("\374\1\4"));
	for (size_t i = 0; i < 125; i++)
		buf_putc(&map, 0);
	for (size_t i = 0; i < 125; i++)
		buf_putc(&body, '\377');
	for (size_t i = 0; i < 125; i++)
		buf_putc(&body, 0);
	for (size_t i = 0; i < 999; i++)
		buf_putc(&body, (char) i);
	buf_put_le(&body, 60 << 20, 4);
	buf_reserve(&body, 60 << 20);
	memset(body.data + body.len, 'x', 60 << 20);
	body.len += 60 << 20;
	test = setup(FLAVOUR_MYSQL, wire_bytes(&map));
	assert_true(open_rows(&test, EVENT_WRITE_ROWS_V1, wire_bytes(&body)));
	assert_row(&test);
	assert_int_equal(test.cursor.after[998].u, 998 & 255);
	assert_int_equal(test.cursor.after[999].bytes.len, 60 << 20);
	assert_ptr_equal(test.cursor.after[999].bytes.data, body.data + body.len - (60 << 20));
	assert_end(&test);
	buf_release(&map);
	buf_release(&body);
	teardown(&test);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_insert),
	    cmocka_unit_test(test_images),
	    cmocka_unit_test(test_extra_data),
	    cmocka_unit_test(test_head_lies),
	    cmocka_unit_test(test_rows_lie),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_partial),
	    cmocka_unit_test(test_hints),
	    cmocka_unit_test(test_compressed_event),
	    cmocka_unit_test(test_compressed_columns),
	    cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
