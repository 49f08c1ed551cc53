/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/gtid_set.h"

#define UUID "eca2ac73-e518-11f1-9c6f-02fc00000001"
#define UUID_LOW "00000000-0000-0000-0000-0000000000ff"

static struct gtid_set *
parse(enum flavour flavour, const char *text)
{
	struct gtid_set *set;
	struct err err;

	if (!gtid_set_parse(text, flavour, &set, &err))
		fail_msg("%s", err.text);
	return set;
}

static void
check_text(const struct gtid_set *set, const char *expected)
{
	struct buf out = {0};

	gtid_set_put(set, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void
check_parse(enum flavour flavour, const char *text, const char *expected)
{
	struct gtid_set *set = parse(flavour, text), *again = parse(flavour, expected), *copy = gtid_set_copy(set);

	check_text(set, expected);
	assert_true(gtid_set_is_equal(set, again));
	assert_true(gtid_set_is_equal(set, copy));
	assert_int_equal(gtid_set_flavour(copy), flavour);
	gtid_set_free(set);
	gtid_set_free(again);
	gtid_set_free(copy);
}

static void
refuse(enum flavour flavour, const char *text, const char *message)
{
	struct gtid_set *set = (struct gtid_set *) &set;
	struct err err = {0};

	if (gtid_set_parse(text, flavour, &set, &err))
		fail_msg("'%s' was accepted", text);
	assert_null(set);
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text, message);
	assert_string_not_equal(err.hint, "");
}

static void
test_parse_mysql(void **state)
{
	(void) state;
	check_parse(FLAVOUR_MYSQL, "", "");
	check_parse(FLAVOUR_MYSQL, " \n ", "");
	check_parse(FLAVOUR_MYSQL, UUID ":1", UUID ":1");
	check_parse(FLAVOUR_MYSQL, UUID ":1-5:7", UUID ":1-5:7");
	check_parse(FLAVOUR_MYSQL, UUID ":7:3-4:1-2", UUID ":1-4:7");
	check_parse(FLAVOUR_MYSQL, UUID ":1-9:2-3:5-12:12", UUID ":1-12");
	check_parse(FLAVOUR_MYSQL, UUID ": 1 - 5 : 7 ,\n" UUID_LOW ":2,\n", UUID_LOW ":2," UUID ":1-5:7");
	check_parse(FLAVOUR_MYSQL, UUID ":1," UUID_LOW ":1," UUID ":2", UUID_LOW ":1," UUID ":1-2");
	/* As MySQL 9.7 printed @@gtid_executed. */
	check_parse(FLAVOUR_MYSQL, UUID_LOW ":x:9223372036854775806,\n" UUID ":1-4:a_tag:1:tagb:1",
	    UUID_LOW ":x:9223372036854775806," UUID ":1-4:a_tag:1:tagb:1");
	check_parse(FLAVOUR_MYSQL, UUID ":TagB:1-2:4:a:7," UUID ":5:tagb:3", UUID ":5:a:7:tagb:1-4");
}

static void
test_parse_mysql_malformed(void **state)
{
	(void) state;
	refuse(FLAVOUR_MYSQL, "x", "GTID set 'x' is malformed at character 1, 'x'");
	refuse(FLAVOUR_MYSQL, UUID, "GTID set '" UUID "' is malformed at character 37, ''");
	refuse(FLAVOUR_MYSQL, UUID ":", "GTID set '" UUID ":' is malformed at character 38, ''");
	refuse(FLAVOUR_MYSQL, UUID ":0", "GTID set '" UUID ":0' is malformed at character 39, ''");
	refuse(FLAVOUR_MYSQL, UUID ":tag", "GTID set '" UUID ":tag' is malformed at character 41, ''");
	refuse(FLAVOUR_MYSQL, UUID ":5-3", "GTID set '" UUID ":5-3' is malformed at character 41, ''");
	refuse(FLAVOUR_MYSQL, UUID ":5-", "GTID set '" UUID ":5-' is malformed at character 40, ''");
	refuse(FLAVOUR_MYSQL, UUID ":5 6", "GTID set '" UUID ":5 6' is malformed at character 40, '6'");
	refuse(FLAVOUR_MYSQL, UUID ":1-9223372036854775807",
	    "GTID set '" UUID ":1-9223372036854775807' is malformed at character 40, '9223372036854775807'");
	refuse(FLAVOUR_MYSQL, "0-1-5", "GTID set '0-1-5' is malformed at character 1, '0-1-5'");
}

static void
test_parse_mariadb(void **state)
{
	(void) state;
	check_parse(FLAVOUR_MARIADB, "", "");
	check_parse(FLAVOUR_MARIADB, "7-2-9, 0-1-55", "0-1-55,7-2-9");
	check_parse(FLAVOUR_MARIADB, "4294967295-1-18446744073709551615", "4294967295-1-18446744073709551615");
	refuse(FLAVOUR_MARIADB, "0-1-5,0-2-6", "GTID set '0-1-5,0-2-6' is malformed at character 12, ''");
	refuse(FLAVOUR_MARIADB, "0-1", "GTID set '0-1' is malformed at character 1, '0-1'");
	refuse(FLAVOUR_MARIADB, "0-1-5 0-2-6", "GTID set '0-1-5 0-2-6' is malformed at character 7, '0-2-6'");
	refuse(FLAVOUR_MARIADB, UUID ":1", "GTID set '" UUID ":1' is malformed at character 1, '" UUID ":1'");
}

static void
add(struct gtid_set *set, const char *text)
{
	struct gtid gtid;
	struct err err;

	assert_true(gtid_parse(text, gtid_set_flavour(set), &gtid, &err));
	gtid_set_add(set, &gtid);
	assert_true(gtid_set_has(set, &gtid));
}

static bool
has(const struct gtid_set *set, const char *text)
{
	struct gtid gtid;
	struct err err;

	assert_true(gtid_parse(text, gtid_set_flavour(set), &gtid, &err));
	return gtid_set_has(set, &gtid);
}

static void
test_add_mysql(void **state)
{
	struct gtid_set *set = gtid_set_new(FLAVOUR_MYSQL);

	(void) state;
	assert_true(gtid_set_is_empty(set));
	assert_false(has(set, UUID ":5"));
	add(set, UUID ":5");
	add(set, UUID ":6");
	add(set, UUID ":9");
	add(set, UUID ":3");
	check_text(set, UUID ":3:5-6:9");
	add(set, UUID ":4");
	add(set, UUID ":4");
	add(set, UUID ":1");
	check_text(set, UUID ":1:3-6:9");
	add(set, UUID ":t:2");
	add(set, UUID_LOW ":2");
	check_text(set, UUID_LOW ":2," UUID ":1:3-6:9:t:2");
	assert_false(gtid_set_is_empty(set));
	assert_false(has(set, UUID ":2"));
	assert_false(has(set, UUID ":7"));
	assert_false(has(set, UUID ":10"));
	assert_false(has(set, UUID ":t:1"));
	assert_false(has(set, UUID ":s:2"));
	add(set, UUID ":9223372036854775806");
	add(set, UUID ":9223372036854775805");
	check_text(set, UUID_LOW ":2," UUID ":1:3-6:9:9223372036854775805-9223372036854775806:t:2");
	gtid_set_free(set);
}

static void
test_mariadb(void **state)
{
	struct gtid_set *set = parse(FLAVOUR_MARIADB, "0-1-55,7-2-9"), *other = parse(FLAVOUR_MARIADB, "1-1-1,7-3-8");

	(void) state;
	assert_true(has(set, "0-1-55"));
	assert_true(has(set, "0-9-3"));
	assert_false(has(set, "0-1-56"));
	assert_false(has(set, "1-1-1"));
	check_text(set, "0-1-55,7-2-9");
	assert_false(gtid_set_is_superset(set, other));
	gtid_set_add_set(set, other);
	check_text(set, "0-1-55,1-1-1,7-3-8");
	assert_true(gtid_set_is_superset(set, other));
	assert_false(gtid_set_is_superset(other, set));
	add(set, "0-4-20");
	check_text(set, "0-4-20,1-1-1,7-3-8");
	assert_false(gtid_set_is_equal(set, other));
	gtid_set_free(set);
	set = parse(FLAVOUR_MARIADB, "1-2-1,7-3-8");
	assert_true(gtid_set_is_superset(set, other));
	assert_false(gtid_set_is_equal(set, other)); /* another server_id */
	gtid_set_free(set);
	gtid_set_free(other);
}

enum { NUMBERS = 64, ROUNDS = 2000 };

static struct gtid_set *
from_mask(uint64_t mask)
{
	struct gtid_set *set = gtid_set_new(FLAVOUR_MYSQL);
	struct gtid gtid;
	struct err err;

	assert_true(gtid_parse(UUID ":1", FLAVOUR_MYSQL, &gtid, &err));
	for (gtid.mysql.gno = 1; gtid.mysql.gno <= NUMBERS; gtid.mysql.gno++)
		if (mask >> (gtid.mysql.gno - 1) & 1)
			gtid_set_add(set, &gtid);
	return set;
}

static void
check_mask(struct gtid_set *set, uint64_t mask)
{
	struct gtid_set *expected = from_mask(mask);

	assert_true(gtid_set_is_equal(set, expected));
	assert_int_equal(gtid_set_is_empty(set), mask == 0);
	gtid_set_free(expected);
	gtid_set_free(set);
}

static uint64_t
random_mask(uint64_t *seed)
{
	uint64_t mask;

	*seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
	mask = *seed >> 32 | *seed << 32;
	if ((*seed >> 40 & 1) == 0)
		return mask & mask << 1;
	return (*seed >> 41 & 1) == 0 ? mask | mask << 1 | mask << 2 : mask;
}

/* Union, difference and inclusion of sets of 64 numbers against the same on the bits of a word. */
static bool
is_repeated(enum flavour flavour, const char *set_text, const char *text)
{
	struct gtid_set *set;
	struct gtid gtid;
	struct err err;
	bool answer;

	assert_true(gtid_set_parse(set_text, flavour, &set, &err));
	assert_true(gtid_parse(text, flavour, &gtid, &err));
	answer = gtid_set_is_repeated(set, &gtid);
	gtid_set_free(set);
	return answer;
}

static void
test_repeated(void **state)
{
	(void) state;
	assert_true(is_repeated(FLAVOUR_MYSQL, UUID ":1-5", UUID ":3"));
	assert_false(is_repeated(FLAVOUR_MYSQL, UUID ":1-5", UUID ":6"));
	assert_false(is_repeated(FLAVOUR_MYSQL, UUID ":1-5", UUID ":tag:3"));
	/* Only the newest one is known; an older number may come of another server, late. */
	assert_true(is_repeated(FLAVOUR_MARIADB, "0-1-5,7-2-9", "0-1-5"));
	assert_false(is_repeated(FLAVOUR_MARIADB, "0-1-5,7-2-9", "0-2-5"));
	assert_false(is_repeated(FLAVOUR_MARIADB, "0-1-5,7-2-9", "0-1-4"));
	assert_false(is_repeated(FLAVOUR_MARIADB, "0-1-5,7-2-9", "1-1-5"));
}

static void
test_set_operations(void **state)
{
	uint64_t seed = 1;

	(void) state;
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t a = random_mask(&seed), b = i % 3 == 0 ? a & random_mask(&seed) : random_mask(&seed);
		struct gtid_set *left = from_mask(a), *right = from_mask(b), *sum = gtid_set_copy(left);

		assert_int_equal(gtid_set_is_superset(left, right), (b & ~a) == 0);
		assert_int_equal(gtid_set_is_superset(right, left), (a & ~b) == 0);
		assert_int_equal(gtid_set_is_equal(left, right), a == b);
		gtid_set_add_set(sum, right);
		check_mask(sum, a | b);
		gtid_set_subtract(left, right);
		check_mask(left, a & ~b);
		gtid_set_free(right);
	}
}

