/* SPDX-License-Identifier: Apache-2.0 */
/* One value of each type, from the bytes that servers wrote, and what is no value. */
#include "binlog_wire.h"

#include "binlog/values.h"
#include "binlog_text.h"

/* Reads all of `wire` and compares the text. */
static void
check(struct column column, unsigned int digits, struct bytes wire, const char *want)
{
	struct value value = {0};
	struct reader reader;
	struct buf text = {0};

	reader_init(&reader, wire.data, wire.len);
	assert_true(value_read(&reader, &column, digits, &value));
	assert_int_equal(reader_left(&reader), 0);
	binlog_text_value(&column, &value, &text);
	assert_string_equal(buf_text(&text), want);
	buf_release(&text);
	for (size_t len = 0; len < wire.len; len++) {
		reader_init(&reader, wire.data, len);
		assert_false(value_read(&reader, &column, digits, &value));
		assert_true(reader.failed);
	}
}

static void
check_type(uint8_t type, struct bytes wire, const char *want)
{
	check((struct column){.type = type}, 0, wire, want);
}

static void
check_length(uint8_t type, uint32_t length, struct bytes wire, const char *want)
{
	check((struct column){.type = type, .length = length}, 0, wire, want);
}

/* Long enough, but no value. */
static void
check_impossible(uint8_t type, uint32_t length, unsigned int digits, struct bytes wire)
{
	struct column column = {.type = type, .length = length};
	struct value value = {0};
	struct reader reader;

	reader_init(&reader, wire.data, wire.len);
	assert_false(value_read(&reader, &column, digits, &value));
	assert_false(reader.failed);
}

static void
test_numbers(void **state)
{
	(void) state;
	check_type(TYPE_TINY, WIRE("\200"), "-128");
	check_type(TYPE_SHORT, WIRE("\377\177"), "32767");
	check_type(TYPE_INT24, WIRE("\0\0\200"), "-8388608");
	check_type(TYPE_LONG, WIRE("\1\0\0\200"), "-2147483647");
	check_type(TYPE_LONGLONG, WIRE("\0\0\0\0\0\0\0\200"), "-9223372036854775808");
	check((struct column){.type = TYPE_INT24, .is_unsigned = TRI_YES}, 0, WIRE("\0\0\200"), "8388608");
	check_type(TYPE_YEAR, WIRE("\0"), "0000");
	check_type(TYPE_YEAR, WIRE("\1"), "1901");
	check_type(TYPE_YEAR, WIRE("\377"), "2155");
	check_length(TYPE_FLOAT, 4, WIRE("\315\314\214\77"), "1.10000002");
	check_length(TYPE_DOUBLE, 8, WIRE("\232\231\231\231\231\231\271\77"), "0.10000000000000001");
	check((struct column){.type = TYPE_NEWDECIMAL, .length = 12, .scale = 4}, 0,
	    WIRE("\177\103\236\261\334\313"), "dec:7f439eb1dccb");
	check_length(TYPE_ENUM, 1, WIRE("\3"), "enum:3");
	check_length(TYPE_ENUM, 2, WIRE("\1\1"), "enum:257");
	check_length(TYPE_SET, 8, WIRE("\1\0\0\0\0\0\0\200"), "set:8000000000000001");
	check_length(TYPE_BIT, 1, WIRE("\1"), "bit:01");
	check_length(TYPE_BIT, 9, WIRE("\1\2"), "bit:0102");
	check_length(TYPE_BIT, 64, WIRE("\1\2\3\4\5\6\7\10"), "bit:0102030405060708");
}

