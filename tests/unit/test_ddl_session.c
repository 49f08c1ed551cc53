/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "sink/mysql/ddl_session.h"

enum { STRICT = 1 << 21, NO_AUTO_CREATE_USER = 1 << 28, MOST = 8 };

#define UTF8MB4_GENERAL {45, "utf8mb4_general_ci", "utf8mb4"}
#define UTF8MB4_0900 {255, "utf8mb4_0900_ai_ci", "utf8mb4"}
#define UTF8MB4_UCA1400 {2304, "utf8mb4_uca1400_ai_ci", "utf8mb4"}
#define UTF8MB4_UCA1400_NOPAD {2308, "utf8mb4_uca1400_nopad_ai_ci", "utf8mb4"}
#define LATIN1 {8, "latin1_swedish_ci", "latin1"}

/* The four servers that the tests run against, as far as these variables go. */
struct server {
	enum flavour flavour;
	unsigned int version;
	struct ddl_variable variables[MOST];
	struct ddl_collation collations[MOST];
	struct rename_option renames[2];
};

static const struct server mysql_56 = {FLAVOUR_MYSQL, 50624,
    {{"explicit_defaults_for_timestamp", "OFF"}, {"auto_increment_increment", "1"},
	{"auto_increment_offset", "1"}, {"default_storage_engine", "MyISAM"}},
    {UTF8MB4_GENERAL, LATIN1}, {{0}}};
static const struct server mysql_97 = {FLAVOUR_MYSQL, 90704,
    {{"explicit_defaults_for_timestamp", "ON"},
	{"default_collation_for_utf8mb4", "utf8mb4_0900_ai_ci"}, {"sql_require_primary_key", "ON"},
	{"restrict_fk_on_non_standard_key", "ON"}, {"sql_generate_invisible_primary_key", "OFF"}},
    {UTF8MB4_GENERAL, UTF8MB4_0900, LATIN1}, {{0}}};
/* As ddl_target_load() makes it where an operator has said what stands for utf8mb4_uca1400_ai_ci. */
static const struct server mapped_97 = {FLAVOUR_MYSQL, 90704,
    {{"default_collation_for_utf8mb4", "utf8mb4_0900_ai_ci"}},
    {UTF8MB4_GENERAL, UTF8MB4_0900, {2304, "utf8mb4_0900_ai_ci", "utf8mb4"}},
    {{"utf8mb4_uca1400_ai_ci", "utf8mb4_0900_ai_ci"}, {"uca1400_ai_ci", "utf8mb4_0900_ai_ci"}}};
static const struct server mariadb_1011 = {FLAVOUR_MARIADB, 101119,
    {{"explicit_defaults_for_timestamp", "ON"}, {"check_constraint_checks", "ON"},
	{"sql_if_exists", "OFF"}, {"system_versioning_alter_history", "ERROR"},
	{"max_statement_time", "0.000000"}},
    {UTF8MB4_GENERAL, UTF8MB4_UCA1400, UTF8MB4_UCA1400_NOPAD, LATIN1}, {{0}}};
static const struct server mariadb_118 = {FLAVOUR_MARIADB, 110806,
    {{"explicit_defaults_for_timestamp", "ON"}, {"check_constraint_checks", "ON"},
	{"character_set_collations", "utf8mb4=utf8mb4_uca1400_ai_ci"}},
    {UTF8MB4_GENERAL, UTF8MB4_0900, UTF8MB4_UCA1400, UTF8MB4_UCA1400_NOPAD, LATIN1}, {{0}}};

static struct ddl_target
target_of(const struct server *server, struct ddl_variable *variables)
{
	struct ddl_target target = {
	    .flavour = server->flavour, .version = server->version, .variables = variables};

	memcpy(variables, server->variables, sizeof(server->variables));
	while (target.n_variables < MOST && variables[target.n_variables].name != NULL)
		target.n_variables++;
	target.zone = (struct system_zone){true, "CST", 480, 540, 2}; /* of Shanghai */
	target.collations.items = server->collations;
	while (target.collations.n < MOST && server->collations[target.collations.n].id != 0)
		target.collations.n++;
	target.collations.renames = server->renames;
	while (target.collations.n_renames < 2 && server->renames[target.collations.n_renames].from != NULL)
		target.collations.n_renames++;
	return target;
}

