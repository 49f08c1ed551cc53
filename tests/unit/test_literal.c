/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apply/literal.h"

#define BYTES(text)                                                                                            \
	{                                                                                                      \
		.kind = VALUE_BYTES, .bytes = {(const uint8_t *) (text), sizeof(text) - 1 }                    \
	}
#define INT(number, bytes_)                                                                                    \
	{                                                                                                      \
		.kind = VALUE_INT, .u = (number), .width = (bytes_)                                            \
	}

static struct target_column
target_of(const char *data_type, const char *column_type, const char *charset, const char *introducer)
{
	struct target_column target = {.name = "c",
	    .data_type = data_type,
	    .column_type = column_type,
	    .charset = charset,
	    .is_nullable = true};

	target_column_parse_type(&target);
	target.introducer = introducer;
	return target;
}

static void
expect(const struct value *value, const struct column *column, const struct target_column *target,
    enum flavour flavour, const char *text)
{
	struct buf out = {0};
	struct err err = {0};

	if (!literal_put(value, column, target, flavour, &out, &err))
		fail_msg("'%s' expected, refused: %s", text, err.text);
	assert_string_equal(buf_text(&out), text);
	buf_release(&out);
}

static void
expect_match(const struct value *value, const struct column *column, const struct target_column *target,
    bool is_exact, const char *text)
{
	struct buf out = {0};
	struct err err = {0};

	if (!literal_put_match(value, column, target, is_exact, &out, &err))
		fail_msg("'%s' expected, refused: %s", text, err.text);
	assert_string_equal(buf_text(&out), text);
	buf_release(&out);
}

static void
refuse(const struct value *value, const struct column *column, const struct target_column *target,
    const char *text)
{
	struct buf out = {0};
	struct err err = {0};

	assert_false(literal_put(value, column, target, FLAVOUR_MYSQL, &out, &err));
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text, text);
	buf_release(&out);
}

static void
test_integers(void **state)
{
	static const struct {
		struct value value;
		uint8_t is_unsigned;
		const char *column_type, *text;
	} cases[] = {
	    {INT(0xff, 1), TRI_NO, "tinyint(4)", "-1"},
	    {INT(0xff, 1), TRI_YES, "tinyint(3) unsigned", "255"},
	    {INT(0xff, 1), TRI_YES, "int(11)", "255"},
	    {INT(0xff, 1), TRI_NO, "bigint(20)", "-1"},
	    {INT(0x80, 1), TRI_UNKNOWN, "tinyint(4)", "-128"},
	    {INT(0x80, 1), TRI_UNKNOWN, "tinyint(3) unsigned", "128"},
	    {INT(0x800000, 3), TRI_NO, "mediumint(9)", "-8388608"},
	    {INT(0x7fffffff, 4), TRI_NO, "int(11)", "2147483647"},
	    {INT(UINT64_MAX, 8), TRI_YES, "bigint(20) unsigned", "18446744073709551615"},
	    {INT(UINT64_MAX / 2 + 1, 8), TRI_NO, "bigint(20)", "-9223372036854775808"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct column column = {.type = TYPE_LONG, .is_unsigned = cases[i].is_unsigned};
		struct target_column target = target_of("int", cases[i].column_type, NULL, "_binary");

		expect(&cases[i].value, &column, &target, FLAVOUR_MYSQL, cases[i].text);
	}
}

/* The text must read back as the very double: 17 digits, and an exponent so that it is not taken for a decimal.
 */
static void
test_floats(void **state)
{
	static const struct {
		double d;
		const char *text;
	} cases[] = {
	    {0.0, "0e0"},
	    {-0.0, "-0e0"},
	    {1.0, "1e0"},
	    {1.1, "1.1000000000000001e0"},
	    {(double) 1.1F, "1.1000000238418579e0"},
	    {1.7976931348623157e308, "1.7976931348623157e+308"},
	    {5e-324, "4.9406564584124654e-324"},
	    {123456789012345680.0, "1.2345678901234568e+17"},
	};
	struct column column = {.type = TYPE_FLOAT};
	struct target_column target = target_of("float", "float", NULL, "_binary");

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct value value = {.kind = VALUE_DOUBLE, .d = cases[i].d};

		expect(&value, &column, &target, FLAVOUR_MYSQL, cases[i].text);
		value.kind = VALUE_FLOAT;
		expect(&value, &column, &target, FLAVOUR_MYSQL, cases[i].text);
	}
}

