/* SPDX-License-Identifier: Apache-2.0 */
/* The new types that ALTER TABLE names, and which conversions can differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "sink/mysql/ddl_convert_table.h"

static const struct convert_server m10 = {FLAVOUR_MARIADB, 101119}, m11 = {FLAVOUR_MARIADB, 110809}, old = {FLAVOUR_MYSQL, 50624},
				   new = {FLAVOUR_MYSQL, 90700}, middle = {FLAVOUR_MYSQL, 80045};

/* "a:INT b:decimal(10,2) ": what is named last comes first. */
static void
expect(const char *sql, const char *wanted)
{
	const struct ddl_context context = {.flavour = FLAVOUR_MARIADB, .server_version = 101119, .default_db = "d"};
	struct arena arena = {0};
	struct buf out = {0};
	struct err err = {0};
	struct ddl ddl;

	if (!ddl_scan((struct bytes){(const uint8_t *) sql, strlen(sql)}, &context, &arena, &ddl, &err))
		fail_msg("%s: %s", sql, err.text);
	for (const struct ddl_change *change = ddl.changes; change != NULL; change = change->next) {
		buf_printf(&out, "%s:%s", change->column, change->type);
		for (size_t i = 0; i < change->n_digits; i++)
			buf_printf(&out, "%c%" PRIu64 "%s", i == 0 ? '(' : ',', change->digits[i], i + 1 == change->n_digits ? ")" : "");
		buf_putc(&out, ' ');
	}
	assert_string_equal(buf_text(&out), wanted);
	buf_release(&out);
	arena_release(&arena);
}

static void
new_types(void **state)
{
	(void) state;
	expect("ALTER TABLE t MODIFY a INT", "a:INT ");
	expect("ALTER TABLE t MODIFY COLUMN IF EXISTS `a b` decimal(10, 2) UNSIGNED NOT NULL DEFAULT (5)", "a b:decimal(10,2) ");
	expect("ALTER TABLE t CHANGE a b datetime(6) NULL, ADD c INT(7), MODIFY d TIME COMMENT '(3)'", "d:TIME a:datetime(6) ");
	expect("ALTER TABLE t MODIFY a DOUBLE PRECISION (20,5), MODIFY b CHARACTER VARYING(9), MODIFY c NATIONAL VARCHAR (3)",
	    "c:NATIONAL(3) b:CHARACTER(9) a:DOUBLE(20,5) ");
	expect("ALTER TABLE t MODIFY a SET('x', 'y') CHARACTER SET latin1, MODIFY b CHAR(5) COLLATE 'utf8mb4_bin'", "b:CHAR(5) a:SET ");
	expect("ALTER TABLE t MODIFY a INT CHECK (a IN (1, 2)), DEFAULT CHARSET = sjis, COLLATE=gbk_bin", "a:INT ");
	expect("ALTER TABLE t CONVERT TO CHARACTER SET `utf8mb4` COLLATE utf8mb4_bin", "");
	expect("ALTER TABLE t MODIFY a CHAR(5) ASCII", "a:CHAR(5) ");
	expect("ALTER TABLE t ADD a INT, RENAME COLUMN b TO c, ALTER d SET DEFAULT 5", "");
}

static enum convert_kind
kind(const char *type, uint64_t digits, uint64_t sql_mode)
{
	const struct ddl_change change = {.type = type, .digits = {digits}, .n_digits = digits != 0};

	return convert_kind_of_change(&change, sql_mode);
}

static void
kinds(void **state)
{
	struct target_column column = {.data_type = "datetime", .fraction_digits = 6};

	(void) state;
	assert_int_equal(convert_kind_of_column(&column), KIND_DATETIME_F);
	assert_int_equal(kind("DateTime", 0, 0), KIND_DATETIME);
	assert_int_equal(kind("TIMESTAMP", 3, 0), KIND_TIMESTAMP_F);
	assert_int_equal(kind("Date", 0, 0), KIND_DATE);
	assert_int_equal(kind("Date", 0, 1 << 9), KIND_DATETIME);
	assert_int_equal(kind("FLOAT", 24, 0), KIND_FLOAT);
	assert_int_equal(kind("FLOAT", 25, 0), KIND_DOUBLE);
	assert_int_equal(kind("REAL", 0, 0), KIND_DOUBLE);
	assert_int_equal(kind("REAL", 0, 1), KIND_FLOAT);
	assert_int_equal(kind("Varchar", 9, 0), KIND_VARCHAR);
	assert_int_equal(kind("NATIONAL", 9, 0), KIND_VARCHAR);
	assert_int_equal(kind("GEOMETRY", 0, 0), KIND_UNKNOWN);
}