static void
test_subtract_sources(void **state)
{
	struct gtid_set *set = parse(FLAVOUR_MYSQL, UUID ":1-10:t:1-3," UUID_LOW ":1-2");
	struct gtid_set *other = parse(FLAVOUR_MYSQL, UUID ":4-5:8-20:u:1," UUID_LOW ":1-5");

	(void) state;
	gtid_set_subtract(set, other);
	check_text(set, UUID ":1-3:6-7:t:1-3");
	gtid_set_free(set);
	gtid_set_free(other);
}

static size_t
from_hex(const char *hex, uint8_t *out)
{
	size_t len = strlen(hex) / 2;

	for (size_t i = 0; i < len; i++) {
		char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
		out[i] = (uint8_t) strtoul(digits, NULL, 16);
	}
	return len;
}

static void
check_wire(const char *hex, const char *text)
{
	struct gtid_set *set, *parsed = parse(FLAVOUR_MYSQL, text);
	struct buf out = {0};
	uint8_t data[1024];
	size_t len = from_hex(hex, data);
	struct err err;

	assert_true(gtid_set_decode((struct bytes){data, len}, &set, &err));
	assert_true(gtid_set_is_equal(set, parsed));
	check_text(set, text);
	gtid_set_encode(parsed, &out);
	assert_int_equal(out.len, len);
	assert_memory_equal(out.data, data, len);
	/* Cut short anywhere, it is an error. */
	for (size_t cut = 0; cut < len; cut++) {
		struct gtid_set *none;
		assert_false(gtid_set_decode((struct bytes){data, cut}, &none, &err));
		assert_null(none);
	}
	buf_release(&out);
	gtid_set_free(set);
	gtid_set_free(parsed);
}

