/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "route/ddl.h"

/*
 * What a scan found, as one line: "ALTER TABLE O(a.t) R(~d.u) if-exists".  A tilde stands before a database
 * that the statement does not name.
 */
static const char *
render(const struct ddl *ddl, struct buf *out)
{
	static const char roles[] = {'O', 'R', 'F', 'S', 'X', 'N'};

	buf_puts(out, ddl_class_name(ddl->class));
	for (size_t i = 0; i < ddl->n_names; i++) {
		const struct ddl_name *name = &ddl->names[i];

		buf_printf(out, " %c(%s%s%s%s)", roles[name->role], name->has_db ? "" : "~", name->db,
		    name->table == NULL ? "" : ".", name->table == NULL ? "" : name->table);
	}
	if (ddl->has_if_exists)
		buf_puts(out, " if-exists");
	if (ddl->has_or_replace)
		buf_puts(out, " or-replace");
	if (ddl->engine != NULL)
		buf_printf(out, " engine=%s%s", ddl->engine, ddl->is_nontransactional_engine ? "!" : "");
	if (ddl->moves_files)
		buf_puts(out, " files");
	if (ddl->own_value != NULL)
		buf_printf(out, " own=%s", ddl->own_value);
	if (ddl->start_transaction.len != 0)
		buf_puts(out, " start-transaction");
	if (ddl->set_statement.len != 0)
		buf_puts(out, " set-statement");
	return buf_text(out);
}

/* Every name's span, on its own, must be that name. */
static void
check_spans(struct bytes sql, const struct ddl *ddl, const struct ddl_context *context, struct arena *arena)
{
	struct ddl_context in = *context;

	in.charset = ddl->charset;
	for (size_t i = 0; i < ddl->n_names; i++) {
		const struct ddl_name *name = &ddl->names[i];
		struct buf again = {0};
		struct ddl one;
		struct err err = {0};

		if (name->len == 0)
			continue;
		buf_puts(&again, name->table == NULL ? "DROP DATABASE " : "TRUNCATE TABLE ");
		buf_add(&again, sql.data + name->at, name->len);
		if (!ddl_scan((struct bytes){(const uint8_t *) again.data, again.len}, &in, arena, &one, &err))
			fail_msg("%s", err.text);
		assert_int_equal(one.n_names, 1);
		assert_int_equal(one.names[0].has_db, name->has_db);
		if (name->has_db)
			assert_string_equal(one.names[0].db, name->db);
		if (name->table != NULL)
			assert_string_equal(one.names[0].table, name->table);
		buf_release(&again);
	}
}

static void
expect_in(const struct ddl_context *context, struct bytes sql, const char *expected)
{
	struct arena arena = {0};
	struct buf line = {0};
	struct ddl ddl;
	struct err err = {0};

	if (ddl_scan(sql, context, &arena, &ddl, &err)) {
		if (strcmp(render(&ddl, &line), expected) != 0)
			fail_msg("%.*s\n  expected: %s\n  found:    %s", (int) sql.len, (const char *) sql.data,
			    expected, line.data);
		check_spans(sql, &ddl, context, &arena);
	} else {
		assert_int_equal(err.kind, ERR_STOP);
		buf_printf(&line, "error: %s", err.text);
		if (strcmp(buf_text(&line), expected) != 0)
			fail_msg("%.*s\n  expected: %s\n  found:    %s", (int) sql.len, (const char *) sql.data,
			    expected, line.data);
	}
	buf_release(&line);
	arena_release(&arena);
}

struct sample {
	const char *sql;
	const char *expected;
};

static void
expect_all(const struct ddl_context *context, const struct sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_in(context, (struct bytes){(const uint8_t *) samples[i].sql, strlen(samples[i].sql)},
		    samples[i].expected);
}
#define EXPECT_ALL(context, samples) expect_all(context, samples, sizeof(samples) / sizeof((samples)[0]))

#define CONTEXT(flavour_, version, ...) \
	{.flavour = (flavour_), .server_version = (version), __VA_ARGS__}

static const struct ddl_context mysql = CONTEXT(FLAVOUR_MYSQL, 90700, .default_db = "d");
static const struct ddl_context mysql56 = CONTEXT(FLAVOUR_MYSQL, 50624, .charset = "utf8", .default_db = "d");
static const struct ddl_context mariadb = CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "utf8mb4", .default_db = "d");
static const struct ddl_context nowhere = CONTEXT(FLAVOUR_MYSQL, 90700, .default_db = "");
static const struct ddl_context ansi = CONTEXT(FLAVOUR_MYSQL, 90700, .sql_mode = 4, .default_db = "d");
static const struct ddl_context no_escapes = CONTEXT(FLAVOUR_MYSQL, 90700, .sql_mode = 1 << 20, .default_db = "d");

