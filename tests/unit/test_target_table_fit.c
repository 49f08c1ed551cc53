/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apply/collation.h"
#include "apply/target_table.h"
#include "base/mem.h"

enum { LATIN1 = 8, UTF8MB3 = 33, UTF8MB4 = 45, ASCII = 11 };

/* A map of one column against a table of one column. */
static bool
fit(const struct column *column, const struct target_column *target, struct err *err)
{
	struct table_map *map = table_map_new();
	struct target_table *table = mem_zalloc(sizeof(*table));
	bool fits;

	map->n_columns = 1;
	map->columns = arena_dup(&map->arena, column, sizeof(*column));
	table->db = "d";
	table->name = "t";
	table->n_columns = 1;
	table->columns = arena_dup(&table->arena, target, sizeof(*target));
	fits = target_table_fit(table, map, err);
	if (fits && !target_table_refuse_change(table, err)) {
		table->may_change = true;
		assert_true(target_table_refuse_change(table, NULL));
		target_table_free(table);
		table_map_unref(map);
		return false;
	}
	if (fits)
		assert_int_equal(table->column_of[0], 0);
	assert_int_equal(table->fitted == map, fits);
	target_table_free(table);
	table_map_unref(map);
	return fits;
}

static struct target_column
target_of(const char *data_type, const char *column_type, const char *charset, uint64_t octets)
{
	struct target_column target = {.name = "c",
	    .data_type = data_type,
	    .column_type = column_type,
	    .charset = charset,
	    .octet_length = octets};

	target_column_parse_type(&target);
	return target;
}

static void
accept(
    struct column column, const char *data_type, const char *column_type, const char *charset, uint64_t octets)
{
	struct target_column target = target_of(data_type, column_type, charset, octets);
	struct err err = {0};

	if (!fit(&column, &target, &err))
		fail_msg("%s", err.text);
}

static void
refuse(struct column column, const char *data_type, const char *column_type, const char *charset,
    uint64_t octets, const char *text)
{
	struct target_column target = target_of(data_type, column_type, charset, octets);
	struct err err = {0};

	if (fit(&column, &target, &err))
		fail_msg("accepted: %s", text);
	assert_int_equal(err.kind, ERR_STOP);
	assert_memory_equal(err.text, "table 'd.t' column 'c': ", 24);
	assert_string_equal(err.text + 24, text);
	assert_true(err.hint[0] != '\0');
}

#define INT(number, sign)                                                                                      \
	(struct column)                                                                                        \
	{                                                                                                      \
		.type = (number), .is_unsigned = (sign)                                                        \
	}

static void
test_integers(void **state)
{
	(void) state;
	accept(INT(TYPE_LONG, TRI_UNKNOWN), "int", "int(11)", NULL, 0);
	accept(INT(TYPE_LONG, TRI_UNKNOWN), "int", "int(10) unsigned", NULL, 0);
	accept(INT(TYPE_LONG, TRI_NO), "bigint", "bigint(20)", NULL, 0);
	accept(INT(TYPE_LONG, TRI_YES), "bigint", "bigint(20)", NULL, 0);
	accept(INT(TYPE_LONG, TRI_YES), "bigint", "bigint(20) unsigned", NULL, 0);
	refuse(INT(TYPE_LONG, TRI_UNKNOWN), "bigint", "bigint(20)", NULL, 0,
	    "the source sends int, the target has bigint(20), and the source does not tell whether its values "
	    "are "
	    "signed");
	refuse(INT(TYPE_LONG, TRI_UNKNOWN), "smallint", "smallint(6)", NULL, 0,
	    "the source sends int, the target has smallint(6), which is too narrow");
	refuse(INT(TYPE_LONG, TRI_YES), "int", "int(11)", NULL, 0,
	    "the source sends int unsigned, the target has int(11), which is too narrow");
	refuse(INT(TYPE_LONG, TRI_NO), "bigint", "bigint(20) unsigned", NULL, 0,
	    "the source sends int signed, the target has bigint(20) unsigned, which is too narrow");
	refuse(INT(TYPE_LONG, TRI_NO), "varchar", "varchar(20)", "latin1", 20,
	    "the source sends int signed, the target has varchar(20) in latin1");
	refuse(INT(TYPE_LONG, TRI_NO), "somenewtype", "somenewtype", NULL, 0,
	    "the source sends int signed, the target has somenewtype");
}

