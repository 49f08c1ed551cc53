/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "binlog/json.h"
#include "hex.h"

/*
 * Documents as MySQL 9.7 wrote them to its binlog.  It printed them as the text says, and made the same
 * bytes of the SQL again (the one with a TINYBLOB excepted).
 */
static const struct {
	const char *hex;
	const char *text;
	const char *sql;
} documents[] = {
    {"0400",
        "null",
        "CAST(_utf8mb4'null' AS JSON)"},
    {"0401",
        "true",
        "CAST(_utf8mb4'true' AS JSON)"},
    {"020700290004020004000005010005ffff071900071d000a21007011010090eefeff00f2052a01000000",
        "[false, null, 1, -1, 70000, -70000, 5000000000]",
        "CAST(_utf8mb4'[false, null, 1, -1, 70000, -70000, 5000000000]' AS JSON)"},
    {"0208005c000b1c000b24000b2c000b34000b3c000b44000a4c00095400000000000000f03f0080e03779c3414300000000"
        "000000809a9999999999b93f48afbc9af2d77a3effffffffffffef7fffffffffffffffff0000000000000080",
        "[1.0, 1e16, -0.0, 0.1, 1e-7, 1.7976931348623157e308, 18446744073709551615, -9223372036854775808]",
        "CAST(_utf8mb4'[1.0, 1e16, -0.0, 0.1, 1e-7, 1.7976931348623157e308, 18446744073709551615, -92233720"
        "36854775808]' AS JSON)"},
    {"0203001900090d0006050008150000f2052a0100000070110100",
        "[5000000000, 5, 70000]",
        "JSON_ARRAY(5000000000,CAST(5 AS UNSIGNED),CAST(70000 AS UNSIGNED))"},
    {"060500",
        "5",
        "JSON_EXTRACT(JSON_ARRAY(CAST(5 AS UNSIGNED)),'$[0]')"},
    {"000300390019000000190001001a000200050100001c000c2c00626161010010000b000100020c0061000004000c001f08"
        "0c0a0d09225c2fc3a9",
        "{\"\": 1, \"b\": {\"a\": []}, \"aa\": \"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/é\"}",
        "CAST(_utf8mb4'{\"\": 1, \"b\": {\"a\": []}, \"aa\": \"\\\\u0000\\\\u001f\\\\b\\\\f\\\\n\\\\r\\\\t"
        "\\\\\"\\\\\\\\/é\"}' AS JSON)"},
    {"0202001d000c0a000f13000869742773205c20000a08000000000044a519",
        "[\"it's \\\\ \\u0000\", \"2020-01-02\"]",
        "JSON_ARRAY(_utf8mb4'it\\'s \\\\ \\0',DATE'2020-01-02')"},
    {"0003005100190001001a0001001b000200021d00023b000f47006c6d6b2702001e000f0a000f14000c08060000053144a5"
        "190a08000000000000000002000c000501000c0a0001780b080000000591cbffff",
        "{\"l\": [\"2020-01-02 03:04:05.000006\", \"0000-00-00\"], \"m\": [1, \"x\"], \"k'\": \"-838:59:59."
        "000000\"}",
        "JSON_OBJECT(_utf8mb4'l',JSON_ARRAY(TIMESTAMP'2020-01-02 03:04:05.000006',DATE'0000-00-00'),_utf8mb"
        "4'm',CAST(_utf8mb4'[1, \"x\"]' AS JSON),_utf8mb4'k\\'',TIME'-838:59:59.000000')"},
    {"0206003e000f16000f1c000f22000f27000f33000f3800f6040302810af60402017ffaf603010185f60a12098000000c1d"
        "cd6500f603010085f60402018000",
        "[1.10, -0.5, 0.5, 12.500000000, 5, 0.0]",
        "JSON_ARRAY(1.10,-0.5,.5,CAST('12.500000000' AS DECIMAL(18,9)),5.,0.0)"},
    {"02020011000f0a000f0f000f0300ff270f00",
        "[\"base64:type15:AP8n\", \"base64:type15:\"]",
        "JSON_ARRAY(X'00ff27',X'')"},
    {"02040029000f10000f1a000f1e000f2400070870580a053144a51910020005fe0462690000fc03780079",
        "[\"2020-01-02 03:04:05.678000\", \"base64:type16:AAU=\", \"base64:type254:YmkAAA==\", \"base64:typ"
        "e252:eAB5\"]",
        "(SELECT JSON_ARRAY(c0,c1,c2,IF(1,X'780079',b)) FROM JSON_TABLE(JSON_ARRAY(TIMESTAMP'2020-01-02 03:"
        "04:05.678000',5,X'62690000'),'$' COLUMNS(c0 TIMESTAMP(6) PATH '$[0]' ERROR ON EMPTY ERROR ON ERROR"
        ",c1 BIT(16) PATH '$[1]' ERROR ON EMPTY ERROR ON ERROR,c2 BINARY(4) PATH '$[2]' ERROR ON EMPTY ERRO"
        "R ON ERROR)) AS t0,JSON_TABLE('[]','$' COLUMNS(b BLOB PATH '$[0]')) AS tb)"},
    {"02030019000f0d000f11000f1500f9027462fa026d62fb026c62",
        "[\"base64:type249:dGI=\", \"base64:type250:bWI=\", \"base64:type251:bGI=\"]",
        "(SELECT JSON_ARRAY(IF(1,X'7462',b),IF(1,X'6d62',REPEAT(X'00',65536)),IF(1,X'6c62',REPEAT(X'00',167"
        "77216))) FROM JSON_TABLE('[]','$' COLUMNS(b BLOB PATH '$[0]')) AS tb)"},
    {"0f070870580a053144a519",
        "\"2020-01-02 03:04:05.678000\"",
        "(SELECT JSON_EXTRACT(JSON_ARRAY(c0),'$[0]') FROM JSON_TABLE(JSON_ARRAY(TIMESTAMP'2020-01-02 03:04:"
        "05.678000'),'$' COLUMNS(c0 TIMESTAMP(6) PATH '$[0]' ERROR ON EMPTY ERROR ON ERROR)) AS t0)"},
    {"0201008b000c07008201787878787878787878787878787878787878787878787878787878787878787878787878787878"
        "78787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
        "787878787878787878787878787878787878787878787878787878787878787878787878787878787878",
        "[\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"]",
        "CAST(_utf8mb4'[\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"]' AS JSON)"},
    {"02010043000f07000f3afbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfb"
        "fbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfb",
        "[\"base64:type15:+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7\\n+w"
        "==\"]",
        "JSON_ARRAY(X'fbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbfbf"
        "bfbfbfbfbfbfbfbfbfbfbfbfbfbfbfb')"},
};