static void
names_are_found_however_they_are_written(void **state)
{
	static const struct sample samples[] = {
		{"TRUNCATE TABLE t", "TRUNCATE TABLE O(~d.t)"},
		{"TRUNCATE t", "TRUNCATE TABLE O(~d.t)"},
		{"truncate table a.t", "TRUNCATE TABLE O(a.t)"},
		{"TRUNCATE TABLE `a`.`t`", "TRUNCATE TABLE O(a.t)"},
		{"TRUNCATE TABLE`a`.`t`", "TRUNCATE TABLE O(a.t)"},
		{"TRUNCATE TABLE `a` . `t`", "TRUNCATE TABLE O(a.t)"},
		{"TRUNCATE TABLE a\n.\tt ;", "TRUNCATE TABLE O(a.t)"},
		{"TRUNCATE TABLE a/* x */./* y */t -- end", "TRUNCATE TABLE O(a.t)"},
		{"TRUNCATE TABLE .t", "TRUNCATE TABLE O(~d.t)"},
		{"TRUNCATE TABLE.`t`", "TRUNCATE TABLE O(~d.t)"},
		{"TRUNCATE TABLE `a``b`.`c.d`", "TRUNCATE TABLE O(a`b.c.d)"},
		{"TRUNCATE TABLE a.1", "TRUNCATE TABLE O(a.1)"},
		{"TRUNCATE TABLE a.1e5", "TRUNCATE TABLE O(a.1e5)"},
		{"TRUNCATE TABLE 1a.2b", "TRUNCATE TABLE O(1a.2b)"},
		{"TRUNCATE TABLE $x_1.y$", "TRUNCATE TABLE O($x_1.y$)"},
		{"TRUNCATE TABLE a.table", "TRUNCATE TABLE O(a.table)"},
		{"TRUNCATE TABLE table.t", "TRUNCATE TABLE O(table.t)"},
		{"TRUNCATE TABLE bücher", "TRUNCATE TABLE O(~d.bücher)"},
		{"TRUNCATE TABLE `Größe`.`表`", "TRUNCATE TABLE O(Größe.表)"},
		{"TRUNCATE TABLE `a\\`", "TRUNCATE TABLE O(~d.a\\)"},
		{"TRUNCATE TABLE wait NOWAIT", "TRUNCATE TABLE O(~d.wait)"},
		{"/* c */ TRUNCATE /* c */ TABLE # c\n t /* c */", "TRUNCATE TABLE O(~d.t)"},
		{"-- c\nTRUNCATE TABLE t --", "TRUNCATE TABLE O(~d.t)"},
	};

	(void) state;
	EXPECT_ALL(&mysql, samples);
}

static void
an_absent_default_database_is_empty(void **state)
{
	static const struct sample samples[] = {
		{"TRUNCATE TABLE a.t", "TRUNCATE TABLE O(a.t)"},
		{"TRUNCATE TABLE t", "TRUNCATE TABLE O(~.t)"},
	};

	(void) state;
	EXPECT_ALL(&nowhere, samples);
}

static void
create_table(void **state)
{
	static const struct sample samples[] = {
		{"CREATE TABLE t (a INT)", "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE t(a INT)", "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE IF NOT EXISTS a.t (a INT)", "CREATE TABLE O(a.t) if-exists"},
		{"CREATE TABLE `if` (a INT)", "CREATE TABLE O(~d.if)"},
		{"CREATE TABLE t (a INT) ENGINE=InnoDB", "CREATE TABLE O(~d.t) engine=InnoDB"},
		{"CREATE TABLE t (a INT) ENGINE InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='engine=MyISAM'",
		    "CREATE TABLE O(~d.t) engine=InnoDB"},
		{"CREATE TABLE t (a INT) COMMENT='x', ENGINE = 'myisam'", "CREATE TABLE O(~d.t) engine=myisam!"},
		{"CREATE TABLE t (a INT) engine=`Memory`", "CREATE TABLE O(~d.t) engine=Memory!"},
		{"CREATE TABLE t (engine INT, `references` INT)", "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES p (id))", "CREATE TABLE O(~d.t) F(~d.p)"},
		{"CREATE TABLE b.t (a INT REFERENCES p(id), b INT, CONSTRAINT c FOREIGN KEY (b) REFERENCES `q`.`r`(`id`)"
		    " ON DELETE CASCADE) ENGINE=InnoDB", "CREATE TABLE O(b.t) F(~b.p) F(q.r) engine=InnoDB"},
		{"CREATE TABLE t (a VARCHAR(20) DEFAULT 'REFERENCES x', b INT COMMENT \"LIKE y\")",
		    "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE t (a INT) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,"
		    " PARTITION p1 VALUES LESS THAN MAXVALUE)", "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE t (a INT) PARTITION BY HASH ((a)) PARTITIONS 4", "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE m (a INT) ENGINE=MERGE UNION=(t1,a.t2) INSERT_METHOD=LAST",
		    "CREATE TABLE O(~d.m) S(~d.t1) S(a.t2) engine=MERGE!"},
		{"CREATE TABLE m (a INT) ENGINE=MERGE UNION=()", "CREATE TABLE O(~d.m) engine=MERGE!"},
		{"CREATE TABLE t (a INT CHECK (a > 0), b INT AS (a + 1) STORED)", "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE t (a INT DEFAULT (1 + 1)) START TRANSACTION", "CREATE TABLE O(~d.t) start-transaction"},
		{"CREATE TABLE `t2` (\n  `a` int DEFAULT NULL\n) ENGINE=InnoDB START TRANSACTION",
		    "CREATE TABLE O(~d.t2) engine=InnoDB start-transaction"},
		{"CREATE TABLE `t2` (\n  `a` int\n) START TRANSACTION ENGINE=MyISAM COMMENT='x'",
		    "CREATE TABLE O(~d.t2) engine=MyISAM! start-transaction"},
		{"CREATE TABLE t LIKE u", "CREATE TABLE LIKE O(~d.t) S(~d.u)"},
		{"CREATE TABLE IF NOT EXISTS a.t LIKE b.u;", "CREATE TABLE LIKE O(a.t) S(b.u) if-exists"},
		{"CREATE TABLE a.t (LIKE u)", "CREATE TABLE LIKE O(a.t) S(~d.u)"},
		{"CREATE TABLE t SELECT 1", "CREATE TABLE SELECT O(~d.t)"},
		{"CREATE TABLE t AS SELECT 1", "CREATE TABLE SELECT O(~d.t)"},
		{"CREATE TABLE t (SELECT 1)", "CREATE TABLE SELECT O(~d.t)"},
		{"CREATE TABLE t ((SELECT 1))", "CREATE TABLE SELECT O(~d.t)"},
		{"CREATE TABLE t (a INT) IGNORE SELECT 1", "CREATE TABLE SELECT O(~d.t)"},
		{"CREATE TABLE t (a INT) ENGINE=InnoDB AS (SELECT 1)", "CREATE TABLE SELECT O(~d.t) engine=InnoDB"},
		{"CREATE TABLE t TABLE u", "CREATE TABLE SELECT O(~d.t)"},
		{"CREATE TABLE t AS VALUES ROW(1)", "CREATE TABLE SELECT O(~d.t)"},
		{"CREATE TABLE t WITH c AS (SELECT 1) SELECT * FROM c", "CREATE TABLE SELECT O(~d.t)"},
		{"CREATE TEMPORARY TABLE t (a INT)", "TEMPORARY"},
		{"CREATE TEMPORARY TABLE IF NOT EXISTS t SELECT 1", "TEMPORARY"},
		{"CREATE EXTERNAL TABLE t (a INT)", "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE t (a INT) /*!50100 PARTITION BY KEY (a) */", "CREATE TABLE O(~d.t)"},
	};

	(void) state;
	EXPECT_ALL(&mysql, samples);
}

