/* SPDX-License-Identifier: Apache-2.0 */
/* Values of row images as JSON: what a program that reads it may rely on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/json_text.h"
#include "cli/value_json.h"

static struct buf out;

static void
expect(const struct value *value, const struct column *column, const char *text)
{
	struct err err = {0};

	out.len = 0;
	if (!value_json_put(value, column, &out, &err))
		fail_msg("%s: %s", text, err.text);
	assert_string_equal(buf_text(&out), text);
}

static struct bytes
bytes_of(const char *text, size_t len)
{
	return (struct bytes){(const uint8_t *) text, len};
}

static void
expect_bytes(const char *data, size_t len, struct column column, const char *text)
{
	struct value value = {.kind = VALUE_BYTES, .bytes = bytes_of(data, len)};

	expect(&value, &column, text);
}

static void
test_integers_and_their_signs(void **state)
{
	struct column column = {.type = TYPE_LONGLONG, .is_unsigned = TRI_YES};
	struct value value = {.kind = VALUE_INT, .width = 8, .u = UINT64_MAX};

	(void) state;
	expect(&value, &column, "18446744073709551615");
	column.is_unsigned = TRI_NO;
	expect(&value, &column, "-1");
	column.is_unsigned = TRI_UNKNOWN;
	expect(&value, &column, "{\"signed\":-1,\"unsigned\":18446744073709551615}");
	value = (struct value){.kind = VALUE_INT, .width = 1, .u = 0x80};
	expect(&value, &column, "{\"signed\":-128,\"unsigned\":128}");
	value.u = 0x7f;
	expect(&value, &column, "127");
	value = (struct value){.kind = VALUE_INT, .width = 3, .u = 0xffffff};
	column.is_unsigned = TRI_NO;
	expect(&value, &column, "-1");
}

static void
test_text_only_where_it_is_text(void **state)
{
	(void) state;
	expect_bytes("h\xc3\xa4\"\n", 5, (struct column){.type = TYPE_VARCHAR, .collation = 45}, "\"h\xc3\xa4\\\"\\n\"");
	expect_bytes("\xe4", 1, (struct column){.type = TYPE_VARCHAR, .collation = 45}, "{\"base64\":\"5A==\"}");
	/* latin1: its bytes may look like UTF-8 and mean something else */
	expect_bytes("\xc3\xa4", 2, (struct column){.type = TYPE_VARCHAR, .collation = 8}, "{\"base64\":\"w6Q=\"}");
	expect_bytes("abc", 3, (struct column){.type = TYPE_VARCHAR, .collation = 8}, "\"abc\"");
	/* ucs2: two ASCII bytes are one character */
	expect_bytes("ab", 2, (struct column){.type = TYPE_VARCHAR, .collation = 35}, "{\"base64\":\"YWI=\"}");
	expect_bytes("abc", 3, (struct column){.type = TYPE_BLOB, .collation = 63}, "{\"base64\":\"YWJj\"}");
	/* not told: the bytes decide */
	expect_bytes("abc", 3, (struct column){.type = TYPE_BLOB}, "\"abc\"");
	expect_bytes("\xff", 1, (struct column){.type = TYPE_BLOB}, "{\"base64\":\"/w==\"}");
	expect_bytes("abcd", 4, (struct column){.type = TYPE_GEOMETRY}, "{\"base64\":\"YWJjZA==\"}");
	expect_bytes("", 0, (struct column){.type = TYPE_VARCHAR, .collation = 63}, "{\"base64\":\"\"}");
}

static void
test_what_is_no_utf8_is_marked(void **state)
{
	(void) state;
	out.len = 0;
	json_text_string(bytes_of("a\xff" "b\x01", 4), &out);
	assert_string_equal(buf_text(&out), "\"a\\ufffdb\\u0001\"");
}

static void
test_times(void **state)
{
	struct column column = {0};
	struct value date = {.kind = VALUE_DATE, .civil = {.year = 2024, .month = 2, .day = 0}};
	struct value time = {.kind = VALUE_TIME, .decimals = 1,
	    .civil = {.hour = 838, .minute = 59, .second = 9, .micro = 300000, .is_negative = true}};
	struct value stamp = {.kind = VALUE_TIMESTAMP, .decimals = 6, .stamp = {.seconds = 1700000000, .micro = 42}};
	struct value moment = {.kind = VALUE_DATETIME, .decimals = 3, .civil = {.year = 9999, .month = 12, .day = 31, .hour = 23,
	    .minute = 59, .second = 59, .micro = 999000}};

	(void) state;
	expect(&date, &column, "\"2024-02-00\"");
	expect(&time, &column, "\"-838:59:09.3\"");
	expect(&moment, &column, "\"9999-12-31 23:59:59.999\"");
	expect(&stamp, &column, "\"2023-11-14T22:13:20.000042Z\"");
	stamp = (struct value){.kind = VALUE_TIMESTAMP, .decimals = 2};
	expect(&stamp, &column, "\"0000-00-00 00:00:00.00\"");
}

static void
test_members_and_bits(void **state)
{
	const struct bytes members[] = {bytes_of("x", 1), bytes_of("y\"", 2)};
	struct column named = {.members = members, .n_members = 2}, plain = {0};
	struct value member = {.kind = VALUE_ENUM, .u = 2}, set = {.kind = VALUE_SET, .u = 3};
	struct value bit = {.kind = VALUE_BIT, .bytes = bytes_of("\x01\x55", 2)};
	struct value year = {.kind = VALUE_YEAR, .u = 2024}, null = {.kind = VALUE_NULL};

	(void) state;
	expect(&member, &named, "\"y\\\"\"");
	expect(&member, &plain, "2");
	expect(&set, &named, "[\"x\",\"y\\\"\"]");
	expect(&set, &plain, "3");
	set.u = 4; /* more than there are members */
	expect(&set, &named, "4");
	member.u = 0;
	expect(&member, &plain, "\"\"");
	expect(&bit, &plain, "341");
	expect(&year, &plain, "2024");
	expect(&null, &plain, "null");
}

static void
test_reals_and_vectors(void **state)
{
	struct column column = {0}, vector = {.type = TYPE_VECTOR};
	struct value real = {.kind = VALUE_DOUBLE, .d = 0.1}, single = {.kind = VALUE_FLOAT, .d = (double) 1.1f};
	struct value list = {.kind = VALUE_BYTES, .bytes = bytes_of("\0\0\x80\x3f\0\0\0\xc0", 8)};

	(void) state;
	expect(&real, &column, "0.10000000000000001");
	expect(&single, &column, "1.10000002");
	expect(&list, &vector, "[1,-2]");
}

static int
release(void **state)
{
	(void) state;
	buf_release(&out);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_integers_and_their_signs),
	    cmocka_unit_test(test_text_only_where_it_is_text),
	    cmocka_unit_test(test_what_is_no_utf8_is_marked),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_members_and_bits),
	    cmocka_unit_test(test_reals_and_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
