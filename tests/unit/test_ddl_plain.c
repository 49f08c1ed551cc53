/* SPDX-License-Identifier: Apache-2.0 */
/* What a source executed, in a text that every server reads alike.  The expected readings were tried on the servers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "route/ddl_plain.h"

enum { MSSQL = 1 << 10 };

static const struct ddl_context old = {.flavour = FLAVOUR_MYSQL, .server_version = 50624, .default_db = ""};
static const struct ddl_context eight = {.flavour = FLAVOUR_MYSQL, .server_version = 80034, .default_db = ""};
static const struct ddl_context new = {.flavour = FLAVOUR_MYSQL, .server_version = 90704, .default_db = ""};
static const struct ddl_context maria = {.flavour = FLAVOUR_MARIADB, .server_version = 101119, .default_db = ""};
static const struct ddl_context brackets = {
    .flavour = FLAVOUR_MARIADB, .server_version = 101119, .default_db = "", .sql_mode = MSSQL | 4};

static const struct sample {
	const struct ddl_context *context;
	const char *sql;
	const char *plain; /* "!...": the error */
} samples[] = {
    {&new, "ALTER TABLE t ADD b INT", "ALTER TABLE t ADD b INT"},
    {&new, "a /*!80000 UNIQUE */ b", "a   UNIQUE   b"},
    {&old, "a /*!80000 UNIQUE */ b", "a   b"},
    {&new, "a /*!99999 x */ b", "a   b"},
    {&maria, "a /*!50700 x */ b", "a   b"},
    {&maria, "a /*!50699 x */ b", "a   x   b"},
    {&maria, "a /*!100100 x */ b", "a   x   b"},
    {&maria, "a /*M!100100 x */ b", "a   x   b"},
    {&new, "a /*M! x */ b", "a   b"},
    {&new, "a /*! x */ b", "a   x   b"},
    /* six digits: with white space behind them, and not before 8.0 */
    {&new, "a /*!080000 x */ b", "a   x   b"},
    {&new, "a /*!900009 x */ b", "a   b"},
    {&new, "a /*!800001*/ b", "a  1  b"},
    {&old, "a /*!500009 */ b", "a  9   b"},
    {&eight, "a /*!080000 x */ b", "!the version comment at byte 5 of the statement has six digits, which not every MySQL 8.0 reads"},
    {&eight, "a /*!80000 x */ b", "a   x   b"},
    /* comments within comments */
    {&new, "a /*!99999 /* */ , x TO y #*/ b", "a   b"},
    {&new, "a /* /* */ , b #*/", "a   , b #*/"},
    {&new, "a /*!50000 b /* c */ , d */", "a   b /* c */ , d  "},
    {&old, "a TO b /* 99999 /* */ , x TO y #*/", "!the comment at byte 7 of the statement holds the start of another one, and its "
						  "server logs version comments in the same way"},
    {&new, "a TO b /* 99999 /* */ , x TO y #*/", "a TO b   , x TO y #*/"},
    {&old, "a /* x */ b", "a /* x */ b"},
    {&new, "a /*+ hint */ b", "a   b"},
    /* line comments, and what hides within quotes */
    {&new, "a -- x /*!99999\n, b # y */\n", "a -- x /*!99999\n, b # y */\n"},
    {&new, "a /*!50000 , b # */ , c\n */", "a   , b # */ , c\n  "},
    {&new, "a '/*!99999 x */' `/*!99999 y */`", "a '/*!99999 x */' `/*!99999 y */`"},
    {&new, "a /*!50000 , '*/' */", "a   , '*/'  "},
    /* names in brackets */
    {&brackets, "ADD [x'] int, RENAME TO s.m, ADD [y'] int", "ADD `x'` int, RENAME TO s.m, ADD `y'` int"},
    {&brackets, "[a]]b] [c`d] [e[f]", "`a]b` `c``d` `e[f`"},
    {&maria, "a [0]", "a [0]"},
};

static void
test_samples(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct bytes sql = {(const uint8_t *) samples[i].sql, strlen(samples[i].sql)}, plain = {0};
		struct arena arena = {0};
		struct err err = {0};
		const char *charset;

		if (!ddl_plain(sql, samples[i].context, &arena, &plain, &charset, &err)) {
			assert_int_equal(err.kind, ERR_STOP);
			assert_int_equal(samples[i].plain[0], '!');
			assert_string_equal(err.text, samples[i].plain + 1);
		} else {
			if (plain.len != strlen(samples[i].plain) || memcmp(plain.data, samples[i].plain, plain.len) != 0)
				fail_msg("'%s' became '%.*s'", samples[i].sql, (int) plain.len, (const char *) plain.data);
			assert_string_equal(charset, "utf8mb4");
		}
		arena_release(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
