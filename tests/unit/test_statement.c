/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apply/statement.h"
#include "base/mem.h"

#define MODE "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION"

enum { MOST = 8 };

/* A table of the target, a map that fits it, and one row. */
struct bench {
	struct target_table *table;
	struct table_map *map;
	struct rows_cursor rows;
	struct value before[MOST], after[MOST];
	size_t key[MOST];
};

static void
bench_open(struct bench *bench, const struct target_column *columns, size_t n, size_t n_key)
{
	memset(bench, 0, sizeof(*bench));
	bench->table = mem_zalloc(sizeof(*bench->table));
	bench->table->db = "d";
	bench->table->name = "t";
	bench->table->flavour = FLAVOUR_MARIADB;
	bench->table->n_columns = n;
	bench->table->columns = arena_dup(&bench->table->arena, columns, n * sizeof(*columns));
	bench->table->row_start = bench->table->row_end = SIZE_MAX;
	bench->table->end_of_time = "2038-01-19 03:14:07.999999";
	for (size_t i = 0; i < n_key; i++)
		bench->key[i] = i;
	bench->table->key = bench->key;
	bench->table->n_key = n_key;
	bench->map = table_map_new();
	bench->map->n_columns = n;
	bench->map->columns = arena_zalloc(&bench->map->arena, n * sizeof(*bench->map->columns));
	/* What the wire says is the affair of another test: here source and target columns stand side by side.
	 */
	bench->table->fitted = table_map_ref(bench->map);
	bench->table->column_of = mem_zalloc(n * sizeof(size_t));
	for (size_t i = 0; i < n; i++)
		bench->table->column_of[i] = i;
	bench->rows.table = bench->map;
}

static void
bench_close(struct bench *bench)
{
	target_table_free(bench->table);
	table_map_unref(bench->map);
}

static struct value
number(uint64_t u)
{
	return (struct value){.kind = VALUE_INT, .u = u, .width = 8};
}

static struct value
text(const char *string)
{
	return (struct value){.kind = VALUE_BYTES, .bytes = {(const uint8_t *) string, strlen(string)}};
}

static struct value
stamp(int64_t seconds, uint32_t micro)
{
	return (struct value){.kind = VALUE_TIMESTAMP, .decimals = 6, .stamp = {seconds, micro}};
}

static const struct value absent = {.kind = VALUE_ABSENT};
static const struct value null = {.kind = VALUE_NULL};

#define ID                                                                                                     \
	{                                                                                                      \
		.name = "id", .type = TARGET_BIGINT, .introducer = "_binary", .column_type = "bigint(20)"      \
	}
#define NAME                                                                                                   \
	{                                                                                                      \
		.name = "name", .type = TARGET_VARCHAR, .introducer = "", .charset = "utf8mb4",                \
		.is_nullable = true                                                                            \
	}
#define KIND                                                                                                   \
	{                                                                                                      \
		.name = "kind", .type = TARGET_ENUM, .introducer = "", .column_type = "enum('a','b')"          \
	}
#define TWICE                                                                                                  \
	{                                                                                                      \
		.name = "twice", .type = TARGET_BIGINT, .introducer = "_binary", .is_generated = true          \
	}
#define STORED                                                                                                 \
	{                                                                                                      \
		.name = "stored", .type = TARGET_BIGINT, .introducer = "_binary", .is_generated = true,        \
		.is_stored = true                                                                              \
	}
#define TOUCHED                                                                                                \
	{                                                                                                      \
		.name = "touched", .type = TARGET_TIMESTAMP, .introducer = "_binary", .is_set_on_update = true \
	}
#define START                                                                                                  \
	{                                                                                                      \
		.name = "row_start", .type = TARGET_TIMESTAMP, .introducer = "_binary", .is_row_time = true    \
	}
#define END                                                                                                    \
	{                                                                                                      \
		.name = "row_end", .type = TARGET_TIMESTAMP, .introducer = "_binary", .is_row_time = true      \
	}

static void
set_kind(struct bench *bench, enum rows_kind kind)
{
	bench->rows.kind = kind;
	bench->rows.before = kind == ROWS_INSERT ? NULL : bench->before;
	bench->rows.after = kind == ROWS_DELETE ? NULL : bench->after;
}

