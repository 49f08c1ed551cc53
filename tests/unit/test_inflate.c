/* SPDX-License-Identifier: Apache-2.0 */
/* MariaDB's compressed parts: honest ones are in test_rows and test_binlog_files too. */
#include <zlib.h>

#include "binlog_wire.h"

#include "binlog/inflate.h"

static void
put_zlib(struct buf *out, const char *plain)
{
	uint8_t packed[200];
	uLongf len = sizeof(packed);

	assert_int_equal(compress(packed, &len, (const Bytef *) plain, (uLong) strlen(plain)), Z_OK);
	buf_add(out, packed, len);
}

static void
test_event_part(void **state)
{
	struct buf in = {0}, out = {0};
	struct err err;

	(void) state;
	buf_puts(&out, "kept ");
	wire_add(&in, WIRE("\204\0\0\0\5"));
	put_zlib(&in, "hello");
	assert_true(inflate_event_part(wire_bytes(&in), &out, &err));
	assert_string_equal(buf_text(&out), "kept hello");
	buf_release(&in);
	buf_release(&out);
}

static void
assert_event_refused(struct bytes in, const char *text)
{
	struct buf out = {0};
	struct err err;

	assert_false(inflate_event_part(in, &out, &err));
	wire_assert_error(&err, ERR_STOP, text);
	assert_int_equal(out.len, 0);
	assert_true(out.cap < 100000);
	buf_release(&out);
}

static void
test_event_lies(void **state)
{
	struct buf in = {0};

	(void) state;
	assert_event_refused(WIRE(""), "a compressed event of 0 bytes begins with 0x00, which is not known");
	assert_event_refused(
	    WIRE("\1\5x"), "a compressed event of 3 bytes begins with 0x01, which is not known");
	assert_event_refused(
	    WIRE("\200\5x"), "a compressed event of 3 bytes begins with 0x80, which is not known");
	assert_event_refused(
	    WIRE("\205\0\0\0\0\5x"), "a compressed event of 7 bytes begins with 0x85, which is not known");
	assert_event_refused(
	    WIRE("\221\5x"), "a compressed event of 3 bytes begins with 0x91, which is not known");
	assert_event_refused(WIRE("\204\0\0\0"), "a compressed event is cut short at 4 bytes");
	assert_event_refused(WIRE("\204\377\377\377\377xx"),
	    "compressed data of 2 bytes claims to hold 4294967295, more than 1073741824");
	assert_event_refused(WIRE("\204\100\0\0\0xx"),
	    "compressed data of 2 bytes claims to hold 1073741824, which no deflate stream does");
	assert_event_refused(
	    WIRE("\201\5xxxxx"), "compressed data of 5 bytes is damaged: 0 of 5 bytes came out (data error)");
	/* More comes out than was said, and less. */
	wire_add(&in, WIRE("\201\4"));
	put_zlib(&in, "hello");
	assert_event_refused(
	    wire_bytes(&in), "compressed data of 13 bytes is damaged: 5 of 4 bytes came out (end of stream)");
	in.data[1] = 6;
	assert_event_refused(
	    wire_bytes(&in), "compressed data of 13 bytes is damaged: 5 of 6 bytes came out (end of stream)");
	/* A sum that is wrong. */
	in.data[1] = 5;
	in.data[in.len - 1] ^= 1;
	assert_event_refused(
	    wire_bytes(&in), "compressed data of 13 bytes is damaged: 5 of 5 bytes came out (data error)");
	buf_release(&in);
}

static void
check_column(struct bytes in, const char *want)
{
	struct buf out = {0};
	struct err err;

	if (!inflate_column(in, &out, &err))
		fail_msg("%s", err.text);
	assert_string_equal(buf_text(&out), want);
	buf_release(&out);
}

static void
assert_column_refused(struct bytes in, const char *text)
{
	struct buf out = {0};
	struct err err;

	assert_false(inflate_column(in, &out, &err));
	wire_assert_error(&err, ERR_STOP, text);
	buf_release(&out);
}

static void
test_column(void **state)
{
	struct buf in = {0};

	(void) state;
	check_column(WIRE(""), "");
	check_column(WIRE("\0"), "");
	check_column(WIRE("\0plain"), "plain");
	wire_add(&in, WIRE("\202\0\5"));
	put_zlib(&in, "hello");
	check_column(wire_bytes(&in), "hello");
	/* As a raw stream: without the two bytes in front and the four behind. */
	memmove(in.data + 3, in.data + 5, in.len - 5);
	in.len -= 6;
	in.data[0] = '\212';
	check_column(wire_bytes(&in), "hello");
	buf_release(&in);
	assert_column_refused(
	    WIRE("\221\5x"), "a compressed value of 3 bytes begins with 0x91, which is not known");
	assert_column_refused(
	    WIRE("\200\5x"), "a compressed value of 3 bytes begins with 0x80, which is not known");
	assert_column_refused(
	    WIRE("\1\5x"), "a compressed value of 3 bytes begins with 0x01, which is not known");
	assert_column_refused(
	    WIRE("\205\1\1\1\1\1x"), "a compressed value of 7 bytes begins with 0x85, which is not known");
	assert_column_refused(WIRE("\202\1"), "a compressed value is cut short at 2 bytes");
	assert_column_refused(
	    WIRE("\212\0\5xx"), "compressed data of 2 bytes is damaged: 0 of 5 bytes came out (buffer error)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_event_part),
	    cmocka_unit_test(test_event_lies),
	    cmocka_unit_test(test_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
