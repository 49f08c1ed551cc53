/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apply/column_sense.h"
#include "base/mem.h"

static struct target_column
column_of(const char *data_type, const char *column_type, const char *charset)
{
	struct target_column column = {.name = "c", .data_type = data_type, .column_type = column_type, .charset = charset};

	target_column_parse_type(&column);
	return column;
}

static enum column_sense
sense(const char *from_type, const char *from, const char *from_charset, const char *to_type, const char *to, const char *to_charset)
{
	struct target_column a = column_of(from_type, from, from_charset), b = column_of(to_type, to, to_charset);

	return column_sense_compare(&a, &b);
}

static void
signs(void **state)
{
	(void) state;
	assert_int_equal(sense("int", "int(11)", NULL, "int", "int(10) unsigned", NULL), SENSE_SIGN);
	assert_int_equal(sense("int", "int(10) unsigned", NULL, "bigint", "bigint(20)", NULL), SENSE_SIGN);
	assert_int_equal(sense("int", "int(11)", NULL, "int", "int", NULL), SENSE_SAME);
	assert_int_equal(sense("decimal", "decimal(5,2)", NULL, "decimal", "decimal(5,2) unsigned", NULL), SENSE_SIGN);
	assert_int_equal(sense("decimal", "decimal(5,2) unsigned", NULL, "decimal", "decimal(5,2)", NULL), SENSE_SAME);
	assert_int_equal(sense("double", "double", NULL, "double", "double unsigned", NULL), SENSE_SIGN);
}

static void
charsets(void **state)
{
	(void) state;
	assert_int_equal(sense("varchar", "varchar(9)", "latin1", "varchar", "varchar(9)", "cp1251"), SENSE_CHARSET);
	assert_int_equal(sense("varchar", "varchar(9)", "utf8", "varchar", "varchar(9)", "utf8mb4"), SENSE_SAME);
	assert_int_equal(sense("varchar", "varchar(9)", "utf8mb4", "varchar", "varchar(9)", "utf8mb3"), SENSE_CHARSET);
	assert_int_equal(sense("varbinary", "varbinary(9)", NULL, "varchar", "varchar(9)", "latin1"), SENSE_CHARSET);
	assert_int_equal(sense("varchar", "varchar(9)", "latin1", "varbinary", "varbinary(9)", NULL), SENSE_SAME);
}

static void
changed_values(void **state)
{
	struct target_column json = column_of("longtext", "longtext", "utf8mb4"), document = column_of("json", "json", NULL);

	(void) state;
	assert_int_equal(column_sense_compare(&json, &document), SENSE_CHANGED);
	json.is_json = true;
	assert_int_equal(column_sense_compare(&json, &document), SENSE_SAME);
	assert_int_equal(column_sense_compare(&document, &json), SENSE_SAME);
	assert_int_equal(sense("uuid", "uuid", NULL, "binary", "binary(16)", NULL), SENSE_CHANGED);
	assert_int_equal(sense("varbinary", "varbinary(16)", NULL, "inet6", "inet6", NULL), SENSE_CHANGED);
	assert_int_equal(sense("inet6", "inet6", NULL, "inet6", "inet6", NULL), SENSE_SAME);
	assert_int_equal(sense("varchar", "varchar(9)", "latin1", "char", "char(9)", "latin1"), SENSE_CHANGED);
	assert_int_equal(sense("char", "char(9)", "latin1", "varchar", "varchar(9)", "latin1"), SENSE_SAME);
	assert_int_equal(sense("char", "char(9)", "latin1", "varbinary", "varbinary(9)", NULL), SENSE_CHANGED);
	assert_int_equal(sense("blob", "blob", NULL, "binary", "binary(9)", NULL), SENSE_CHANGED);
	assert_int_equal(sense("binary", "binary(9)", NULL, "binary", "binary(10)", NULL), SENSE_CHANGED);
	assert_int_equal(sense("binary", "binary(9)", NULL, "varbinary", "varbinary(10)", NULL), SENSE_SAME);
}

static void
members(void **state)
{
	(void) state;
	assert_int_equal(sense("enum", "enum('a','b')", "latin1", "enum", "enum('a','b','c')", "utf8mb4"), SENSE_SAME);
	assert_int_equal(sense("enum", "enum('a','b')", "latin1", "enum", "enum('b','a')", "latin1"), SENSE_MEMBERS);
	assert_int_equal(sense("set", "set('a','b')", "latin1", "set", "set('a')", "latin1"), SENSE_MEMBERS);
	assert_int_equal(sense("enum", "enum('it''s','é')", "utf8mb4", "enum", "enum('it''s','è')", "utf8mb4"), SENSE_MEMBERS);
}

static void
rounding(void **state)
{
	(void) state;
	assert_int_equal(sense("double", "double", NULL, "double", "double(10,2)", NULL), SENSE_ROUNDED);
	assert_int_equal(sense("float", "float", NULL, "float", "float(7,0)", NULL), SENSE_ROUNDED);
	assert_int_equal(sense("float", "float(7,2)", NULL, "float", "float(8,2)", NULL), SENSE_SAME);
	assert_int_equal(sense("float", "float(7,2)", NULL, "float", "float(7,3)", NULL), SENSE_ROUNDED);
	assert_int_equal(sense("float", "float(7,2)", NULL, "float", "float(9,1)", NULL), SENSE_ROUNDED);
	assert_int_equal(sense("float", "float(7,2)", NULL, "double", "double(9,2)", NULL), SENSE_ROUNDED);
	assert_int_equal(sense("float", "float(7,2)", NULL, "double", "double", NULL), SENSE_SAME);
	assert_int_equal(sense("decimal", "decimal(7,2)", NULL, "decimal", "decimal(9,3)", NULL), SENSE_SAME);
}

