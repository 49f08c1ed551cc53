/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "sink/mysql/ddl_log.h"

static void
statements_in_a_binlog(void **state)
{
	static const struct {
		const char *info, *db, *text;
		bool is_it;
	} examples[] = {
	    {"use `d`; TRUNCATE t", "d", " TRUNCATE t ;\n", true},
	    {"use `d`; TRUNCATE t", "D", "TRUNCATE t", true}, /* lower_case_table_names = 1 */
	    {"use `d`; TRUNCATE t", "e", "TRUNCATE t", false},
	    {"use `d`; TRUNCATE d.t", "", "TRUNCATE d.t", true},
	    {"use `a``; b`; TRUNCATE t", "a`; b", "TRUNCATE t", true},
	    {"TRUNCATE d.t", "e", "TRUNCATE d.t", true},
	    {"use `d`; TRUNCATE t /* xid=17 */", "d", "TRUNCATE t", true},
	    {"use `d`; TRUNCATE t /* xid=17 */ /* xid=18 */", "d", "TRUNCATE t /* xid=17 */", true},
	    {"use `d`; TRUNCATE t /* xid=17 */", "d", "TRUNCATE t /* xid=1x */", false},
	    {"use `d`; set foreign_key_checks=1, sql_auto_is_null, @@system_versioning_insert_history=1; TRUNCATE t", "d",
		"TRUNCATE t", true},
	    {"set unique_checks=0; TRUNCATE d.t", "", "TRUNCATE d.t", true},
	    {"use `d`; TRUNCATE tt", "d", "TRUNCATE t", false},
	    {"use `d`; TRUNCATE t", "d", "TRUNCATE tt", false},
	    {"use `d`; ALTER TABLE t COMMENT '?x'", "d", "ALTER TABLE t COMMENT '\xa4x'", true},
	    {"use `d`; ALTER TABLE t COMMENT 'ü'", "d", "ALTER TABLE t COMMENT '\xfc'", true},
	    {"use `d`; ALTER TABLE t COMMENT 'üy'", "d", "ALTER TABLE t COMMENT 'üx'", false},
	    {"", "d", "TRUNCATE t", false},
	};

	struct arena arena = {0};
	struct err err = {0};

	(void) state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct bytes text = {(const uint8_t *) examples[i].text, strlen(examples[i].text)};

		const char *seal;

		assert_true(ddl_log_seal(text, &arena, &seal, &err));
		if (ddl_log_is_statement(examples[i].info, examples[i].db, text) != examples[i].is_it ||
		    ddl_log_is_sealed(examples[i].info, examples[i].db, seal) != examples[i].is_it)
			fail_msg("'%s' in '%s', '%s'", examples[i].info, examples[i].db, examples[i].text);
	}
	assert_false(ddl_log_is_sealed("TRUNCATE t", "", "10:00"));
	assert_false(ddl_log_is_sealed("TRUNCATE t", "", ""));
	arena_release(&arena);
}

static void
accounts_of_a_statement(void **state)
{
	static const char *const one[] = {
	    "DROP USER a@b", "CREATE USER 'a'@'b' IDENTIFIED WITH 'x' AS '$A$,\\','',\\\\'", "GRANT SELECT, INSERT ON `d,`.* TO a",
	    "REVOKE SELECT (x, y) ON d.t FROM a@`b,`", "CREATE USER a IDENTIFIED BY \"',\"", "", "DROP USER 'a,",
	};
	static const char *const several[] = {
	    "DROP USER a, b", "DROP USER 'a','b'", "grant SELECT ON d.* to a, b", "RENAME USER a TO b, c TO d",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(one) / sizeof(one[0]); i++)
		assert_false(ddl_log_names_accounts(one[i]));
	for (size_t i = 0; i < sizeof(several) / sizeof(several[0]); i++)
		assert_true(ddl_log_names_accounts(several[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(statements_in_a_binlog),
	    cmocka_unit_test(accounts_of_a_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
