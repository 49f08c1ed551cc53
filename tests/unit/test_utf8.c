/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static bool
is_valid(const char *text)
{
	return utf8_is_valid((struct bytes){(const uint8_t *) text, strlen(text)});
}

static void
test_valid(void **state)
{
	(void) state;
	assert_true(is_valid(""));
	assert_true(utf8_is_valid((struct bytes){NULL, 0}));
	assert_true(utf8_is_valid((struct bytes){(const uint8_t *) "a\0b", 3}));
	/* The first and the last of each length, and around the surrogates. */
	assert_true(is_valid("\x01 \x7f \xc2\x80 \xdf\xbf \xe0\xa0\x80 \xef\xbf\xbf \xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
	assert_true(is_valid("\xed\x9f\xbf \xee\x80\x80"));
	assert_int_equal(utf8_char_len((const uint8_t *) "\xf0\x9f\x98\x80", 4), 4);
}

static void
test_invalid(void **state)
{
	static const char *const texts[] = {"\x80", "a\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\xbf",
	    "\xe2\x82", "\xe2\x82(", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf0\x9f\x98(",
	    "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"};

	(void) state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (is_valid(texts[i]))
			fail_msg("text %zu was taken for UTF-8", i);
	assert_int_equal(utf8_char_len((const uint8_t *) "\xf0\x9f\x98\x80", 3), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_valid),
	    cmocka_unit_test(test_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