typedef bool put_function(struct bytes json, struct buf *out, struct err *err);

static void
check(const char *hex, put_function *put, const char *expected)
{
	struct bytes json = hex_bytes(hex);
	struct buf out = {0};
	struct err err;

	buf_puts(&out, "before ");
	if (!put(json, &out, &err))
		fail_msg("%s: %s", hex, err.text);
	assert_string_equal(buf_text(&out) + strlen("before "), expected);
	buf_release(&out);
	free((void *) (uintptr_t) json.data);
}

static void
test_documents(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		check(documents[i].hex, json_put_text, documents[i].text);
		check(documents[i].hex, json_put_sql, documents[i].sql);
	}
	check("", json_put_text, "null");
	check("", json_put_sql, "CAST(_utf8mb4'null' AS JSON)");
}

/* Cut short anywhere a document is an error, and nothing of it is left in the output. */
static void
test_cut_short(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		size_t len = strlen(documents[i].hex) / 2;
		for (size_t cut = 1; cut < len; cut++) {
			char *hex = strndup(documents[i].hex, 2 * cut);
			struct bytes json = hex_bytes(hex);
			struct buf out = {0};
			struct err err = {0};

			buf_puts(&out, "x");
			assert_false(json_put_text(json, &out, &err));
			assert_int_equal(err.kind, ERR_STOP);
			assert_memory_equal(err.text, "JSON document is malformed: ", 28);
			assert_false(json_put_sql(json, &out, &err));
			assert_string_equal(buf_text(&out), "x");
			buf_release(&out);
			free(hex);
			free((void *) (uintptr_t) json.data);
		}
	}
}

static void
refuse(const char *hex, put_function *put, const char *message)
{
	struct bytes json = hex_bytes(hex);
	struct buf out = {0};
	struct err err = {0};

	if (put(json, &out, &err))
		fail_msg("%s was accepted as '%s'", hex, buf_text(&out));
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text, message);
	assert_int_equal(out.len, 0);
	buf_release(&out);
	free((void *) (uintptr_t) json.data);
}

#define MALFORMED "JSON document is malformed: "