static void
create_table_of_mariadb(void **state)
{
	static const struct sample samples[] = {
		{"CREATE OR REPLACE TABLE t (a INT)", "CREATE TABLE O(~d.t) or-replace"},
		{"CREATE OR REPLACE TEMPORARY TABLE t (a INT)", "TEMPORARY or-replace"},
		{"CREATE TABLE t (a INT) WITH SYSTEM VERSIONING", "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE t (a INT) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME INTERVAL 1 DAY AUTO",
		    "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE t (a INT) ENGINE=Aria TRANSACTIONAL=1", "CREATE TABLE O(~d.t) engine=Aria!"},
		{"CREATE TABLE b.t (a BIGINT DEFAULT NEXT VALUE FOR s, c INT DEFAULT nextval(`b`.`s2`))",
		    "CREATE TABLE O(b.t) F(~d.s) F(b.s2)"},
		{"CREATE TABLE t (a BIGINT DEFAULT PREVIOUS VALUE FOR s, b INT DEFAULT lastval(s))",
		    "CREATE TABLE O(~d.t) F(~d.s) F(~d.s)"},
		{"CREATE TABLE t (a INT DEFAULT 5, KEY nextval (nextval))", "CREATE TABLE O(~d.t)"},
		{"CREATE TABLE t (a INT DEFAULT (coalesce(1, nextval(s) + 1)), b INT)", "CREATE TABLE O(~d.t) F(~d.s)"},
		{"CREATE TABLE s (a INT) SEQUENCE=1", "CREATE TABLE O(~d.s)"},
		{"SET STATEMENT max_statement_time=1, sort_buffer_size=(2*3) FOR CREATE TABLE t (a INT)",
		    "CREATE TABLE O(~d.t) set-statement"},
	};

	(void) state;
	EXPECT_ALL(&mariadb, samples);
}