static void
test_numbers(void **state)
{
	struct column decimal = {.type = TYPE_NEWDECIMAL, .length = 10, .scale = 2};
	struct column bit = {.type = TYPE_BIT, .length = 9};

	(void) state;
	accept(decimal, "decimal", "decimal(10,2)", NULL, 0);
	accept(decimal, "decimal", "decimal(12,4) unsigned", NULL, 0);
	refuse(decimal, "decimal", "decimal(11,4)", NULL, 0,
	    "the source sends decimal(10,2), the target has decimal(11,4), which is too narrow");
	refuse(decimal, "decimal", "decimal(20,1)", NULL, 0,
	    "the source sends decimal(10,2), the target has decimal(20,1), which is too narrow");
	decimal.is_unsigned = TRI_NO;
	refuse(decimal, "decimal", "decimal(10,2) unsigned", NULL, 0,
	    "the source sends decimal(10,2), the target has decimal(10,2) unsigned, which is too narrow");
	accept((struct column){.type = TYPE_FLOAT}, "double", "double", NULL, 0);
	refuse((struct column){.type = TYPE_DOUBLE}, "float", "float", NULL, 0,
	    "the source sends double, the target has float, which is too narrow");
	accept(bit, "bit", "bit(9)", NULL, 0);
	refuse(bit, "bit", "bit(8)", NULL, 0,
	    "the source sends bit(9), the target has bit(8), which is too narrow");
	refuse((struct column){.type = TYPE_YEAR}, "int", "int(11)", NULL, 0,
	    "the source sends year, the target has int(11)");
}

static void
test_temporal(void **state)
{
	struct target_column target = target_of("datetime", "datetime(3)", NULL, 0);
	struct column column = {.type = TYPE_DATETIME2, .length = 3};
	struct err err = {0};

	(void) state;
	target.fraction_digits = 3;
	assert_true(fit(&column, &target, &err));
	column.length = 4;
	assert_false(fit(&column, &target, &err));
	assert_string_equal(err.text,
	    "table 'd.t' column 'c': the source sends datetime(4), the target has datetime(3), "
	    "which is too narrow");
	/* MariaDB's old format: only the definition knows its digits. */
	column = (struct column){.type = TYPE_DATETIME, .has_fraction_in_doubt = true};
	assert_true(fit(&column, &target, &err));
	column.type = TYPE_TIMESTAMP2;
	assert_false(fit(&column, &target, &err));
}

static void
test_strings(void **state)
{
	struct column varchar = {.type = TYPE_VARCHAR, .length = 40};
	struct column utf8mb3 = {.type = TYPE_VARCHAR, .length = 30, .collation = UTF8MB3};
	struct column text = {.type = TYPE_BLOB, .length = 2, .collation = UTF8MB4};
	struct column blob = {.type = TYPE_BLOB, .length = 2, .collation = COLLATION_BINARY};
	struct column ascii = {.type = TYPE_STRING, .length = 5, .collation = ASCII};
	struct column compressed = {.type = TYPE_VARCHAR_COMPRESSED, .length = 41};

	(void) state;
	accept(varchar, "varchar", "varchar(10)", "utf8mb4", 40);
	accept(varchar, "varbinary", "varbinary(40)", NULL, 40);
	accept(varchar, "text", "text", "latin1", 65535);
	refuse(varchar, "varchar", "varchar(9)", "utf8mb4", 36,
	    "the source sends varchar of 40 bytes, the target has varchar(9) in utf8mb4, which is too narrow");
	accept(utf8mb3, "varchar", "varchar(10)", "utf8", 30);
	accept(utf8mb3, "varchar", "varchar(10)", "utf8mb4", 40);
	refuse(utf8mb3, "varchar", "varchar(9)", "utf8mb4", 36,
	    "the source sends varchar of 30 bytes in utf8mb3, the target has varchar(9) in utf8mb4, which is "
	    "too narrow");
	refuse(utf8mb3, "varchar", "varchar(30)", "latin1", 30,
	    "the source sends varchar of 30 bytes in utf8mb3, the target has varchar(30) in latin1 in another "
	    "character "
	    "set");
	refuse(text, "blob", "blob", NULL, 65535,
	    "the source sends blob with 2 bytes of length in utf8mb4, the target has blob in another character "
	    "set");
	refuse(blob, "text", "text", "utf8mb4", 65535,
	    "the source sends blob with 2 bytes of length in binary, the target has text in utf8mb4 in another "
	    "character set");
	accept(blob, "longblob", "longblob", NULL, UINT32_MAX);
	refuse(blob, "tinyblob", "tinyblob", NULL, 255,
	    "the source sends blob with 2 bytes of length in binary, the target has tinyblob, which is too "
	    "narrow");
	accept(ascii, "char", "char(5)", "latin1", 5);
	refuse(ascii, "char", "char(5)", "ucs2", 10,
	    "the source sends char of 5 bytes in ascii, the target has char(5) in ucs2 in another character "
	    "set");
	accept(compressed, "varchar", "varchar(40) /*M!100301 COMPRESSED*/", "latin1", 40);
}