struct origin {
	const struct server *source;
	struct query query;
	const char *sql;
	enum ddl_class class;
	enum tristate explicit_defaults;
	struct system_zone zone;
};

/* "SET ..."; "collate: SQL" behind it where the text is completed; "stop: text | hint". */
static void
plan(const struct origin *from, const struct server *to, struct buf *out)
{
	struct arena arena = {0};
	struct buf leave = {0};
	struct err err = {0};
	struct ddl_variable variables[MOST];
	struct ddl_target target = target_of(to, variables);
	struct ddl_charset_defaults defaults;
	struct ddl_context context = {
	    .flavour = from->source->flavour, .server_version = from->source->version, .default_db = ""};
	struct bytes sql = {(const uint8_t *) from->sql, strlen(from->sql)}, text;
	struct ddl_session_event event = {
	    .query = &from->query,
	    .timestamp = 1700000000,
	    .source_flavour = from->source->flavour,
	    .source_version = from->source->version,
	    .source_explicit_defaults = from->explicit_defaults,
	    .source_zone = &from->zone,
	    .class = from->class,
	    .text = sql,
	};

	if (!ddl_session_plan(&event, &target, out, &leave, &defaults, &err) ||
	    !ddl_collate(sql, &context, from->class, &defaults, &target.collations, &arena, &text, &err)) {
		buf_reset(out, SIZE_MAX);
		buf_printf(out, "stop: %s | %s", err.text, err.hint);
	} else if (text.data != sql.data) {
		buf_printf(out, "\ncollate: %.*s", (int) text.len, (const char *) text.data);
	}
	/* Whatever is set is put back. */
	for (const char *at = buf_text(&leave); *at != '\0' && strncmp(out->data, "SET ", 4) == 0;) {
		size_t len = strcspn(at + 2, ",") + 2;

		assert_true(len > 10 && strncmp(at + len - 10, " = DEFAULT", 10) == 0);
		at += len;
	}
	buf_release(&leave);
	arena_release(&arena);
}

/* Looks for `part` in the plan; a '-' in front: it must not stand there. */
static void
check(const struct origin *from, const struct server *to, const char *part)
{
	struct buf out = {0};
	bool is_absent = part[0] == '-';

	plan(from, to, &out);
	if ((strstr(buf_text(&out), part + is_absent) == NULL) != is_absent)
		fail_msg("'%s' to version %u: '%s' in\n%s", from->sql, to->version, part, buf_text(&out));
	buf_release(&out);
}

static uint64_t
mode(uint64_t from, enum flavour source, const struct server *to)
{
	struct err err = {0};
	uint64_t out = 0;

	assert_true(ddl_sql_mode(from, source, to->flavour, to->version, &out, &err));
	return out;
}

#define BIT(n) ((uint64_t) 1 << (n))

static void
sql_modes(void **state)
{
	struct err err = {0};
	uint64_t out;

	(void) state;
	/* gone from MySQL 8: NO_AUTO_CREATE_USER, the combinations of old; 4 was never used there */
	assert_true(
	    mode(STRICT | NO_AUTO_CREATE_USER | BIT(8) | BIT(13) | BIT(4), FLAVOUR_MYSQL, &mysql_97) == STRICT);
	assert_true(mode(STRICT | NO_AUTO_CREATE_USER | BIT(4), FLAVOUR_MYSQL, &mysql_56) ==
		    (STRICT | NO_AUTO_CREATE_USER));
	assert_true(mode(STRICT | BIT(4) | BIT(9) | BIT(34), FLAVOUR_MARIADB, &mariadb_118) ==
		    (STRICT | BIT(4) | BIT(9) | BIT(34)));
	assert_true(
	    mode(BIT(32) | BIT(18) | BIT(29), FLAVOUR_MYSQL, &mysql_97) == (BIT(32) | BIT(18) | BIT(29)));
	assert_true(mode(BIT(32), FLAVOUR_MYSQL, &mysql_56) == 0);
	/* fractions of seconds: MySQL rounds unless 32 is set, MariaDB cuts unless 34 is */
	assert_true(mode(STRICT, FLAVOUR_MYSQL, &mariadb_118) == (STRICT | BIT(34)));
	assert_true(mode(STRICT | BIT(32), FLAVOUR_MYSQL, &mariadb_118) == STRICT);
	assert_true(mode(STRICT, FLAVOUR_MARIADB, &mysql_97) == (STRICT | BIT(32)));
	assert_true(mode(STRICT | BIT(34), FLAVOUR_MARIADB, &mysql_97) == STRICT);
	assert_true(mode(STRICT, FLAVOUR_MARIADB, &mysql_56) == STRICT);
	/* MySQL's ORACLE is a set of other modes, MariaDB's another language */
	assert_true(mode(BIT(9) | BIT(1), FLAVOUR_MYSQL, &mariadb_1011) == (BIT(1) | BIT(34)));
	assert_false(ddl_sql_mode(BIT(9), FLAVOUR_MARIADB, FLAVOUR_MYSQL, 90704, &out, &err));
	assert_string_equal(err.text,
	    "the statement ran in sql_mode ORACLE, which changes its meaning and which the target does "
	    "not have");
	assert_int_equal(err.kind, ERR_STOP);
	assert_false(ddl_sql_mode(BIT(32), FLAVOUR_MARIADB, FLAVOUR_MYSQL, 90704, &out, &err));
	assert_non_null(strstr(err.text, "EMPTY_STRING_IS_NULL"));
}

