/* SPDX-License-Identifier: Apache-2.0 */
/* Status variables of both families, statements that shape transactions, and lengths that lie. */
#include <stdio.h>
#include <zlib.h>

#include "binlog_wire.h"

#include "binlog/query_event.h"

/* Thread 5, 9 seconds, a database of `db_len` bytes, error 3. */
static void
put_query(struct buf *out, struct bytes vars, const char *db, struct bytes sql)
{
	buf_put_le(out, 5, 4);
	buf_put_le(out, 9, 4);
	buf_put_le(out, strlen(db), 1);
	buf_put_le(out, 3, 2);
	buf_put_le(out, vars.len, 2);
	wire_add(out, vars);
	buf_puts(out, db);
	buf_putc(out, '\0');
	wire_add(out, sql);
}

static bool
parse_vars(enum flavour flavour, struct bytes vars, struct query *query, struct err *err)
{
	struct binlog_format format = wire_format(flavour);
	static struct buf body; /* kept: what was parsed points into it */
	struct buf scratch = {0};
	struct event event;
	bool is_good;

	buf_release(&body);
	put_query(&body, vars, "d", WIRE("x"));
	event = wire_event(EVENT_QUERY, wire_bytes(&body));
	is_good = query_parse(&event, &format, &scratch, query, err);
	if (is_good) {
		assert_int_equal(query->sql.len, 1);
		assert_int_equal(query->sql.data[0], 'x');
	}
	buf_release(&scratch);
	return is_good;
}

static struct query
good_vars(enum flavour flavour, struct bytes vars)
{
	struct query query;
	struct err err;

	if (!parse_vars(flavour, vars, &query, &err))
		fail_msg("%s", err.text);
	return query;
}

static void
test_plain(void **state)
{
	struct binlog_format format = wire_format(FLAVOUR_MYSQL);
	struct buf body = {0}, scratch = {0};
	struct event event;
	struct query query;
	struct err err;

	(void) state;
	put_query(&body, WIRE(""), "shop", WIRE("DROP TABLE t"));
	event = wire_event(EVENT_QUERY, wire_bytes(&body));
	assert_true(query_parse(&event, &format, &scratch, &query, &err));
	assert_int_equal(query.thread_id, 5);
	assert_int_equal(query.seconds, 9);
	assert_int_equal(query.error_code, 3);
	assert_int_equal(query.db.len, 4);
	assert_memory_equal(query.db.data, "shop", 4);
	assert_int_equal(query.sql.len, 12);
	assert_memory_equal(query.sql.data, "DROP TABLE t", 12);
	assert_false(query.has_sql_mode);
	buf_release(&body);
	buf_release(&scratch);
}

static void
test_common_vars(void **state)
{
	struct query query = good_vars(FLAVOUR_MYSQL, WIRE("\0\1\2\3\4"
							   "\1\1\2\3\4\5\6\7\10"
							   "\2\3std\0"
							   "\6\3std"
							   "\3\3\0\2\0"
							   "\4\41\0\55\0\10\0"
							   "\5\6+02:00"
							   "\7\4\0"
							   "\10\115\0"
							   "\11????????"
							   "\12????"
							   "\13\1u\2hh"));

	(void) state;
	assert_true(query.has_flags2);
	assert_int_equal(query.flags2, 0x04030201);
	assert_true(query.has_sql_mode);
	assert_int_equal(query.sql_mode, 0x0807060504030201);
	assert_true(query.has_auto_increment);
	assert_int_equal(query.auto_increment_increment, 3);
	assert_int_equal(query.auto_increment_offset, 2);
	assert_true(query.has_charset);
	assert_int_equal(query.charset_client, 33);
	assert_int_equal(query.collation_connection, 45);
	assert_int_equal(query.collation_server, 8);
	assert_true(query.has_time_zone);
	assert_int_equal(query.time_zone.len, 6);
	assert_memory_equal(query.time_zone.data, "+02:00", 6);
	assert_true(query.has_lc_time_names);
	assert_int_equal(query.lc_time_names, 4);
	assert_true(query.has_charset_database);
	assert_int_equal(query.charset_database, 77);
	assert_true(query.has_invoker);
	assert_int_equal(query.invoker_user.len, 1);
	assert_int_equal(query.invoker_host.len, 2);
	assert_false(query.has_explicit_defaults_ts);
}

