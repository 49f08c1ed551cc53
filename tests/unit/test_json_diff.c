/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "binlog/json.h"
#include "hex.h"

/* {"": 0, "a": [1, 2, 3], "b": {"c": "x", "long": "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"}, "k k": 1, "q\"t": [[1]]} */
#define BEFORE                                                                                                       \
	"0005008800270000002700010028000100290003002c000300050000022f00003c00050100027a0061626b206b712274" \
	"03000d0005010005020005030002003e0012000100130004000c17000c1900636c6f6e6701782479797979797979797979" \
	"797979797979797979797979797979797979797979797979797901000e0002070001000700050100"

/* What MySQL 9.7 logged for UPDATEs of BEFORE under binlog_row_value_options=PARTIAL_JSON, and their results. */
static const struct {
	const char *list;
	const char *sql;
	const char *after;
} updates[] = {
    {"0006242e615b315d0b0f0a08000000000044a5190006242e615b305d03060500",
        "JSON_REPLACE(`j`,_utf8mb4'$.a[1]',DATE'2020-01-02',_utf8mb4'$.a[0]',CAST(5 AS UNSIGNED))",
        "{\"\": 0, \"a\": [5, \"2020-01-02\", 3], \"b\": {\"c\": \"x\", \"long\": "
        "\"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}, \"k k\": 1, \"q\\\"t\": [[1]]}"},
    {"0106242e615b395d060c04697427730105242e622e64090b000000000000f83f",
        "JSON_INSERT(JSON_ARRAY_INSERT(`j`,_utf8mb4'$.a[9]',_utf8mb4'it\\'s'),_utf8mb4'$.b.d',"
        "CAST(_utf8mb4'1.5' AS JSON))",
        "{\"\": 0, \"a\": [1, 2, 3, \"it's\"], \"b\": {\"c\": \"x\", \"d\": 1.5, \"long\": "
        "\"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}, \"k k\": 1, \"q\\\"t\": [[1]]}"},
    {"0206242e615b305d0207242e226b206b220204242e2222",
        "JSON_REMOVE(`j`,_utf8mb4'$.a[0]',_utf8mb4'$.\"k k\"',_utf8mb4'$.\"\"')",
        "{\"a\": [2, 3], \"b\": {\"c\": \"x\", \"long\": \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}, "
        "\"q\\\"t\": [[1]]}"},
    {"010e242e22715c2274225b305d5b315d0204010205242e622e630009242e615b6c6173745d020400",
        "JSON_REPLACE(JSON_REMOVE(JSON_ARRAY_INSERT(`j`,_utf8mb4'$.\"q\\\\\"t\"[0][1]',true),_utf8mb4'$.b.c'),"
        "_utf8mb4'$.a[last]',null)",
        "{\"\": 0, \"a\": [1, 2, null], \"b\": {\"long\": \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}, "
        "\"k k\": 1, \"q\\\"t\": [[1, true]]}"},
    {"0103242e7a1100010010000b000100020c006e000004000108242e7a2e6e5b305d040f0f01ff0008242e7a2e6e5b305d03050100",
        "JSON_REPLACE(JSON_ARRAY_INSERT(JSON_INSERT(`j`,_utf8mb4'$.z',CAST(_utf8mb4'{\"n\": []}' AS JSON)),"
        "_utf8mb4'$.z.n[0]',X'ff'),_utf8mb4'$.z.n[0]',1)",
        "{\"\": 0, \"a\": [1, 2, 3], \"b\": {\"c\": \"x\", \"long\": \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}, "
        "\"z\": {\"n\": [1]}, \"k k\": 1, \"q\\\"t\": [[1]]}"},
    /* the UPDATE changed other columns only */
    {"", "`j`",
        "{\"\": 0, \"a\": [1, 2, 3], \"b\": {\"c\": \"x\", \"long\": \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}, "
        "\"k k\": 1, \"q\\\"t\": [[1]]}"},
};

static const struct bytes column = {(const uint8_t *) "`j`", 3};

static void
test_put_sql(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(updates) / sizeof(updates[0]); i++) {
		struct bytes list = hex_bytes(updates[i].list);
		struct buf out = {0};
		struct err err;

		buf_puts(&out, "j=");
		if (!json_diff_put_sql(list, column, &out, &err))
			fail_msg("%s", err.text);
		assert_string_equal(buf_text(&out) + 2, updates[i].sql);
		buf_release(&out);
		free((void *) (uintptr_t) list.data);
	}
}

