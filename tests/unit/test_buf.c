/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void
check(struct buf *buf, const char *expected)
{
	assert_string_equal(buf_text(buf), expected);
	buf_reset(buf, SIZE_MAX);
}

static void
test_numbers(void **state)
{
	struct buf buf = {0};

	(void) state;
	buf_put_u64(&buf, 0);
	check(&buf, "0");
	buf_put_u64(&buf, UINT64_MAX);
	check(&buf, "18446744073709551615");
	buf_put_i64(&buf, INT64_MIN);
	check(&buf, "-9223372036854775808");
	buf_put_i64(&buf, -1);
	buf_put_i64(&buf, INT64_MAX);
	check(&buf, "-19223372036854775807");
	buf_put_hex(&buf, "\0\x1f\xff", 3);
	check(&buf, "001fff");
	buf_put_le(&buf, 0x434241, 3);
	check(&buf, "ABC");
	buf_put_le(&buf, UINT64_MAX, 8);
	assert_int_equal(buf.len, 8);
	buf_release(&buf);
}

static void
test_printf(void **state)
{
	struct buf buf = {0};
	char long_text[5000];

	(void) state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	buf_printf(&buf, "%s", "");
	assert_int_equal(buf.len, 0);
	buf_printf(&buf, "a%d", 1);
	buf_printf(&buf, "%s|", long_text);
	assert_int_equal(buf.len, 2 + 4999 + 1);
	assert_memory_equal(buf.data, "a1xxx", 5);
	assert_string_equal(buf_text(&buf) + 4998, "xxx|");
	buf_release(&buf);
}

static void
test_splice(void **state)
{
	struct buf buf = {0};

	(void) state;
	buf_puts(&buf, "0123456789");
	buf_splice(&buf, 2, 3, "abcdef", 6);
	assert_string_equal(buf_text(&buf), "01abcdef56789");
	buf_splice(&buf, 2, 6, "", 0);
	assert_string_equal(buf_text(&buf), "0156789");
	buf_splice(&buf, 0, 0, "<", 1);
	buf_splice(&buf, buf.len, 0, ">", 1);
	assert_string_equal(buf_text(&buf), "<0156789>");
	buf_splice(&buf, 0, buf.len, "all", 3);
	assert_string_equal(buf_text(&buf), "all");
	buf_release(&buf);
}

/* Bytes stay what they are while the buffer grows past every step of its growth. */
static void
test_growth(void **state)
{
	struct buf buf = {0};

	(void) state;
	for (uint32_t i = 0; i < 1000000; i++)
		buf_put_le(&buf, i, 4);
	assert_int_equal(buf.len, 4000000);
	assert_true(buf.cap >= buf.len && buf.cap < 2 * buf.len);
	for (uint32_t i = 0; i < 1000000; i += 999)
		assert_memory_equal(buf.data + 4 * (size_t) i, &i, 4);
	buf_release(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.len, 0);
}

static void
test_reset(void **state)
{
	struct buf buf = {0};
	char *before;

	(void) state;
	buf_add(&buf, NULL, 0);
	assert_string_equal(buf_text(&buf), "");
	buf_puts(&buf, "text");
	before = buf.data;
	buf_reset(&buf, 1000);
	assert_int_equal(buf.len, 0);
	assert_ptr_equal(buf.data, before);
	buf_reset(&buf, 1);
	assert_null(buf.data);
	buf_putc(&buf, 'c');
	assert_string_equal(buf_text(&buf), "c");
	buf_release(&buf);
	buf_release(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_printf),
	    cmocka_unit_test(test_splice),
	    cmocka_unit_test(test_growth),
	    cmocka_unit_test(test_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
