/* SPDX-License-Identifier: Apache-2.0 */
/* Statements and their answers. */
#include <errmsg.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/testpoint.h"
#include "mysql/result.h"

enum {
	SLICE_MS = 100,
	MS_PER_SECOND = 1000,
	ROWS_TIME_S = 600, /* where no answer has a deadline */
};

/*
 * Nothing has been read ahead behind the answer to a statement that was sent alone, or first, so waiting on the socket
 * itself is sound.
 */
static bool
wait_for_answer(struct conn *conn, struct err *err)
{
	struct pollfd poll_for = {.fd = watch_socket(conn->watch), .events = POLLIN};
	int64_t since_ms = clock_mono_ms();

	while (poll(&poll_for, 1, SLICE_MS) <= 0) {
		bool is_stopped = conn->stop != NULL && atomic_load(conn->stop);
		if (!is_stopped &&
		    (conn->answer_timeout_s == 0 || clock_mono_ms() - since_ms < (int64_t) conn->answer_timeout_s * MS_PER_SECOND))
			continue;
		conn->is_broken = true;
		if (is_stopped)
			return err_set(err, ERR_CANCELLED, "stopped");
		(void) err_set(err, ERR_RETRY, "server '%s' has not answered for %u s (%d)", conn->name, conn->answer_timeout_s,
		    CR_SERVER_LOST);
		err->code = CR_SERVER_LOST;
		return false;
	}
	return true;
}

static void
set_busy(struct conn *conn, bool is_busy)
{
	atomic_store(&conn->busy_since_ms, is_busy ? clock_mono_ms() : 0);
}

static void
end_wait(struct conn *conn)
{
	watch_end(conn->watch);
	set_busy(conn, false);
}

/* For the rows of an answer, which a server has at hand. */
static unsigned int
answer_time_s(const struct conn *conn)
{
	return conn->answer_timeout_s == 0 ? ROWS_TIME_S : conn->answer_timeout_s;
}

/* Takes the answer that is there; a result set nobody asked for is thrown away. */
static bool
take_answer(struct conn *conn, uint64_t *affected, struct err *err)
{
	bool done = true;

	if (mysql_field_count(conn->mysql) != 0) {
		MYSQL_RES *res = mysql_use_result(conn->mysql);
		if (res == NULL)
			return conn_error(conn, "", err);
		watch_begin(conn->watch, answer_time_s(conn));
		done = result_drop(conn, res, err);
		mysql_free_result(res);
	}
	if (affected != NULL)
		*affected = mysql_affected_rows(conn->mysql);
	return done;
}

bool
conn_send(struct conn *conn, const char *sql, size_t len, struct err *err)
{
	if (conn->pending != PENDING_NONE)
		return err_set(err, ERR_STOP, "server '%s': answers to earlier statements are outstanding", conn->name);
	set_busy(conn, true);
	watch_begin(conn->watch, 0);
	if (mysql_send_query(conn->mysql, sql, len) != 0) {
		conn->is_broken = true;
		end_wait(conn);
		return conn_error(conn, "", err);
	}
	conn->pending = PENDING_FIRST;
	return true;
}

static bool
read_answer(struct conn *conn, enum pending pending, uint64_t *affected, struct err *err)
{
	int failed;

	if (pending == PENDING_FIRST && !wait_for_answer(conn, err))
		return false;
	watch_begin(conn->watch, conn->answer_timeout_s);
	failed = pending == PENDING_FIRST ? mysql_read_query_result(conn->mysql) : mysql_next_result(conn->mysql);
	return failed == 0 ? take_answer(conn, affected, err) : conn_error(conn, "", err);
}

bool
conn_next(struct conn *conn, uint64_t *affected, bool *is_end, struct err *err)
{
	enum pending pending = conn->pending;
	bool done;

	*is_end = pending == PENDING_NONE;
	if (*is_end)
		return true;
	conn->pending = PENDING_NONE;
	done = read_answer(conn, pending, affected, err);
	end_wait(conn);
	if (!done)
		return false;
	if (mysql_more_results(conn->mysql))
		conn->pending = PENDING_MORE;
	set_busy(conn, conn->pending == PENDING_MORE);
	return true;
}

bool
conn_exec_len(struct conn *conn, const char *sql, size_t len, uint64_t *affected, struct err *err)
{
	bool is_end;

	if (!conn_send(conn, sql, len, err) || !conn_next(conn, affected, &is_end, err))
		return false;
	while (conn->pending != PENDING_NONE)
		if (!conn_next(conn, NULL, &is_end, err))
			return false;
	return true;
}