static void
test_changed_values(void **state)
{
	struct column varchar = {.type = TYPE_VARCHAR, .length = 10, .collation = LATIN1};
	struct column text = {.type = TYPE_BLOB, .length = 1, .collation = LATIN1};
	struct column fixed = {.type = TYPE_STRING, .length = 10, .collation = LATIN1};
	struct column binary = {.type = TYPE_STRING, .length = 4, .collation = COLLATION_BINARY};
	struct column varbinary = {.type = TYPE_VARCHAR, .length = 4, .collation = COLLATION_BINARY};

	(void) state;
	refuse(varchar, "char", "char(10)", "latin1", 10,
	    "the source sends varchar of 10 bytes in latin1, the target has char(10), which loses trailing spaces");
	refuse(text, "char", "char(255)", "latin1", 255,
	    "the source sends blob with 1 bytes of length in latin1, the target has char(255), which loses trailing spaces");
	accept(fixed, "char", "char(20)", "latin1", 20);
	accept(fixed, "varchar", "varchar(10)", "latin1", 10);
	refuse(varbinary, "binary", "binary(4)", NULL, 4,
	    "the source sends varchar of 4 bytes in binary, the target has binary(4), which adds zero bytes");
	refuse(binary, "binary", "binary(8)", NULL, 8,
	    "the source sends char of 4 bytes in binary, the target has binary(8), which adds zero bytes");
	accept(binary, "binary", "binary(4)", NULL, 4);
	accept(binary, "varbinary", "varbinary(8)", NULL, 8);
	refuse((struct column){.type = TYPE_STRING, .length = 16, .collation = LATIN1}, "uuid", "uuid", NULL, 0,
	    "the source sends char of 16 bytes in latin1, the target has uuid");
}

static void
test_special_types(void **state)
{
	struct column fixed16 = {.type = TYPE_STRING, .length = 16},
		      fixed4 = {.type = TYPE_STRING, .length = 4};
	struct column vector = {.type = TYPE_VECTOR, .length = 4, .vector_dimension = 3};
	struct column varbinary = {.type = TYPE_VARCHAR, .length = 12, .collation = COLLATION_BINARY};
	struct column longtext = {.type = TYPE_BLOB, .length = 4, .collation = UTF8MB4};
	struct column json = {.type = TYPE_JSON, .length = 4};

	(void) state;
	accept(fixed16, "uuid", "uuid", NULL, 0);
	accept(fixed16, "inet6", "inet6", NULL, 0);
	accept(fixed4, "inet4", "inet4", NULL, 0);
	refuse(fixed4, "uuid", "uuid", NULL, 0, "the source sends char of 4 bytes, the target has uuid");
	accept(vector, "vector", "vector(3)", NULL, 12);
	refuse(vector, "vector", "vector(2)", NULL, 8,
	    "the source sends vector, the target has vector(2), which is too narrow");
	accept(varbinary, "vector", "vector(3)", NULL, 12);
	refuse(varbinary, "vector", "vector(4)", NULL, 16,
	    "the source sends varchar of 12 bytes in binary, the target has vector(4)");
	accept(longtext, "json", "json", NULL, 0);
	accept(json, "json", "json", NULL, 0);
	accept(json, "longtext", "longtext", "utf8mb4", UINT32_MAX);
	refuse(json, "text", "text", "utf8mb4", 65535,
	    "the source sends json, the target has text in utf8mb4, which is too narrow");
	accept((struct column){.type = TYPE_GEOMETRY, .length = 4}, "multipolygon", "multipolygon", NULL, 0);
	refuse((struct column){.type = TYPE_GEOMETRY, .length = 4}, "longblob", "longblob", NULL, UINT32_MAX,
	    "the source sends geometry, the target has longblob");
	refuse((struct column){.type = TYPE_DECIMAL}, "decimal", "decimal(10,2)", NULL, 0,
	    "the source sends old decimal, the target has decimal(10,2)");
	refuse((struct column){.type = 200}, "int", "int(11)", NULL, 0,
	    "the source sends unknown, the target has int(11)");
}

