/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void
test_set(void **state)
{
	struct err err = {.kind = ERR_RETRY, .code = 1213, .sqlstate = "40001", .hint = "old"};

	(void) state;
	assert_false(err_set(&err, ERR_STOP, "table '%s' has %d columns", "a.b", 3));
	assert_int_equal(err.kind, ERR_STOP);
	assert_int_equal(err.code, 0);
	assert_string_equal(err.sqlstate, "");
	assert_string_equal(err.text, "table 'a.b' has 3 columns");
	assert_string_equal(err.hint, "");
	assert_false(err_hint(&err, "Do %s.", "this"));
	assert_string_equal(err.hint, "Do this.");
	assert_false(err_prefix(&err, "task '%s': ", "shop"));
	assert_false(err_suffix(&err, ", limit %d", 2));
	assert_string_equal(err.text, "task 'shop': table 'a.b' has 3 columns, limit 2");
	assert_string_equal(err.hint, "Do this.");
	err_clear(&err);
	assert_int_equal(err.kind, ERR_NONE);
	assert_string_equal(err.text, "");
	assert_string_equal(err.hint, "");
}

static void
check_cut(const struct err *err)
{
	assert_int_equal(strlen(err->text), sizeof(err->text) - 1);
	assert_string_equal(err->text + sizeof(err->text) - 4, "...");
}

/* A text that is too long ends in dots, wherever it became too long. */
static void
test_cut(void **state)
{
	char text[2000];
	struct err err;

	(void) state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void) err_set(&err, ERR_STOP, "%s", text);
	check_cut(&err);
	(void) err_suffix(&err, "more");
	check_cut(&err);
	(void) err_set(&err, ERR_STOP, "short");
	(void) err_suffix(&err, "%s", text);
	check_cut(&err);
	assert_memory_equal(err.text, "shortxxx", 8);
	(void) err_prefix(&err, "context: ");
	check_cut(&err);
	assert_memory_equal(err.text, "context: shortxxx", 17);
	(void) err_set(&err, ERR_STOP, "short");
	(void) err_prefix(&err, "%s", text);
	check_cut(&err);
	(void) err_hint(&err, "%s", text);
	assert_int_equal(strlen(err.hint), sizeof(err.hint) - 1);
	assert_string_equal(err.hint + sizeof(err.hint) - 4, "...");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_set),
	    cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
