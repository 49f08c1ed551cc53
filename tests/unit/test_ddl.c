/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "ddl_samples.h"

static void
names_are_found_however_they_are_written(void **state)
{
	static const struct ddl_sample samples[] = {
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
	EXPECT_ALL(&on_mysql, samples);
}

static void
an_absent_default_database_is_empty(void **state)
{
	static const struct ddl_sample samples[] = {
		{"TRUNCATE TABLE a.t", "TRUNCATE TABLE O(a.t)"},
		{"TRUNCATE TABLE t", "TRUNCATE TABLE O(~.t)"},
	};

	(void) state;
	EXPECT_ALL(&on_nowhere, samples);
}

static void
create_table(void **state)
{
	static const struct ddl_sample samples[] = {
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
	EXPECT_ALL(&on_mysql, samples);
}

static void
create_table_of_mariadb(void **state)
{
	static const struct ddl_sample samples[] = {
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
	EXPECT_ALL(&on_mariadb, samples);
}

/* What each server fills in, or takes away, by itself. */
static void
alter_table_that_fills(void **state)
{
	static const struct ddl_sample samples[] = {
		{"ALTER TABLE t ADD id INT AUTO_INCREMENT PRIMARY KEY", "ALTER TABLE O(~d.t) numbers="},
		{"ALTER TABLE t ADD COLUMN IF NOT EXISTS (a INT, id INT NOT NULL AUTO_INCREMENT, KEY (id))",
		    "ALTER TABLE O(~d.t) numbers="},
		{"ALTER TABLE t MODIFY COLUMN IF EXISTS `i``d` INT KEY AUTO_INCREMENT", "ALTER TABLE O(~d.t) numbers=i`d"},
		{"ALTER TABLE t ADD b INT, CHANGE a engine INT AUTO_INCREMENT, RENAME u",
		    "ALTER TABLE O(~d.t) R(~d.u) numbers=a"},
		{"ALTER TABLE t ADD id SERIAL", "ALTER TABLE O(~d.t) numbers="},
		{"ALTER TABLE t ADD (a INT, id SERIAL)", "ALTER TABLE O(~d.t) numbers="},
		{"ALTER TABLE t MODIFY id INT SERIAL DEFAULT VALUE", "ALTER TABLE O(~d.t) numbers=id"},
		{"ALTER TABLE t ADD serial INT, ADD INDEX serial (serial), ADD INDEX serial USING BTREE (a), MODIFY a INT AFTER serial",
		    "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t ADD b INT, AUTO_INCREMENT = 5, AUTO_INCREMENT 6", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t DROP auto_increment, COMMENT='AUTO_INCREMENT'", "ALTER TABLE O(~d.t)"},
		{"CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, r DOUBLE DEFAULT (RAND()))", "CREATE TABLE O(~d.t)"},
		{"ALTER TABLE t ADD c BIGINT DEFAULT NEXTVAL(s)", "ALTER TABLE O(~d.t) F(~d.s) own=NEXTVAL()"},
		{"ALTER TABLE t ADD c BIGINT DEFAULT (1 + NEXT VALUE FOR a.s)", "ALTER TABLE O(~d.t) F(a.s) own=a sequence"},
		{"ALTER TABLE t ADD c BIGINT DEFAULT PREVIOUS VALUE FOR s", "ALTER TABLE O(~d.t) F(~d.s) own=a sequence"},
		{"ALTER TABLE t ADD c BIGINT DEFAULT SETVAL(s, 5)", "ALTER TABLE O(~d.t) F(~d.s) own=SETVAL()"},
		{"ALTER TABLE t ADD c BIGINT DEFAULT s.nextval", "ALTER TABLE O(~d.t) own=a sequence"},
		{"ALTER TABLE t ADD c BIGINT DEFAULT (@@server_id)", "ALTER TABLE O(~d.t) own=a variable"},
		{"ALTER TABLE t ADD c TEXT DEFAULT (@a)", "ALTER TABLE O(~d.t) own=a variable"},
		{"ALTER TABLE t ADD c TEXT DEFAULT '@@a' COMMENT 'USER()', ADD KEY nextval (c)", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t MODIFY c BIGINT DEFAULT NEXTVAL(s)", "ALTER TABLE O(~d.t) F(~d.s)"},
		{"ALTER TABLE t ADD c TEXT DEFAULT DATABASE()", "ALTER TABLE O(~d.t) own=DATABASE()"},
		{"ALTER TABLE t ADD COLUMN IF NOT EXISTS u UUID DEFAULT UUID()", "ALTER TABLE O(~d.t) own=UUID() unless=u"},
		{"ALTER TABLE t ADD IF NOT EXISTS u TEXT DEFAULT (CONCAT(UUID(), RAND())), ADD c INT",
		    "ALTER TABLE O(~d.t) own=RAND() unless=u"},
		{"ALTER TABLE t ADD IF NOT EXISTS u UUID DEFAULT UUID(), ADD v UUID DEFAULT UUID()",
		    "ALTER TABLE O(~d.t) own=UUID()"},
		{"ALTER TABLE t ADD u UUID DEFAULT UUID(), ADD IF NOT EXISTS v UUID DEFAULT UUID()",
		    "ALTER TABLE O(~d.t) own=UUID()"},
		{"ALTER TABLE t ADD IF NOT EXISTS id INT AUTO_INCREMENT", "ALTER TABLE O(~d.t) numbers=id"},
		{"ALTER IGNORE TABLE t ADD PRIMARY KEY (a)", "ALTER TABLE O(~d.t) ignore+unique"},
		{"ALTER ONLINE IGNORE TABLE t MODIFY a INT", "ALTER TABLE O(~d.t) ignore+columns"},
		{"ALTER IGNORE TABLE t CONVERT TO CHARACTER SET utf8mb4", "ALTER TABLE O(~d.t) ignore+columns"},
		{"ALTER IGNORE TABLE t DROP PRIMARY KEY, ADD KEY (a)", "ALTER TABLE O(~d.t) ignore"},
	};

	(void) state;
	EXPECT_ALL(&on_mariadb, samples);
}

static void
alter_table(void **state)
{
	static const struct ddl_sample samples[] = {
		{"ALTER TABLE t ADD a INT", "ALTER TABLE O(~d.t)"},
		{"ALTER IGNORE TABLE a.t ADD UNIQUE (a)", "ALTER TABLE O(a.t) ignore+unique"},
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
		{"ALTER TABLE t ADD u UUID DEFAULT uuid() FIRST", "ALTER TABLE O(~d.t) own=UUID()"},
		{"ALTER TABLE t DROP a, ADD (b INT, u VARCHAR(40) DEFAULT (CONCAT('x', RAND())))", "ALTER TABLE O(~d.t) own=RAND()"},
		{"ALTER TABLE t ADD u VARCHAR(99) DEFAULT CURRENT_USER", "ALTER TABLE O(~d.t) own=CURRENT_USER()"},
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
	EXPECT_ALL(&on_mysql, samples);
}

static void
alter_table_of_mariadb(void **state)
{
	static const struct ddl_sample samples[] = {
		{"ALTER TABLE IF EXISTS t ADD COLUMN IF NOT EXISTS a INT", "ALTER TABLE O(~d.t) if-exists"},
		{"ALTER TABLE t WAIT 10 ADD a INT", "ALTER TABLE O(~d.t)"},
		{"ALTER TABLE t NOWAIT RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
		{"ALTER ONLINE IGNORE TABLE t ADD a INT", "ALTER TABLE O(~d.t) ignore"},
		{"ALTER TABLE t CONVERT PARTITION p TO TABLE u", "ALTER TABLE O(~d.t) X(~d.u)"},
		{"ALTER TABLE t CONVERT TABLE b.u TO PARTITION p VALUES LESS THAN (5)", "ALTER TABLE O(~d.t) X(b.u)"},
		{"ALTER TABLE t ALTER COLUMN a SET DEFAULT NEXT VALUE FOR b.s", "ALTER TABLE O(~d.t) F(b.s)"},
		{"ALTER TABLE t ADD SYSTEM VERSIONING", "ALTER TABLE O(~d.t)"},
	};

	(void) state;
	EXPECT_ALL(&on_mariadb, samples);
}

static void
lists(void **state)
{
	static const struct ddl_sample samples[] = {
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
	EXPECT_ALL(&on_mysql, samples);
}

static void
lists_of_mariadb(void **state)
{
	static const struct ddl_sample samples[] = {
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
	EXPECT_ALL(&on_mariadb, samples);
}

static void
indexes(void **state)
{
	static const struct ddl_sample samples[] = {
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
	EXPECT_ALL(&on_mysql, samples);
	EXPECT_ALL(&on_mariadb, samples);
}

static void
databases(void **state)
{
	static const struct ddl_sample samples[] = {
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
	EXPECT_ALL(&on_mysql, samples);
}

static void
programs_and_views(void **state)
{
	static const struct ddl_sample samples[] = {
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
	EXPECT_ALL(&on_mysql, samples);
}

static void
what_else_a_binlog_holds(void **state)
{
	static const struct ddl_sample samples[] = {
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
	EXPECT_ALL(&on_mysql, samples);
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
		cmocka_unit_test(alter_table_that_fills),
		cmocka_unit_test(alter_table_of_mariadb),
		cmocka_unit_test(lists),
		cmocka_unit_test(lists_of_mariadb),
		cmocka_unit_test(indexes),
		cmocka_unit_test(databases),
		cmocka_unit_test(programs_and_views),
		cmocka_unit_test(what_else_a_binlog_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
