/* SPDX-License-Identifier: Apache-2.0 */
/* How statements are written: comments, modes, character sets; and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "ddl_samples.h"

static void
version_comments(void **state)
{
	static const struct ddl_sample for_mysql[] = {
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
	static const struct ddl_sample for_mysql56[] = {
		{"/*!50624 DROP TABLE t */", "DROP TABLE O(~d.t)"},
		{"/*!50625 DROP TABLE t */", "EMPTY"},
		{"/*!80000 DROP TABLE t */", "EMPTY"},
	};
	static const struct ddl_sample for_mariadb[] = {
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
	EXPECT_ALL(&on_mysql, for_mysql);
	EXPECT_ALL(&on_mysql56, for_mysql56);
	EXPECT_ALL(&on_mariadb, for_mariadb);
}

static void
sql_modes(void **state)
{
	static const struct ddl_sample in_ansi[] = {
		{"TRUNCATE TABLE \"a\"\"b\".\"t\"", "TRUNCATE TABLE O(a\"b.t)"},
		{"CREATE TABLE \"t\" (\"a\" INT DEFAULT '\\'' REFERENCES \"p\" (id))", "CREATE TABLE O(~d.t) F(~d.p)"},
		{"DROP TABLE `a\"b`", "DROP TABLE O(~d.a\"b)"},
	};
	static const struct ddl_sample without_escapes[] = {
		{"ALTER TABLE t COMMENT 'x\\', RENAME u", "ALTER TABLE O(~d.t) R(~d.u)"},
	};
	static const struct ddl_sample with_escapes[] = {
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
	EXPECT_ALL(&on_ansi, in_ansi);
	EXPECT_ALL(&on_no_escapes, without_escapes);
	EXPECT_ALL(&on_mysql, with_escapes);
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
		struct ddl_context context = DDL_CONTEXT(FLAVOUR_MYSQL, 90700, .charset = samples[i].charset, .default_db = "d");

		ddl_expect_in(&context, (struct bytes){(const uint8_t *) samples[i].sql, strlen(samples[i].sql)},
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
		{DDL_CONTEXT(FLAVOUR_MYSQL, 50624, .charset = "latin1", .default_db = "d"),
		    "DROP TABLE `b\xc3\xbc`,`u` /* generated by server */", "DROP TABLE O(~d.bü) O(~d.u)", "utf8mb4"},
		{DDL_CONTEXT(FLAVOUR_MYSQL, 50700, .charset = "latin1", .default_db = "d"),
		    "DROP TABLE `b\xfc` /* generated by server */", "DROP TABLE O(~d.bü)", "latin1"},
		{DDL_CONTEXT(FLAVOUR_MYSQL, 50624, .charset = "latin1", .default_db = "d"), "DROP VIEW `b\xfc`",
		    "VIEW O(~d.bü)", "latin1"},
		{DDL_CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "latin1", .default_db = "d"),
		    "DROP TABLE `b\xfc` /* generated by server */", "DROP TABLE O(~d.bü)", "latin1"},
		{DDL_CONTEXT(FLAVOUR_MYSQL, 90700, .charset = "gbk", .default_db = "d", .is_in_transaction = true),
		    "CREATE TABLE `m` (\n  `a` int DEFAULT NULL\n) START TRANSACTION ENGINE=InnoDB",
		    "CREATE TABLE O(~d.m) engine=InnoDB start-transaction", "gbk"},
		{DDL_CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "latin1", .default_db = "d", .is_in_transaction = true),
		    "CREATE TABLE `b\xc3\xbc` (\n  `a` int(11) DEFAULT NULL\n)", "CREATE TABLE O(~d.bü)", "utf8mb4"},
		/* a client may write what servers write: its place alone tells */
		{DDL_CONTEXT(FLAVOUR_MYSQL, 90700, .charset = "gbk", .default_db = "d"),
		    "CREATE TABLE a (b int COMMENT '\xe4\xbd\x9c\x5c', c int COMMENT '\n) START TRANSACTION')",
		    "CREATE TABLE O(~d.a)", "gbk"},
		{DDL_CONTEXT(FLAVOUR_MYSQL, 90700, .charset = "gbk", .default_db = "d", .is_in_transaction = true),
		    "CREATE TABLE a (b int COMMENT '\xe4\xbd\x9c\x5c')", "CREATE TABLE O(~d.a)", "gbk"},
		{DDL_CONTEXT(FLAVOUR_MYSQL, 50624, .charset = "gbk", .default_db = "d"),
		    "DROP VIEW `\x81\x60` /* generated by server */", "VIEW O(~d.乣)", "gbk"},
		/* unmarked: a stop; MySQL takes START TRANSACTION from clients as well */
		{DDL_CONTEXT(FLAVOUR_MYSQL, 90700, .charset = "gbk", .default_db = "d", .is_in_transaction = true),
		    "CREATE TABLE `明` (\n  `a` int DEFAULT NULL\n) START TRANSACTION ENGINE=InnoDB",
		    "error: the text of CREATE TABLE could be in 'gbk', as the event says, or, written by the server, in UTF-8", NULL},
		{DDL_CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "latin1", .default_db = "d"),
		    "CREATE TABLE `b\xc3\xbc` (\n  `a` int(11) DEFAULT NULL\n)",
		    "error: the text of CREATE TABLE could be in 'latin1', as the event says, or, written by the server, in "
		    "UTF-8", NULL},
		{DDL_CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "latin1", .default_db = "d"),
		    "CREATE TABLE `b\xc3\xbc` (`a` int(11) DEFAULT NULL)", "CREATE TABLE O(~d.bÃ¼)", "latin1"},
		{DDL_CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "latin1", .default_db = "d"),
		    "CREATE TABLE `b\xfc` (\n  `a` int(11) DEFAULT NULL\n)", "CREATE TABLE O(~d.bü)", "latin1"},
		{DDL_CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "gbk", .default_db = "d"),
		    "CREATE TABLE `明` (\n  `a` int(11) DEFAULT NULL\n)",
		    "error: the text of CREATE TABLE could be in 'gbk', as the event says, or, written by the server, in UTF-8", NULL},
		{DDL_CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "gbk", .default_db = "d"),
		    "CREATE TABLE `\x81\x60` (\n  `a` int(11) DEFAULT NULL\n)", "CREATE TABLE O(~d.乣)", "gbk"},
		{DDL_CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "gbk", .default_db = "d"), "create table `明` (a int)",
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
		ddl_expect_in(&samples[i].context, sql, samples[i].expected);
	}
}

