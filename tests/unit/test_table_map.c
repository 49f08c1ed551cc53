/* SPDX-License-Identifier: Apache-2.0 */
/* Table maps that lie; honest ones are in test_binlog_files. */
#include <stdio.h>

#include "binlog_wire.h"

#include "binlog/table_map_event.h"

/* The front of a map of d.t: id 0x010203040506, flags 1. */
#define NAMES "\6\5\4\3\2\1\1\0\1d\0\1t\0"

static struct table_map *
parse(enum flavour flavour, struct bytes body)
{
	struct binlog_format format = wire_format(flavour);
	struct event event = wire_event(EVENT_TABLE_MAP, body);
	struct table_map *map;
	struct err err;

	if (!table_map_parse(&event, &format, &map, &err))
		fail_msg("%s", err.text);
	return map;
}

static void
assert_refused(struct bytes body, const char *text)
{
	struct binlog_format format = wire_format(FLAVOUR_MYSQL);
	struct event event = wire_event(EVENT_TABLE_MAP, body);
	struct table_map *map;
	struct err err;

	assert_false(table_map_parse(&event, &format, &map, &err));
	wire_assert_error(&err, ERR_STOP, text);
	assert_null(map);
}

/* A map of one nullable column. */
static void
assert_column_refused(struct bytes column, const char *text)
{
	struct buf body = {0};

	wire_add(&body, WIRE(NAMES "\1"));
	wire_add(&body, column);
	wire_add(&body, WIRE("\1"));
	assert_refused(wire_bytes(&body), text);
	buf_release(&body);
}

static void
test_plain(void **state)
{
	struct table_map *map = parse(FLAVOUR_MYSQL, WIRE(NAMES "\2\3\17\2\12\0\2"));

	(void) state;
	assert_int_equal(map->table_id, 0x010203040506);
	assert_int_equal(map->flags, 1);
	assert_string_equal(map->db, "d");
	assert_string_equal(map->name, "t");
	assert_int_equal(map->n_columns, 2);
	assert_int_equal(map->columns[0].type, TYPE_LONG);
	assert_false(map->columns[0].is_nullable);
	assert_int_equal(map->columns[0].is_unsigned, TRI_UNKNOWN);
	assert_int_equal(map->columns[1].type, TYPE_VARCHAR);
	assert_int_equal(map->columns[1].length, 10);
	assert_true(map->columns[1].is_nullable);
	assert_true(map->columns[1].is_visible);
	assert_false(map->has_names);
	assert_false(map->has_signs);
	assert_int_equal(map->n_json, 0);
	assert_int_equal(map->body.len, 21);
	table_map_unref(map);
}

/* A header of 6 bytes for the type makes the id 4 bytes long. */
static void
test_short_id(void **state)
{
	struct binlog_format format = wire_format(FLAVOUR_MYSQL);
	struct event event = wire_event(EVENT_TABLE_MAP, WIRE("\4\3\2\1\1\0\1d\0\1t\0\1\3\0\0"));
	struct table_map *map;
	uint64_t table_id;
	struct err err;

	(void) state;
	format.post_header_len[EVENT_TABLE_MAP] = 6;
	assert_true(table_map_parse(&event, &format, &map, &err));
	assert_int_equal(map->table_id, 0x01020304);
	table_map_unref(map);
	assert_true(table_id_parse(&event, &format, &table_id, &err));
	assert_int_equal(table_id, 0x01020304);
	event.body.len = 3;
	assert_false(table_id_parse(&event, &format, &table_id, &err));
	wire_assert_error(&err, ERR_STOP, "event 'table_map' of 35 bytes has no table id");
}

static void
test_names_lie(void **state)
{
	(void) state;
	assert_refused(WIRE("123456"), "event 'table_map' of 25 bytes has no whole table name");
	assert_refused(
	    WIRE("12345678\377d\0\1t\0\1\3\0\0"), "event 'table_map' of 37 bytes has no whole table name");
	assert_refused(
	    WIRE("12345678\1d\0\377t\0\1\3\0\0"), "event 'table_map' of 37 bytes has no whole table name");
	assert_refused(
	    WIRE("12345678\1dx\1t\0\1\3\0\0"), "event 'table_map' of 37 bytes has no whole table name");
	assert_refused(
	    WIRE("12345678\1d\0\3t\0u\0\1\3\0\0"), "event 'table_map' of 39 bytes has no whole table name");
	assert_refused(
	    WIRE("12345678\1d\0\0\0\1\3\0\0"), "event 'table_map' of 36 bytes has no whole table name");
}

