/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "apply/column_default.h"

static struct target_column
column_of(const char *data_type, const char *shown)
{
	struct target_column column = {.data_type = data_type, .column_type = data_type, .is_nullable = true, .default_text = shown};

	target_column_parse_type(&column);
	return column;
}

/* From a MariaDB that shows `from` to a MySQL that shows `to`. */
static bool
same(const char *type, const char *from, const char *to)
{
	struct target_column a = column_of(type, from), b = column_of(type, to);

	return column_default_is_same(&a, FLAVOUR_MARIADB, &b, FLAVOUR_MYSQL);
}

static void
constants(void **state)
{
	(void) state;
	assert_true(same("varchar", "'it''s'", "it's"));
	assert_true(same("varchar", "'a\\\\b'", "a\\b"));
	assert_true(same("varchar", "'NULL'", "NULL"));
	assert_true(same("varchar", "NULL", NULL));
	assert_false(same("varchar", "''", NULL));
	assert_false(same("varchar", "'5'", "9"));
	assert_false(same("varchar", "'007'", "7"));
	assert_true(same("int", "00042", "42"));
	assert_true(same("int", "-5", "-5"));
	assert_false(same("int", "0", NULL));
	assert_true(same("decimal", "1.50", "1.5"));
	assert_false(same("decimal", "1.50", "1.05"));
	assert_false(same("int", "50", "5"));
	assert_true(same("datetime", "'2001-02-03 04:05:06.500'", "2001-02-03 04:05:06.5"));
	assert_false(same("datetime", "'2001-02-03 04:05:06'", "CURRENT_TIMESTAMP"));
	assert_true(same("bit", "b'101'", "b'101'"));
}

static void
expressions(void **state)
{
	struct target_column given = column_of("varchar", "uuid()"), constant = column_of("varchar", "uuid()");

	(void) state;
	assert_true(same("datetime", "current_timestamp()", "2001-02-03"));
	assert_true(same("int", "1 + 1", NULL));
	assert_false(column_default_is_same(&constant, FLAVOUR_MYSQL, &given, FLAVOUR_MARIADB));
	given.is_default_expression = true;
	assert_true(column_default_is_same(&given, FLAVOUR_MYSQL, &constant, FLAVOUR_MYSQL));
	assert_false(column_default_is_same(&constant, FLAVOUR_MYSQL, &given, FLAVOUR_MYSQL));
}

static void
nothing_given(void **state)
{
	struct target_column nullable = column_of("enum", NULL), strict = column_of("enum", NULL);

	(void) state;
	strict.is_nullable = false;
	assert_true(column_default_is_same(&nullable, FLAVOUR_MYSQL, &nullable, FLAVOUR_MARIADB));
	assert_true(column_default_is_same(&strict, FLAVOUR_MYSQL, &strict, FLAVOUR_MARIADB));
	assert_false(column_default_is_same(&nullable, FLAVOUR_MYSQL, &strict, FLAVOUR_MYSQL));
	nullable.is_auto_increment = true;
	assert_true(column_default_is_same(&nullable, FLAVOUR_MYSQL, &strict, FLAVOUR_MYSQL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(constants),
	    cmocka_unit_test(expressions),
	    cmocka_unit_test(nothing_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
