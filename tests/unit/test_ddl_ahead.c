/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source/ddl_ahead.h"

static bool
names(const char *sql, const char *table)
{
	return ddl_ahead_names((struct bytes){(const uint8_t *) sql, strlen(sql)}, table);
}

static void
by_word(void **state)
{
	(void) state;
	assert_true(names("ALTER TABLE t MODIFY a INT", "t"));
	assert_true(names("ALTER TABLE shop.`T` MODIFY a INT", "t"));
	assert_true(names("RENAME TABLE t TO t_old, _t_new TO t", "t"));
	assert_true(names("DROP TABLE a,t", "t"));
	assert_true(names("ALTER TABLE `odd name` ADD b INT", "odd name"));
	assert_false(names("ALTER TABLE t2 ADD a INT", "t"));
	assert_false(names("ALTER TABLE _t_new ADD a INT", "t"));
	assert_true(names("ALTER TABLE\xa0t\xa0""ADD a INT", "t")); /* white space, in latin1 */
	assert_false(names("ALTER TABLE x", "longer than the statement itself"));
}

static void
not_what_frames_transactions(void **state)
{
	(void) state;
	assert_false(names("BEGIN", "begin"));
	assert_false(names("SAVEPOINT `t`", "t"));
	assert_false(names("COMMIT", "commit"));
}

static void
any_statement_for_names_written_in_many_ways(void **state)
{
	(void) state;
	assert_true(names("ALTER TABLE x ADD a INT", "\xc3\xa9t\xc3\xa9"));
	assert_true(names("ALTER TABLE x ADD a INT", "a`b"));
	assert_false(names("COMMIT", "a`b"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(by_word),
	    cmocka_unit_test(not_what_frames_transactions),
	    cmocka_unit_test(any_statement_for_names_written_in_many_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
