/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/reader.h"

static struct reader
reader_of(const void *data, size_t len)
{
	struct reader reader;

	reader_init(&reader, data, len);
	return reader;
}

static void
test_integers(void **state)
{
	static const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
	struct reader reader = reader_of(data, sizeof(data));

	(void) state;
	assert_int_equal(reader_u8(&reader), 1);
	assert_int_equal(reader_u16(&reader), 0x0302);
	assert_int_equal(reader_u32(&reader), 0x07060504);
	assert_int_equal(reader_be(&reader, 3), 0x08090a);
	assert_int_equal(reader_left(&reader), 8);
	assert_true(reader_u64(&reader) == 0x1211100f0e0d0c0bULL);
	assert_int_equal(reader_left(&reader), 0);
	assert_false(reader.failed);
	assert_true(bytes_le(data, 8) == 0x0807060504030201ULL);
	assert_true(bytes_be(data, 8) == 0x0102030405060708ULL);
	assert_int_equal(bytes_le(data, 0), 0);
}

/* A failed read gives 0, moves nothing, and makes all later ones fail, also those that would have fitted. */
static void
test_sticky_error(void **state)
{
	static const uint8_t data[] = {1, 2, 3};
	struct reader reader = reader_of(data, sizeof(data));

	(void) state;
	assert_int_equal(reader_u8(&reader), 1);
	assert_int_equal(reader_u32(&reader), 0);
	assert_true(reader.failed);
	assert_int_equal(reader_left(&reader), 0);
	assert_int_equal(reader_u8(&reader), 0);
	assert_int_equal(reader_be(&reader, 1), 0);
	assert_null(reader_take(&reader, 0));
	assert_null(reader_span(&reader, 1).data);
	assert_int_equal(reader_rest(&reader).len, 0);
	assert_true(reader.failed);
}

static void
test_spans(void **state)
{
	static const uint8_t data[] = {1, 2, 3, 4, 5};
	struct reader reader = reader_of(data, sizeof(data));
	struct bytes span = reader_span(&reader, 2), rest;

	(void) state;
	assert_ptr_equal(span.data, data);
	assert_int_equal(span.len, 2);
	assert_ptr_equal(reader_take(&reader, 1), data + 2);
	rest = reader_rest(&reader);
	assert_ptr_equal(rest.data, data + 3);
	assert_int_equal(rest.len, 2);
	assert_non_null(reader_take(&reader, 0));
	assert_int_equal(reader_rest(&reader).len, 0);
	assert_false(reader.failed);
	assert_null(reader_span(&reader, SIZE_MAX).data);
	assert_true(reader.failed);
}

static void
test_nothing(void **state)
{
	struct reader reader = reader_of(NULL, 0);

	(void) state;
	assert_false(reader.failed);
	assert_int_equal(reader_left(&reader), 0);
	assert_int_equal(reader_u8(&reader), 0);
	assert_true(reader.failed);
	reader = reader_of(NULL, 5);
	assert_true(reader.failed);
}

static void
check_packed(const char *data, size_t len, bool is_right, uint64_t expected)
{
	struct reader reader = reader_of(data, len);

	assert_true(reader_packed(&reader) == expected);
	assert_int_equal(reader.failed, !is_right);
	if (is_right)
		assert_int_equal(reader_left(&reader), 0);
}

static void
test_packed(void **state)
{
	(void) state;
	check_packed("\0", 1, true, 0);
	check_packed("\xfa", 1, true, 250);
	check_packed("\xfc\x01\x02", 3, true, 0x0201);
	check_packed("\xfd\x01\x02\x03", 4, true, 0x030201);
	check_packed("\xfe\x01\x02\x03\x04\x05\x06\x07\x08", 9, true, 0x0807060504030201ULL);
	check_packed("\xfb", 1, false, 0);
	check_packed("\xff", 1, false, 0);
	check_packed("", 0, false, 0);
	check_packed("\xfc\x01", 2, false, 0);
	check_packed("\xfd\x01\x02", 3, false, 0);
	check_packed("\xfe\x01\x02\x03\x04\x05\x06\x07", 8, false, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_integers),
	    cmocka_unit_test(test_sticky_error),
	    cmocka_unit_test(test_spans),
	    cmocka_unit_test(test_nothing),
	    cmocka_unit_test(test_packed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
