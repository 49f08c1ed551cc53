/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sink/mysql/writer.h"

/* A server that gives what stands here, one row for each statement, and then has no more to say. */
static size_t n_answers;

bool
conn_send(struct conn *conn, const char *sql, size_t len, struct err *err)
{
	(void) conn;
	(void) sql;
	(void) len;
	(void) err;
	return true;
}

bool
conn_next(struct conn *conn, uint64_t *affected, bool *is_end, struct err *err)
{
	(void) conn;
	(void) err;
	*is_end = n_answers == 0;
	if (*is_end)
		return true;
	n_answers--;
	*affected = 1;
	return true;
}

bool
conn_has_answers(const struct conn *conn)
{
	(void) conn;
	return n_answers != 0;
}

uint64_t
conn_max_packet(const struct conn *conn)
{
	(void) conn;
	return UINT32_MAX;
}

const char *
conn_name(const struct conn *conn)
{
	(void) conn;
	return "db1:3306";
}

/* Two statements that must match one row each. */
static bool
write_two(size_t answers, struct err *err)
{
	struct writer *writer = writer_new(NULL, NULL, NULL);
	bool done = true;

	n_answers = answers;
	for (int i = 0; done && i < 2; i++) {
		buf_puts(writer_sql(writer), "UPDATE t SET a = 1 WHERE id = 1");
		done = writer_end_statement(writer, 1, CHECK_ROWS, err);
	}
	done = done && writer_finish(writer, err);
	writer_free(writer);
	return done;
}

static void
test_each_statement_is_answered(void **state)
{
	struct err err = {0};

	(void) state;
	assert_true(write_two(2, &err));
	assert_false(write_two(1, &err));
	assert_int_equal(err.kind, ERR_UNCERTAIN);
	assert_string_equal(err.text, "server 'db1:3306' answered 1 of the 2 statements of a packet");
	assert_false(write_two(0, &err));
	assert_string_equal(err.text, "server 'db1:3306' answered 0 of the 2 statements of a packet");
	assert_false(write_two(3, &err));
	assert_int_equal(err.kind, ERR_STOP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_statement_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