static void
flags_and_policy(void **state)
{
	struct origin event = {
	    .source = &mariadb_1011, .sql = "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (b)"};

	(void) state;
	event.query = (struct query){.has_flags2 = true, .flags2 = 1 << 24};
	check(&event, &mariadb_1011,
	    "foreign_key_checks = 1, unique_checks = 1, sql_auto_is_null = 0, check_constraint_checks = 1, "
	    "sql_if_exists = 0");
	event.source = &mariadb_118; /* which does not log it */
	check(&event, &mariadb_1011, "check_constraint_checks = 0");
	event.source = &mariadb_1011;
	check(&event, &mariadb_1011, "system_versioning_alter_history = KEEP, max_statement_time = 0");
	check(&event, &mariadb_1011, "-auto_increment");
	check(&event, &mariadb_1011, "timestamp = 1700000000.000000, lc_time_names = 0");
	event.query.flags2 = 1 << 24 | 1 << 26 | 1 << 27 | 1 << 14 | 1 << 15 | 1 << 28;
	check(&event, &mariadb_1011,
	    "foreign_key_checks = 0, unique_checks = 0, sql_auto_is_null = 1, check_constraint_checks = 0, "
	    "sql_if_exists = 1");
	check(&event, &mysql_97, "sql_require_primary_key = OFF");
	check(&event, &mysql_97, "-sql_generate_invisible_primary_key");
	check(&event, &mysql_97, "restrict_fk_on_non_standard_key = OFF");
	check(&event, &mysql_97, "-check_constraint_checks");
	check(&event, &mysql_56, "default_storage_engine = InnoDB");
	event.query.has_auto_increment = event.query.has_microseconds = event.query.has_lc_time_names = true;
	event.query.auto_increment_increment = 5;
	event.query.auto_increment_offset = 2;
	event.query.microseconds = 42;
	event.query.lc_time_names = 4;
	event.sql = "ALTER TABLE t ADD id INT AUTO_INCREMENT PRIMARY KEY";
	check(&event, &mysql_56, "auto_increment_increment = 5, auto_increment_offset = 2");
	check(&event, &mysql_56, "timestamp = 1700000000.000042, lc_time_names = 4");
	check(&event, &mysql_97, "-restrict_fk");
}

static struct query
charsets(uint16_t client, uint16_t connection, uint16_t server)
{
	return (struct query){.has_charset = true,
	    .charset_client = client,
	    .collation_connection = connection,
	    .collation_server = server};
}