static void
test_mysql_vars(void **state)
{
	struct query query = good_vars(FLAVOUR_MYSQL, WIRE("\14\2ab\0c\0"
							   "\14\376"
							   "\15\100\342\1"
							   "\16????????"
							   "\17????????"
							   "\20\0"
							   "\21\1\0\0\0\0\0\0\0"
							   "\22\55\0"
							   "\23\1"
							   "\24\1"
							   "\25\1"));

	(void) state;
	assert_true(query.has_microseconds);
	assert_int_equal(query.microseconds, 123456);
	assert_true(query.has_explicit_defaults_ts);
	assert_false(query.explicit_defaults_ts);
	assert_true(query.has_ddl_xid);
	assert_int_equal(query.ddl_xid, 1);
	assert_true(query.has_default_collation_utf8mb4);
	assert_int_equal(query.default_collation_utf8mb4, 45);
	assert_true(query.has_require_primary_key);
	assert_int_equal(query.require_primary_key, 1);
	assert_true(query.has_table_encryption);
	assert_int_equal(query.table_encryption, 1);
}

static void
test_mariadb_vars(void **state)
{
	struct query query = good_vars(FLAVOUR_MARIADB, WIRE("\203\2\1\0\2\0\3\0\4\0"
							     "\0\0\0\0\1"
							     "\200\100\342\1"
							     "\201\7\0\0\0\0\0\0\0"
							     "\202\2"
							     "\202\4????????"
							     "\202\10????????"
							     "\377\377"));

	(void) state;
	assert_int_equal(query.character_set_collations.len, 8);
	assert_memory_equal(query.character_set_collations.data, "\1\0\2\0\3\0\4\0", 8);
	assert_int_equal(query.microseconds, 123456);
	assert_true(query.has_binlog_xid);
	assert_int_equal(query.binlog_xid, 7);
	assert_true(query.has_explicit_defaults_ts);
	assert_true(query.explicit_defaults_ts);
	query = good_vars(FLAVOUR_MARIADB, WIRE("\0\0\0\0\4"));
	assert_true(query.has_explicit_defaults_ts);
	assert_false(query.explicit_defaults_ts);
}

static void
test_unknown_vars(void **state)
{
	struct query query;
	struct err err;

	(void) state;
	assert_false(parse_vars(FLAVOUR_MYSQL, WIRE("\26\0"), &query, &err));
	wire_assert_error(&err, ERR_STOP, "event 'query' has status variable 22, which is not known");
	assert_false(parse_vars(FLAVOUR_MYSQL, WIRE("\200\0\0\0"), &query, &err));
	wire_assert_error(&err, ERR_STOP, "event 'query' has status variable 128, which is not known");
	assert_false(parse_vars(FLAVOUR_MARIADB, WIRE("\204\0"), &query, &err));
	wire_assert_error(&err, ERR_STOP, "event 'query' has status variable 132, which is not known");
}

/* Each variable, one byte short. */
static void
test_short_vars(void **state)
{
	static const struct {
		enum flavour flavour;
		struct bytes vars;
	} cases[] = {
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\0???", 4}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\1???????", 8}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\2\3std", 5}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\3???", 4}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\4?????", 6}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\5\377????", 6}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\6\4std", 5}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\7?", 2}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\10?", 2}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\11???????", 8}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\12???", 4}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\13\1u\2h", 5}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\14\2ab\0c", 6}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\15??", 3}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\16???????", 8}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\20", 1}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\21???????", 8}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\22?", 2}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\23", 1}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\24", 1}},
	    {FLAVOUR_MYSQL, {(const uint8_t *) "\25", 1}},
	    {FLAVOUR_MARIADB, {(const uint8_t *) "\200??", 3}},
	    {FLAVOUR_MARIADB, {(const uint8_t *) "\201???????", 8}},
	    {FLAVOUR_MARIADB, {(const uint8_t *) "\202\4???????", 9}},
	    {FLAVOUR_MARIADB, {(const uint8_t *) "\203\2???????", 9}},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct query query;
		char text[100];
		struct err err;

		(void) snprintf(text, sizeof(text), "event 'query' is cut short in status variable %u",
		    cases[i].vars.data[0]);
		assert_false(parse_vars(cases[i].flavour, cases[i].vars, &query, &err));
		wire_assert_error(&err, ERR_STOP, text);
	}
}

static void
assert_refused(struct bytes body, const char *text)
{
	struct binlog_format format = wire_format(FLAVOUR_MYSQL);
	struct event event = wire_event(EVENT_QUERY, body);
	struct buf scratch = {0};
	struct query query;
	struct err err;

	assert_false(query_parse(&event, &format, &scratch, &query, &err));
	wire_assert_error(&err, ERR_STOP, text);
	buf_release(&scratch);
}