#define MEMBER(text)                                                                                           \
	{                                                                                                      \
		(const uint8_t *) (text), sizeof(text) - 1                                                     \
	}

static void
test_members(void **state)
{
	static const struct bytes members[] = {MEMBER("a"), MEMBER("it's"), MEMBER("\xe9")};
	static const struct bytes odd[] = {MEMBER("x\\y"), MEMBER("\n"), MEMBER("last")};
	struct column column = {.type = TYPE_ENUM, .length = 1};
	struct column told = {.type = TYPE_ENUM, .length = 1, .members = members, .n_members = 3};
	struct column escaped = {.type = TYPE_ENUM, .length = 1, .members = odd, .n_members = 3};
	struct column set = {.type = TYPE_SET, .length = 2};

	(void) state;
	accept(column, "enum", "enum('a','b')", "latin1", 1);
	refuse(column, "set", "set('a','b')", "latin1", 1,
	    "the source sends enum of 1 bytes, the target has set('a','b') in latin1");
	accept(told, "enum", "enum('a','it''s','\xc3\xa9','new')", "latin1", 4);
	accept(escaped, "enum", "enum('x\\\\y','\\n','last')", "latin1", 4);
	refuse(told, "enum", "enum('a','it''s')", "latin1", 4,
	    "the source sends enum of 1 bytes, the target has enum('a','it''s') in latin1, which is too "
	    "narrow");
	refuse(told, "enum", "enum('it''s','a','\xc3\xa9')", "latin1", 4,
	    "the source sends enum of 1 bytes, the target has enum('it''s','a','\xc3\xa9') in latin1 with "
	    "other members");
	refuse(set, "set", "set('1','2','3','4','5','6','7','8')", "latin1", 15,
	    "the source sends set of 2 bytes, the target has set('1','2','3','4','5','6','7','8') in latin1, "
	    "which is too "
	    "narrow");
	accept(set, "set", "set('1','2','3','4','5','6','7','8','9')", "latin1", 17);
}

static void
add_columns(struct table_map *map, const char *const *names, size_t n)
{
	map->n_columns = n;
	map->columns = arena_zalloc(&map->arena, n * sizeof(*map->columns));
	for (size_t i = 0; i < n; i++)
		map->columns[i] = (struct column){.type = TYPE_LONG, .name = names[i]};
	map->has_names = names[0] != NULL;
}

static struct target_table *
table_of(const char *const *names, size_t n)
{
	struct target_table *table = mem_zalloc(sizeof(*table));

	table->db = "d";
	table->name = "t";
	table->n_columns = n;
	table->columns = arena_zalloc(&table->arena, n * sizeof(*table->columns));
	for (size_t i = 0; i < n; i++) {
		table->columns[i] = target_of("int", "int(11)", NULL, 0);
		table->columns[i].name = names[i];
		table->columns[i].fraction_digits = (uint8_t) i;
	}
	return table;
}

static void
test_by_name(void **state)
{
	static const char *const sent[] = {"B", "a", "DB_ROW_HASH_1", "!hidden!i!0!0"};
	static const char *const has[] = {"a", "extra", "b"};
	static const char *const unknown[] = {"gone"};
	struct target_table *table = table_of(has, 3);
	struct table_map *map = table_map_new(), *other = table_map_new();
	struct err err = {0};

	(void) state;
	add_columns(map, sent, 4);
	add_columns(other, unknown, 1);
	assert_true(target_table_fit(table, map, &err));
	assert_int_equal(table->column_of[0], 2);
	assert_int_equal(table->column_of[1], 0);
	assert_int_equal(table->column_of[2], SIZE_MAX);
	assert_int_equal(table->column_of[3], SIZE_MAX);
	assert_int_equal(table->fraction_digits[0], 2);
	assert_int_equal(table->fraction_digits[2], 0xff);
	/* A map that does not fit leaves the last one in place. */
	assert_false(target_table_fit(table, other, &err));
	assert_string_equal(err.text, "table 'd.t': the target has no column 'gone'");
	assert_ptr_equal(table->fitted, map);
	assert_int_equal(table->column_of[0], 2);
	target_table_free(table);
	table_map_unref(map);
	table_map_unref(other);
}