static void
test_strings(void **state)
{
	(void) state;
	check_length(TYPE_STRING, 255, WIRE("\3abc"), "'abc'");
	check_length(TYPE_STRING, 256, WIRE("\3\0abc"), "'abc'");
	check_length(TYPE_VARCHAR, 255, WIRE("\0"), "''");
	check_length(TYPE_VARCHAR, 65535, WIRE("\1\0x"), "'x'");
	check_length(TYPE_VAR_STRING, 9, WIRE("\1x"), "'x'");
	check_length(TYPE_BLOB, 1, WIRE("\2\0\1"), "'\\00\\01'");
	check_length(TYPE_BLOB, 2, WIRE("\2\0ab"), "'ab'");
	check_length(TYPE_BLOB, 3, WIRE("\2\0\0ab"), "'ab'");
	check_length(TYPE_BLOB, 4, WIRE("\2\0\0\0ab"), "'ab'");
	check_length(TYPE_GEOMETRY, 4, WIRE("\1\0\0\0g"), "'g'");
	check_length(TYPE_VECTOR, 4, WIRE("\4\0\0\0\0\0\200\77"), "'\\00\\00\\80?'");
	check_length(TYPE_JSON, 4, WIRE("\2\0\0\0\4\0"), "json:0400");
	check_length(TYPE_JSON, 4, WIRE("\0\0\0\0"), "json:");
	check_length(TYPE_VARCHAR_COMPRESSED, 201, WIRE("\2\0x"), "'\\00x'");
}

static void
test_dates(void **state)
{
	(void) state;
	check_type(TYPE_DATE, WIRE("\135\320\17"), "2024-02-29");
	check_type(TYPE_DATE, WIRE("\0\0\0"), "0000-00-00");
	check_type(TYPE_NEWDATE, WIRE("\237\37\116"), "9999-12-31");
	check_impossible(TYPE_DATE, 0, 0, WIRE("\277\37\116")); /* month 13 */
	check_impossible(TYPE_DATE, 0, 0, WIRE("\41\40\116"));  /* year 10000 */
}

static void
test_new_times(void **state)
{
	(void) state;
	check_length(TYPE_TIME2, 0, WIRE("\200\0\0"), "00:00:00");
	check_length(TYPE_TIME2, 0, WIRE("\264\156\373"), "838:59:59");
	check_length(TYPE_TIME2, 0, WIRE("\177\377\377"), "-00:00:01");
	check_length(TYPE_TIME2, 2, WIRE("\177\377\377\366"), "-00:00:00.10");
	check_length(TYPE_TIME2, 2, WIRE("\177\377\376\366"), "-00:00:01.10");
	check_length(TYPE_TIME2, 1, WIRE("\200\0\0\132"), "00:00:00.9");
	check_length(TYPE_TIME2, 4, WIRE("\177\377\377\377\377"), "-00:00:00.0001");
	check_length(TYPE_TIME2, 6, WIRE("\200\0\0\0\0\1"), "00:00:00.000001");
	check_length(TYPE_TIME2, 6, WIRE("\113\221\4\360\275\301"), "-838:59:59.999999");
	check_impossible(TYPE_TIME2, 0, 0, WIRE("\264\170\0")); /* 839 hours */
	check_impossible(TYPE_TIME2, 0, 0, WIRE("\200\17\0"));  /* minute 60 */
	check_impossible(TYPE_TIME2, 0, 0, WIRE("\200\0\74"));  /* second 60 */
	check_impossible(TYPE_TIME2, 0, 0, WIRE("\0\0\0"));
	check_impossible(TYPE_TIME2, 2, 0, WIRE("\200\0\0\144")); /* 100 hundredths */
}

static void
test_new_datetimes(void **state)
{
	(void) state;
	check_length(TYPE_DATETIME2, 0, WIRE("\200\0\0\0\0"), "0000-00-00T00:00:00");
	check_length(TYPE_DATETIME2, 0, WIRE("\376\363\377\176\373"), "9999-12-31T23:59:59");
	check_length(TYPE_DATETIME2, 3, WIRE("\231\263\114\162\11\4\316"), "2024-05-06T07:08:09.123");
	check_length(TYPE_DATETIME2, 6, WIRE("\231\263\114\162\11\0\0\1"), "2024-05-06T07:08:09.000001");
	check_impossible(TYPE_DATETIME2, 0, 0, WIRE("\177\377\377\377\377"));
	check_impossible(TYPE_DATETIME2, 0, 0, WIRE("\231\263\115\262\11")); /* hour 27 */
	check_impossible(TYPE_DATETIME2, 0, 0, WIRE("\377\377\377\176\373"));
	check_impossible(TYPE_DATETIME2, 6, 0, WIRE("\231\263\114\162\11\17\102\100"));
	check_length(TYPE_TIMESTAMP2, 0, WIRE("\177\377\377\377"), "@2147483647");
	check_length(TYPE_TIMESTAMP2, 0, WIRE("\377\377\377\377"), "@4294967295");
	check_length(TYPE_TIMESTAMP2, 1, WIRE("\0\0\0\1\132"), "@1.9");
	check_length(TYPE_TIMESTAMP2, 6, WIRE("\0\0\0\0\0\0\0"), "@0.000000");
	check_impossible(TYPE_TIMESTAMP2, 4, 0, WIRE("\0\0\0\1\47\20")); /* 10000 */
}