static void
test_lengths_lie(void **state)
{
	(void) state;
	assert_refused(WIRE(""), "event 'query' of 19 bytes: the lengths in its header do not fit");
	assert_refused(WIRE("1234123412"), "event 'query' of 29 bytes: the lengths in its header do not fit");
	assert_refused(WIRE("12341234\0\0\0\377\377\0x"),
	    "event 'query' of 34 bytes: the lengths in its header do not fit");
	assert_refused(WIRE("12341234\377\0\0\0\0d\0x"),
	    "event 'query' of 35 bytes: the lengths in its header do not fit");
	/* No NUL behind the database. */
	assert_refused(
	    WIRE("12341234\1\0\0\0\0dxx"), "event 'query' of 35 bytes: the lengths in its header do not fit");
}

static void
test_compressed(void **state)
{
	struct binlog_format format = wire_format(FLAVOUR_MARIADB);
	struct buf body = {0}, sql = {0}, scratch = {0};
	uLongf len = 100;
	struct event event;
	struct query query;
	struct err err;

	(void) state;
	buf_reserve(&sql, 200);
	wire_add(&sql, WIRE("\202\0\20"));
	assert_int_equal(compress((Bytef *) sql.data + 3, &len, (const Bytef *) "CREATE TABLE abc", 16), Z_OK);
	sql.len += len;
	put_query(&body, WIRE("\0\0\0\0\0"), "d", wire_bytes(&sql));
	event = wire_event(EVENT_MARIADB_QUERY_COMPRESSED, wire_bytes(&body));
	for (int i = 0; i < 2; i++) { /* the scratch is used again */
		assert_true(query_parse(&event, &format, &scratch, &query, &err));
		assert_int_equal(query.sql.len, 16);
		assert_memory_equal(query.sql.data, "CREATE TABLE abc", 16);
	}
	body.data[body.len - len - 1] = 17;
	assert_false(query_parse(&event, &format, &scratch, &query, &err));
	assert_int_equal(err.kind, ERR_STOP);
	buf_release(&sql);
	buf_release(&body);
	buf_release(&scratch);
}

static void
test_classes(void **state)
{
	static const struct {
		const char *sql;
		enum query_class class;
	} cases[] = {
	    {"BEGIN", QUERY_BEGIN},
	    {"begin ", QUERY_BEGIN},
	    {"BEGIN;", QUERY_BEGIN},
	    {"BEGINNING", QUERY_OTHER},
	    {"BEGIN NOT ATOMIC SELECT 1; END", QUERY_OTHER},
	    {"COMMIT", QUERY_COMMIT},
	    {" Commit\n", QUERY_COMMIT},
	    {"COMMITTED", QUERY_OTHER},
	    {"COMMIT AND CHAIN", QUERY_OTHER},
	    {"ROLLBACK", QUERY_ROLLBACK},
	    {"ROLLBACK TO `s`", QUERY_ROLLBACK_TO},
	    {"ROLLBACK TO`s`", QUERY_ROLLBACK_TO},
	    {"rollback  to savepoint s", QUERY_ROLLBACK_TO},
	    {"ROLLBACK WORK", QUERY_OTHER},
	    {"SAVEPOINT `s`", QUERY_SAVEPOINT},
	    {"SAVEPOINT`s`", QUERY_SAVEPOINT},
	    {"SAVEPOINTS", QUERY_OTHER},
	    {"XA START X'67',X'62',7", QUERY_XA_START},
	    {"xa begin 'x'", QUERY_XA_START},
	    {"XA END X'67'", QUERY_XA_END},
	    {"XA PREPARE X'67'", QUERY_XA_PREPARE},
	    {"XA COMMIT X'67'", QUERY_XA_COMMIT},
	    {"XA  ROLLBACK X'67'", QUERY_XA_ROLLBACK},
	    {"XA RECOVER", QUERY_OTHER},
	    {"XA", QUERY_OTHER},
	    {"XASTART", QUERY_OTHER},
	    {"", QUERY_OTHER},
	    {"`BEGIN`", QUERY_OTHER},
	    {"DROP TABLE t", QUERY_OTHER},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint8_t *sql = (const uint8_t *) cases[i].sql;

		if (query_classify((struct bytes){sql, strlen(cases[i].sql)}) != cases[i].class)
			fail_msg("'%s'", cases[i].sql);
	}
	assert_int_equal(query_classify((struct bytes){NULL, 0}), QUERY_OTHER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_common_vars),
	    cmocka_unit_test(test_mysql_vars),
	    cmocka_unit_test(test_mariadb_vars),
	    cmocka_unit_test(test_unknown_vars),
	    cmocka_unit_test(test_short_vars),
	    cmocka_unit_test(test_lengths_lie),
	    cmocka_unit_test(test_compressed),
	    cmocka_unit_test(test_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