/* On the column as long as no diff before it can have touched the place. */
static const struct {
	const char *list;
	const char *sql;
} fits[] = {
    {"0006242e615b315d020400", " AND JSON_CONTAINS_PATH(`j`,'one',_utf8mb4'$.a[1]') AND "
				"JSON_TYPE(JSON_EXTRACT(`j`,_utf8mb4'$.a'))='ARRAY'"},
    {"0003242e610204000203242e62", " AND JSON_CONTAINS_PATH(`j`,'one',_utf8mb4'$.a') AND "
				    "JSON_CONTAINS_PATH(`j`,'one',_utf8mb4'$.b')"},
    {"0105242e612e62020400", " AND NOT JSON_CONTAINS_PATH(`j`,'one',_utf8mb4'$.a.b') AND "
			      "JSON_TYPE(JSON_EXTRACT(`j`,_utf8mb4'$.a'))='OBJECT'"},
    {"0104245b395d020400", " AND JSON_TYPE(JSON_EXTRACT(`j`,_utf8mb4'$'))='ARRAY'"},
    {"0203242e610203242e61", " AND JSON_CONTAINS_PATH(`j`,'one',_utf8mb4'$.a') AND "
			      "JSON_CONTAINS_PATH(JSON_REMOVE(`j`,_utf8mb4'$.a'),'one',_utf8mb4'$.a')"},
    {"0204245b305d0004245b315d020400", " AND JSON_CONTAINS_PATH(`j`,'one',_utf8mb4'$[0]') AND "
				       "JSON_TYPE(JSON_EXTRACT(`j`,_utf8mb4'$'))='ARRAY' AND "
				       "JSON_CONTAINS_PATH(JSON_REMOVE(`j`,_utf8mb4'$[0]'),'one',_utf8mb4'$[1]') AND "
				       "JSON_TYPE(JSON_EXTRACT(JSON_REMOVE(`j`,_utf8mb4'$[0]'),_utf8mb4'$'))='ARRAY'"},
    {"0004245b325d0204000209245b6c6173745d2e78", " AND JSON_CONTAINS_PATH(`j`,'one',_utf8mb4'$[2]') AND "
						"JSON_TYPE(JSON_EXTRACT(`j`,_utf8mb4'$'))='ARRAY' AND JSON_CONTAINS_PATH("
						"JSON_REPLACE(`j`,_utf8mb4'$[2]',null),'one',_utf8mb4'$[last].x')"},
    {"", ""},
};

static void
test_put_fit(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(fits) / sizeof(fits[0]); i++) {
		struct bytes list = hex_bytes(fits[i].list);
		struct buf out = {0};
		struct err err;

		buf_puts(&out, "x");
		if (!json_diff_put_fit(list, column, &out, &err))
			fail_msg("%s", err.text);
		assert_string_equal(buf_text(&out) + 1, fits[i].sql);
		buf_release(&out);
		free((void *) (uintptr_t) list.data);
	}
}

static void
test_apply(void **state)
{
	struct bytes before = hex_bytes(BEFORE);

	(void) state;
	for (size_t i = 0; i < sizeof(updates) / sizeof(updates[0]); i++) {
		struct bytes list = hex_bytes(updates[i].list);
		struct buf out = {0};
		struct err err;

		if (!json_apply_diffs(before, list, &out, &err))
			fail_msg("%s", err.text);
		assert_string_equal(buf_text(&out), updates[i].after);
		buf_release(&out);
		free((void *) (uintptr_t) list.data);
	}
	free((void *) (uintptr_t) before.data);
}

static void
put_diff(struct buf *list, enum json_diff_op op, const char *path, const char *value_hex)
{
	struct bytes value = hex_bytes(value_hex);

	buf_put_le(list, op, 1);
	buf_put_le(list, strlen(path), 1);
	buf_puts(list, path);
	if (op != JSON_DIFF_REMOVE) {
		buf_put_le(list, value.len, 1);
		buf_add(list, value.data, value.len);
	}
	free((void *) (uintptr_t) value.data);
}

/* One diff against {"a": [1], "é\"": {"x": 2}}; `expected` is the result or the end of the error's text. */
static void
apply_one(enum json_diff_op op, const char *path, bool is_right, const char *expected)
{
	struct bytes before = hex_bytes(
	    "00020029001200010013000300021600001d0061c3a9220100070005010001000c000b00010005020078");
	struct buf list = {0}, out = {0};
	struct err err = {0};
	bool is_done;

	put_diff(&list, op, path, "0401");
	is_done = json_apply_diffs(before, (struct bytes){(const uint8_t *) list.data, list.len}, &out, &err);
	if (is_done != is_right)
		fail_msg("%s: %s%s", path, is_done ? buf_text(&out) : "", err.text);
	if (is_right) {
		assert_string_equal(buf_text(&out), expected);
	} else {
		assert_int_equal(err.kind, ERR_STOP);
		assert_non_null(strstr(err.text, expected));
		assert_int_equal(out.len, 0);
	}
	buf_release(&list);
	buf_release(&out);
	free((void *) (uintptr_t) before.data);
}