/* 255 bytes are more than any server allows, but still a name. */
static void
test_longest_name(void **state)
{
	struct table_map *map;
	struct buf body = {0};

	(void) state;
	wire_add(&body, WIRE("12345678\377"));
	for (size_t i = 0; i < 255; i++)
		buf_putc(&body, 'n');
	wire_add(&body, WIRE("\0\1t\0\1\3\0\0"));
	map = parse(FLAVOUR_MYSQL, wire_bytes(&body));
	assert_int_equal(strlen(map->db), 255);
	table_map_unref(map);
	buf_release(&body);
}

static void
test_counts_lie(void **state)
{
	(void) state;
	assert_refused(
	    WIRE(NAMES "\0"), "table map of 'd.t': it has 0 columns, which is not between 1 and 4096");
	assert_refused(WIRE(NAMES), "table map of 'd.t': it has 0 columns, which is not between 1 and 4096");
	assert_refused(WIRE(NAMES "\374\1\20"),
	    "table map of 'd.t': it has 4097 columns, which is not between 1 and 4096");
	assert_refused(WIRE(NAMES "\376\377\377\377\377\377\377\377\377"),
	    "table map of 'd.t': it has 18446744073709551615 columns, which is not between 1 and 4096");
	assert_refused(
	    WIRE(NAMES "\373"), "table map of 'd.t': it has 0 columns, which is not between 1 and 4096");
	assert_refused(
	    WIRE(NAMES "\3\3\3"), "table map of 'd.t': its types, metadata or null bits are cut short");
	assert_refused(WIRE(NAMES "\2\3\3\376\377\377\377\377\377\377\377\377\0"),
	    "table map of 'd.t': its types, metadata or null bits are cut short");
	assert_refused(
	    WIRE(NAMES "\2\3\3\0"), "table map of 'd.t': its types, metadata or null bits are cut short");
}

static void
test_metadata_lies(void **state)
{
	(void) state;
	assert_column_refused(
	    WIRE("\17\1\12"), "table map of 'd.t': its 1 bytes of metadata do not reach to column 1");
	assert_column_refused(
	    WIRE("\17\3\12\0\0"), "table map of 'd.t': 1 of its 3 bytes of metadata belong to no column");
	assert_column_refused(
	    WIRE("\3\1\0"), "table map of 'd.t': 1 of its 1 bytes of metadata belong to no column");
}