static void
character_sets(void **state)
{
	struct origin event = {.source = &mysql_97, .sql = "CREATE DATABASE d", .class = DDL_CREATE_DATABASE};

	(void) state;
	event.query = charsets(8, 255, 255);
	check(&event, &mysql_97,
	    "character_set_client = latin1, collation_connection = utf8mb4_0900_ai_ci, collation_server = "
	    "utf8mb4_0900_ai_ci");
	/* MariaDB 11.4 on knows MySQL's numbers; before, the documented equal stands for them */
	check(&event, &mariadb_118, "collation_server = utf8mb4_0900_ai_ci");
	check(&event, &mariadb_1011, "collation_server = utf8mb4_uca1400_nopad_ai_ci");
	check(&event, &mysql_56,
	    "stop: the default of the new database is collation utf8mb4_0900_ai_ci, which the target does not "
	    "have | Say in ddl.collations what is to stand for it.");
	event.sql = "CREATE DATABASE d CHARACTER SET latin1";
	check(&event, &mysql_56, "character_set_client = latin1, collation_connection = utf8mb4_general_ci");
	check(&event, &mysql_56, "-collation_server");
	event.source = &mariadb_118;
	event.sql = "CREATE DATABASE d";
	event.query = charsets(2304, 2304, 2304);
	check(&event, &mysql_97, "stop: the default of the new database is collation utf8mb4_uca1400_ai_ci");
	event.query = charsets(2304, 2308, 2308);
	check(&event, &mysql_97,
	    "character_set_client = utf8mb4, collation_connection = utf8mb4_0900_ai_ci, collation_server = "
	    "utf8mb4_0900_ai_ci");
	/* what is stored with the object counts */
	event.query = charsets(2304, 2304, 45);
	event.sql = "CREATE VIEW v AS SELECT 1";
	event.class = DDL_VIEW;
	check(&event, &mysql_97, "stop: the connection's collation is collation utf8mb4_uca1400_ai_ci");
	event.class = DDL_CREATE_TABLE;
	event.sql = "CREATE TABLE t (a INT)";
	check(&event, &mysql_97,
	    "collation_connection = utf8mb4_general_ci, collation_server = utf8mb4_general_ci");
	event.query = charsets(310, 310, 45);
	event.source = &mysql_97;
	event.class = DDL_TRIGGER;
	check(&event, &mariadb_1011, "stop: the connection's collation is collation number 310");
}

static const uint8_t pairs_of_118[] = {45, 0, 0, 9}; /* utf8mb4: 45 -> 2304 */

static void
defaults_of_utf8mb4(void **state)
{
	struct origin event = {.source = &mariadb_118,
	    .sql = "CREATE TABLE t (a TEXT) CHARSET=utf8mb4",
	    .class = DDL_CREATE_TABLE};

	(void) state;
	event.query.character_set_collations = (struct bytes){pairs_of_118, sizeof(pairs_of_118)};
	check(&event, &mariadb_118, "character_set_collations = 'utf8mb4=utf8mb4_uca1400_ai_ci'");
	check(&event, &mariadb_118, "-\ncollate");
	check(&event, &mariadb_1011,
	    "\ncollate: CREATE TABLE t (a TEXT) CHARSET=utf8mb4 COLLATE utf8mb4_uca1400_ai_ci");
	check(&event, &mysql_97,
	    "stop: the statement names character set utf8mb4 without a collation, which on the source means "
	    "utf8mb4_uca1400_ai_ci: the target does not have it | Say in ddl.collations what is to stand for it; "
	    "character_set_collations = '' on the source avoids it.");
	event.sql = "CREATE TABLE t (a TEXT) CHARSET=utf8mb4, COLLATE=utf8mb4_bin";
	check(&event, &mysql_97, "default_collation_for_utf8mb4 = utf8mb4_general_ci");
	event.sql = "CREATE TABLE t (a TEXT)";
	check(&event, &mysql_97, "default_collation_for_utf8mb4 = utf8mb4_general_ci");
	event.sql = "CREATE TABLE t (a TEXT CHARACTER SET utf8mb4)";
	/* of old it was general_ci, and no event said so */
	event.query.character_set_collations.len = 0;
	check(&event, &mysql_97, "default_collation_for_utf8mb4 = utf8mb4_general_ci");
	check(&event, &mariadb_118, "character_set_collations = ''");
	event.source = &mysql_97;
	event.query.has_default_collation_utf8mb4 = true;
	event.query.default_collation_utf8mb4 = 45;
	check(&event, &mysql_97, "default_collation_for_utf8mb4 = utf8mb4_general_ci");
	check(&event, &mariadb_118, "character_set_collations = ''");
	event.query.default_collation_utf8mb4 = 255;
	check(&event, &mysql_97, "-default_collation_for_utf8mb4"); /* as it is */
	check(&event, &mysql_97, "-\ncollate");
	check(&event, &mariadb_118, "character_set_collations = 'utf8mb4=utf8mb4_0900_ai_ci'");
	check(&event, &mariadb_1011,
	    "\ncollate: CREATE TABLE t (a TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_nopad_ai_ci)");
	check(&event, &mysql_56,
	    "stop: the statement names character set utf8mb4 without a collation, which on the source means "
	    "utf8mb4_0900_ai_ci");
}

