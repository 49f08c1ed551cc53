/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "sink/mysql/loose_rows.h"

static char file_1[] = "binlog.000001", file_2[] = "binlog.000002";
static const struct txn one = {.begin = {file_1, 4}}, other = {.begin = {file_1, 400}}, of_other_file = {.begin = {file_2, 4}};

static void
of_one_transaction(void **state)
{
	struct loose_rows loose = {0};
	struct err err = {0};

	(void) state;
	assert_false(loose_rows_refuse(&loose, &one, &err));
	loose_rows_take_up(&loose, &one);
	assert_false(loose_rows_refuse(&loose, &one, &err));
	loose_rows_add(&loose, 1, mem_strdup("table 'a.b', insert of row (1)"));
	loose_rows_add(&loose, 2, mem_strdup("table 'a.c', insert of row (2)"));
	loose_rows_take_up(&loose, &one);
	assert_false(loose_rows_refuse(&loose, &other, &err));
	assert_false(loose_rows_refuse(&loose, &of_other_file, &err));
	assert_false(loose_rows_refuse_lost(&loose, &one, &err));
	assert_int_equal(err.kind, ERR_NONE);
	assert_true(loose_rows_refuse(&loose, &one, &err));
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text, "3 rows of the transaction are written to tables without transactions and stay, the last of them "
				      "table 'a.c', insert of row (2)");
	loose.is_of_lost = true;
	assert_true(loose_rows_refuse_lost(&loose, &one, &err));
	loose.n = 0;
	assert_true(loose_rows_refuse_lost(&loose, &one, &err));
	assert_string_equal(err.text, "an earlier process may have written rows of the transaction to tables without transactions");
	assert_false(loose_rows_refuse_lost(&loose, &other, &err));
	loose_rows_take_up(&loose, &other);
	assert_false(loose.is_of_lost);
	assert_int_equal(loose.n, 0);
	loose_rows_release(&loose);
}

static void
before_another_error(void **state)
{
	struct loose_rows loose = {0};
	struct err err = {0};

	(void) state;
	assert_false(loose_rows_blame(&loose, false, &err));
	(void) err_set(&err, ERR_STOP, "x");
	assert_false(loose_rows_blame(&loose, false, &err));
	assert_string_equal(err.text, "x");
	assert_false(loose_rows_blame(&loose, true, &err));
	assert_string_equal(err.text, "0 rows of the transaction are written to tables without transactions and stay, and what was being "
				      "written may be: x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(of_one_transaction),
	    cmocka_unit_test(before_another_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