static void
test_malformed(void **state)
{
	(void) state;
	refuse("0d", json_put_text, MALFORMED "a value of type 13 does not fit the 0 bytes left");
	refuse("0403", json_put_text, MALFORMED "a value of type 4 does not fit the 1 bytes left");
	refuse("0b000000000000f07f", json_put_text, MALFORMED "a value of type 11 does not fit the 8 bytes left");
	refuse("0cffffffffff7f", json_put_text, MALFORMED "a value of type 12 does not fit the 6 bytes left");
	refuse("0c02e961", json_put_text, MALFORMED "a string of 2 bytes is not UTF-8");
	refuse("0c02e961", json_put_sql, MALFORMED "a string of 2 bytes is not UTF-8");
	refuse("0001000c000b000100040000e9", json_put_text, MALFORMED "a key of 1 bytes is not UTF-8");
}

/* A container that claims more than it has; offsets into its own head and behind its end. */
static void
test_malformed_containers(void **state)
{
	(void) state;
	refuse("0201000800040000", json_put_text, MALFORMED "a container claims 8 bytes where 7 are left");
	refuse("02ffff0700040000", json_put_text, MALFORMED "a container of 7 bytes claims 65535 elements");
	refuse("03ffffffff0800000000", json_put_text, MALFORMED "a container of 8 bytes claims 4294967295 elements");
	refuse("02010009000c06000161", json_put_text, MALFORMED "a value at 6 is outside its container of 9 bytes");
	refuse("02010009000c0a000161", json_put_text, MALFORMED "a value at 10 is outside its container of 9 bytes");
	refuse("0001000c000a00010004000061", json_put_text, MALFORMED "a key at 10 is outside its object of 12 bytes");
	refuse("0001000c000b00020004000061", json_put_text, MALFORMED "a key at 11 is outside its object of 12 bytes");
}

/* Two elements that are the same bytes: 100 levels of this would be 2^100 values. */
static void
test_overlap(void **state)
{
	(void) state;
	check("02020016000c0a000c1000056162636465056162636465", json_put_text, "[\"abcde\", \"abcde\"]");
	refuse("02020010000c0a000c0a00056162636465", json_put_text, MALFORMED "its values overlap");
	refuse("0202000e00020a00020a0000000400", json_put_sql, MALFORMED "its values overlap");
}

static void
test_values_that_are_none(void **state)
{
	(void) state;
	refuse("0f0a08000000000000ff7f", json_put_text, MALFORMED "7fff000000000000 is no date");
	refuse("0f0b0800000000000fffff", json_put_text, MALFORMED "ffff0f0000000000 is no time");
	refuse("0f0c080000003c00000000", json_put_sql, MALFORMED "000000003c000000 is no date");
	refuse("0ff60180", json_put_text, MALFORMED "a decimal has 1 bytes");
	refuse("0ff603020381", json_put_text, MALFORMED "decimal of precision 2 and scale 3 is not possible");
	refuse("0f1009000000000000000000", json_put_sql, MALFORMED "a BIT value has 9 bytes");
	refuse("0fff0161", json_put_sql,
	    "JSON document holds a value of type 255 (geometry), which no expression can make");
}

/* Arrays in arrays, written from the inside out. */
static char *
nested(size_t depth)
{
	char *hex = strdup("00000400");

	for (size_t i = 1; i < depth; i++) {
		size_t bytes = 7 + strlen(hex) / 2;
		char *outer = malloc(strlen(hex) + 15);
		(void) snprintf(outer, 15, "0100%02x%02x020700", (unsigned int) bytes & 255, (unsigned int) (bytes >> 8) & 255);
		(void) memcpy(outer + 14, hex, strlen(hex) + 1);
		free(hex);
		hex = outer;
	}
	return hex;
}

static void
test_depth(void **state)
{
	char expected[2 * JSON_DEPTH_LIMIT + 1];

	(void) state;
	memset(expected, '[', JSON_DEPTH_LIMIT);
	memset(expected + JSON_DEPTH_LIMIT, ']', JSON_DEPTH_LIMIT);
	expected[sizeof(expected) - 1] = '\0';
	for (size_t depth = JSON_DEPTH_LIMIT; depth <= JSON_DEPTH_LIMIT + 1; depth++) {
		char *inside = nested(depth), *hex = malloc(strlen(inside) + 3);
		(void) sprintf(hex, "02%s", inside);
		if (depth == JSON_DEPTH_LIMIT)
			check(hex, json_put_text, expected);
		else
			refuse(hex, json_put_text, MALFORMED "it is nested more than 100 deep");
		free(inside);
		free(hex);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_documents),
	    cmocka_unit_test(test_cut_short),
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_malformed_containers),
	    cmocka_unit_test(test_overlap),
	    cmocka_unit_test(test_values_that_are_none),
	    cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