static void
expect_insert(struct bench *bench, bool is_alone, const char *expected)
{
	struct buf out = {0};
	struct err err = {0};

	set_kind(bench, ROWS_INSERT);
	assert_int_equal(statement_is_alone(&bench->rows, bench->table), is_alone);
	assert_true(statement_put_insert_head(&bench->rows, bench->table, &out, &err));
	assert_true(statement_put_insert_row(&bench->rows, bench->table, bench->table->flavour, &out, &err));
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void
expect_update(struct bench *bench, const char *expected)
{
	struct buf out = {0};
	struct err err = {0};

	set_kind(bench, ROWS_UPDATE);
	assert_true(statement_put_update(&bench->rows, bench->table, bench->table->flavour, &out, &err));
	assert_string_equal(buf_text(&out), expected);
	assert_true(statement_is_counted(&bench->rows, bench->table));
	buf_release(&out);
}

static void
expect_delete(struct bench *bench, bool is_counted, const char *expected)
{
	struct buf out = {0};
	struct err err = {0};

	set_kind(bench, ROWS_DELETE);
	assert_true(statement_put_delete(&bench->rows, bench->table, bench->table->flavour, &out, &err));
	assert_string_equal(buf_text(&out), expected);
	assert_int_equal(statement_is_counted(&bench->rows, bench->table), is_counted);
	buf_release(&out);
}

static void
expect_key(struct bench *bench, const char *expected)
{
	struct buf out = {0};

	statement_put_key(&bench->rows, bench->table, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

/* "": nothing is to be compared. */
static void
expect_generated(struct bench *bench, enum rows_kind kind, const char *expected)
{
	struct buf out = {0};
	struct err err = {0};

	set_kind(bench, kind);
	assert_int_equal(statement_has_generated(&bench->rows, bench->table), expected[0] != '\0');
	if (expected[0] != '\0')
		assert_true(statement_put_generated(&bench->rows, bench->table, SIZE_MAX, &out, &err));
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void
test_keyed(void **state)
{
	static const struct target_column columns[] = {ID, NAME, TWICE};
	struct bench bench;

	(void) state;
	bench_open(&bench, columns, 3, 1);
	bench.before[0] = number(5);
	bench.before[1] = text("o'ld");
	bench.before[2] = number(10);
	bench.after[0] = number(6);
	bench.after[1] = null;
	bench.after[2] = number(12);
	expect_insert(&bench, false, "INSERT INTO `d`.`t` (`id`,`name`) VALUES (6,NULL)");
	expect_key(&bench, "id=6");
	expect_update(&bench, "UPDATE `d`.`t` SET `id`=6,`name`=NULL WHERE `id`=5");
	expect_key(&bench, "id=5");
	expect_delete(&bench, true, "DELETE FROM `d`.`t` WHERE `id`=5");
	bench_close(&bench);
}

static void
test_without_key(void **state)
{
	static const struct target_column columns[] = {ID, NAME, TWICE};
	struct bench bench;

	(void) state;
	bench_open(&bench, columns, 3, 0);
	bench.before[0] = number(5);
	bench.before[1] = text("A");
	bench.before[2] = number(10);
	bench.after[0] = number(6);
	bench.after[1] = bench.after[2] = absent;
	expect_update(
	    &bench, "UPDATE `d`.`t` SET `id`=6 WHERE `id`=5 AND CAST(`name` AS BINARY)=_binary'A' LIMIT 1");
	expect_key(&bench, "id=5, name='A', twice=10");
	bench.before[1] = null;
	expect_delete(&bench, true, "DELETE FROM `d`.`t` WHERE `id`=5 AND `name` IS NULL LIMIT 1");
	bench_close(&bench);
}

/* MINIMAL images: absent is not NULL. */
static void
test_minimal(void **state)
{
	static const struct target_column columns[] = {ID, NAME, TOUCHED, TWICE};
	struct bench bench;

	(void) state;
	bench_open(&bench, columns, 4, 1);
	bench.before[0] = number(5);
	bench.before[1] = bench.before[2] = bench.before[3] = absent;
	bench.after[0] = bench.after[2] = bench.after[3] = absent;
	bench.after[1] = text("x");
	/* The target's clock must not touch a column that the source did not touch. */
	expect_update(&bench, "UPDATE `d`.`t` SET `name`='x',`touched`=`touched` WHERE `id`=5");
	bench.after[2] = stamp(1, 0);
	expect_update(
	    &bench, "UPDATE `d`.`t` SET `name`='x',`touched`='1970-01-01 00:00:01.000000' WHERE `id`=5");
	/* Nothing that may be written. */
	bench.after[1] = bench.after[2] = absent;
	bench.after[3] = number(1);
	expect_update(&bench, "");
	/* The image of a source whose key is another one: what there is, compared byte by byte. */
	bench.before[0] = absent;
	bench.before[1] = text("k");
	expect_delete(&bench, true, "DELETE FROM `d`.`t` WHERE CAST(`name` AS BINARY)=_binary'k' LIMIT 1");
	bench_close(&bench);
}

static void
test_nothing_to_find_by(void **state)
{
	static const struct target_column columns[] = {TWICE};
	struct bench bench;
	struct buf out = {0};
	struct err err = {0};

	(void) state;
	bench_open(&bench, columns, 1, 0);
	bench.before[0] = number(1);
	set_kind(&bench, ROWS_DELETE);
	assert_false(statement_put_delete(&bench.rows, bench.table, FLAVOUR_MYSQL, &out, &err));
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text, "table 'd.t': the row image holds no column to find the row by");
	bench.after[0] = number(1);
	expect_insert(&bench, false, "INSERT INTO `d`.`t` () VALUES ()");
	/* Rows of another map than the one that was fitted. */
	struct table_map other = {.n_columns = 1};
	bench.rows.table = &other;
	assert_false(statement_put_delete(&bench.rows, bench.table, FLAVOUR_MYSQL, &out, &err));
	assert_string_equal(err.text, "table 'd.t': its rows were not fitted to the target's definition");
	buf_release(&out);
	bench_close(&bench);
}

static void
test_hidden(void **state)
{
	static const struct target_column columns[] = {ID, NAME};
	struct bench bench;

	(void) state;
	bench_open(&bench, columns, 2, 0);
	bench.table->column_of[1] = SIZE_MAX;
	bench.before[0] = bench.after[0] = number(1);
	bench.before[1] = bench.after[1] = text("hash");
	expect_insert(&bench, false, "INSERT INTO `d`.`t` (`id`) VALUES (1)");
	expect_delete(&bench, true, "DELETE FROM `d`.`t` WHERE `id`=1 LIMIT 1");
	bench_close(&bench);
}

static void
test_lenient(void **state)
{
	static const struct target_column columns[] = {ID, KIND};
	struct bench bench;

	(void) state;
	bench_open(&bench, columns, 2, 1);
	bench.before[0] = bench.after[0] = number(1);
	bench.before[1] = bench.after[1] = (struct value){.kind = VALUE_ENUM, .u = 0};
	expect_insert(&bench, true,
	    "SET STATEMENT sql_mode='" MODE "' FOR INSERT INTO `d`.`t` (`id`,`kind`) VALUES (1,0)");
	expect_update(
	    &bench, "SET STATEMENT sql_mode='" MODE "' FOR UPDATE `d`.`t` SET `id`=1,`kind`=0 WHERE `id`=1");
	bench.table->flavour = FLAVOUR_MYSQL;
	expect_insert(&bench, false, "INSERT INTO `d`.`t` (`id`,`kind`) VALUES (1,'0')");
	bench_close(&bench);
}

static void
open_versioned(struct bench *bench, size_t n_key)
{
	static const struct target_column columns[] = {ID, START, END};

	bench_open(bench, columns, 3, n_key);
	bench->table->is_versioned = true;
	bench->table->row_start = 1;
	bench->table->row_end = 2;
	bench->before[0] = bench->after[0] = number(5);
	bench->before[1] = stamp(1000, 1);
	bench->after[1] = stamp(2000, 999999);
	bench->before[2] = bench->after[2] = stamp(UINT32_MAX, 999999);
}

/* The history that an UPDATE makes on the target must be, to the microsecond, the one that the source has. */
static void
test_versioned(void **state)
{
	struct bench bench;

	(void) state;
	open_versioned(&bench, 1);
	expect_insert(&bench, false,
	    "INSERT INTO `d`.`t` (`id`,`row_start`,`row_end`) VALUES "
	    "(5,'1970-01-01 00:33:20.999999','2038-01-19 03:14:07.999999')");
	expect_update(
	    &bench, "SET STATEMENT timestamp=2000.9999994 FOR UPDATE `d`.`t` SET `id`=5 WHERE `id`=5");
	/* The source deletes a row so when it leaves no history there. */
	expect_delete(&bench, true, "SET STATEMENT timestamp=1 FOR DELETE FROM `d`.`t` WHERE `id`=5");
	bench.after[2] = stamp(3000, 20);
	expect_update(&bench, "SET STATEMENT timestamp=3000.0000204 FOR DELETE FROM `d`.`t` WHERE `id`=5");
	/* History that the UPDATE has made already is not made twice. */
	expect_insert(&bench, true,
	    "INSERT INTO `d`.`t` (`id`,`row_start`,`row_end`) SELECT "
	    "5,'1970-01-01 00:33:20.999999','1970-01-01 00:50:00.000020' FROM DUAL WHERE NOT EXISTS "
	    "(SELECT 1 FROM `d`.`t` FOR SYSTEM_TIME ALL WHERE `id`=5 AND `row_end`='1970-01-01 "
	    "00:50:00.000020' "
	    "AND `row_start`='1970-01-01 00:33:20.999999')");
	assert_false(statement_is_counted(&bench.rows, bench.table));
	bench.before[2] = stamp(2999, 999999);
	expect_delete(&bench, false,
	    "DELETE HISTORY FROM `d`.`t` BEFORE SYSTEM_TIME TIMESTAMP '1970-01-01 00:50:00.000000'");
	bench_close(&bench);
}

/* Only the target keeps history: its affair. */
static void
test_versioned_target(void **state)
{
	struct bench bench;

	(void) state;
	open_versioned(&bench, 0);
	bench.table->column_of[1] = bench.table->column_of[2] = SIZE_MAX;
	expect_insert(&bench, false, "INSERT INTO `d`.`t` (`id`) VALUES (5)");
	expect_update(&bench, "UPDATE `d`.`t` SET `id`=5 WHERE `id`=5 LIMIT 1");
	bench_close(&bench);
}

static void
test_sequence(void **state)
{
	static const struct target_column columns[] = {ID, NAME};
	struct bench bench;

	(void) state;
	bench_open(&bench, columns, 2, 0);
	bench.table->is_sequence = true;
	bench.after[0] = number(5);
	bench.after[1] = text("x");
	expect_insert(&bench, false, "INSERT INTO `d`.`t` (`id`,`name`) VALUES (5,'x')");
	bench.after[1] = absent;
	expect_insert(&bench, true, "INSERT INTO `d`.`t` (`id`,`name`) SELECT 5,`name` FROM `d`.`t`");
	bench_close(&bench);
}

static void
test_stored(void **state)
{
	static const struct target_column columns[] = {ID, NAME, TWICE, STORED};
	struct bench bench;

	(void) state;
	bench_open(&bench, columns, 4, 1);
	bench.table->has_stored = true;
	bench.before[0] = bench.after[0] = number(5);
	bench.before[1] = bench.after[1] = text("x");
	bench.before[2] = bench.after[2] = number(10);
	bench.before[3] = number(11);
	bench.after[3] = number(12);
	expect_insert(&bench, false, "INSERT INTO `d`.`t` (`id`,`name`) VALUES (5,'x')");
	expect_generated(&bench, ROWS_INSERT, "`id`=5 AND (`stored`=12) IS NOT TRUE");
	expect_generated(&bench, ROWS_DELETE, "");
	bench.table->is_bending = true;
	expect_generated(&bench, ROWS_INSERT, "`id`=5 AND (`id`=5 AND CAST(`name` AS BINARY)=_binary'x' AND `stored`=12) IS NOT TRUE");
	bench.table->is_bending = false;
	/* A MINIMAL image: the key has not changed. */
	bench.after[0] = absent;
	bench.after[3] = null;
	expect_generated(&bench, ROWS_UPDATE, "`id`=5 AND (`stored` IS NULL) IS NOT TRUE");
	bench.after[3] = absent;
	expect_generated(&bench, ROWS_UPDATE, "");
	bench.after[3] = number(12);
	bench.table->n_key = 0;
	expect_generated(&bench, ROWS_UPDATE, "`id`=5 AND CAST(`name` AS BINARY)=_binary'x' AND (`stored`=12) IS NOT TRUE");
	expect_delete(&bench, true, "DELETE FROM `d`.`t` WHERE `id`=5 AND CAST(`name` AS BINARY)=_binary'x' AND `stored`=11 LIMIT 1");
	bench_close(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keyed),
	    cmocka_unit_test(test_without_key),
	    cmocka_unit_test(test_minimal),
	    cmocka_unit_test(test_nothing_to_find_by),
	    cmocka_unit_test(test_hidden),
	    cmocka_unit_test(test_lenient),
	    cmocka_unit_test(test_versioned),
	    cmocka_unit_test(test_versioned_target),
	    cmocka_unit_test(test_sequence),
	    cmocka_unit_test(test_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
