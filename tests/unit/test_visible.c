/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/visible.h"

static void
assert_shown(const char *text, size_t len, const char *line, const char *lines)
{
	struct buf out = {0};

	visible_put(text, len, &out);
	assert_string_equal(buf_text(&out), line);
	out.len = 0;
	visible_put_lines(text, len, &out);
	assert_string_equal(buf_text(&out), lines);
	buf_release(&out);
}

#define SHOWN(text, line, lines) assert_shown(text, sizeof(text) - 1, line, lines)

static void
test_what_is_shown_as_it_is(void **state)
{
	(void) state;
	SHOWN("", "", "");
	SHOWN("a `b` \"c\" \\d '\xc3\xa9' \xe2\x82\xac \xf0\x9f\x9a\xa2 \xd7\xa9\xd7\x9c", "a `b` \"c\" \\d '\xc3\xa9' \xe2\x82\xac \xf0\x9f\x9a\xa2 \xd7\xa9\xd7\x9c",
	    "a `b` \"c\" \\d '\xc3\xa9' \xe2\x82\xac \xf0\x9f\x9a\xa2 \xd7\xa9\xd7\x9c");
	SHOWN("\xc2\xa0\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa", "\xc2\xa0\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
	    "\xc2\xa0\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa");
	SHOWN("a\tb\r\nc", "a b  c", "a\tb \nc");
}

static void
test_ascii(void **state)
{
	(void) state;
	for (unsigned int c = 0; c < 0x80; c++) {
		char text = (char) c, shown[8];
		bool is_white = c == '\t' || c == '\n' || c == '\r';

		if (c >= 0x20 && c != 0x7f)
			(void) snprintf(shown, sizeof(shown), "%c", text);
		else
			(void) snprintf(shown, sizeof(shown), "\\x%02x", c);
		assert_shown(&text, 1, is_white ? " " : shown, c == '\t' ? "\t" : c == '\n' ? "\n" : c == '\r' ? " " : shown);
	}
	SHOWN("\x1b]0;x\x07", "\\x1b]0;x\\x07", "\\x1b]0;x\\x07");
}

static void
test_unicode(void **state)
{
	(void) state;
	SHOWN("\xc2\x80\xc2\x9b\xc2\x9f", "\\u0080\\u009b\\u009f", "\\u0080\\u009b\\u009f");
	SHOWN("\xe2\x80\xa8\xe2\x80\xaa\xe2\x80\xae", "\\u2028\\u202a\\u202e", "\\u2028\\u202a\\u202e");
	SHOWN("\xe2\x81\xa6\xe2\x81\xa9", "\\u2066\\u2069", "\\u2066\\u2069");
}

/* A terminal of eight bits takes 0x9b for ESC [. */
static void
test_what_is_no_text(void **state)
{
	(void) state;
	SHOWN("\x9b" "2J\xff", "\\x9b2J\\xff", "\\x9b2J\\xff");
	SHOWN("\xc0\x9b\xe2\x80", "\\xc0\\x9b\\xe2\\x80", "\\xc0\\x9b\\xe2\\x80");
	SHOWN("\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_shown_as_it_is),
	    cmocka_unit_test(test_ascii),
	    cmocka_unit_test(test_unicode),
	    cmocka_unit_test(test_what_is_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