static void
test_places(void **state)
{
	(void) state;
	apply_one(JSON_DIFF_REPLACE, "$.a", true, "{\"a\": true, \"é\\\"\": {\"x\": 2}}");
	apply_one(JSON_DIFF_REPLACE, "$.a[last]", true, "{\"a\": [true], \"é\\\"\": {\"x\": 2}}");
	apply_one(JSON_DIFF_REPLACE, "$.\"\\u00e9\\\"\".x", true, "{\"a\": [1], \"é\\\"\": {\"x\": true}}");
	apply_one(JSON_DIFF_REPLACE, "$.\"\xc3\xa9\\\"\"", true, "{\"a\": [1], \"é\\\"\": true}");
	apply_one(JSON_DIFF_INSERT, "$.a[0]", true, "{\"a\": [true, 1], \"é\\\"\": {\"x\": 2}}");
	apply_one(JSON_DIFF_INSERT, "$.a[1]", true, "{\"a\": [1, true], \"é\\\"\": {\"x\": 2}}");
	apply_one(JSON_DIFF_INSERT, "$.a[7]", true, "{\"a\": [1, true], \"é\\\"\": {\"x\": 2}}");
	apply_one(JSON_DIFF_INSERT, "$.a[last-3]", true, "{\"a\": [true, 1], \"é\\\"\": {\"x\": 2}}");
	/* members are in order of length, then of bytes */
	apply_one(JSON_DIFF_INSERT, "$.b", true, "{\"a\": [1], \"b\": true, \"é\\\"\": {\"x\": 2}}");
	apply_one(JSON_DIFF_INSERT, "$.aaaa", true, "{\"a\": [1], \"é\\\"\": {\"x\": 2}, \"aaaa\": true}");
	apply_one(JSON_DIFF_REMOVE, "$.a", true, "{\"é\\\"\": {\"x\": 2}}");
	apply_one(JSON_DIFF_REMOVE, "$.a[0]", true, "{\"a\": [], \"é\\\"\": {\"x\": 2}}");
}

static void
test_rejected(void **state)
{
	(void) state;
	apply_one(JSON_DIFF_REPLACE, "$.b", false, "'$.b' replaces what is not there");
	apply_one(JSON_DIFF_REPLACE, "$.a[1]", false, "'$.a[1]' replaces what is not there");
	apply_one(JSON_DIFF_REPLACE, "$.a[last-1]", false, "replaces what is not there");
	apply_one(JSON_DIFF_REPLACE, "$.a.b", false, "replaces what is not there");
	apply_one(JSON_DIFF_REPLACE, "$[0]", false, "replaces what is not there");
	apply_one(JSON_DIFF_INSERT, "$.a", false, "inserts what is there or has no place");
	apply_one(JSON_DIFF_INSERT, "$.b.c", false, "inserts what is there or has no place");
	apply_one(JSON_DIFF_INSERT, "$.a[0].b", false, "inserts what is there or has no place");
	apply_one(JSON_DIFF_REMOVE, "$.b", false, "'$.b' removes what is not there");
	apply_one(JSON_DIFF_REMOVE, "$.a[1]", false, "removes what is not there");
}

static void
test_malformed_paths(void **state)
{
	static const char *const paths[] = {"$a", "$.", "$..a", "$.a[", "$.a[]", "$.a[x]", "$.a[1", "$.a[-1]", "$.a[lost]",
	    "$.a[last-]", "$.a[4294967296]", "$.a[*]", "$.*", "$.a*", "$**", "$.\"a", "$.\"\\x\"", "$.\"\\u12\"",
	    "$.\"\\ud800\"", "$.\"\\ud800\\u0041\"", "$.\"\\udc00\""};

	(void) state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		apply_one(JSON_DIFF_REPLACE, paths[i], false, "JSON diff has a path that cannot be read");
	apply_one(JSON_DIFF_REPLACE, "$", false, "JSON diff has the path '$'");
	apply_one(JSON_DIFF_REPLACE, "", false, "JSON diff has the path ''");
	apply_one(JSON_DIFF_REPLACE, "x.a", false, "JSON diff has the path 'x.a'");
}

static void
refuse_list(const char *hex, const char *message)
{
	struct bytes list = hex_bytes(hex), before = hex_bytes("00000004");
	struct buf out = {0};
	struct err err = {0};

	assert_false(json_diff_put_sql(list, column, &out, &err));
	assert_string_equal(err.text, message);
	assert_false(json_apply_diffs(before, list, &out, &err));
	assert_int_equal(out.len, 0);
	buf_release(&out);
	free((void *) (uintptr_t) before.data);
	free((void *) (uintptr_t) list.data);
}

static void
test_malformed_lists(void **state)
{
	(void) state;
	refuse_list("03", "JSON diff has operation 3, known are 0 to 2");
	refuse_list("02", "JSON diff is cut short: it claims more than the 1 bytes left");
	refuse_list("0203242e", "JSON diff is cut short: it claims more than the 4 bytes left");
	refuse_list("0203242e61ff", "JSON diff has operation 255, known are 0 to 2");
	refuse_list("0003242e61", "JSON diff is cut short: it claims more than the 5 bytes left");
	refuse_list("0003242e61010d", "JSON document is malformed: a value of type 13 does not fit the 0 bytes left");
	refuse_list("00feffffffffffffffff242e61", "JSON diff is cut short: it claims more than the 13 bytes left");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_put_sql),
	    cmocka_unit_test(test_put_fit),
	    cmocka_unit_test(test_apply),
	    cmocka_unit_test(test_places),
	    cmocka_unit_test(test_rejected),
	    cmocka_unit_test(test_malformed_paths),
	    cmocka_unit_test(test_malformed_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