static void
test_types_lie(void **state)
{
	static const struct {
		struct bytes column;
		const char *text;
	} cases[] = {
	    {{(const uint8_t *) "\0\0", 2}, "type 0 ('old decimal') with metadata 0x0000"},
	    {{(const uint8_t *) "\6\0", 2}, "type 6 ('null') with metadata 0x0000"},
	    {{(const uint8_t *) "\24\0", 2}, "type 20 ('typed array') with metadata 0x0000"},
	    {{(const uint8_t *) "\310\0", 2}, "type 200 ('unknown') with metadata 0x0000"},
	    {{(const uint8_t *) "\4\1\10", 3}, "type 4 ('float') with metadata 0x0008"},
	    {{(const uint8_t *) "\5\1\4", 3}, "type 5 ('double') with metadata 0x0004"},
	    {{(const uint8_t *) "\20\2\0\0", 4}, "type 16 ('bit') with metadata 0x0000"},
	    {{(const uint8_t *) "\20\2\1\10", 4}, "type 16 ('bit') with metadata 0x0801"},
	    {{(const uint8_t *) "\21\1\7", 3}, "type 17 ('timestamp') with metadata 0x0007"},
	    {{(const uint8_t *) "\22\1\7", 3}, "type 18 ('datetime') with metadata 0x0007"},
	    {{(const uint8_t *) "\23\1\7", 3}, "type 19 ('time') with metadata 0x0007"},
	    {{(const uint8_t *) "\366\2\102\0", 4}, "type 246 ('decimal') with metadata 0x0042"},
	    {{(const uint8_t *) "\366\2\5\6", 4}, "type 246 ('decimal') with metadata 0x0605"},
	    {{(const uint8_t *) "\366\2\0\0", 4}, "type 246 ('decimal') with metadata 0x0000"},
	    {{(const uint8_t *) "\374\1\5", 3}, "type 252 ('blob') with metadata 0x0005"},
	    {{(const uint8_t *) "\374\1\0", 3}, "type 252 ('blob') with metadata 0x0000"},
	    {{(const uint8_t *) "\365\1\5", 3}, "type 245 ('json') with metadata 0x0005"},
	    {{(const uint8_t *) "\362\1\0", 3}, "type 242 ('vector') with metadata 0x0000"},
	    {{(const uint8_t *) "\376\2\367\3", 4}, "type 247 ('enum') with metadata 0x03f7"},
	    {{(const uint8_t *) "\376\2\367\0", 4}, "type 247 ('enum') with metadata 0x00f7"},
	    {{(const uint8_t *) "\376\2\370\5", 4}, "type 248 ('set') with metadata 0x05f8"},
	    {{(const uint8_t *) "\376\2\370\0", 4}, "type 248 ('set') with metadata 0x00f8"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[200];

		(void) snprintf(text, sizeof(text), "table map of 'd.t': column 1 has %s, which cannot be read",
		    cases[i].text);
		assert_column_refused(cases[i].column, text);
	}
}

/* The length of CHAR reaches to 1023 bytes: two bits of it are hidden in the type. */
static void
test_long_char(void **state)
{
	struct table_map *map = parse(FLAVOUR_MYSQL, WIRE(NAMES "\3\376\376\376\6\376\377\316\377\336\0\0"));

	(void) state;
	assert_int_equal(map->columns[0].type, TYPE_STRING);
	assert_int_equal(map->columns[0].length, 255);
	assert_int_equal(map->columns[1].type, TYPE_STRING);
	assert_int_equal(map->columns[1].length, 1023);
	assert_int_equal(map->columns[2].type, TYPE_STRING);
	assert_int_equal(map->columns[2].length, 512);
	table_map_unref(map);
}

/* Two ints, a varchar, an enum, a set, a geometry. */
#define COLUMNS NAMES "\6\3\3\17\376\376\377\7\12\0\367\1\370\1\4\77"

static struct table_map *
parse_fields(enum flavour flavour, struct bytes fields)
{
	struct table_map *map;
	struct buf body = {0};

	wire_add(&body, WIRE(COLUMNS));
	wire_add(&body, fields);
	map = parse(flavour, wire_bytes(&body));
	buf_release(&body);
	return map;
}

static void
assert_field_refused(struct bytes field)
{
	struct buf body = {0};
	char text[200];

	wire_add(&body, WIRE(COLUMNS));
	wire_add(&body, field);
	(void) snprintf(text, sizeof(text),
	    "table map of 'd.t': field %u of its optional metadata has %zu bytes, which do not fit its columns",
	    field.data[0], field.len - 2);
	assert_refused(wire_bytes(&body), text);
	buf_release(&body);
}

static void
test_fields(void **state)
{
	struct table_map *map = parse_fields(FLAVOUR_MYSQL, WIRE("\1\1\100"
								 "\3\1\55"
								 "\4\14\1a\1b\1c\1e\1s\1g"
								 "\5\3\1\1x"
								 "\6\5\2\1m\1n"
								 "\7\1\4"
								 "\11\4\1\0\2\3"
								 "\13\2\10\11"
								 "\14\1\274"
								 "\143\2??"));

	(void) state;
	assert_int_equal(map->columns[0].is_unsigned, TRI_NO);
	assert_int_equal(map->columns[1].is_unsigned, TRI_YES);
	assert_int_equal(map->columns[2].is_unsigned, TRI_UNKNOWN);
	assert_true(map->has_signs);
	assert_int_equal(map->columns[2].collation, 45);
	assert_true(map->has_names);
	assert_string_equal(map->columns[3].name, "e");
	assert_int_equal(map->columns[4].n_members, 1);
	assert_int_equal(map->columns[3].n_members, 2);
	assert_int_equal(map->columns[3].members[1].data[0], 'n');
	assert_int_equal(map->columns[5].geometry_type, 4);
	assert_false(map->columns[0].is_primary);
	assert_true(map->columns[1].is_primary);
	assert_true(map->columns[2].is_primary);
	assert_int_equal(map->columns[3].collation, 8);
	assert_int_equal(map->columns[4].collation, 9);
	assert_true(map->columns[0].is_visible);
	assert_false(map->columns[1].is_visible);
	assert_true(map->columns[5].is_visible);
	table_map_unref(map);
}

static void
test_default_charset(void **state)
{
	struct table_map *map = parse_fields(FLAVOUR_MYSQL, WIRE("\2\1\10\12\3\55\1\41"));

	(void) state;
	assert_int_equal(map->columns[2].collation, 8);
	assert_int_equal(map->columns[5].collation, 0);
	assert_int_equal(map->columns[3].collation, 45);
	assert_int_equal(map->columns[4].collation, 33);
	table_map_unref(map);
	map = parse_fields(FLAVOUR_MARIADB, WIRE("\2\3\10\1\77"));
	assert_int_equal(map->columns[2].collation, 8);
	assert_int_equal(map->columns[5].collation, COLLATION_BINARY);
	table_map_unref(map);
}

static void
test_fields_lie(void **state)
{
	(void) state;
	assert_field_refused(WIRE("\1\0"));
	assert_field_refused(WIRE("\1\2\0\0"));
	assert_field_refused(WIRE("\2\0"));
	assert_field_refused(WIRE("\2\2\10\0"));
	assert_field_refused(WIRE("\2\3\10\1\77"));
	assert_field_refused(WIRE("\2\12\10\376\377\377\377\377\377\377\377\377"));
	assert_field_refused(WIRE("\2\11\376\0\0\0\0\1\0\0\0"));
	assert_field_refused(WIRE("\12\5\10\1\41\0\55")); /* not in order */
	assert_field_refused(WIRE("\3\0"));
	assert_field_refused(WIRE("\3\2\10\10"));
	assert_field_refused(WIRE("\3\1\373"));
	assert_field_refused(WIRE("\4\13\1a\1b\1c\1e\1s\377"));
	assert_field_refused(WIRE("\4\13\1a\1b\1c\1e\1s\0"));
	assert_field_refused(WIRE("\4\2\1a"));
	assert_field_refused(WIRE("\4\14\1a\1b\1c\1e\1s\1\0"));
	assert_field_refused(WIRE("\5\0"));
	assert_field_refused(WIRE("\5\12\376\377\377\377\377\377\377\377\177?"));
	assert_field_refused(WIRE("\5\4\4\0\0\0"));
	assert_field_refused(WIRE("\6\4\2\1x\2"));
	assert_field_refused(WIRE("\7\0"));
	assert_field_refused(WIRE("\10\1\6"));
	assert_field_refused(WIRE("\11\1\0"));
	assert_field_refused(WIRE("\11\2\7\0"));
	assert_field_refused(WIRE("\14\0"));
	assert_field_refused(WIRE("\15\1\3"));
	assert_refused(WIRE(COLUMNS "\1"), "table map of 'd.t': its optional metadata is cut short in field 1");
	assert_refused(WIRE(COLUMNS "\4\376\377\377\377\377\377\377\377\377abc"),
	    "table map of 'd.t': its optional metadata is cut short in field 4");
}

static void
test_too_long(void **state)
{
	struct buf body = {0};

	(void) state;
	wire_add(&body, WIRE(NAMES));
	while (body.len <= TABLE_MAP_LIMIT_BYTES)
		wire_add(&body, WIRE("................................................................"));
	body.len = TABLE_MAP_LIMIT_BYTES + 1;
	assert_refused(wire_bytes(&body), "event 'table_map' of 8388628 bytes is longer than 8388608");
	buf_release(&body);
}

/* A table that is not carried need not be readable. */
static void
test_name_alone(void **state)
{
	struct binlog_format format = wire_format(FLAVOUR_MYSQL);
	struct event event = wire_event(EVENT_TABLE_MAP, WIRE(NAMES "\1\310\0\0"));
	struct bytes db, name;
	struct err err;

	(void) state;
	assert_true(table_map_name_parse(&event, &format, &db, &name, &err));
	assert_int_equal(db.len, 1);
	assert_int_equal(db.data[0], 'd');
	assert_int_equal(name.len, 1);
	assert_int_equal(name.data[0], 't');
}

static void
test_doubt(void **state)
{
	struct table_map *map = parse(FLAVOUR_MARIADB, WIRE(NAMES "\4\7\13\14\12\0\0"));

	(void) state;
	assert_true(map->columns[0].has_fraction_in_doubt);
	assert_true(map->columns[1].has_fraction_in_doubt);
	assert_true(map->columns[2].has_fraction_in_doubt);
	assert_false(map->columns[3].has_fraction_in_doubt);
	table_map_unref(map);
	map = parse(FLAVOUR_MYSQL, WIRE(NAMES "\3\7\13\14\0\0"));
	assert_false(map->columns[0].has_fraction_in_doubt);
	assert_false(map->columns[2].has_fraction_in_doubt);
	table_map_unref(map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_short_id),
	    cmocka_unit_test(test_names_lie),
	    cmocka_unit_test(test_longest_name),
	    cmocka_unit_test(test_counts_lie),
	    cmocka_unit_test(test_metadata_lies),
	    cmocka_unit_test(test_types_lie),
	    cmocka_unit_test(test_long_char),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_default_charset),
	    cmocka_unit_test(test_fields_lie),
	    cmocka_unit_test(test_too_long),
	    cmocka_unit_test(test_name_alone),
	    cmocka_unit_test(test_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