static void
what_stands_for_a_collation(void **state)
{
	struct origin event = {.source = &mariadb_118, .class = DDL_CREATE_TABLE};

	(void) state;
	event.query = charsets(2304, 2304, 2304);
	event.query.character_set_collations = (struct bytes){pairs_of_118, sizeof(pairs_of_118)};
	event.sql = "CREATE DATABASE d";
	event.class = DDL_CREATE_DATABASE;
	check(&event, &mapped_97, "collation_server = utf8mb4_0900_ai_ci");
	event.class = DDL_CREATE_TABLE;
	event.sql = "CREATE TABLE t (a TEXT) CHARSET=utf8mb4"; /* the target's own default says it */
	check(&event, &mapped_97, "-\ncollate");
	check(&event, &mapped_97, "-default_collation_for_utf8mb4");
	event.sql = "CREATE TABLE t (a TEXT COLLATE utf8mb4_uca1400_ai_ci COMMENT 'COLLATE uca1400_ai_ci', b TEXT COLLATE "
		    "`UCA1400_ai_ci`, uca1400_ai_ci INT) CHARSET=utf8mb4 COLLATE='utf8mb4_uca1400_ai_ci'";
	check(&event, &mapped_97,
	    "\ncollate: CREATE TABLE t (a TEXT COLLATE utf8mb4_0900_ai_ci COMMENT 'COLLATE uca1400_ai_ci', b TEXT COLLATE "
	    "utf8mb4_0900_ai_ci, uca1400_ai_ci INT) CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci");
}

static void
numbers_and_names(void **state)
{
	(void) state;
	assert_int_equal(ddl_collation_number("utf8mb4_uca1400_ai_ci"), 2304);
	assert_int_equal(ddl_collation_number("UTF8MB3_uca1400_nopad_as_cs"), 2055);
	assert_int_equal(ddl_collation_number("utf8mb4_0900_ai_ci"), 255);
	assert_int_equal(ddl_collation_number("utf8mb4_0900_bin"), 309);
	assert_int_equal(ddl_collation_number("latin1_swedish_ci"), 0);
}

