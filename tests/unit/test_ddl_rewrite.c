/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "route/ddl_rewrite.h"

enum { MOST = 4 };

/* A task, as far as routing is concerned; lists end at the first NULL. */
struct task {
	const char *databases[MOST], *tables[MOST];
	struct rename_option renames[MOST];
	struct ddl_carry carry;
	enum flavour source, target;
	const char *default_db, *charset;
	uint16_t error_code;
	bool is_case_insensitive;
};

#define ONLY_TABLES {.tables = true}
#define EVERYTHING {.tables = true, .views = true, .routines = true, .triggers = true, .events = true, .users = true}

static struct rules *
rules_of(const struct task *task)
{
	struct rules_options options = {
	    .databases = task->databases, .tables = task->tables, .renames = task->renames,
	    .is_case_insensitive = task->is_case_insensitive};
	struct rules *rules = NULL;
	struct err err = {0};

	while (options.n_databases < MOST && task->databases[options.n_databases] != NULL)
		options.n_databases++;
	while (options.n_tables < MOST && task->tables[options.n_tables] != NULL)
		options.n_tables++;
	while (options.n_renames < MOST && task->renames[options.n_renames].from != NULL)
		options.n_renames++;
	if (!rules_new(&options, &rules, &err))
		fail_msg("%s", err.text);
	return rules;
}

static struct ddl_context
context_of(const struct task *task)
{
	return (struct ddl_context){
	    .flavour = task->source,
	    .server_version = task->source == FLAVOUR_MYSQL ? 90700 : 110806,
	    .charset = task->charset,
	    .default_db = task->default_db == NULL ? "shop" : task->default_db,
	    .error_code = task->error_code,
	};
}

/*
 * "carried: SQL", "[db]" behind it when the session needs that database, "(reason)" when a part was left out;
 * "left out: reason", with an exclamation mark where operators want to read it; "stop: text | hint".
 */
static void
render(const struct task *task, const struct rules *rules, const char *text, struct buf *out)
{
	struct arena arena = {0};
	struct ddl_context source = context_of(task);
	struct ddl_rewrite_context context = {rules, task->carry, &source, task->target};
	struct bytes sql = {(const uint8_t *) text, strlen(text)};
	struct ddl ddl;
	struct ddl_rewritten result;
	struct err err = {0};

	if (!ddl_scan(sql, &source, &arena, &ddl, &err)) {
		buf_printf(out, "not scanned: %s", err.text);
	} else if (!ddl_rewrite(sql, &ddl, &context, &arena, &result, &err)) {
		assert_int_equal(err.kind, ERR_STOP);
		buf_printf(out, "stop: %s", err.text);
		if (err.hint[0] == '\0')
			buf_puts(out, " without a hint");
	} else if (result.verdict == DDL_LEFT_OUT) {
		buf_printf(out, "left out%s: %s", result.is_notable ? "!" : "", result.reason);
		assert_int_not_equal(strlen(result.reason), 0);
	} else {
		buf_printf(out, "carried: %.*s", (int) result.sql.len, (const char *) result.sql.data);
		if (result.default_db[0] != '\0')
			buf_printf(out, " [%s]", result.default_db);
		if (result.reason[0] != '\0')
			buf_printf(out, " (%s)", result.reason);
	}
	arena_release(&arena);
}

struct sample {
	const char *sql;
	const char *expected;
};

static void
expect_all(const struct task *task, const struct sample *samples, size_t n)
{
	struct rules *rules = rules_of(task);

	for (size_t i = 0; i < n; i++) {
		struct buf found = {0};

		render(task, rules, samples[i].sql, &found);
		if (strcmp(buf_text(&found), samples[i].expected) != 0)
			fail_msg("%s\n  expected: %s\n  found:    %s", samples[i].sql, samples[i].expected, found.data);
		buf_release(&found);
	}
	rules_free(rules);
}
#define EXPECT_ALL(task, samples) expect_all(task, samples, sizeof(samples) / sizeof((samples)[0]))

/* Without renames every statement is carried as it was written. */
static void
what_needs_no_change_gets_none(void **state)
{
	static const struct task task = {.databases = {"shop"}, .carry = ONLY_TABLES};
	static const char *const statements[] = {
		"CREATE TABLE t (a INT REFERENCES p (id)) ENGINE=InnoDB /* x */",
		"ALTER TABLE t ADD b INT, RENAME TO u",
		"DROP TABLE t, u",
		"RENAME TABLE t TO tmp, u TO t, tmp TO u",
		"TRUNCATE t",
		"CREATE INDEX i ON t (a)",
		"DROP INDEX i ON t",
		"CREATE TABLE t LIKE u",
		"ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u",
	};
	struct rules *rules = rules_of(&task);

	(void) state;
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		struct buf found = {0}, expected = {0};

		render(&task, rules, statements[i], &found);
		buf_printf(&expected, "carried: %s [shop]", statements[i]);
		assert_string_equal(buf_text(&found), buf_text(&expected));
		buf_release(&found);
		buf_release(&expected);
	}
	rules_free(rules);
}

