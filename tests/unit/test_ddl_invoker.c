/* SPDX-License-Identifier: Apache-2.0 */
/* route/ddl_invoker.h: what the source took from the session's account stands in the target's statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ddl_route.h"

#define TASK(from, to, user, host) \
	{.databases = {"shop"}, .carry = EVERYTHING, .source = FLAVOUR_##from, .target = FLAVOUR_##to, \
	    .invoker_user = user, .invoker_host = host}

static void
definers_are_named(void **state)
{
	static const struct ddl_route task = TASK(MARIADB, MARIADB, "a`b", "%");
	static const struct ddl_route mysql = TASK(MYSQL, MYSQL, "app", "10.%");
	static const struct ddl_route_sample samples[] = {
		{"CREATE VIEW v AS SELECT CURRENT_USER()",
		    "carried: CREATE DEFINER=`a``b`@`%` VIEW v AS SELECT CURRENT_USER() [shop]"},
		{"CREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY DEFINER VIEW v AS SELECT 1",
		    "carried: CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`a``b`@`%` SQL SECURITY DEFINER VIEW v AS SELECT 1 [shop]"},
		{"CREATE DEFINER=CURRENT_USER() VIEW v AS SELECT 1", "carried: CREATE DEFINER= `a``b`@`%` VIEW v AS SELECT 1 [shop]"},
		{"CREATE DEFINER=x@y VIEW v AS SELECT CURRENT_USER", "carried: CREATE DEFINER=x@y VIEW v AS SELECT CURRENT_USER [shop]"},
		{"CREATE AGGREGATE FUNCTION f(x INT) RETURNS INT RETURN 1",
		    "carried: CREATE DEFINER=`a``b`@`%` AGGREGATE FUNCTION f(x INT) RETURNS INT RETURN 1 [shop]"},
		{"CREATE PROCEDURE p() SET PASSWORD = ''", "carried: CREATE DEFINER=`a``b`@`%` PROCEDURE p() SET PASSWORD = '' [shop]"},
		{"ALTER PROCEDURE p COMMENT 'x'", "carried: ALTER PROCEDURE p COMMENT 'x' [shop]"},
		{"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = CURRENT_USER",
		    "carried: CREATE DEFINER=`a``b`@`%` TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = CURRENT_USER [shop]"},
		{"ALTER EVENT e COMMENT 'x'", "carried: ALTER DEFINER=`a``b`@`%` EVENT e COMMENT 'x' [shop]"},
		{"ALTER DEFINER = CURRENT_USER EVENT e ENABLE", "carried: ALTER DEFINER = `a``b`@`%` EVENT e ENABLE [shop]"},
		{"DROP EVENT e", "carried: DROP EVENT e [shop]"},
		{"SET STATEMENT max_statement_time=0 FOR ALTER EVENT e ENABLE",
		    "carried: SET STATEMENT max_statement_time=0 FOR ALTER DEFINER=`a``b`@`%` EVENT e ENABLE [shop]"},
	};
	static const struct ddl_route_sample on_mysql[] = {
		{"CREATE LIBRARY l LANGUAGE JAVASCRIPT AS 'x'", "carried: CREATE LIBRARY l LANGUAGE JAVASCRIPT AS 'x' [shop]"},
		{"ALTER EVENT e ENABLE", "carried: ALTER DEFINER=`app`@`10.%` EVENT e ENABLE [shop]"},
		{"CREATE DEFINER=CURRENT_ROLE VIEW v AS SELECT 1", "carried: CREATE DEFINER=CURRENT_ROLE VIEW v AS SELECT 1 [shop]"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
	EXPECT_ALL(&mysql, on_mysql);
}

static void
accounts_are_named(void **state)
{
	static const struct ddl_route task = TASK(MARIADB, MARIADB, "app", "%");
	static const struct ddl_route mysql = TASK(MYSQL, MARIADB, "app", "%");
	static const struct ddl_route_sample samples[] = {
		{"RENAME USER CURRENT_USER TO x@y", "carried: RENAME USER `app`@`%` TO x@y"},
		{"GRANT SELECT ON shop.* TO CURRENT_USER(), b", "carried: GRANT SELECT ON shop.* TO `app`@`%`, b"},
		{"GRANT SELECT ON shop.* TO `CURRENT_USER`, 'CURRENT_USER'@'%'",
		    "carried: GRANT SELECT ON shop.* TO `CURRENT_USER`, 'CURRENT_USER'@'%'"},
		{"REVOKE ALL PRIVILEGES, GRANT OPTION FROM CURRENT_USER",
		    "carried: REVOKE ALL PRIVILEGES, GRANT OPTION FROM `app`@`%`"},
		{"ALTER USER CURRENT_USER() IDENTIFIED BY 'x'", "carried: ALTER USER `app`@`%` IDENTIFIED BY 'x'"},
		{"SET PASSWORD = 'x'", "carried: SET PASSWORD FOR `app`@`%` = 'x'"},
		{"SET PASSWORD FOR a = 'x'", "carried: SET PASSWORD FOR a = 'x'"},
		{"SET DEFAULT ROLE r", "carried: SET DEFAULT ROLE r FOR `app`@`%`"},
		{"SET DEFAULT ROLE r FOR b", "carried: SET DEFAULT ROLE r FOR b"},
		{"GRANT SELECT ON shop.t TO CURRENT_ROLE",
		    "stop: USER: CURRENT_ROLE depends on who ran the statement, and the event does not name that role"},
		{"CREATE USER a", "carried: CREATE USER a"},
	};
	static const struct ddl_route_sample from_mysql[] = {
		{"ALTER USER USER() IDENTIFIED BY 'x'", "carried: ALTER USER `app`@`%` IDENTIFIED BY 'x'"},
		{"GRANT r TO CURRENT_ROLE", "carried: GRANT r TO CURRENT_ROLE"},
		{"CREATE ROLE r", "carried: CREATE ROLE r"},
		{"SET DEFAULT ROLE r TO a", "carried: SET DEFAULT ROLE r TO a"},
		{"GRANT CREATE USER ON *.* TO a", "carried: GRANT CREATE USER ON *.* TO a"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
	EXPECT_ALL(&mysql, from_mysql);
}

static void
admins_are_named(void **state)
{
	static const struct ddl_route task = TASK(MARIADB, MARIADB, "app", "%");
	static const struct ddl_route mysql = TASK(MARIADB, MYSQL, "app", "%");
	static const struct ddl_route_sample samples[] = {
		{"CREATE ROLE r", "carried: BEGIN NOT ATOMIC CREATE ROLE r; GRANT r TO `app`@`%` WITH ADMIN OPTION; END"},
		{"CREATE OR REPLACE ROLE r, s -- x",
		    "carried: BEGIN NOT ATOMIC CREATE OR REPLACE ROLE r, s; GRANT r, s TO `app`@`%` WITH ADMIN OPTION; END"},
		{"CREATE ROLE r WITH ADMIN CURRENT_USER();",
		    "carried: BEGIN NOT ATOMIC CREATE ROLE r; GRANT r TO `app`@`%` WITH ADMIN OPTION; END"},
		{"CREATE ROLE r WITH ADMIN b@c", "carried: BEGIN NOT ATOMIC CREATE ROLE r; GRANT r TO b@c WITH ADMIN OPTION; END"},
		{"CREATE ROLE IF NOT EXISTS r", "carried: CREATE ROLE IF NOT EXISTS r WITH ADMIN `app`@`%`"},
		{"CREATE ROLE IF NOT EXISTS r WITH ADMIN b", "carried: CREATE ROLE IF NOT EXISTS r WITH ADMIN b"},
	};
	static const struct ddl_route_sample to_mysql[] = {
		{"CREATE ROLE r", "stop: USER: the admin of a new role cannot be named on MySQL"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
	EXPECT_ALL(&mysql, to_mysql);
}

/* MariaDB's event names the role in place of the account. */
static void
roles_are_named(void **state)
{
	static const struct ddl_route task = TASK(MARIADB, MARIADB, "r1", "");
	static const struct ddl_route_sample samples[] = {
		{"GRANT SELECT ON shop.t TO CURRENT_ROLE", "carried: GRANT SELECT ON shop.t TO `r1`"},
		{"CREATE ROLE r WITH ADMIN CURRENT_ROLE",
		    "carried: BEGIN NOT ATOMIC CREATE ROLE r; GRANT r TO `r1` WITH ADMIN OPTION; END"},
		{"ALTER DEFINER=CURRENT_ROLE EVENT e ENABLE", "carried: ALTER DEFINER= `r1` EVENT e ENABLE [shop]"},
		{"GRANT CURRENT_ROLE TO CURRENT_USER",
		    "stop: USER: CURRENT_USER depends on who ran the statement, and the event does not name that account"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

static void
nobody_is_guessed(void **state)
{
	static const struct ddl_route task = TASK(MARIADB, MARIADB, NULL, NULL);
	static const struct ddl_route_sample samples[] = {
		{"GRANT r TO CURRENT_USER",
		    "stop: USER: CURRENT_USER depends on who ran the statement, and the event does not name that account"},
		{"CREATE ROLE r",
		    "stop: USER: the admin of a new role depends on who ran the statement, and the event does not name that account"},
		{"CREATE VIEW v AS SELECT 1",
		    "stop: VIEW: the definer depends on who ran the statement, and the event does not name that account"},
		{"CREATE DEFINER=a@b VIEW v AS SELECT 1", "carried: CREATE DEFINER=a@b VIEW v AS SELECT 1 [shop]"},
		{"SET PASSWORD = 'x'",
		    "stop: USER: SET PASSWORD depends on who ran the statement, and the event does not name that account"},
		{"CREATE USER a", "carried: CREATE USER a"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(definers_are_named),
		cmocka_unit_test(accounts_are_named),
		cmocka_unit_test(admins_are_named),
		cmocka_unit_test(roles_are_named),
		cmocka_unit_test(nobody_is_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