static void
alter_table(void **state)
{
	static const struct sample samples[] = {
		{"ALTER TABLE t ADD a INT", "ALTER TABLE O(~d.t)"},
		{"ALTER IGNORE TABLE a.t ADD UNIQUE (a)", "ALTER TABLE O(a.t)"},
		{"ALTER ONLINE TABLE a.t FORCE", "ALTER TABLE O(a.t)"},
		{"ALTER TABLE t RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"ALTER TABLE a.t RENAME TO u", "ALTER TABLE O(a.t) R(~d.u)"},
		{"ALTER TABLE a.t RENAME AS b.u", "ALTER TABLE O(a.t) R(b.u)"},
		{"ALTER TABLE a.t RENAME = b.u", "ALTER TABLE O(a.t) R(b.u)"},
		{"ALTER TABLE t ADD COLUMN a INT, RENAME TO u, ADD KEY (a)", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"ALTER TABLE t RENAME COLUMN a TO b", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t RENAME INDEX a TO b, RENAME KEY c TO e", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t RENAME COLUMN a TO b, RENAME TO u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"ALTER TABLE t ADD a INT COMMENT ', RENAME TO u'", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t ADD (a INT, b INT REFERENCES p (id))", "ALTER TABLE O(~d.t) F(~d.p)"},
		{"ALTER TABLE b.t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id) ON DELETE SET NULL",
		    "ALTER TABLE O(b.t) F(~b.p)"},
		{"ALTER TABLE a.t ADD FOREIGN KEY (a) REFERENCES p (id), RENAME b.u", "ALTER TABLE O(a.t) F(~b.p) R(b.u)"},
		{"ALTER TABLE a.t RENAME u, ADD FOREIGN KEY (a) REFERENCES p (id)", "ALTER TABLE O(a.t) R(~d.u) F(~d.p)"},
		{"ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u WITHOUT VALIDATION", "ALTER TABLE O(~d.t) X(~d.u)"},
		{"ALTER TABLE t ADD exchange INT, DROP exchange", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t ENGINE=MyISAM", "ALTER TABLE O(~d.t) engine=MyISAM!"},
		{"ALTER TABLE t ENGINE InnoDB", "ALTER TABLE O(~d.t) engine=InnoDB"},
		{"ALTER TABLE t ROW_FORMAT=COMPACT ENGINE = InnoDB", "ALTER TABLE O(~d.t) engine=InnoDB"},
		{"ALTER TABLE t ADD engine VARCHAR(9), MODIFY engine TEXT", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t DROP engine", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t UNION=(u, v)", "ALTER TABLE O(~d.t) S(~d.u) S(~d.v)"},
		{"ALTER TABLE t DISCARD TABLESPACE", "ALTER TABLE O(~d.t) files"},
		{"ALTER TABLE t IMPORT PARTITION p1, p2 TABLESPACE", "ALTER TABLE O(~d.t) files"},
		{"ALTER TABLE t ADD u UUID DEFAULT uuid() FIRST", "ALTER TABLE O(~d.t) own=UUID"},
		{"ALTER TABLE t DROP a, ADD (b INT, u VARCHAR(40) DEFAULT (CONCAT('x', RAND())))", "ALTER TABLE O(~d.t) own=RAND"},
		{"ALTER TABLE t ADD u VARCHAR(99) DEFAULT CURRENT_USER", "ALTER TABLE O(~d.t) own=CURRENT_USER"},
		{"ALTER TABLE t MODIFY u UUID DEFAULT UUID(), ADD d DATETIME DEFAULT NOW()", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t ADD uuid INT DEFAULT 1, ADD INDEX rand (user)", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t ADD import INT", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t ORDER BY a, b", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t ADD PARTITION (PARTITION p3 VALUES IN (1, 2))", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t REORGANIZE PARTITION p0, p1 INTO (PARTITION p VALUES LESS THAN (5))",
		    "ALTER TABLE O(~d.t)"},
	};

	(void) state;
	EXPECT_ALL(&mysql, samples);
}

static void
alter_table_of_mariadb(void **state)
{
	static const struct sample samples[] = {
		{"ALTER TABLE IF EXISTS t ADD COLUMN IF NOT EXISTS a INT", "ALTER TABLE O(~d.t) if-exists"},
		{"ALTER TABLE t WAIT 10 ADD a INT", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t NOWAIT RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"ALTER ONLINE IGNORE TABLE t ADD a INT", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t CONVERT PARTITION p TO TABLE u", "ALTER TABLE O(~d.t) X(~d.u)"},
		{"ALTER TABLE t CONVERT TABLE b.u TO PARTITION p VALUES LESS THAN (5)", "ALTER TABLE O(~d.t) X(b.u)"},
		{"ALTER TABLE t ALTER COLUMN a SET DEFAULT NEXT VALUE FOR b.s", "ALTER TABLE O(~d.t) F(b.s)"},
		{"ALTER TABLE t ADD SYSTEM VERSIONING", "ALTER TABLE O(~d.t)"},
	};

	(void) state;
	EXPECT_ALL(&mariadb, samples);
}

static void
lists(void **state)
{
	static const struct sample samples[] = {
		{"DROP TABLE t", "DROP TABLE O(~d.t)"},
		{"DROP TABLES t, a.u", "DROP TABLE O(~d.t) O(a.u)"},
		{"DROP TABLE IF EXISTS `a`.`t`,`u` CASCADE", "DROP TABLE O(a.t) O(~d.u) if-exists"},
		{"DROP TABLE `t` /* generated by server */", "DROP TABLE O(~d.t)"},
		{"DROP TABLE `t1`,`t2` RESTRICT /* generated by server */;", "DROP TABLE O(~d.t1) O(~d.t2)"},
		{"DROP TEMPORARY TABLE IF EXISTS t", "TEMPORARY"},
		{"DROP /*!40005 TEMPORARY */ TABLE IF EXISTS `t`", "TEMPORARY"},
		{"RENAME TABLE t TO u", "RENAME TABLE O(~d.t) R(~d.u)"},
		{"RENAME TABLES a.t TO b.u, c TO a.t", "RENAME TABLE O(a.t) R(b.u) O(~d.c) R(a.t)"},
		{"RENAME TABLE `to` TO `rename`", "RENAME TABLE O(~d.to) R(~d.rename)"},
		{"RENAME USER a@b TO c@d", "USER"},
		{"DROP VIEW IF EXISTS v, a.w", "VIEW O(~d.v) O(a.w) if-exists"},
	};

	(void) state;
	EXPECT_ALL(&mysql, samples);
}

static void
lists_of_mariadb(void **state)
{
	static const struct sample samples[] = {
		{"DROP TABLE t, u WAIT 5", "DROP TABLE O(~d.t) O(~d.u)"},
		{"DROP TABLE IF EXISTS t NOWAIT", "DROP TABLE O(~d.t) if-exists"},
		{"RENAME TABLE IF EXISTS t WAIT 5 TO u, v NOWAIT TO w",
		    "RENAME TABLE O(~d.t) R(~d.u) O(~d.v) R(~d.w) if-exists"},
		{"TRUNCATE TABLE t WAIT 3", "TRUNCATE TABLE O(~d.t)"},
		{"TRUNCATE TABLE t DROP STORAGE", "TRUNCATE TABLE O(~d.t)"},
		{"CREATE SEQUENCE s START WITH 5", "CREATE SEQUENCE O(~d.s)"},
		{"CREATE OR REPLACE SEQUENCE a.s", "CREATE SEQUENCE O(a.s) or-replace"},
		{"CREATE TEMPORARY SEQUENCE s", "TEMPORARY"},
		{"ALTER SEQUENCE IF EXISTS s RESTART 7", "ALTER SEQUENCE O(~d.s) if-exists"},
		{"DROP SEQUENCE IF EXISTS s, a.r", "DROP SEQUENCE O(~d.s) O(a.r) if-exists"},
	};

	(void) state;
	EXPECT_ALL(&mariadb, samples);
}

static void
indexes(void **state)
{
	static const struct sample samples[] = {
		{"CREATE INDEX i ON t (a)", "CREATE INDEX O(~d.t)"},
		{"CREATE UNIQUE INDEX i USING BTREE ON a.t (a, b(10)) COMMENT 'on x'", "CREATE INDEX O(a.t)"},
		{"CREATE FULLTEXT INDEX `on` ON t (a) WITH PARSER ngram", "CREATE INDEX O(~d.t)"},
		{"CREATE SPATIAL INDEX i ON t (g)", "CREATE INDEX O(~d.t)"},
		{"CREATE VECTOR INDEX i ON t (v)", "CREATE INDEX O(~d.t)"},
		{"CREATE ONLINE INDEX i ON t (a)", "CREATE INDEX O(~d.t)"},
		{"CREATE OFFLINE UNIQUE INDEX i ON t (a)", "CREATE INDEX O(~d.t)"},
		{"CREATE OR REPLACE INDEX IF NOT EXISTS i ON t (a) WAIT 3", "CREATE INDEX O(~d.t) if-exists or-replace"},
		{"CREATE INDEX i ON t ((a + 1), (CAST(b->'$.on' AS CHAR(5))))", "CREATE INDEX O(~d.t)"},
		{"DROP INDEX i ON t", "DROP INDEX O(~d.t)"},
		{"DROP INDEX `PRIMARY` ON a.t ALGORITHM=COPY LOCK=SHARED", "DROP INDEX O(a.t)"},
		{"DROP INDEX IF EXISTS i ON t WAIT 3", "DROP INDEX O(~d.t) if-exists"},
	};

	(void) state;
	EXPECT_ALL(&mysql, samples);
	EXPECT_ALL(&mariadb, samples);
}

static void
databases(void **state)
{
	static const struct sample samples[] = {
		{"CREATE DATABASE a", "CREATE DATABASE O(a)"},
		{"CREATE SCHEMA IF NOT EXISTS `a.b` DEFAULT CHARACTER SET utf8mb4", "CREATE DATABASE O(a.b) if-exists"},
		{"CREATE DATABASE /*!32312 IF NOT EXISTS*/ `a` /*!40100 DEFAULT CHARACTER SET latin1 */",
		    "CREATE DATABASE O(a) if-exists"},
		{"ALTER DATABASE a CHARACTER SET utf8", "ALTER DATABASE O(a)"},
		{"ALTER DATABASE CHARACTER SET utf8", "ALTER DATABASE O(~d)"},
		{"ALTER DATABASE DEFAULT COLLATE utf8_bin", "ALTER DATABASE O(~d)"},
		{"ALTER DATABASE CHARSET utf8", "ALTER DATABASE O(~d)"},
		{"ALTER SCHEMA CHARSET = utf8", "ALTER DATABASE O(~d)"},
		{"ALTER DATABASE ENCRYPTION='N'", "ALTER DATABASE O(~d)"},
		{"ALTER DATABASE charset CHARSET utf8", "ALTER DATABASE O(charset)"},
		{"ALTER DATABASE `default` DEFAULT CHARSET utf8", "ALTER DATABASE O(default)"},
		{"ALTER DATABASE a READ ONLY = 1", "ALTER DATABASE O(a)"},
		{"DROP DATABASE a", "DROP DATABASE O(a)"},
		{"DROP SCHEMA IF EXISTS a;", "DROP DATABASE O(a) if-exists"},
	};

	(void) state;
	EXPECT_ALL(&mysql, samples);
}

static void
programs_and_views(void **state)
{
	static const struct sample samples[] = {
		{"CREATE VIEW v AS SELECT 1", "VIEW O(~d.v)"},
		{"CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`a`@`%` SQL SECURITY INVOKER VIEW b.v (x) AS SELECT 1",
		    "VIEW O(b.v) or-replace"},
		{"CREATE DEFINER=root@localhost VIEW v AS SELECT 1", "VIEW O(~d.v)"},
		{"CREATE DEFINER=root@10.0.0.1 VIEW v AS SELECT 1", "VIEW O(~d.v)"},
		{"CREATE DEFINER = 'a'@'b' VIEW v AS SELECT 1", "VIEW O(~d.v)"},
		{"CREATE DEFINER=CURRENT_USER() VIEW v AS SELECT 1", "VIEW O(~d.v)"},
		{"ALTER ALGORITHM=UNDEFINED VIEW v AS SELECT 2", "VIEW O(~d.v)"},
		{"CREATE JSON RELATIONAL DUALITY VIEW v AS SELECT 1", "VIEW O(~d.v)"},
		{"CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1); END", "ROUTINE O(~d.p)"},
		{"CREATE DEFINER=`root`@`localhost` FUNCTION IF NOT EXISTS a.f(x INT) RETURNS INT RETURN 1",
		    "ROUTINE O(a.f) if-exists"},
		{"CREATE AGGREGATE FUNCTION u RETURNS STRING SONAME 'u.so'", "SERVER O(~d.u)"},
		{"CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $$ return 'x; $$", "ROUTINE O(~d.f)"},
		{"ALTER PROCEDURE p COMMENT 'x'", "ROUTINE O(~d.p)"},
		{"DROP FUNCTION IF EXISTS a.f", "ROUTINE O(a.f) if-exists"},
		{"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1", "TRIGGER O(~d.g) N(~d.t)"},
		{"CREATE TRIGGER a.g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1", "TRIGGER O(a.g) N(~a.t)"},
		{"CREATE DEFINER=`r`@`%` TRIGGER `a`.`pt_osc_a_t_ins` AFTER INSERT ON `a`.`t` FOR EACH ROW REPLACE INTO x"
		    " VALUES (1)", "TRIGGER O(a.pt_osc_a_t_ins) N(a.t)"},
		{"DROP TRIGGER IF EXISTS a.g", "TRIGGER O(a.g) if-exists"},
		{"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t", "EVENT O(~d.e)"},
		{"ALTER EVENT a.e ON COMPLETION PRESERVE RENAME TO b.e2 ENABLE", "EVENT O(a.e) R(b.e2)"},
		{"ALTER EVENT e DO BEGIN SELECT 1; END", "EVENT O(~d.e)"},
		{"DROP EVENT IF EXISTS e", "EVENT O(~d.e) if-exists"},
	};

	(void) state;
	EXPECT_ALL(&mysql, samples);
}

static void
what_else_a_binlog_holds(void **state)
{
	static const struct sample samples[] = {
		{"", "EMPTY"},
		{"/* only a comment */", "EMPTY"},
		{"# Dummy event replacing event type 162 that slave cannot handle.", "EMPTY"},
		{"BEGIN", "TRANSACTION"},
		{"COMMIT", "TRANSACTION"},
		{"XA START 'x',''", "TRANSACTION"},
		{"SAVEPOINT `s`", "TRANSACTION"},
		{"ROLLBACK TO `s`", "TRANSACTION"},
		{"GRANT SELECT ON a.* TO b", "USER"},
		{"REVOKE ALL PRIVILEGES, GRANT OPTION FROM b", "USER"},
		{"CREATE USER 'a'@'b' IDENTIFIED BY PASSWORD '*X'", "USER"},
		{"CREATE ROLE IF NOT EXISTS r", "USER"},
		{"ALTER USER a IDENTIFIED BY 'x'", "USER"},
		{"SET PASSWORD FOR 'a'@'b'='*X'", "USER"},
		{"SET DEFAULT ROLE r FOR a", "USER"},
		{"ANALYZE TABLE t", "ADMIN"},
		{"OPTIMIZE TABLE t", "ADMIN"},
		{"FLUSH TABLES", "ADMIN"},
		{"FLUSH PRIVILEGES", "ADMIN"},
		{"CREATE TABLESPACE x ADD DATAFILE 'y.ibd'", "SERVER"},
		{"CREATE UNDO TABLESPACE x ADD DATAFILE 'y.ibu'", "SERVER"},
		{"CREATE SPATIAL REFERENCE SYSTEM 5 NAME 'x'", "SERVER"},
		{"CREATE RESOURCE GROUP g TYPE=USER", "SERVER"},
		{"INSTALL PLUGIN x SONAME 'y'", "SERVER"},
		{"INSERT INTO t VALUES (1)", "DML O(~d.t)"},
		{"INSERT IGNORE a.t (b) VALUES (1)", "DML O(a.t)"},
		{"REPLACE INTO t SELECT 1", "DML O(~d.t)"},
		{"UPDATE a.t SET b = 1", "DML O(a.t)"},
		{"UPDATE a.t JOIN b.u SET c = 1", "DML"},
		{"UPDATE a.t, b.u SET c = 1", "DML"},
		{"DELETE FROM a.t WHERE b = 1", "DML O(a.t)"},
		{"DELETE FROM `a`.`t`", "DML O(a.t)"},
		{"DELETE a.t FROM a.t JOIN b.u", "DML"},
		{"DELETE FROM a.t USING a.t JOIN b.u", "DML"},
		{"LOAD DATA INFILE 'x' INTO TABLE t", "DML"},
		{"CALL p()", "DML"},
		{"SELECT `d`.`f`()", "DML"},
		{"(SELECT 1)", "DML"},
		{"WITH c AS (SELECT 1) DELETE FROM t", "DML"},
	};

	(void) state;
	EXPECT_ALL(&mysql, samples);
}

static void
version_comments(void **state)
{
	static const struct sample for_mysql[] = {
		{"/*!50000 DROP TABLE t */", "DROP TABLE O(~d.t)"},
		{"/*! DROP TABLE t */", "DROP TABLE O(~d.t)"},
		{"/*!90800 DROP TABLE t */", "EMPTY"},
		{"/*!080000 DROP TABLE t */", "DROP TABLE O(~d.t)"},
		{"/*!090800 DROP TABLE t */", "EMPTY"},
		{"/*!99999 /* nested */ DROP TABLE t */", "EMPTY"},
		{"/*M! DROP TABLE t */", "EMPTY"},
		{"ALTER TABLE t ADD a INT /*!80000 , RENAME TO u */", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"ALTER TABLE t ADD a INT /*!99999 , RENAME TO u */", "ALTER TABLE O(~d.t)"},
		{"CREATE TABLE t (a INT) /*!80000 COMMENT='*/', ENGINE=CSV */ CHECKSUM=1",
		    "CREATE TABLE O(~d.t) engine=CSV!"},
	};
	static const struct sample for_mysql56[] = {
		{"/*!50624 DROP TABLE t */", "DROP TABLE O(~d.t)"},
		{"/*!50625 DROP TABLE t */", "EMPTY"},
		{"/*!80000 DROP TABLE t */", "EMPTY"},
	};
	static const struct sample for_mariadb[] = {
		{"/*M! DROP TABLE t */", "DROP TABLE O(~d.t)"},
		{"/*M!100100 DROP TABLE t */", "DROP TABLE O(~d.t)"},
		{"/*!100100 DROP TABLE t */", "DROP TABLE O(~d.t)"},
		{"/*!101120 DROP TABLE t */", "EMPTY"},
		{"/*!50699 DROP TABLE t */", "DROP TABLE O(~d.t)"},
		{"/*!50700 DROP TABLE t */", "EMPTY"},
		{"/*!80000 DROP TABLE t */", "EMPTY"},
		{"/*M!80000 DROP TABLE t */", "DROP TABLE O(~d.t)"},
	};

	(void) state;
	EXPECT_ALL(&mysql, for_mysql);
	EXPECT_ALL(&mysql56, for_mysql56);
	EXPECT_ALL(&mariadb, for_mariadb);
}

static void
sql_modes(void **state)
{
	static const struct sample in_ansi[] = {
		{"TRUNCATE TABLE \"a\"\"b\".\"t\"", "TRUNCATE TABLE O(a\"b.t)"},
		{"CREATE TABLE \"t\" (\"a\" INT DEFAULT '\\'' REFERENCES \"p\" (id))", "CREATE TABLE O(~d.t) F(~d.p)"},
		{"DROP TABLE `a\"b`", "DROP TABLE O(~d.a\"b)"},
	};
	static const struct sample without_escapes[] = {
		{"ALTER TABLE t COMMENT 'x\\', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
	};
	static const struct sample with_escapes[] = {
		{"ALTER TABLE t COMMENT 'x\\', RENAME u'", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t COMMENT \"x\\\", RENAME u\"", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t COMMENT 'x'', RENAME u'", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t COMMENT _utf8'x', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"ALTER TABLE t ALTER a SET DEFAULT x'27', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"ALTER TABLE t ALTER a SET DEFAULT b'1', ALTER b SET DEFAULT 0x27, RENAME u",
		    "ALTER TABLE O(~d.t) R(~d.u)"},
		{"ALTER TABLE t ALTER a SET DEFAULT N'x\\'y', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
	};

	(void) state;
	EXPECT_ALL(&ansi, in_ansi);
	EXPECT_ALL(&no_escapes, without_escapes);
	EXPECT_ALL(&mysql, with_escapes);
}

/* Second bytes that are a backslash (5c), a backtick (60) or look like a quote's escape. */
static void
multi_byte_character_sets(void **state)
{
	static const struct {
		const char *charset, *sql, *expected;
	} samples[] = {
		{"gbk", "ALTER TABLE t COMMENT '\xbf\x5c', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"latin1", "ALTER TABLE t COMMENT '\xbf\x5c', RENAME u'", "ALTER TABLE O(~d.t)"},
		{"big5", "ALTER TABLE t COMMENT '\xa4\x5c', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"sjis", "ALTER TABLE t COMMENT '\x83\x5c', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"cp932", "ALTER TABLE t COMMENT '\x83\x5c', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"gb18030", "ALTER TABLE t COMMENT '\x81\x30\x81\x30\xbf\x5c', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"gbk", "ALTER TABLE t COMMENT '\\\xbf\x5c', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"gbk", "ALTER TABLE t COMMENT '\xbf', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"gbk", "DROP TABLE `\x81\x60`", "DROP TABLE O(~d.乣)"},
		{"gbk", "DROP TABLE \x81\x60, \xb1\xed", "DROP TABLE O(~d.乣) O(~d.表)"},
		{"gb18030", "DROP TABLE `\x81\x60`", "DROP TABLE O(~d.乣)"},
		{"big5", "DROP TABLE `\xa4\x60`", "DROP TABLE O(~d.亡)"},
		{"sjis", "DROP TABLE `\x95\x5c`", "DROP TABLE O(~d.表)"},
		{"cp932", "DROP TABLE `\x95\x5c`.`\x83\x60`", "DROP TABLE O(表.チ)"},
		{"latin1", "DROP TABLE `b\xfc" "cher`", "DROP TABLE O(~d.bücher)"},
		{"latin1", "DROP TABLE b\xfc" "cher", "DROP TABLE O(~d.bücher)"},
		{"latin1", "DROP TABLE\xa0t", "DROP TABLE O(~d.t)"},
		{"cp1251", "DROP TABLE `\xf2`", "DROP TABLE O(~d.т)"},
		{"koi8r", "DROP TABLE \xd4", "DROP TABLE O(~d.т)"},
		{"ujis", "DROP TABLE `\xc9\xbd`", "DROP TABLE O(~d.表)"},
		{"euckr", "DROP TABLE `\xc7\xa5`", "DROP TABLE O(~d.표)"},
		{"gbk", "DROP TABLE `\xbf'`", "error: the name at byte 11 of the statement is no valid text"},
		{"greek", "DROP TABLE `\xa1`", "error: a name in the statement cannot be read in character set 'greek'"},
		{"cp932", "DROP TABLE `\xf0\x40`", "error: a name in the statement cannot be read in character set 'cp932'"},
		{"cp1251", "DROP TABLE\xa0t", "error: the statement that begins 'DROP TABLE.t' is not understood: a statement "
		    "that binlogs hold expected at byte 5 ('TABLE.t')"},
		{"ascii", "DROP TABLE `\xfc`", "error: a name in the statement cannot be read in character set 'ascii'"},
		{"dec8", "DROP TABLE `\xfc`", "error: a name in the statement cannot be read in character set 'dec8'"},
		{"ucs2", "DROP TABLE t", "error: a statement in the unknown character set 'ucs2'"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct ddl_context context = CONTEXT(FLAVOUR_MYSQL, 90700, .charset = samples[i].charset, .default_db = "d");

		expect_in(&context, (struct bytes){(const uint8_t *) samples[i].sql, strlen(samples[i].sql)},
		    samples[i].expected);
	}
}

/* Statements that a server wrote anew are in UTF-8, whatever the event says. */
static void
text_of_the_server_is_utf8(void **state)
{
	static const struct {
		struct ddl_context context;
		const char *sql, *expected, *charset;
	} samples[] = {
		{CONTEXT(FLAVOUR_MYSQL, 50624, .charset = "latin1", .default_db = "d"),
		    "DROP TABLE `b\xc3\xbc`,`u` /* generated by server */", "DROP TABLE O(~d.bü) O(~d.u)", "utf8mb4"},
		{CONTEXT(FLAVOUR_MYSQL, 50700, .charset = "latin1", .default_db = "d"),
		    "DROP TABLE `b\xfc` /* generated by server */", "DROP TABLE O(~d.bü)", "latin1"},
		{CONTEXT(FLAVOUR_MYSQL, 50624, .charset = "latin1", .default_db = "d"), "DROP VIEW `b\xfc`",
		    "VIEW O(~d.bü)", "latin1"},
		{CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "latin1", .default_db = "d"),
		    "DROP TABLE `b\xfc` /* generated by server */", "DROP TABLE O(~d.bü)", "latin1"},
		{CONTEXT(FLAVOUR_MYSQL, 90700, .charset = "gbk", .default_db = "d"),
		    "CREATE TABLE `明` (\n  `a` int DEFAULT NULL\n) START TRANSACTION ENGINE=InnoDB",
		    "CREATE TABLE O(~d.明) engine=InnoDB start-transaction", "utf8mb4"},
		{CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "latin1", .default_db = "d", .is_in_transaction = true),
		    "CREATE TABLE `b\xc3\xbc` (\n  `a` int(11) DEFAULT NULL\n)", "CREATE TABLE O(~d.bü)", "utf8mb4"},
		/* unmarked: told by what makes sense, and a stop where both do */
		{CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "latin1", .default_db = "d"),
		    "CREATE TABLE `b\xc3\xbc` (\n  `a` int(11) DEFAULT NULL\n)",
		    "error: the text of CREATE TABLE could be in 'latin1', as the event says, or, written by the server, in "
		    "UTF-8", NULL},
		{CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "latin1", .default_db = "d"),
		    "CREATE TABLE `b\xc3\xbc` (`a` int(11) DEFAULT NULL)", "CREATE TABLE O(~d.bÃ¼)", "latin1"},
		{CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "latin1", .default_db = "d"),
		    "CREATE TABLE `b\xfc` (\n  `a` int(11) DEFAULT NULL\n)", "CREATE TABLE O(~d.bü)", "latin1"},
		{CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "gbk", .default_db = "d"),
		    "CREATE TABLE `明` (\n  `a` int(11) DEFAULT NULL\n)", "CREATE TABLE O(~d.明)", "utf8mb4"},
		{CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "gbk", .default_db = "d"),
		    "CREATE TABLE `\x81\x60` (\n  `a` int(11) DEFAULT NULL\n)", "CREATE TABLE O(~d.乣)", "gbk"},
		{CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "gbk", .default_db = "d"), "create table `明` (a int)",
		    "error: the quoted text at byte 13 of the statement does not end", NULL},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct bytes sql = {(const uint8_t *) samples[i].sql, strlen(samples[i].sql)};
		struct arena arena = {0};
		struct ddl ddl;
		struct err err = {0};

		if (samples[i].charset != NULL) {
			assert_true(ddl_scan(sql, &samples[i].context, &arena, &ddl, &err));
			assert_string_equal(ddl.charset, samples[i].charset);
		}
		arena_release(&arena);
		expect_in(&samples[i].context, sql, samples[i].expected);
	}
}