static void
test_decimal(void **state)
{
	/* 1234567890.1234 as decimal(14,4): strings/decimal.c decimal2bin()'s own example. */
	static const uint8_t wire[] = {0x81, 0x0d, 0xfb, 0x38, 0xd2, 0x04, 0xd2};
	struct value value = {.kind = VALUE_DECIMAL, .bytes = {wire, sizeof(wire)}};
	struct column column = {.type = TYPE_NEWDECIMAL, .length = 14, .scale = 4};
	struct target_column target = target_of("decimal", "decimal(14,4)", NULL, "_binary");

	(void) state;
	expect(&value, &column, &target, FLAVOUR_MYSQL, "1234567890.1234");
}

static void
test_strings(void **state)
{
	static const struct value plain = BYTES("it's \\ \0\x1a\n\"\xe8");
	struct column column = {.type = TYPE_VARCHAR, .length = 100};
	struct target_column utf8mb4 = target_of("varchar", "varchar(100)", "utf8mb4", "");
	struct target_column gbk = target_of("varchar", "varchar(100)", "gbk", "_gbk");
	struct target_column json = target_of("json", "json", NULL, "_binary");

	(void) state;
	expect(&plain, &column, &utf8mb4, FLAVOUR_MYSQL, "'it\\'s \\\\ \\0\x1a\n\"\xe8'");
	expect(&plain, &column, &gbk, FLAVOUR_MYSQL, "_gbk'it\\'s \\\\ \\0\x1a\n\"\xe8'");
	/* The second byte of a GBK character may be a backslash: doubled, since the statement is read as
	 * utf8mb4. */
	static const struct value multi = BYTES("\x95\x5c");
	expect(&multi, &column, &gbk, FLAVOUR_MYSQL, "_gbk'\x95\\\\'");
	/* Text of MariaDB's JSON must be characters for MySQL's type. */
	static const struct value text = BYTES("{}");
	expect(&text, &column, &json, FLAVOUR_MYSQL, "'{}'");
	static const struct value empty = BYTES("");
	expect(&empty, &column, &gbk, FLAVOUR_MYSQL, "_gbk''");
}

static void
test_padding(void **state)
{
	static const struct value value = BYTES("ab");
	struct column fixed = {.type = TYPE_STRING, .length = 4, .collation = COLLATION_BINARY};
	struct column varying = {.type = TYPE_VARCHAR, .length = 4, .collation = COLLATION_BINARY};
	struct target_column binary = target_of("binary", "binary(4)", NULL, "_binary");
	struct target_column varbinary = target_of("varbinary", "varbinary(10)", NULL, "_binary");
	struct target_column character = target_of("char", "char(4)", "latin1", "_latin1");
	struct target_column inet4 = target_of("inet4", "inet4", NULL, "_binary");

	(void) state;
	binary.octet_length = 4;
	varbinary.octet_length = 10;
	expect(&value, &fixed, &binary, FLAVOUR_MYSQL, "_binary'ab\\0\\0'");
	expect(&value, &fixed, &varbinary, FLAVOUR_MYSQL, "_binary'ab\\0\\0'");
	expect(&value, &varying, &varbinary, FLAVOUR_MYSQL, "_binary'ab'");
	expect(&value, &fixed, &character, FLAVOUR_MYSQL, "_latin1'ab'");
	expect(&value, &fixed, &inet4, FLAVOUR_MARIADB, "_binary'ab\\0\\0'");
}

/* As MariaDB 10.11 and 11.8 showed the UUIDs of these row images. */
static void
test_uuid(void **state)
{
	static const struct {
		struct value value;
		const char *text;
	} cases[] = {
	    /* version 1: stored with the time's parts turned round */
	    {BYTES("\xaa\xbb\xcc\xdd\xee\xff\x88\x99\x16\x77\x44\x55\x00\x11\x22\x33"),
		"'00112233-4455-1677-8899-aabbccddeeff'"},
	    /* version 7 sorts as it is; trailing zero bytes are not sent */
	    {BYTES("\x00\x11\x22\x33\x44\x55\x76\x77\x90\x99\xaa\xbb\xcc\xdd\xee"),
		"'00112233-4455-7677-9099-aabbccddee00'"},
	    {BYTES(""), "'00000000-0000-0000-0000-000000000000'"},
	};
	struct column column = {.type = TYPE_STRING, .length = 16};
	struct target_column target = target_of("uuid", "uuid", NULL, "_binary");
	static const struct value too_long = BYTES("12345678901234567");

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(&cases[i].value, &column, &target, FLAVOUR_MARIADB, cases[i].text);
	refuse(&too_long, &column, &target, "column 'c': a value of 17 bytes does not fit 'uuid'");
}