static void
where_a_collation_goes(void **state)
{
	static const struct {
		const char *sql, *expected; /* NULL: as it is */
	} examples[] = {
	    {"ALTER TABLE t ADD a TEXT CHARSET utf8mb4, ADD b TEXT CHARSET utf8mb4 COLLATE utf8mb4_bin",
		"ALTER TABLE t ADD a TEXT CHARSET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci, ADD b TEXT CHARSET "
		"utf8mb4 COLLATE "
		"utf8mb4_bin"},
	    {"CREATE TABLE t (a VARCHAR(9) CHARACTER SET 'utf8mb4' NOT NULL COLLATE utf8mb4_bin, b CHAR(3) "
	     "CHAR SET `utf8mb4`)",
		"CREATE TABLE t (a VARCHAR(9) CHARACTER SET 'utf8mb4' NOT NULL COLLATE utf8mb4_bin, b CHAR(3) "
		"CHAR SET `utf8mb4` "
		"COLLATE utf8mb4_uca1400_ai_ci)"},
	    {"CREATE TABLE t (a TEXT CHARSET latin1, `charset` INT, utf8mb4 INT) COMMENT 'CHARSET utf8mb4' /* "
	     "CHARSET utf8mb4 */",
		NULL},
	    {"CREATE TABLE t (a TEXT) COLLATE utf8mb4_bin ENGINE=InnoDB DEFAULT CHARACTER SET = UTF8MB4", NULL},
	    {"ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4",
		"ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci"},
	    {"CREATE TABLE t (a SET('x','y') CHARSET utf8mb4 DEFAULT (CONCAT('(', 'x')), b TEXT COLLATE "
	     "utf8mb4_bin)",
		"CREATE TABLE t (a SET('x','y') CHARSET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci DEFAULT "
		"(CONCAT('(', 'x')), b TEXT "
		"COLLATE utf8mb4_bin)"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct origin event = {
		    .source = &mariadb_118, .sql = examples[i].sql, .class = DDL_CREATE_TABLE};
		struct buf expected = {0};

		if (strncmp(event.sql, "ALTER", 5) == 0)
			event.class = DDL_ALTER_TABLE;
		event.query.character_set_collations = (struct bytes){pairs_of_118, sizeof(pairs_of_118)};
		buf_printf(&expected, "%s\ncollate: %s", examples[i].expected == NULL ? "-" : "",
		    examples[i].expected == NULL ? "" : examples[i].expected);
		check(&event, &mariadb_1011, buf_text(&expected));
		buf_release(&expected);
	}
}

static void
explicit_defaults(void **state)
{
	struct origin event = {
	    .source = &mariadb_118, .sql = "CREATE TABLE t (a TIMESTAMP)", .class = DDL_CREATE_TABLE};

	(void) state;
	event.query = (struct query){.has_flags2 = true, .flags2 = 0};
	check(&event, &mysql_97, "explicit_defaults_for_timestamp = OFF");
	event.query.flags2 = 1 << 24;
	check(&event, &mysql_97, "-explicit_defaults_for_timestamp");
	check(&event, &mysql_56,
	    "stop: the source ran the statement with explicit_defaults_for_timestamp = ON, the target has OFF "
	    "and "
	    "sets it for no session | Start the target with explicit_defaults_for_timestamp=ON.");
	event.sql = "CREATE TABLE t (a INT)";
	check(&event, &mysql_56, "-stop");
	/* MySQL: in the event from 8.0 on, the server's setting before; an unknown one is left alone */
	event.source = &mysql_56;
	check(&event, &mariadb_118, "-explicit_defaults_for_timestamp");
	event.explicit_defaults = TRI_NO;
	check(&event, &mariadb_118, "explicit_defaults_for_timestamp = OFF");
	event.source = &mysql_97;
	event.query.has_explicit_defaults_ts = event.query.explicit_defaults_ts = true;
	check(&event, &mariadb_118, "-explicit_defaults_for_timestamp");
}

static void
time_zones(void **state)
{
	static const char berlin[] = "Europe/Berlin", system_zone[] = "SYSTEM";
	struct origin event = {
	    .source = &mysql_56, .sql = "ALTER TABLE t MODIFY a DATETIME", .class = DDL_ALTER_TABLE};

	(void) state;
	check(&event, &mysql_97, "-time_zone");
	event.query.has_time_zone = true;
	event.query.time_zone = (struct bytes){(const uint8_t *) berlin, strlen(berlin)};
	check(&event, &mysql_97, "time_zone = 'Europe/Berlin'");
	event.query.time_zone = (struct bytes){(const uint8_t *) system_zone, strlen(system_zone)};
	event.zone = (struct system_zone){true, "GMT", 0, 60, 1};
	check(&event, &mysql_97, "stop: the statement depends on the source's system time zone, GMT; the target's, CST, is another one | ");
	event.zone = (struct system_zone){true, "CST", -360, -300, 3};
	check(&event, &mysql_97, "stop: the statement depends on the source's system time zone, CST; the target's, CST, is another one | ");
	event.zone = (struct system_zone){true, "CDT", 480, 540, 2};
	check(&event, &mysql_97, "time_zone = 'SYSTEM'");
	event.zone = (struct system_zone){true, "UTC", 0, 0, 4};
	check(&event, &mysql_97, "time_zone = '+00:00'");
	event.zone = (struct system_zone){true, "IST", 330, 330, 5};
	check(&event, &mysql_97, "time_zone = '+05:30'");
	event.zone = (struct system_zone){true, "-0930", -570, -570, 6};
	check(&event, &mysql_97, "time_zone = '-09:30'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sql_modes),
	    cmocka_unit_test(flags_and_policy),
	    cmocka_unit_test(character_sets),
	    cmocka_unit_test(defaults_of_utf8mb4),
	    cmocka_unit_test(where_a_collation_goes), cmocka_unit_test(what_stands_for_a_collation),
	    cmocka_unit_test(numbers_and_names),
	    cmocka_unit_test(explicit_defaults),
	    cmocka_unit_test(time_zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