/* The server empties a MEMORY table after a restart, and before 8.0 logs that as a DELETE. */
static void
an_emptied_memory_table_is_truncated(void **state)
{
	static const struct ddl_context old = CONTEXT(FLAVOUR_MYSQL, 50624, .default_db = "");
	static const struct ddl_context amid = CONTEXT(FLAVOUR_MYSQL, 50624, .default_db = "", .is_in_transaction = true);
	static const struct sample samples[] = {
		{"DELETE FROM `a`.`t`", "TRUNCATE TABLE O(a.t)"},
		{"DELETE FROM `a`.`t` WHERE b = 1", "DML O(a.t)"},
		{"DELETE  FROM `a`.`t`", "DML O(a.t)"},
	};
	static const struct sample by_users[] = {{"DELETE FROM `a`.`t`", "DML O(a.t)"}};
	static const struct sample by_later_servers[] = {
		{"TRUNCATE TABLE `a`.`t` /* generated by server, implicitly emptying in-memory table */",
		    "TRUNCATE TABLE O(a.t)"},
	};

	(void) state;
	EXPECT_ALL(&old, samples);
	EXPECT_ALL(&amid, by_users);
	EXPECT_ALL(&mysql56, by_users);
	EXPECT_ALL(&mysql, by_later_servers);
}