#define HEX_UUID "eca2ac73e51811f19c6f02fc00000001"
#define HEX_1 "0100000000000000"
#define HEX_2 "0200000000000000"

/* PREVIOUS_GTIDS as the servers wrote them. */
static void
test_wire(void **state)
{
	(void) state;
	check_wire("0000000000000000", "");
	/* MySQL 5.6.24 */
	check_wire("0100000000000000767b77c1e51911f1a37002fc00000001010000000000000001000000000000000400000000000000",
	    "767b77c1-e519-11f1-a370-02fc00000001:1-3");
	/* MySQL 9.7 */
	check_wire("0104000000000001"
	           "000000000000000000000000000000ff0278" HEX_1 "feffffffffffff7f" "ffffffffffffff7f" HEX_UUID
	           "00" HEX_1 HEX_1 "0500000000000000" HEX_UUID "0a615f746167" HEX_1 HEX_1 HEX_2 HEX_UUID
	           "0874616762" HEX_1 HEX_1 HEX_2,
	    UUID_LOW ":x:9223372036854775806," UUID ":1-4:a_tag:1:tagb:1");
	check_wire(HEX_1 HEX_UUID HEX_2 HEX_1 HEX_2 "0500000000000000" "0900000000000000", UUID ":1:5-8");
}