static void
test_temporal(void **state)
{
	static const struct {
		struct value value;
		const char *text;
	} cases[] = {
	    {{.kind = VALUE_DATE, .civil = {.year = 2026, .month = 1, .day = 31}}, "'2026-01-31'"},
	    {{.kind = VALUE_DATE}, "'0000-00-00'"},
	    {{.kind = VALUE_DATE, .civil = {.year = 2020, .month = 2, .day = 31}}, "'2020-02-31'"},
	    {{.kind = VALUE_DATETIME, .decimals = 3, .civil = {2026, 23, 12, 31, 59, 58, 999000, false}},
		"'2026-12-31 23:59:58.999'"},
	    {{.kind = VALUE_DATETIME, .decimals = 6}, "'0000-00-00 00:00:00.000000'"},
	    {{.kind = VALUE_TIME, .decimals = 6, .civil = {.hour = 838, .minute = 59, .second = 59}},
		"'838:59:59.000000'"},
	    {{.kind = VALUE_TIME, .decimals = 1, .civil = {.micro = 900000, .is_negative = true}},
		"'-00:00:00.9'"},
	    {{.kind = VALUE_TIMESTAMP}, "'0000-00-00 00:00:00'"},
	    {{.kind = VALUE_TIMESTAMP, .decimals = 2, .stamp = {1, 250000}}, "'1970-01-01 00:00:01.25'"},
	    {{.kind = VALUE_TIMESTAMP, .stamp = {951782400, 0}}, "'2000-02-29 00:00:00'"},
	    {{.kind = VALUE_TIMESTAMP, .stamp = {951868799, 0}}, "'2000-02-29 23:59:59'"},
	    {{.kind = VALUE_TIMESTAMP, .stamp = {951868800, 0}}, "'2000-03-01 00:00:00'"},
	    {{.kind = VALUE_TIMESTAMP, .stamp = {1735689599, 0}}, "'2024-12-31 23:59:59'"},
	    {{.kind = VALUE_TIMESTAMP, .decimals = 6, .stamp = {2147483647, 999999}},
		"'2038-01-19 03:14:07.999999'"},
	    {{.kind = VALUE_TIMESTAMP, .stamp = {4294967295, 0}}, "'2106-02-07 06:28:15'"},
	    {{.kind = VALUE_TIMESTAMP, .stamp = {4107542400, 0}}, "'2100-03-01 00:00:00'"},
	};
	struct column column = {.type = TYPE_DATETIME2};
	struct target_column target = target_of("datetime", "datetime(6)", NULL, "_binary");

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(&cases[i].value, &column, &target, FLAVOUR_MYSQL, cases[i].text);
}

/* The session's time zone: UTC's 0 is the zero date, no other zone's midnight is. */
static void
test_time_zone(void **state)
{
	struct value zero = {.kind = VALUE_TIMESTAMP}, hour = {.kind = VALUE_TIMESTAMP, .decimals = 1, .stamp = {3600, 500000}};
	struct value late = {.kind = VALUE_TIMESTAMP, .stamp = {1772310600, 0}};
	struct column column = {.type = TYPE_TIMESTAMP2};
	struct target_column target = target_of("timestamp", "timestamp(1)", NULL, "_binary");

	(void) state;
	target.zone_minutes = 330;
	expect(&zero, &column, &target, FLAVOUR_MYSQL, "'0000-00-00 00:00:00'");
	expect(&late, &column, &target, FLAVOUR_MYSQL, "'2026-03-01 02:00:00'");
	expect_match(&late, &column, &target, true, "`c`='2026-03-01 02:00:00'");
	target.zone_minutes = -60;
	expect(&hour, &column, &target, FLAVOUR_MYSQL, "'1970-01-01 00:00:00.5'");
	target.zone_minutes = -61;
	expect(&hour, &column, &target, FLAVOUR_MYSQL, "'1969-12-31 23:59:00.5'");
}