static void
what_is_not_understood_stops(void **state)
{
	static const struct sample samples[] = {
		{"FROBNICATE TABLE t", "error: the statement that begins 'FROBNICATE TABLE t' is not understood: a statement "
		    "that binlogs hold expected at byte 11 ('TABLE t')"},
		{"CREATE FOO t", "error: the statement that begins 'CREATE FOO t' is not understood: a statement that "
		    "binlogs hold expected at byte 7 ('FOO t')"},
		{"DROP TABLE t; DROP TABLE u", "error: the statement that begins 'DROP TABLE t; DROP TABLE u' is not "
		    "understood: the end expected at byte 14 ('DROP TABLE u')"},
		{"CREATE TABLE t (a INT) START TRANSACTION START TRANSACTION", "error: the statement that begins 'CREATE TABLE t "
		    "(a INT) START TRANSACTION' is not understood: START TRANSACTION only once expected at byte 41 ('START "
		    "TRANSACTION')"},
		{"DROP TABLE t u", "error: the statement that begins 'DROP TABLE t u' is not understood: the end expected at "
		    "byte 13 ('u')"},
		{"DROP TABLE 't'", "error: the statement that begins 'DROP TABLE 't'' is not understood: a name expected at "
		    "byte 11 (''t'')"},
		{"DROP TABLE ``", "error: the statement that begins 'DROP TABLE ``' is not understood: an ordinary name "
		    "expected at byte 11 ('``')"},
		{"DROP TABLE a /*!50000 .b */", "error: the statement that begins 'DROP TABLE a /*!50000 .b */' is not "
		    "understood: a name that is not cut by a version comment expected at byte 27 ('')"},
		{"RENAME TABLE a, b TO c", "error: the statement that begins 'RENAME TABLE a, b TO c' is not understood: TO "
		    "expected at byte 14 (', b TO c')"},
		{"DROP TABLE `t", "error: the quoted text at byte 11 of the statement does not end"},
		{"ALTER TABLE t COMMENT 'x", "error: the quoted text at byte 22 of the statement does not end"},
		{"DROP TABLE t /* x", "error: the comment at byte 15 of the statement does not end"},
		{"DROP TABLE t /*!50000 x", "error: the statement ends within an executed comment"},
		{"ALTER DATABASE `#mysql50#a` UPGRADE DATA DIRECTORY NAME", "error: the statement that begins 'ALTER DATABASE"
		    " `#mysql50#a` UPGRADE DATA' is not understood: an ordinary name expected at byte 15 ('`#mysql50#a`"
		    " UPGRADE DATA DIRECTORY NAME')"},
		{"SET @a = 1", "error: the statement that begins 'SET @a = 1' is not understood: a statement that binlogs "
		    "hold expected at byte 4 ('@a = 1')"},
	};

	(void) state;
	EXPECT_ALL(&mysql, samples);
}