static void
names_with_their_database_need_no_default(void **state)
{
	static const struct task task = {.databases = {"shop"}, .carry = ONLY_TABLES, .default_db = "other"};
	static const struct sample samples[] = {
		{"TRUNCATE TABLE shop.t", "carried: TRUNCATE TABLE shop.t"},
		{"TRUNCATE TABLE t", "left out: 'other.t' is not carried"},
		{"DROP TABLE shop.t, u", "carried: DROP TABLE `shop`.`t` ('other.u' is not carried)"},
		{"CREATE TABLE shop.t (a INT REFERENCES p (id))", "carried: CREATE TABLE shop.t (a INT REFERENCES p (id))"},
		{"CREATE DATABASE shop", "carried: CREATE DATABASE shop"},
	};
	static const struct task without = {.databases = {"shop"}, .carry = ONLY_TABLES, .default_db = ""};
	static const struct sample samples_without[] = {
		{"TRUNCATE TABLE shop.t", "carried: TRUNCATE TABLE shop.t"},
		{"TRUNCATE TABLE t",
		    "stop: TRUNCATE TABLE: 't' names no database, and the session had none without a hint"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
	EXPECT_ALL(&without, samples_without);
}

static void
databases_are_renamed(void **state)
{
	static const struct task task = {
	    .databases = {"shop", "crm"}, .renames = {{"shop", "store"}}, .carry = ONLY_TABLES};
	static const struct sample samples[] = {
		{"CREATE TABLE t (a INT)", "carried: CREATE TABLE t (a INT) [store]"},
		{"CREATE TABLE shop.t (a INT)", "carried: CREATE TABLE `store`.`t` (a INT)"},
		{"CREATE TABLE`shop` . t(a INT)", "carried: CREATE TABLE`store`.`t`(a INT)"},
		{"CREATE TABLE shop.t LIKE u", "carried: CREATE TABLE `store`.`t` LIKE u [store]"},
		{"CREATE TABLE crm.t (a INT, FOREIGN KEY (a) REFERENCES shop.p (id), FOREIGN KEY (b) REFERENCES q (id))",
		    "carried: CREATE TABLE crm.t (a INT, FOREIGN KEY (a) REFERENCES `store`.`p` (id), FOREIGN KEY (b) "
		    "REFERENCES q (id))"},
		{"ALTER TABLE shop.t RENAME crm.u", "carried: ALTER TABLE `store`.`t` RENAME crm.u"},
		{"ALTER TABLE crm.u RENAME t", "carried: ALTER TABLE crm.u RENAME t [store]"},
		{"DROP TABLE IF EXISTS `shop`.`a`,crm.b,c /* generated by server */",
		    "carried: DROP TABLE IF EXISTS `store`.`a`,crm.b,c /* generated by server */ [store]"},
		{"DROP TABLE shop.a, mysql.b", "carried: DROP TABLE `store`.`a` ('mysql.b' is not carried)"},
		{"CREATE DATABASE shop CHARACTER SET utf8mb4", "carried: CREATE DATABASE `store` CHARACTER SET utf8mb4"},
		{"CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop`",
		    "carried: CREATE DATABASE /*!32312 IF NOT EXISTS*/ `store`"},
		{"ALTER DATABASE CHARACTER SET utf8mb4", "carried: ALTER DATABASE `store` CHARACTER SET utf8mb4"},
		{"ALTER DATABASE shop CHARACTER SET utf8mb4", "carried: ALTER DATABASE `store` CHARACTER SET utf8mb4"},
		{"DROP DATABASE IF EXISTS shop", "carried: DROP DATABASE IF EXISTS `store`"},
		{"CREATE TABLE m (a INT) ENGINE=MERGE UNION=(shop.x, crm.y)",
		    "carried: CREATE TABLE m (a INT) ENGINE=MERGE UNION=(`store`.`x`, crm.y) [store]"},
		{"ALTER TABLE crm.t EXCHANGE PARTITION p WITH TABLE u",
		    "carried: ALTER TABLE crm.t EXCHANGE PARTITION p WITH TABLE u [store]"},
		{"CREATE TABLE m (a INT) START TRANSACTION UNION=(shop.x)",
		    "carried: CREATE TABLE m (a INT)  UNION=(`store`.`x`) [store]"},
		{"CREATE INDEX i ON shop.t`x`", "carried: CREATE INDEX i ON `store`.`t` `x`"},
		{"/*!50000 DROP TABLE shop.t */", "carried: /*!50000 DROP TABLE `store`.`t` */"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

static void
tables_are_renamed(void **state)
{
	static const struct task task = {
	    .databases = {"shop"}, .renames = {{"shop.t", "store.`a``b`"}}, .carry = ONLY_TABLES};
	static const struct sample samples[] = {
		{"TRUNCATE t", "carried: TRUNCATE `store`.`a``b`"},
		{"ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t (id)",
		    "carried: ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES `store`.`a``b` (id) [shop]"},
		{"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id)",
		    "carried: ALTER TABLE `store`.`a``b` ADD FOREIGN KEY (a) REFERENCES `shop`.`u` (id)"},
		{"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id), RENAME u",
		    "carried: ALTER TABLE `store`.`a``b` ADD FOREIGN KEY (a) REFERENCES p (id), RENAME u [shop]"},
		{"ALTER TABLE u RENAME t, ADD FOREIGN KEY (a) REFERENCES p (id)",
		    "carried: ALTER TABLE u RENAME `store`.`a``b`, ADD FOREIGN KEY (a) REFERENCES `shop`.`p` (id) [shop]"},
		{"RENAME TABLE t TO _t_old, _t_new TO t", "carried: RENAME TABLE `store`.`a``b` TO `store`.`_a``b_old`, "
		    "`store`.`_a``b_new` TO `store`.`a``b`"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

static void
lists_lose_what_is_not_carried(void **state)
{
	static const struct task task = {.tables = {"shop.t", "shop.u"}, .carry = ONLY_TABLES, .source = FLAVOUR_MARIADB};
	static const struct sample samples[] = {
		{"DROP TABLE t, u", "carried: DROP TABLE IF EXISTS t, u [shop]"},
		{"DROP TABLE.`t`", "carried: DROP TABLE IF EXISTS .`t` [shop]"},
		{"DROP TABLE a, t /* c */, b /*, x */, u RESTRICT",
		    "carried: DROP TABLE IF EXISTS `shop`.`t`, `shop`.`u` ('shop.a', 'shop.b' are not carried)"},
		{"DROP TABLE IF EXISTS crm.t, t WAIT 5",
		    "carried: DROP TABLE IF EXISTS `shop`.`t` ('crm.t' is not carried)"},
		{"DROP TABLE a, b", "left out: 'shop.a', 'shop.b' are not carried"},
		{"DROP TABLE a,b,c,d,e,f,g,h,i,j", "left out: 'shop.a', 'shop.b', 'shop.c', 'shop.d', 'shop.e', 'shop.f', "
		    "'shop.g', 'shop.h' and 2 more are not carried"},
		{"DROP SEQUENCE a, t", "carried: DROP SEQUENCE IF EXISTS `shop`.`t` ('shop.a' is not carried)"},
		{"RENAME TABLE IF EXISTS a TO b, t WAIT 3 TO _t_old",
		    "carried: RENAME TABLE IF EXISTS `shop`.`t` TO `shop`.`_t_old` ('shop.a' is not carried)"},
		{"RENAME TABLE a TO b", "left out: 'shop.a' is not carried"},
		{"RENAME TABLE t TO tmp, u TO t, tmp TO u", "carried: RENAME TABLE t TO tmp, u TO t, tmp TO u [shop]"},
		{"RENAME TABLE a TO tmp, t TO x, b TO a, u TO t, tmp TO b, x TO u",
		    "carried: RENAME TABLE `shop`.`t` TO `shop`.`x`, `shop`.`u` TO `shop`.`t`, `shop`.`x` TO `shop`.`u` "
		    "('shop.a', 'shop.b', 'shop.tmp' are not carried)"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

/* A list that was dropped in part, on servers that do so. */
static void
what_was_missing_may_be_missing(void **state)
{
	static const struct task task = {.databases = {"shop"}, .carry = EVERYTHING, .error_code = 1051};
	static const struct sample samples[] = {
		{"DROP TABLE `t`,`x` /* generated by server */",
		    "carried: DROP TABLE IF EXISTS `t`,`x` /* generated by server */ [shop]"},
		{"DROP TABLE crm.a, shop.t", "carried: DROP TABLE IF EXISTS `shop`.`t` ('crm.a' is not carried)"},
		{"drop view v, nope", "carried: drop view IF EXISTS v, nope [shop]"},
		{"DROP TABLE crm.a", "left out: 'crm.a' is not carried"},
		{"ALTER TABLE t ADD b INT", "stop: ALTER TABLE: the statement ended with error 1051 on the source, and nobody "
		    "knows what of it was done"},
		{"ALTER TABLE crm.t ADD b INT", "left out: 'crm.t' is not carried"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

static void
renames_across_the_border_stop(void **state)
{
	static const struct task task = {.tables = {"shop.t", "shop.u"}, .carry = ONLY_TABLES};
	static const struct sample samples[] = {
		{"RENAME TABLE x TO t",
		    "stop: RENAME TABLE: 'shop.x' is not carried and becomes 'shop.t', which is: its rows were never copied"},
		{"RENAME TABLE t TO x", "stop: RENAME TABLE: 'shop.t' is carried and becomes 'shop.x', which is not"},
		{"RENAME TABLE t TO t_backup, t_fresh TO t",
		    "stop: RENAME TABLE: 'shop.t' is carried and becomes 'shop.t_backup', which is not"},
		{"RENAME TABLE t TO x, x TO y", "stop: RENAME TABLE: 'shop.t' is carried and becomes 'shop.y', which is not"},
		{"ALTER TABLE x ADD a INT, RENAME t",
		    "stop: ALTER TABLE: 'shop.x' is not carried and becomes 'shop.t', which is: its rows were never copied"},
		{"ALTER TABLE t RENAME crm.t", "stop: ALTER TABLE: 'shop.t' is carried and becomes 'crm.t', which is not"},
		{"ALTER TABLE x RENAME y", "left out: 'shop.x' is not carried"},
		{"RENAME TABLE _t_old TO archive.t",
		    "stop: RENAME TABLE: 'shop._t_old' is carried and becomes 'archive.t', which is not"},
		{"RENAME TABLE t TO _t_old", "carried: RENAME TABLE t TO _t_old [shop]"},
		{"RENAME TABLE t TO _u_old", "carried: RENAME TABLE t TO _u_old [shop]"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

static void
partners_are_carried_together_or_not_at_all(void **state)
{
	static const struct task task = {.tables = {"shop.t", "shop.u"}, .carry = ONLY_TABLES, .source = FLAVOUR_MARIADB};
	static const struct sample samples[] = {
		{"ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u",
		    "carried: ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u [shop]"},
		{"ALTER TABLE t EXCHANGE PARTITION p WITH TABLE x", "stop: ALTER TABLE: a partition moves between 'shop.t', "
		    "which is carried, and 'shop.x', which is not"},
		{"ALTER TABLE x EXCHANGE PARTITION p WITH TABLE t", "stop: ALTER TABLE: a partition moves between 'shop.x', "
		    "which is not carried, and 'shop.t', which is carried"},
		{"ALTER TABLE x EXCHANGE PARTITION p WITH TABLE y", "left out: 'shop.x' is not carried"},
		{"ALTER TABLE t CONVERT PARTITION p TO TABLE x", "stop: ALTER TABLE: a partition moves between 'shop.t', "
		    "which is carried, and 'shop.x', which is not"},
		{"ALTER TABLE t CONVERT TABLE u TO PARTITION p VALUES LESS THAN (9)",
		    "carried: ALTER TABLE t CONVERT TABLE u TO PARTITION p VALUES LESS THAN (9) [shop]"},
		{"CREATE TABLE t LIKE x", "stop: CREATE TABLE LIKE: 'shop.t' is made after 'shop.x', which is not carried"},
		{"CREATE TABLE x LIKE t", "left out: 'shop.x' is not carried"},
		{"CREATE TABLE t (a INT) ENGINE=MERGE UNION=(u, x)",
		    "stop: CREATE TABLE: 'shop.t' is made after 'shop.x', which is not carried"},
		/* a parent need not be there: the target decides */
		{"CREATE TABLE t (a INT REFERENCES crm.p (id))",
		    "carried: CREATE TABLE t (a INT REFERENCES crm.p (id)) [shop]"},
		{"CREATE TABLE shop.t (a INT DEFAULT NEXTVAL(crm.s))",
		    "carried: CREATE TABLE shop.t (a INT DEFAULT NEXTVAL(crm.s))"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

static void
what_statements_do_not_tell_stops(void **state)
{
	static const struct task task = {.databases = {"shop"}, .carry = ONLY_TABLES};
	static const struct sample samples[] = {
		{"CREATE TABLE t SELECT 1", "stop: CREATE TABLE SELECT: the rows of 'shop.t' were "
		    "logged as a statement"},
		{"CREATE TABLE crm.t SELECT 1", "left out: 'crm.t' is not carried"},
		{"ALTER TABLE t IMPORT TABLESPACE", "stop: ALTER TABLE: 'shop.t' discards or imports a "
		    "tablespace: its rows come from a file"},
		{"ALTER TABLE crm.t IMPORT TABLESPACE", "left out: 'crm.t' is not carried"},
		{"ALTER TABLE t ADD u UUID DEFAULT UUID()", "stop: ALTER TABLE: 'shop.t' gets a column by UUID(), and each "
		    "server would fill it with other values"},
		{"ALTER TABLE crm.t ADD u UUID DEFAULT UUID()", "left out: 'crm.t' is not carried"},
		{"INSERT INTO t VALUES (1)", "stop: DML: changes to 'shop.t' were logged as a statement"},
		{"INSERT INTO crm.t VALUES (1)", "stop: DML: changes to 'crm.t' were logged as a statement"},
		{"INSERT INTO mysql.heartbeat VALUES (1)", "left out: 'mysql.heartbeat' is not carried"},
		{"DELETE FROM mysql.a USING mysql.a JOIN shop.t", "stop: DML: changes of rows were logged as a statement"},
		{"CALL p()", "stop: DML: changes of rows were logged as a statement"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

static void
databases_of_which_some_tables_are_carried(void **state)
{
	static const struct task task = {
	    .tables = {"shop.t", "crm.*", "!crm.log_*"}, .renames = {{"shop", "store"}}, .carry = ONLY_TABLES};
	static const struct sample samples[] = {
		{"CREATE DATABASE shop", "carried: CREATE DATABASE IF NOT EXISTS `store`"},
		{"CREATE DATABASE crm", "carried: CREATE DATABASE IF NOT EXISTS crm"},
		{"CREATE DATABASE IF NOT EXISTS crm", "carried: CREATE DATABASE IF NOT EXISTS crm"},
		{"ALTER DATABASE crm CHARSET utf8mb4", "carried: ALTER DATABASE crm CHARSET utf8mb4"},
		{"DROP DATABASE crm", "stop: DROP DATABASE: database 'crm' is dropped, and only some of its tables are carried"},
		{"CREATE DATABASE other", "left out: database 'other' is not carried"},
		{"DROP DATABASE other", "left out: database 'other' is not carried"},
		{"DROP DATABASE mysql", "left out: database 'mysql' is not carried"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

static void
classes_are_left_out_unless_told_otherwise(void **state)
{
	static const struct task task = {.databases = {"shop"}, .carry = ONLY_TABLES};
	static const struct task all = {.databases = {"shop"}, .carry = EVERYTHING};
	static const struct task none = {.databases = {"shop"}};
	static const struct sample samples[] = {
		{"CREATE VIEW v AS SELECT 1", "left out!: views are not carried: 'shop.v'"},
		{"CREATE VIEW crm.v AS SELECT 1", "left out: 'crm.v' is not carried"},
		{"CREATE PROCEDURE p() SELECT 1", "left out!: routines are not carried: 'shop.p'"},
		{"DROP FUNCTION crm.f", "left out: 'crm.f' is not carried"},
		{"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", "left out!: events are not carried: 'shop.e'"},
		{"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
		    "left out!: triggers are not carried: 'shop.g'"},
		{"CREATE USER a", "left out!: users and grants are not carried"},
		{"GRANT SELECT ON shop.* TO a", "left out!: users and grants are not carried"},
		{"ANALYZE TABLE t", "left out: it changes no content"},
		{"CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'x')",
		    "left out!: it concerns the source server alone"},
		{"CREATE TEMPORARY TABLE t (a INT)", "left out: temporary tables are not carried"},
		{"BEGIN", "left out: it is no change of definitions"},
		{"", "left out: it is no change of definitions"},
	};
	static const struct sample with_all[] = {
		{"CREATE VIEW v AS SELECT 1", "carried: CREATE VIEW v AS SELECT 1 [shop]"},
		{"CREATE VIEW crm.v AS SELECT 1", "left out: 'crm.v' is not carried"},
		{"DROP VIEW v, crm.w", "carried: DROP VIEW `shop`.`v` ('crm.w' is not carried)"},
		{"CREATE PROCEDURE p() SELECT 1", "carried: CREATE PROCEDURE p() SELECT 1 [shop]"},
		{"DROP FUNCTION IF EXISTS crm.f", "left out: 'crm.f' is not carried"},
		{"CREATE EVENT shop.e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
		    "carried: CREATE EVENT shop.e ON SCHEDULE EVERY 1 DAY DO SELECT 1 [shop]"},
		{"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
		    "carried: CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1 [shop]"},
		{"DROP TRIGGER g", "carried: DROP TRIGGER g [shop]"},
		{"CREATE TRIGGER shop.pt_osc_shop_t_ins AFTER INSERT ON shop.t FOR EACH ROW REPLACE INTO x VALUES (1)",
		    "left out: trigger 'pt_osc_shop_t_ins' serves an online schema change"},
		{"DROP TRIGGER IF EXISTS `shop`.`pt_osc_shop_t_del`",
		    "left out: trigger 'pt_osc_shop_t_del' serves an online schema change"},
		{"CREATE USER a", "carried: CREATE USER a"},
		{"GRANT SELECT ON shop.* TO a", "carried: GRANT SELECT ON shop.* TO a"},
		{"CREATE FUNCTION f RETURNS STRING SONAME 'f.so'", "left out!: it concerns the source server alone"},
	};
	static const struct sample with_none[] = {
		{"CREATE TABLE t (a INT)", "left out!: changes of tables are not carried: CREATE TABLE"},
		{"DROP DATABASE shop", "left out!: changes of tables are not carried: DROP DATABASE"},
		{"RENAME TABLE x TO y", "left out!: changes of tables are not carried: RENAME TABLE"},
		{"CREATE TABLE crm.t (a INT)", "left out: 'crm.t' is not carried"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
	EXPECT_ALL(&all, with_all);
	EXPECT_ALL(&none, with_none);
}

static void
bodies_do_not_go_with_renames(void **state)
{
	static const struct task task = {.databases = {"shop"}, .renames = {{"shop", "store"}}, .carry = EVERYTHING};
	static const struct sample samples[] = {
		{"CREATE VIEW v AS SELECT 1", "stop: VIEW: the names within 'shop.v' cannot be replaced by those on the target"},
		{"DROP VIEW shop.v", "carried: DROP VIEW `store`.`v`"},
		{"CREATE PROCEDURE p() SELECT 1",
		    "stop: ROUTINE: the names within 'shop.p' cannot be replaced by those on the target"},
		{"DROP PROCEDURE shop.p", "carried: DROP PROCEDURE `store`.`p`"},
		{"ALTER EVENT shop.e RENAME TO shop.f", "carried: ALTER EVENT `store`.`e` RENAME TO `store`.`f`"},
		{"DROP TRIGGER shop.g", "carried: DROP TRIGGER `store`.`g`"},
		{"GRANT SELECT ON shop.* TO a",
		    "stop: USER: the names within a grant cannot be replaced by those on the target"},
		{"GRANT SELECT ON *.* TO a", "carried: GRANT SELECT ON *.* TO a"},
		{"GRANT r TO a", "carried: GRANT r TO a"},
		{"GRANT PROXY ON a TO b", "carried: GRANT PROXY ON a TO b"},
	};
	static const struct task some = {.tables = {"shop.t"}, .carry = EVERYTHING};
	static const struct sample with_some[] = {
		{"DROP TRIGGER shop.g", "carried: DROP TRIGGER IF EXISTS shop.g"},
		{"CREATE TRIGGER g BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1", "left out: 'shop.u' is not carried"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
	EXPECT_ALL(&some, with_some);
}

static void
what_only_the_source_knows_is_taken_out(void **state)
{
	static const struct task to_mysql = {
	    .databases = {"shop"}, .carry = ONLY_TABLES, .source = FLAVOUR_MARIADB, .target = FLAVOUR_MYSQL};
	static const struct task to_mariadb = {
	    .databases = {"shop"}, .carry = ONLY_TABLES, .source = FLAVOUR_MARIADB, .target = FLAVOUR_MARIADB};
	static const struct task mysql = {.databases = {"shop"}, .carry = ONLY_TABLES};
	static const struct sample without_prefix[] = {
		{"SET STATEMENT lock_wait_timeout=5 FOR ALTER TABLE t ADD a INT", "carried:  ALTER TABLE t ADD a INT [shop]"},
	};
	static const struct sample with_prefix[] = {
		{"SET STATEMENT lock_wait_timeout=5 FOR ALTER TABLE t ADD a INT",
		    "carried: SET STATEMENT lock_wait_timeout=5 FOR ALTER TABLE t ADD a INT [shop]"},
	};
	static const struct sample without_suffix[] = {
		{"CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB START TRANSACTION",
		    "carried: CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB  [shop]"},
		{"CREATE TABLE `t` (\n  `a` int\n) START TRANSACTION ENGINE=InnoDB",
		    "carried: CREATE TABLE `t` (\n  `a` int\n)  ENGINE=InnoDB [shop]"},
	};

	(void) state;
	EXPECT_ALL(&to_mysql, without_prefix);
	EXPECT_ALL(&to_mariadb, with_prefix);
	EXPECT_ALL(&mysql, without_suffix);
}

/* MySQL leaves MariaDB's comments as they are; MariaDB would run them. */
static void
foreign_comments_are_blunted(void **state)
{
	static const struct task task = {.databases = {"shop"}, .carry = EVERYTHING, .target = FLAVOUR_MARIADB};
	static const struct sample samples[] = {
		{"CREATE TABLE shop.t (a INT /*M!100100 , b INT*/, c INT DEFAULT '/*M! x */') /*M! ENGINE=Aria */",
		    "carried: CREATE TABLE shop.t (a INT /*  100100 , b INT*/, c INT DEFAULT '/*M! x */') /*   ENGINE=Aria */"},
		{"/*! CREATE TABLE shop.t (a INT) */ -- /*M! x */",
		    "carried: /*! CREATE TABLE shop.t (a INT) */ -- /*   x */"},
		{"CREATE VIEW shop.v AS SELECT 1 /*M! + 1 */ AS a",
		    "carried: CREATE VIEW shop.v AS SELECT 1 /*   + 1 */ AS a [shop]"},
	};
	static const struct task to_mysql = {.databases = {"shop"}, .carry = EVERYTHING};
	static const struct sample samples_to_mysql[] = {
		{"CREATE TABLE shop.t (a INT /*M! x */)", "carried: CREATE TABLE shop.t (a INT /*M! x */)"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
	EXPECT_ALL(&to_mysql, samples_to_mysql);
}

/* A source without case stores names in lower case, and its row events have them so. */
static void
names_without_case_are_lower_case(void **state)
{
	static const struct task task = {
	    .databases = {"Shop"}, .renames = {{"shop.x", "Shop.X"}}, .carry = ONLY_TABLES, .is_case_insensitive = true};
	static const struct sample samples[] = {
		{"CREATE TABLE Orders (A INT REFERENCES Items (B))",
		    "carried: CREATE TABLE `shop`.`orders` (A INT REFERENCES `shop`.`items` (B))"},
		{"CREATE TABLE orders (A INT)", "carried: CREATE TABLE orders (A INT) [shop]"},
		{"RENAME TABLE A TO B, b TO c", "carried: RENAME TABLE `shop`.`a` TO `shop`.`b`, b TO c [shop]"},
		{"TRUNCATE SHOP.X", "carried: TRUNCATE `Shop`.`X`"},
		{"CREATE DATABASE SHOP", "carried: CREATE DATABASE `shop`"},
	};
	static const struct task some = {.tables = {"shop.t"}, .carry = ONLY_TABLES, .is_case_insensitive = true};
	static const struct sample samples_of_some[] = {
		{"RENAME TABLE T TO Tmp, tMP TO t", "carried: RENAME TABLE `shop`.`t` TO `shop`.`tmp`, `shop`.`tmp` TO t [shop]"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
	EXPECT_ALL(&some, samples_of_some);
}

static void
names_are_written_in_the_statements_character_set(void **state)
{
	static const struct task gbk = {
	    .databases = {"shop"}, .renames = {{"shop", "乣"}}, .carry = ONLY_TABLES, .charset = "gbk"};
	static const struct sample in_gbk[] = {
		{"DROP TABLE shop.t", "carried: DROP TABLE `\x81\x60`.`t`"},
		{"DROP TABLE shop.`\x81\x60`", "carried: DROP TABLE `\x81\x60`.`\x81\x60`"},
	};
	static const struct task latin1 = {
	    .databases = {"shop"}, .renames = {{"shop", "乣"}}, .carry = ONLY_TABLES, .charset = "latin1"};
	static const struct sample in_latin1[] = {
		{"DROP TABLE shop.t", "stop: DROP TABLE: name '`乣`.`t`' cannot be written in the statement's character set "
		    "'latin1' without a hint"},
	};

	(void) state;
	EXPECT_ALL(&gbk, in_gbk);
	EXPECT_ALL(&latin1, in_latin1);
}

/* What pt-online-schema-change 3.x logs for "--alter 'ADD b INT' D=shop,t=t". */
static const char *const pt_osc[] = {
	"CREATE TABLE `shop`.`_t_new` (\n  `id` int(11) NOT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB",
	"ALTER TABLE `shop`.`_t_new` ADD b INT",
	("CREATE TRIGGER `pt_osc_shop_t_del` AFTER DELETE ON `shop`.`t` FOR EACH ROW BEGIN DELETE IGNORE FROM "
	"`shop`.`_t_new` WHERE `shop`.`_t_new`.`id` <=> OLD.`id`; END"),
	"ANALYZE TABLE `shop`.`_t_new` /* pt-online-schema-change */",
	"RENAME TABLE `shop`.`t` TO `shop`.`_t_old`, `shop`.`_t_new` TO `shop`.`t`",
	"DROP TABLE IF EXISTS `_t_old` /* generated by server */",
	"DROP TRIGGER IF EXISTS `shop`.`pt_osc_shop_t_del`",
};

/* What gh-ost logs for the same. */
static const char *const gh_ost[] = {
	"create /* gh-ost */ table `shop`.`_t_ghc` (\n\t\t\tid bigint auto_increment\n\t\t) auto_increment=256",
	"create /* gh-ost */ table `shop`.`_t_gho` like `shop`.`t`",
	"alter /* gh-ost */ table `shop`.`_t_gho` ADD b INT",
	("create /* gh-ost */ table `shop`.`_t_del` (\n\t\t\tid int auto_increment primary key\n\t\t) "
	"engine=InnoDB comment='ghost-cut-over-sentry'"),
	"DROP TABLE IF EXISTS `_t_del` /* generated by server */",
	"rename /* gh-ost */ table `shop`.`t` to `shop`.`_t_del`, `shop`.`_t_gho` to `shop`.`t`",
	"DROP TABLE IF EXISTS `_t_ghc` /* generated by server */",
	"DROP TABLE IF EXISTS `_t_del` /* generated by server */",
};

/* All is carried but what merely serves the change on the source; nothing stops. */
static void
expect_sequence(const struct task *task, const char *const *statements, size_t n, size_t expected_left_out)
{
	struct rules *rules = rules_of(task);
	size_t left_out = 0;

	for (size_t i = 0; i < n; i++) {
		struct buf found = {0}, same = {0};

		render(task, rules, statements[i], &found);
		if (strncmp(buf_text(&found), "left out", 8) == 0) {
			left_out++;
		} else {
			buf_printf(&same, "carried: %s", statements[i]);
			assert_memory_equal(buf_text(&found), buf_text(&same), same.len);
		}
		buf_release(&found);
		buf_release(&same);
	}
	assert_int_equal(left_out, expected_left_out);
	rules_free(rules);
}

static void
online_schema_changes_come_through(void **state)
{
	static const struct task tasks[] = {
	    {.databases = {"shop"}, .carry = ONLY_TABLES},
	    {.tables = {"shop.t"}, .carry = ONLY_TABLES},
	    {.tables = {"shop.t"}, .carry = EVERYTHING},
	    {.carry = EVERYTHING},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
		expect_sequence(&tasks[i], pt_osc, sizeof(pt_osc) / sizeof(pt_osc[0]), 3);
		expect_sequence(&tasks[i], gh_ost, sizeof(gh_ost) / sizeof(gh_ost[0]), 0);
	}
}

static void
online_schema_changes_are_renamed_with_their_table(void **state)
{
	static const struct task task = {
	    .tables = {"shop.t"}, .renames = {{"shop.t", "store.bill"}}, .carry = ONLY_TABLES};
	static const struct sample samples[] = {
		{"CREATE TABLE `shop`.`_t_new` (`id` int)", "carried: CREATE TABLE `store`.`_bill_new` (`id` int)"},
		{"RENAME TABLE `shop`.`t` TO `shop`.`_t_old`, `shop`.`_t_new` TO `shop`.`t`",
		    "carried: RENAME TABLE `store`.`bill` TO `store`.`_bill_old`, `store`.`_bill_new` TO `store`.`bill`"},
		{"DROP TABLE IF EXISTS `_t_old` /* generated by server */",
		    "carried: DROP TABLE IF EXISTS `store`.`_bill_old` /* generated by server */"},
		{"create /* gh-ost */ table `shop`.`_t_gho` like `shop`.`t`",
		    "carried: create /* gh-ost */ table `store`.`_bill_gho` like `store`.`bill`"},
	};

	(void) state;
	EXPECT_ALL(&task, samples);
}

/* Names that come out with the statement: roles, what they were, what they are. */
static void
objects_are_named_for_the_target(void **state)
{
	static const struct task task = {.databases = {"shop"}, .renames = {{"shop", "store"}}, .carry = ONLY_TABLES};
	struct rules *rules = rules_of(&task);
	struct ddl_context source = context_of(&task);
	struct ddl_rewrite_context context = {rules, task.carry, &source, task.target};
	static const char text[] = "RENAME TABLE crm.a TO crm.b, t TO u";
	struct bytes sql = {(const uint8_t *) text, strlen(text)};
	struct arena arena = {0};
	struct ddl ddl;
	struct ddl_rewritten result;
	struct err err = {0};

	(void) state;
	assert_true(ddl_scan(sql, &source, &arena, &ddl, &err));
	assert_true(ddl_rewrite(sql, &ddl, &context, &arena, &result, &err));
	assert_int_equal(result.n_objects, 2);
	assert_int_equal(result.objects[0].role, DDL_ROLE_OBJECT);
	assert_string_equal(result.objects[0].source_db, "shop");
	assert_string_equal(result.objects[0].db, "store");
	assert_string_equal(result.objects[0].table, "t");
	assert_int_equal(result.objects[1].role, DDL_ROLE_RENAMED_TO);
	assert_string_equal(result.objects[1].source_table, "u");
	assert_string_equal(result.objects[1].table, "u");
	arena_release(&arena);
	rules_free(rules);
}

static void
a_rename_list_has_a_limit(void **state)
{
	static const struct task task = {.databases = {"shop"}, .carry = ONLY_TABLES};
	struct rules *rules = rules_of(&task);
	struct buf sql = {0}, found = {0};

	(void) state;
	buf_puts(&sql, "RENAME TABLE a TO b");
	for (int i = 0; i < 4096; i++)
		buf_printf(&sql, ", a%d TO b%d", i, i);
	render(&task, rules, buf_text(&sql), &found);
	assert_string_equal(buf_text(&found),
	    "stop: RENAME TABLE: a list of 4097 tables is above the limit of 4096 without a hint");
	buf_release(&sql);
	buf_release(&found);
	rules_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_needs_no_change_gets_none),
		cmocka_unit_test(names_with_their_database_need_no_default),
		cmocka_unit_test(databases_are_renamed),
		cmocka_unit_test(tables_are_renamed),
		cmocka_unit_test(lists_lose_what_is_not_carried),
		cmocka_unit_test(what_was_missing_may_be_missing),
		cmocka_unit_test(renames_across_the_border_stop),
		cmocka_unit_test(partners_are_carried_together_or_not_at_all),
		cmocka_unit_test(what_statements_do_not_tell_stops),
		cmocka_unit_test(databases_of_which_some_tables_are_carried),
		cmocka_unit_test(classes_are_left_out_unless_told_otherwise),
		cmocka_unit_test(bodies_do_not_go_with_renames),
		cmocka_unit_test(what_only_the_source_knows_is_taken_out),
		cmocka_unit_test(foreign_comments_are_blunted),
		cmocka_unit_test(names_without_case_are_lower_case),
		cmocka_unit_test(names_are_written_in_the_statements_character_set),
		cmocka_unit_test(online_schema_changes_come_through),
		cmocka_unit_test(online_schema_changes_are_renamed_with_their_table),
		cmocka_unit_test(objects_are_named_for_the_target),
		cmocka_unit_test(a_rename_list_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
