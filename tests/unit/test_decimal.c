/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "binlog/decimal.h"

/* Bytes as MySQL 9.7 stores them. */
static const struct {
	unsigned int precision, scale;
	size_t len;
	const char *wire;
	const char *text;
} values[] = {
    {1, 0, 1, "\x80", "0"},
    {1, 0, 1, "\x85", "5"},
    {1, 1, 1, "\x85", "0.5"},
    {2, 1, 1 + 1, "\x80\x05", "0.5"},
    {5, 2, 2 + 1, "\x7f\xf8\xe6", "-7.25"},
    {3, 3, 2, "\x7e\x0b", "-0.500"},
    {10, 3, 4 + 2, "\x80\x00\x30\x39\x02\xa6", "12345.678"},
    {18, 9, 4 + 4, "\x7f\xff\xff\xf8\xf1\x19\x4d\x7f", "-7.250000000"},
    {11, 1, 1 + 4 + 1, "\x81\x0d\xfb\x38\xd2\x05", "1234567890.5"},
    {65, 30, 4 * 4 + 14,
        "\x80\xbc\x61\x4e\x35\xb7\xbf\x87\x35\x0e\x34\xc0\x2f\x07\x5f\x79\x07\x5b\xcd\x15\x00\xbc\x61\x4e\x35\xb7\xbf"
        "\x87\x03\x7a",
        "12345678901234567890123456789012345.123456789012345678901234567890"},
    /* wider than a column: as a document of JSON held it */
    {66, 30, 4 * 4 + 14,
        "\x80\xbc\x61\x4e\x35\xb7\xbf\x87\x35\x0e\x34\xc0\x2f\x07\x5f\x79\x07\x5b\xcd\x15\x00\xbc\x61\x4e\x35\xb7\xbf"
        "\x87\x03\x7a",
        "12345678901234567890123456789012345.123456789012345678901234567890"},
    /* a zero with a sign */
    {3, 2, 1 + 1, "\x7f\xff", "0.00"},
};

static void
test_values(void **state)
{
	struct buf out = {0};
	struct err err;

	(void) state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct bytes wire = {(const uint8_t *) values[i].wire, values[i].len};
		buf_reset(&out, SIZE_MAX);
		buf_puts(&out, "x");
		if (!decimal_put(wire, values[i].precision, values[i].scale, &out, &err))
			fail_msg("%s: %s", values[i].text, err.text);
		assert_string_equal(buf_text(&out) + 1, values[i].text);
	}
	buf_release(&out);
}

static void
test_wire_len(void **state)
{
	(void) state;
	assert_int_equal(decimal_wire_len(1, 0), 1);
	assert_int_equal(decimal_wire_len(9, 0), 4);
	assert_int_equal(decimal_wire_len(10, 0), 5);
	assert_int_equal(decimal_wire_len(10, 2), 4 + 1);
	assert_int_equal(decimal_wire_len(65, 30), 4 * 4 + 14);
	assert_int_equal(decimal_wire_len(65, 0), 4 * 7 + 1);
	assert_int_equal(decimal_wire_len(38, 38), 4 * 4 + 1);
	assert_int_equal(decimal_wire_len(0, 0), 0);
	assert_int_equal(decimal_wire_len(66, 0), 0);
	assert_int_equal(decimal_wire_len(65, 39), 0);
	assert_int_equal(decimal_wire_len(5, 6), 0);
}

static void
refuse(unsigned int precision, unsigned int scale, const char *wire, size_t len, const char *message)
{
	struct buf out = {0};
	struct err err = {0};

	buf_puts(&out, "x");
	assert_false(decimal_put((struct bytes){(const uint8_t *) wire, len}, precision, scale, &out, &err));
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text, message);
	assert_string_equal(buf_text(&out), "x");
	buf_release(&out);
}

static void
test_malformed(void **state)
{
	(void) state;
	refuse(0, 0, "", 0, "decimal of precision 0 and scale 0 is not possible");
	refuse(82, 0, "", 0, "decimal of precision 82 and scale 0 is not possible");
	refuse(2, 3, "", 0, "decimal of precision 2 and scale 3 is not possible");
	refuse(10, 3, "\x80\x00\x30\x39\x02", 5, "decimal(10,3) has 5 bytes instead of 6");
	refuse(1, 0, "", 0, "decimal(1,0) has 0 bytes instead of 1");
	refuse(1, 0, "\x8a", 1, "decimal(1,0) holds a group of digits that is too large");
	refuse(9, 0, "\xbb\x9a\xca\x00", 4, "decimal(9,0) holds a group of digits that is too large");
	refuse(2, 2, "\xff", 1, "decimal(2,2) holds a group of digits that is too large");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_wire_len),
	    cmocka_unit_test(test_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