/* The server empties a MEMORY table after a restart, and before 8.0 logs that as a DELETE. */
static void
an_emptied_memory_table_is_truncated(void **state)
{
	static const struct ddl_context old = DDL_CONTEXT(FLAVOUR_MYSQL, 50624, .default_db = "");
	static const struct ddl_context amid = DDL_CONTEXT(FLAVOUR_MYSQL, 50624, .default_db = "", .is_in_transaction = true);
	static const struct ddl_sample samples[] = {
		{"DELETE FROM `a`.`t`", "TRUNCATE TABLE O(a.t)"},
		{"DELETE FROM `a`.`t` WHERE b = 1", "DML O(a.t)"},
		{"DELETE  FROM `a`.`t`", "DML O(a.t)"},
	};
	static const struct ddl_sample by_users[] = {{"DELETE FROM `a`.`t`", "DML O(a.t)"}};
	static const struct ddl_sample by_later_servers[] = {
		{"TRUNCATE TABLE `a`.`t` /* generated by server, implicitly emptying in-memory table */",
		    "TRUNCATE TABLE O(a.t)"},
	};

	(void) state;
	EXPECT_ALL(&old, samples);
	EXPECT_ALL(&amid, by_users);
	EXPECT_ALL(&on_mysql56, by_users);
	EXPECT_ALL(&on_mysql, by_later_servers);
}

static void
what_is_not_understood_stops(void **state)
{
	static const struct ddl_sample samples[] = {
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
	EXPECT_ALL(&on_mysql, samples);
}

static void
a_name_has_a_limit(void **state)
{
	struct buf sql = {0};

	(void) state;
	buf_puts(&sql, "DROP TABLE ");
	for (int i = 0; i < 1025; i++)
		buf_putc(&sql, 'x');
	ddl_expect_in(&on_mysql, (struct bytes){(const uint8_t *) sql.data, sql.len},
	    "error: a name of 1025 bytes in the statement is above the limit of 1024");
	buf_release(&sql);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