static struct target_table *
table_of(const struct target_column *column)
{
	struct target_table *table = mem_zalloc(sizeof(*table));

	table->db = "d";
	table->name = "t";
	table->n_columns = 1;
	table->columns = arena_dup(&table->arena, column, sizeof(*column));
	table->column_of = mem_zalloc(sizeof(size_t));
	return table;
}

/* Fitted by hand to a map of one column. */
static bool
check(struct column sent, struct target_column from, struct target_column to, struct err *err)
{
	struct target_table *origin = table_of(&from), *table = table_of(&to);
	struct table_map map = {.n_columns = 1, .columns = &sent};
	bool is_same = column_sense_check(origin, table, &map, err);

	target_table_free(origin);
	target_table_free(table);
	return is_same;
}

static void
refusals(void **state)
{
	struct target_column number = column_of("int", "int(11)", NULL), bare = column_of("int", "int(10) unsigned", NULL);
	struct target_column latin = column_of("char", "char(3)", "latin1"), greek = column_of("char", "char(3)", "greek");
	struct target_column other = number;
	struct err err = {0};

	(void) state;
	assert_false(check((struct column){.type = TYPE_LONG}, number, bare, &err));
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text, "table 'd.t' column 'c': the source has int(11), the target int(10) unsigned, and the source's "
				      "row events tell no signs");
	assert_non_null(strstr(err.hint, "binlog_row_metadata = FULL"));
	assert_false(check((struct column){.type = TYPE_STRING}, latin, greek, &err));
	assert_string_equal(err.text, "table 'd.t' column 'c': the source has char(3) in latin1, the target char(3) in greek, and the "
				      "source's row events tell no character sets");
	other.name = "d";
	assert_false(check((struct column){.type = TYPE_LONG}, number, other, &err));
	assert_string_equal(err.text, "table 'd.t': column 1 is 'c' on the source and 'd' on the target, and the source's row events "
				      "tell no names");
	other.name = "C";
	assert_true(check((struct column){.type = TYPE_LONG}, number, other, &err));
}

static void
hidden_columns(void **state)
{
	struct target_column number = column_of("bigint", "bigint(20)", NULL);
	struct target_table *origin = table_of(&number), *table = table_of(&number);
	struct column sent = {.type = TYPE_LONGLONG};
	struct table_map map = {.n_columns = 1, .columns = &sent};
	struct err err = {0};

	(void) state;
	table->column_of[0] = SIZE_MAX;
	assert_false(column_sense_check(origin, table, &map, &err));
	assert_string_equal(err.text, "table 'd.t': column 1 is 'c' on the source and a hidden one of an index on the target, and the "
				      "source's row events tell no names");
	assert_false(column_sense_check(table, origin, &map, &err));
	assert_non_null(strstr(err.text, "'c' on the target and a hidden one of an index on the source"));
	origin->column_of[0] = SIZE_MAX;
	assert_true(column_sense_check(origin, table, &map, &err));
	target_table_free(origin);
	target_table_free(table);
}

/* What the event does tell has been dealt with by target_table_fit(). */
static void
told_is_not_asked(void **state)
{
	struct target_column wide = column_of("bigint", "bigint(20)", NULL), bare = column_of("int", "int(10) unsigned", NULL);
	struct target_column latin = column_of("char", "char(3)", "latin1"), greek = column_of("char", "char(3)", "greek");
	struct err err = {0};

	(void) state;
	assert_true(check((struct column){.type = TYPE_LONG, .is_unsigned = TRI_YES}, bare, wide, &err));
	assert_true(check((struct column){.type = TYPE_STRING, .collation = 8}, latin, greek, &err));
	greek.is_generated = true;
	latin.is_generated = true;
	assert_true(check((struct column){.type = TYPE_STRING}, latin, greek, &err));
}

/* Names are asked for nothing else. */
static void
generated_is_never_told(void **state)
{
	struct target_column written = column_of("int", "int(11)", NULL), made = written;
	struct column sent = {.type = TYPE_LONG, .is_unsigned = TRI_NO};
	struct table_map map = {.n_columns = 1, .columns = &sent, .has_names = true};
	struct target_table *table = table_of(&written);
	struct err err = {0};

	(void) state;
	assert_false(column_sense_is_open(table, &map));
	table->columns[0].is_generated = made.is_generated = true;
	assert_true(column_sense_is_open(table, &map));
	assert_false(check(sent, written, made, &err));
	assert_string_equal(err.text, "table 'd.t' column 'c': the source has int(11) that is written, the target int(11) that is generated");
	assert_true(check(sent, made, made, &err));
	assert_true(check(sent, made, written, &err));
	table->columns[0] = column_of("float", "float(7,1)", NULL);
	assert_true(column_sense_is_open(table, &map));
	table->columns[0] = column_of("float", "float", NULL);
	assert_false(column_sense_is_open(table, &map));
	target_table_free(table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signs),
	    cmocka_unit_test(charsets),
	    cmocka_unit_test(changed_values),
	    cmocka_unit_test(members),
	    cmocka_unit_test(rounding),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(generated_is_never_told),
	    cmocka_unit_test(hidden_columns),
	    cmocka_unit_test(told_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