static bool
fit_hidden(enum table_hidden hidden, uint8_t type, size_t n_sent, size_t n_has, size_t n_hidden, size_t n_implicit,
    size_t n_carried, struct err *err)
{
	static const char *const names[] = {"a", "b", "c", "d", "e"};
	static const char *const no_names[5] = {NULL};
	struct target_table *table = table_of(names, n_has);
	struct table_map *map = table_map_new();
	bool fits;

	table->n_hidden = n_hidden;
	table->n_implicit = n_implicit;
	add_columns(map, no_names, n_sent);
	map->hidden = (uint8_t) hidden;
	map->columns[n_sent - 1].type = type;
	fits = target_table_fit(table, map, err);
	for (size_t i = 0; fits && i < n_sent; i++)
		assert_int_equal(table->column_of[i], i < n_carried ? i : SIZE_MAX);
	target_table_free(table);
	table_map_unref(map);
	return fits;
}

static bool
fit_count(size_t n_sent, size_t n_has, size_t n_hidden, size_t n_implicit, size_t n_carried, struct err *err)
{
	uint8_t type = n_hidden == 0 ? TYPE_LONG : TYPE_LONGLONG;

	return fit_hidden(TABLE_HIDES_HASHES, type, n_sent, n_has, n_hidden, n_implicit, n_carried, err);
}

/* A column of the source's that the target lacks is no hidden one for being the last. */
static void
test_hidden(void **state)
{
	struct err err = {0};

	(void) state;
	assert_true(fit_hidden(TABLE_HIDES_EXPRESSIONS, TYPE_VARCHAR, 4, 3, 1, 0, 3, &err));
	assert_false(fit_hidden(TABLE_HIDES_HASHES, TYPE_VARCHAR, 4, 3, 1, 0, 0, &err));
	assert_string_equal(err.text, "table 'd.t': the source sends 4 columns, the target has 3");
	assert_non_null(strstr(err.hint, "binlog_row_metadata = FULL"));
	assert_false(fit_hidden(TABLE_HIDES_NOTHING, TYPE_LONGLONG, 4, 3, 1, 0, 0, &err));
	assert_false(fit_hidden(TABLE_HIDES_NOTHING, TYPE_LONGLONG, 2, 3, 1, 2, 0, &err));
}

static void
test_by_place(void **state)
{
	struct err err = {0};

	(void) state;
	assert_true(fit_count(3, 3, 0, 0, 3, &err));
	assert_true(fit_count(4, 3, 1, 0, 3, &err)); /* a hidden hash behind them */
	assert_true(fit_count(1, 3, 0, 2, 1, &err)); /* only the target keeps history */
	assert_true(fit_count(2, 3, 1, 2, 1, &err)); /* and there is a hash as well */
	assert_false(fit_count(2, 3, 0, 0, 0, &err));
	assert_string_equal(err.text, "table 'd.t': the source sends 2 columns, the target has 3");
	assert_non_null(strstr(err.hint, "binlog_row_metadata = FULL"));
	assert_false(fit_count(4, 3, 0, 0, 0, &err));
}

static void
test_collation(void **state)
{
	(void) state;
	assert_string_equal(collation_charset(LATIN1), "latin1");
	assert_string_equal(collation_charset(255), "utf8mb4");  /* utf8mb4_0900_ai_ci */
	assert_string_equal(collation_charset(1059), "ucs2");    /* ucs2_general_nopad_ci */
	assert_string_equal(collation_charset(2304), "utf8mb4"); /* utf8mb4_uca1400_ai_ci */
	assert_null(collation_charset(0));
	assert_null(collation_charset(17));
	assert_true(charset_is_within("utf8mb3", "utf8"));
	assert_true(charset_is_within("utf8mb3", "utf8mb4"));
	assert_false(charset_is_within("utf8mb4", "utf8mb3"));
	assert_false(charset_is_within("ascii", "utf16"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_integers),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_temporal),
	    cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_changed_values),
	    cmocka_unit_test(test_special_types),
	    cmocka_unit_test(test_members),
	    cmocka_unit_test(test_by_name),
	    cmocka_unit_test(test_hidden),
	    cmocka_unit_test(test_by_place),
	    cmocka_unit_test(test_collation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