static void
refuse_wire(const char *hex, const char *message)
{
	struct gtid_set *set = (struct gtid_set *) &set;
	uint8_t data[1024];
	struct err err = {0};

	if (gtid_set_decode((struct bytes){data, from_hex(hex, data)}, &set, &err))
		fail_msg("'%s' was accepted", hex);
	assert_null(set);
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text, message);
}

static void
test_wire_malformed(void **state)
{
	static const char in_source[] = "binary GTID set of 48 bytes is malformed in source 1 of 1 at byte 8";
	static const char in_tagged[] = "binary GTID set of 50 bytes is malformed in source 1 of 1 at byte 8";

	(void) state;
	refuse_wire("", "binary GTID set of 0 bytes is shorter than its head of 8");
	refuse_wire("0000000000000002", "binary GTID set has format 2, known are 0 and 1");
	refuse_wire("ffffffffffffff00", "binary GTID set claims 72057594037927935 sources, the limit is 100000");
	refuse_wire("01ffffffffffff01", "binary GTID set claims 281474976710655 sources, the limit is 100000");
	refuse_wire("000000000000000000", "binary GTID set of 9 bytes has 1 bytes behind its end");
	refuse_wire(HEX_1, "binary GTID set of 8 bytes is malformed in source 1 of 1 at byte 8");
	/* intervals: a count that lies, from 0, empty, backwards, past the last number */
	refuse_wire(HEX_1 HEX_UUID "ffffffffffffffff" HEX_1 HEX_2, in_source);
	refuse_wire(HEX_1 HEX_UUID HEX_2 HEX_1 HEX_2, in_source);
	refuse_wire(HEX_1 HEX_UUID HEX_1 "0000000000000000" HEX_2, in_source);
	refuse_wire(HEX_1 HEX_UUID HEX_1 HEX_1 HEX_1, in_source);
	refuse_wire(HEX_1 HEX_UUID HEX_1 HEX_1 "0000000000000080", in_source);
	refuse_wire(HEX_1 HEX_UUID HEX_2 HEX_2 "0300000000000000" HEX_1 HEX_2,
	    "binary GTID set of 64 bytes is malformed in source 1 of 1 at byte 8");
	/* tags: too long, a length that is no length, not a tag, upper case */
	refuse_wire("0101000000000001" HEX_UUID "42" "61" HEX_1 HEX_1 HEX_2, in_tagged);
	refuse_wire("0101000000000001" HEX_UUID "01" "61" HEX_1 HEX_1 HEX_2, in_tagged);
	refuse_wire("0101000000000001" HEX_UUID "02" "31" HEX_1 HEX_1 HEX_2, in_tagged);
	refuse_wire("0101000000000001" HEX_UUID "02" "41" HEX_1 HEX_1 HEX_2, in_tagged);
}

static void
test_flavours_do_not_mix(void **state)
{
	struct gtid_set *mysql = gtid_set_new(FLAVOUR_MYSQL), *mariadb = gtid_set_new(FLAVOUR_MARIADB);

	(void) state;
	assert_false(gtid_set_is_equal(mysql, mariadb));
	assert_false(gtid_set_is_superset(mysql, mariadb));
	gtid_set_free(mysql);
	gtid_set_free(mariadb);
	gtid_set_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse_mysql),
	    cmocka_unit_test(test_parse_mysql_malformed),
	    cmocka_unit_test(test_parse_mariadb),
	    cmocka_unit_test(test_add_mysql),
	    cmocka_unit_test(test_mariadb),
	    cmocka_unit_test(test_repeated),
	    cmocka_unit_test(test_set_operations),
	    cmocka_unit_test(test_subtract_sources),
	    cmocka_unit_test(test_wire),
	    cmocka_unit_test(test_wire_malformed),
	    cmocka_unit_test(test_flavours_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