/* Some values, or odd dates alone. */
static bool
differs(struct convert_server source, struct convert_server target, bool is_strict, enum convert_kind from, enum convert_kind to)
{
	const struct convert_case in = {.source = source, .target = target, .is_strict = is_strict};

	return convert_compare(&in, from, to) != CONVERT_ALIKE;
}

static void
differences(void **state)
{
	(void) state;
	assert_true(differs(m10, new, true, KIND_DATETIME_F, KIND_DATE));
	assert_true(differs(new, m11, true, KIND_DATETIME_F, KIND_DATE));
	assert_true(differs(old, new, false, KIND_VARCHAR, KIND_DATETIME));
	assert_false(differs(old, new, true, KIND_VARCHAR, KIND_DATETIME));
	assert_true(differs(old, middle, true, KIND_DOUBLE, KIND_VARCHAR));
	assert_false(differs(m10, m11, true, KIND_DOUBLE, KIND_VARCHAR));
	assert_true(differs(m10, m11, false, KIND_DATETIME, KIND_TIMESTAMP));
	assert_false(differs(m10, m11, true, KIND_DATETIME, KIND_TIMESTAMP));
	assert_false(differs(new, new, false, KIND_UNKNOWN, KIND_DATE));
	assert_true(differs(new, middle, true, KIND_UNKNOWN, KIND_DATE));
	assert_false(differs(m10, old, false, KIND_INTEGER, KIND_INTEGER));
	assert_false(differs(m10, old, false, KIND_VARCHAR, KIND_TEXT));
	assert_false(differs(m10, old, false, KIND_INTEGER, KIND_VARCHAR));
}

static void
odd_dates(void **state)
{
	const struct convert_case lenient = {.source = old, .target = m11}, strict = {.source = old, .target = m11, .is_strict = true};

	(void) state;
	assert_int_equal(convert_compare(&lenient, KIND_DATETIME, KIND_TIMESTAMP), CONVERT_ODD_DIFFER);
	assert_int_equal(convert_compare(&strict, KIND_DATETIME, KIND_TIMESTAMP), CONVERT_ALIKE);
	assert_int_equal(convert_compare(&strict, KIND_DATETIME, KIND_TIME), CONVERT_ODD_DIFFER);
	assert_int_equal(convert_compare(&strict, KIND_DATETIME_F, KIND_DATE), CONVERT_SOME_DIFFER);
}

/* A target that can only round, of a source that cuts off. */
static void
seconds_that_are_cut_off(void **state)
{
	const struct convert_case in = {.source = m10, .target = old, .is_strict = true, .cuts_seconds = true};

	(void) state;
	assert_int_equal(convert_compare(&in, KIND_DATETIME_F, KIND_DATETIME), CONVERT_SOME_DIFFER);
	assert_int_equal(convert_compare(&in, KIND_TIME_F, KIND_TIME_F), CONVERT_SOME_DIFFER);
	assert_int_equal(convert_compare(&in, KIND_VARCHAR, KIND_TIME), CONVERT_SOME_DIFFER);
	assert_int_equal(convert_compare(&in, KIND_DATETIME, KIND_DATE), CONVERT_ALIKE);
	assert_int_equal(convert_compare(&in, KIND_DATE, KIND_DATETIME), CONVERT_ALIKE);
}

/* A letter for each kind, in each row: nothing is read beyond one. */
static void
every_cell(void **state)
{
	(void) state;
	for (enum convert_kind from = 0; from < KIND_UNKNOWN; from++)
		for (enum convert_kind to = 0; to < KIND_UNKNOWN; to++) {
			assert_true(differs(m10, new, false, from, to) >= differs(m10, new, true, from, to));
			assert_true(differs(m10, m11, false, from, to) >= differs(m10, m11, true, from, to));
			assert_true(differs(old, new, false, from, to) >= differs(old, new, true, from, to));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_types),
		cmocka_unit_test(kinds),
		cmocka_unit_test(differences),
		cmocka_unit_test(odd_dates),
		cmocka_unit_test(seconds_that_are_cut_off),
		cmocka_unit_test(every_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