static void
test_numbers_of_other_types(void **state)
{
	static const uint8_t bits[] = {0x80, 0, 0, 0, 0, 0, 0, 1}, too_many[9] = {0};
	struct column column = {.type = TYPE_YEAR};
	struct target_column target = target_of("bit", "bit(64)", NULL, "_binary");
	struct value year = {.kind = VALUE_YEAR, .u = 0}, set = {.kind = VALUE_SET, .u = UINT64_MAX};
	struct value member = {.kind = VALUE_ENUM, .u = 300};
	struct value bit = {.kind = VALUE_BIT, .bytes = {bits, sizeof(bits)}};
	struct value long_bit = {.kind = VALUE_BIT, .bytes = {too_many, sizeof(too_many)}};

	(void) state;
	expect(&year, &column, &target, FLAVOUR_MYSQL, "0");
	expect(&set, &column, &target, FLAVOUR_MYSQL, "18446744073709551615");
	expect(&member, &column, &target, FLAVOUR_MYSQL, "300");
	expect(&bit, &column, &target, FLAVOUR_MYSQL, "9223372036854775809");
	refuse(&long_bit, &column, &target, "column 'c': a bit value of 9 bytes is above the limit of 8");
}

/* The '' of a value that was refused has number 0, which strict mode takes only in this disguise, or not at
 * all. */
static void
test_enum_zero(void **state)
{
	struct value zero = {.kind = VALUE_ENUM, .u = 0}, one = {.kind = VALUE_ENUM, .u = 1};
	struct column column = {.type = TYPE_ENUM, .length = 1};
	struct target_column plain = target_of("enum", "enum('a','10')", "utf8mb4", "");
	struct target_column taken = target_of("enum", "enum('0','00')", "utf8mb4", "");
	struct target_column wide = target_of("enum", "enum('0')", "utf16le", "_utf16le");
	struct target_column full = target_of("enum", "enum('0')", "utf32", "_utf32");

	(void) state;
	expect(&zero, &column, &plain, FLAVOUR_MYSQL, "'0'");
	expect(&zero, &column, &taken, FLAVOUR_MYSQL, "'000'");
	expect(&zero, &column, &wide, FLAVOUR_MYSQL, "_utf16le X'30003000'");
	refuse(&zero, &column, &full, "column 'c': the empty error value of 'enum('0')' cannot be written");
	expect(&zero, &column, &plain, FLAVOUR_MARIADB, "0");
	assert_true(literal_is_lenient(&zero, FLAVOUR_MARIADB));
	assert_false(literal_is_lenient(&zero, FLAVOUR_MYSQL));
	assert_false(literal_is_lenient(&one, FLAVOUR_MARIADB));
	expect_match(&zero, &column, &plain, true, "`c`=0");
}

static void
test_null(void **state)
{
	struct value null = {.kind = VALUE_NULL}, absent = {.kind = VALUE_ABSENT};
	struct column column = {.type = TYPE_TIMESTAMP2};
	struct target_column target = target_of("timestamp", "timestamp", NULL, "_binary");

	(void) state;
	expect(&null, &column, &target, FLAVOUR_MYSQL, "NULL");
	expect_match(&null, &column, &target, true, "`c` IS NULL");
	refuse(&absent, &column, &target, "column 'c': no value to write");
	target.is_nullable = false;
	refuse(
	    &null, &column, &target, "column 'c': the row has NULL and the target's 'timestamp' is NOT NULL");
}

static void
test_json(void **state)
{
	static const uint8_t one[] = {0x02, 1, 0, 7, 0, 0x05, 1, 0}; /* small array: int16 1 */
	static const uint8_t list[] = {
	    0x00, 4, '$', '[', '0', ']', 3, 0x05, 0x02, 0x00}; /* replace by int16 2 */
	struct value value = {.kind = VALUE_JSON, .bytes = {one, sizeof(one)}}, absent = {.kind = VALUE_ABSENT};
	struct value diff = {.kind = VALUE_JSON_DIFF, .bytes = {list, sizeof(list)}};
	struct column column = {.type = TYPE_JSON, .length = 4};
	struct target_column text = target_of("longtext", "longtext", "utf8mb4", "");
	struct target_column json = target_of("json", "json", NULL, "_binary");
	struct buf out = {0};
	struct err err = {0};

	(void) state;
	expect(&value, &column, &text, FLAVOUR_MARIADB, "'[1]'");
	expect_match(&value, &column, &text, true, "CAST(`c` AS BINARY)='[1]'");
	assert_true(literal_put_json_diff(&value, &diff, &text, &out, &err));
	assert_string_equal(buf_text(&out), "'[2]'");
	buf_reset(&out, SIZE_MAX);
	assert_true(literal_put_json_diff(&absent, &diff, &json, &out, &err));
	assert_non_null(strstr(buf_text(&out), "(`c`,"));
	assert_false(literal_put_json_diff(&absent, &diff, &text, &out, &err));
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text,
	    "column 'c': the source sends a part of the document, and the target's 'longtext' takes "
	    "whole ones");
	refuse(&diff, &column, &text, "column 'c': no value to write");
	buf_release(&out);
}