bool
conn_exec(struct conn *conn, const char *sql, uint64_t *affected, struct err *err)
{
	return conn_exec_len(conn, sql, strlen(sql), affected, err);
}

static char *format_sql(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static char *
format_sql(const char *format, va_list args)
{
	char *sql = NULL;

	if (vasprintf(&sql, format, args) < 0)
		return mem_alloc(SIZE_MAX); /* says so and aborts */
	return sql;
}

bool
conn_execf(struct conn *conn, uint64_t *affected, struct err *err, const char *format, ...)
{
	va_list args;
	char *sql;

	va_start(args, format);
	sql = format_sql(format, args);
	va_end(args);
	bool done = conn_exec(conn, sql, affected, err);
	free(sql);
	return done;
}

/* With them off the server refuses a text that goes on behind its first statement. */
static bool
set_multi_statements(struct conn *conn, bool is_on, struct err *err)
{
	int failed;

	watch_begin(conn->watch, answer_time_s(conn));
	failed = mysql_set_server_option(conn->mysql,
	    is_on ? MYSQL_OPTION_MULTI_STATEMENTS_ON : MYSQL_OPTION_MULTI_STATEMENTS_OFF);
	watch_end(conn->watch);
	return failed == 0 || conn_error(conn, "", err);
}

/*
 * Nothing has been read ahead behind a single statement, so waiting on the socket itself is sound; the
 * client library's own read timeout only starts once the answer is there.
 */
bool
conn_exec_long(struct conn *conn, const char *sql, size_t len, int tick_ms,
    bool (*keep_waiting)(void *context), void *context, struct err *err)
{
	struct pollfd poll_for = {.fd = watch_socket(conn->watch), .events = POLLIN};
	struct err switching = {0};
	bool is_end, done;

	if (!set_multi_statements(conn, false, err) || !conn_send(conn, sql, len, err))
		return false;
	testpoint("ddl_running");
	while (poll(&poll_for, 1, tick_ms) <= 0) {
		if (keep_waiting == NULL || keep_waiting(context))
			continue;
		conn->is_broken = true;
		return err_set(err, ERR_RETRY, "server '%s': gave up waiting for a statement", conn->name);
	}
	done = conn_next(conn, NULL, &is_end, err);
	while (done && conn->pending != PENDING_NONE)
		done = conn_next(conn, NULL, &is_end, err);
	if (!conn->is_broken && !set_multi_statements(conn, true, done ? err : &switching)) {
		conn->is_broken = true;
		done = false;
	}
	return done;
}

static bool
read_rows(struct conn *conn, struct result **result, struct err *err)
{
	MYSQL_RES *res = NULL;

	if (!wait_for_answer(conn, err))
		return false;
	watch_begin(conn->watch, answer_time_s(conn));
	if (mysql_read_query_result(conn->mysql) == 0)
		res = mysql_use_result(conn->mysql);
	if (res == NULL)
		return conn_error(conn, "", err);
	*result = result_new(res);
	if (result_read(conn, *result, err))
		return true;
	result_free(*result);
	*result = NULL;
	return false;
}

bool
conn_query(struct conn *conn, const char *sql, struct result **result, struct err *err)
{
	bool done;

	*result = NULL;
	set_busy(conn, true);
	watch_begin(conn->watch, 0);
	done = mysql_send_query(conn->mysql, sql, strlen(sql)) == 0 ? read_rows(conn, result, err) : conn_error(conn, "", err);
	end_wait(conn);
	return done;
}

bool
conn_queryf(struct conn *conn, struct result **result, struct err *err, const char *format, ...)
{
	va_list args;
	char *sql;

	va_start(args, format);
	sql = format_sql(format, args);
	va_end(args);
	bool done = conn_query(conn, sql, result, err);
	free(sql);
	return done;
}

bool
conn_query_one(struct conn *conn, const char *sql, char **value, struct err *err)
{
	struct result *result;
	const char *const *row;

	*value = NULL;
	if (!conn_query(conn, sql, &result, err))
		return false;
	row = result_next(result);
	if (row != NULL && row[0] != NULL)
		*value = mem_strndup(row[0], result_lengths(result)[0]);
	result_free(result);
	return true;
}