static void
test_old_times(void **state)
{
	(void) state;
	check_type(TYPE_TIME, WIRE("\247\365\177"), "838:59:59");
	check_type(TYPE_TIME, WIRE("\131\12\200"), "-838:59:59");
	check_type(TYPE_TIME, WIRE("\377\377\377"), "-00:00:01");
	check_impossible(TYPE_TIME, 0, 0, WIRE("\0\0\200"));
	check_impossible(TYPE_TIME, 0, 0, WIRE("\74\0\0")); /* second 60 */
	check_type(TYPE_DATETIME, WIRE("\0\0\0\0\0\0\0\0"), "0000-00-00T00:00:00");
	check_type(TYPE_DATETIME, WIRE("\167\207\321\5\361\132\0\0"), "9999-12-31T23:59:59");
	check_impossible(TYPE_DATETIME, 0, 0, WIRE("\377\377\377\377\377\377\377\377"));
	check_type(TYPE_TIMESTAMP, WIRE("\377\377\377\177"), "@2147483647");
}

static void
test_mariadb_times(void **state)
{
	struct column time = {.type = TYPE_TIME}, datetime = {.type = TYPE_DATETIME},
		      stamp = {.type = TYPE_TIMESTAMP};

	(void) state;
	check(time, 1, WIRE("\0\0\0\1"), "-838:59:59.9"); /* the lowest is 1, not 0 */
	check(time, 2, WIRE("\22\0\303\122"), "-00:00:01.10");
	check(time, 6, WIRE("\2\277\75\336\174\0"), "00:00:00.000000");
	check_impossible(TYPE_TIME, 0, 6, WIRE("\377\377\377\377\377\377"));
	check(datetime, 1, WIRE("\0\0\0\0\0\0"), "0000-00-00T00:00:00.0");
	check(datetime, 3, WIRE("\0\102\55\54\143\244\43"), "2024-05-06T07:08:09.123");
	check(datetime, 6, WIRE("\4\374\356\71\103\277\377\377"), "9999-12-31T23:59:59.999999");
	check_impossible(TYPE_DATETIME, 0, 6, WIRE("\377\377\377\377\377\377\377\377"));
	check(stamp, 1, WIRE("\177\377\377\377\1"), "@2147483647.1");
	check(stamp, 4, WIRE("\0\0\0\1\0\1"), "@1.0001");
	check(stamp, 6, WIRE("\0\0\0\1\0\0\1"), "@1.000001");
	check_impossible(TYPE_TIMESTAMP, 0, 2, WIRE("\0\0\0\1\144"));
}

/* Types that a table map refuses are no values either. */
static void
test_no_types(void **state)
{
	(void) state;
	check_impossible(TYPE_DECIMAL, 0, 0, WIRE("12345678"));
	check_impossible(TYPE_NULL, 0, 0, WIRE("12345678"));
	check_impossible(TYPE_TYPED_ARRAY, 0, 0, WIRE("12345678"));
	check_impossible(199, 0, 0, WIRE("12345678"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_dates),
	    cmocka_unit_test(test_new_times),
	    cmocka_unit_test(test_new_datetimes),
	    cmocka_unit_test(test_old_times),
	    cmocka_unit_test(test_mariadb_times),
	    cmocka_unit_test(test_no_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