static void
a_name_has_a_limit(void **state)
{
	struct buf sql = {0};

	(void) state;
	buf_puts(&sql, "DROP TABLE ");
	for (int i = 0; i < 1025; i++)
		buf_putc(&sql, 'x');
	expect_in(&mysql, (struct bytes){(const uint8_t *) sql.data, sql.len},
	    "error: a name of 1025 bytes in the statement is above the limit of 1024");
	buf_release(&sql);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_however_they_are_written),
		cmocka_unit_test(an_absent_default_database_is_empty),
		cmocka_unit_test(create_table),
		cmocka_unit_test(create_table_of_mariadb),
		cmocka_unit_test(alter_table),
		cmocka_unit_test(alter_table_of_mariadb),
		cmocka_unit_test(lists),
		cmocka_unit_test(lists_of_mariadb),
		cmocka_unit_test(indexes),
		cmocka_unit_test(databases),
		cmocka_unit_test(programs_and_views),
		cmocka_unit_test(what_else_a_binlog_holds),
		cmocka_unit_test(version_comments),
		cmocka_unit_test(sql_modes),
		cmocka_unit_test(multi_byte_character_sets),
		cmocka_unit_test(text_of_the_server_is_utf8),
		cmocka_unit_test(an_emptied_memory_table_is_truncated),
		cmocka_unit_test(what_is_not_understood_stops),
		cmocka_unit_test(a_name_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