/* 1 and 1.0 are equal as documents: the text tells them apart. */
static void
test_json_match(void **state)
{
	static const struct value text = BYTES("1.0");
	struct column column = {.type = TYPE_BLOB, .length = 4};
	struct target_column json = target_of("json", "json", NULL, "_binary");

	(void) state;
	expect_match(&text, &column, &json, true,
	    "`c`=CAST('1.0' AS JSON) AND CAST(`c` AS BINARY)=CAST(CAST('1.0' AS JSON) AS BINARY)");
}

static void
test_match(void **state)
{
	static const struct value text = BYTES("A");
	struct value set = {.kind = VALUE_SET, .u = 5}, wide_set = {.kind = VALUE_SET, .u = UINT64_C(1) << 53};
	struct column column = {.type = TYPE_VARCHAR, .length = 10};
	struct target_column latin1 = target_of("varchar", "varchar(10)", "latin1", "_latin1");
	struct target_column binary = target_of("varbinary", "varbinary(10)", NULL, "_binary");
	struct target_column geometry = target_of("geometry", "geometry", NULL, "_binary");
	struct target_column sets = target_of("set", "set('a','b','c')", "latin1", "_latin1");

	(void) state;
	latin1.name = "a`b";
	expect_match(&text, &column, &latin1, false, "`a``b`=_latin1'A'");
	expect_match(&text, &column, &latin1, true, "CAST(`a``b` AS BINARY)=_binary'A'");
	expect_match(&text, &column, &binary, false, "`c`=_binary'A'");
	expect_match(&text, &column, &binary, true, "`c`=_binary'A'");
	expect_match(&text, &column, &geometry, true, "CAST(`c` AS BINARY)=_binary'A'");
	expect_match(&set, &column, &sets, false, "`c`=5");
	expect_match(&set, &column, &sets, true, "CAST(`c` AS UNSIGNED)=5");
	expect_match(&wide_set, &column, &sets, false, "CAST(`c` AS UNSIGNED)=9007199254740992");
}

static void
expect_brief(const struct value *value, const struct target_column *target, size_t limit, const char *text)
{
	struct column column = {.type = TYPE_VARCHAR};
	struct buf out = {0};

	literal_put_brief(value, &column, target, limit, &out);
	assert_string_equal(buf_text(&out), text);
	buf_release(&out);
}

static void
test_brief(void **state)
{
	static const struct value text = BYTES("abcdefgh"), line = BYTES("a\nb");
	struct value null = {.kind = VALUE_NULL}, absent = {.kind = VALUE_ABSENT}, number = INT(7, 1);
	struct target_column target = target_of("varchar", "varchar(10)", "latin1", "_latin1");

	(void) state;
	expect_brief(&text, &target, 64, "'abcdefgh'");
	expect_brief(&text, &target, 8, "'abcd...");
	expect_brief(&line, &target, 64, "'a\\x0ab'");
	expect_brief(&null, &target, 64, "NULL");
	expect_brief(&absent, &target, 64, "(absent)");
	expect_brief(&number, &target, 64, "7");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_integers),
	    cmocka_unit_test(test_floats),
	    cmocka_unit_test(test_decimal),
	    cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_padding),
	    cmocka_unit_test(test_uuid),
	    cmocka_unit_test(test_temporal),
	    cmocka_unit_test(test_time_zone),
	    cmocka_unit_test(test_numbers_of_other_types),
	    cmocka_unit_test(test_enum_zero),
	    cmocka_unit_test(test_null),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_json_match),
	    cmocka_unit_test(test_match),
	    cmocka_unit_test(test_brief),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
