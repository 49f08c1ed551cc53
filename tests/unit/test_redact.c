/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "route/redact.h"

static void
assert_redacted(const char *sql, size_t limit, const char *wanted)
{
	const struct ddl_context context = {.flavour = FLAVOUR_MARIADB, .server_version = 101100, .default_db = ""};
	struct buf out = {0};

	redact_put((struct bytes){(const uint8_t *) sql, strlen(sql)}, &context, limit, &out);
	assert_string_equal(buf_text(&out), wanted);
	buf_release(&out);
}

static void
test_secrets(void **state)
{
	static const char *const cases[][2] = {
	    {"CREATE USER u@'%' IDENTIFIED BY 'it''s', v identified by \"x\"", "CREATE USER u@'%' IDENTIFIED BY '***', v identified by '***'"},
	    {"GRANT ALL ON *.* TO u IDENTIFIED BY PASSWORD '*AB'", "GRANT ALL ON *.* TO u IDENTIFIED BY PASSWORD '***'"},
	    {"ALTER USER u IDENTIFIED WITH 'p' AS 'h'", "ALTER USER u IDENTIFIED WITH 'p' AS '***'"},
	    {"ALTER USER u IDENTIFIED WITH p AS 0x616263", "ALTER USER u IDENTIFIED WITH p AS '***'"},
	    {"CREATE USER u IDENTIFIED VIA p USING 'h' OR q USING PASSWORD('x')", "CREATE USER u IDENTIFIED VIA p USING '***' OR q USING PASSWORD('***')"},
	    {"ALTER USER u IDENTIFIED BY 'n' REPLACE 'o'", "ALTER USER u IDENTIFIED BY '***' REPLACE '***'"},
	    {"SET PASSWORD FOR u@'h' = 'x'", "SET PASSWORD FOR u@'h' = '***'"},
	    {"SET PASSWORD = PASSWORD ( 'x' )", "SET PASSWORD = PASSWORD ( '***' )"},
	    {"CREATE TABLE t (a INT) CONNECTION='mysql://u:p@h/d/t'", "CREATE TABLE t (a INT) CONNECTION='***'"},
	    {"CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'u', PASSWORD 'p')",
		"CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'u', PASSWORD '***')"},
	    {"CHANGE MASTER TO MASTER_USER='u', MASTER_PASSWORD='p'", "CHANGE MASTER TO MASTER_USER='u', MASTER_PASSWORD='***'"},
	    {"CREATE TABLE t (a INT) ENGINE=Spider COMMENT='host \"h\", Password \"p\"'", "CREATE TABLE t (a INT) ENGINE=Spider COMMENT='***'"},
	    {"CREATE TABLE t ENGINE=CONNECT OPTION_LIST='User=u,password=p'", "CREATE TABLE t ENGINE=CONNECT OPTION_LIST='***'"},
	    {"CREATE TABLE t (a INT) COMMENT 'mysql://u:p@h/d'", "CREATE TABLE t (a INT) COMMENT '***'"},
	    {"ALTER USER u IDENTIFIED BY 'cut", "ALTER USER u IDENTIFIED BY***"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_redacted(cases[i][0], 1000, cases[i][1]);
	assert_redacted("CREATE USER u IDENTIFIED /* c */ BY 'x' 'y'", 1000, "CREATE USER u IDENTIFIED /* c */ BY '***' '***'");
}

static void
test_what_stays(void **state)
{
	static const char *const cases[] = {
	    "CREATE TABLE t (a INT COMMENT 'x', b ENUM('a','b')) PARTITION BY LIST (a) (PARTITION p VALUES IN ('x'))",
	    "CREATE VIEW v AS SELECT 'a' AS 'b'", "ALTER TABLE t COMMENT = 'x'", "", "SET @a = 'x', b = PASSWORD",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_redacted(cases[i], 1000, cases[i]);
	assert_redacted("CREATE USER u IDENTIFIED BY 'x'", 6, "CREATE...");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_secrets),
	    cmocka_unit_test(test_what_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
