/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/conn.h"

#include <errmsg.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/testpoint.h"
#include "mysql/conn_private.h"
#include "mysql/error_kind.h"

enum { SLICE_MS = 100, MS_PER_SECOND = 1000 };

bool
conn_error(struct conn *conn, const char *what, struct err *err)
{
	unsigned int code = mysql_errno(conn->mysql);
	const char *text = mysql_error(conn->mysql);
	enum err_kind kind = error_kind(code, text);

	if (code >= 2000 && code < 3000)
		conn->is_broken = true;
	(void) err_set(err, kind, "server '%s': %s%s%s (%u)", conn->name, what, what[0] == '\0' ? "" : ": ",
	    text[0] == '\0' ? "unknown error" : text, code);
	err->code = code;
	memcpy(err->sqlstate, mysql_sqlstate(conn->mysql), 5);
	err->sqlstate[5] = '\0';
	return false;
}

void
conn_library_init(void)
{
	(void) mysql_library_init(0, NULL, NULL);
}

void
conn_library_end(void)
{
	mysql_library_end();
}

int
conn_socket(const struct conn *conn)
{
#ifdef MARIADB_PACKAGE_VERSION
	return (int) mysql_get_socket(conn->mysql);
#else
	return (int) conn->mysql->net.fd;
#endif
}

void
conn_close(struct conn *conn)
{
	if (conn == NULL)
		return;
	if (conn->mysql != NULL)
		mysql_close(conn->mysql);
	free(conn->name);
	free(conn);
}

const struct server_info *
conn_server(const struct conn *conn)
{
	return &conn->server;
}

const char *
conn_name(const struct conn *conn)
{
	return conn->name;
}

uint32_t
conn_thread_id(const struct conn *conn)
{
	return (uint32_t) mysql_thread_id(conn->mysql);
}

uint64_t
conn_max_packet(const struct conn *conn)
{
	return conn->max_packet;
}

bool
conn_is_usable(const struct conn *conn)
{
	return !conn->is_broken && conn->pending == PENDING_NONE;
}

bool
conn_has_answers(const struct conn *conn)
{
	return conn->pending != PENDING_NONE;
}

int64_t
conn_busy_ms(const struct conn *conn)
{
	int64_t since_ms = atomic_load(&conn->busy_since_ms);

	return since_ms == 0 ? 0 : clock_mono_ms() - since_ms;
}

/*
 * Nothing has been read ahead behind the answer to a statement that was sent alone, or first, so waiting on the socket
 * itself is sound.
 */
static bool
wait_for_answer(struct conn *conn, struct err *err)
{
	struct pollfd poll_for = {.fd = conn_socket(conn), .events = POLLIN};
	int64_t since_ms = clock_mono_ms();

	if (conn->answer_timeout_s == 0 && conn->stop == NULL)
		return true;
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

void
conn_set_stop(struct conn *conn, const atomic_bool *stop)
{
	conn->stop = stop;
}

void
conn_abort(struct conn *conn)
{
	(void) shutdown(conn_socket(conn), SHUT_RDWR);
}

void
conn_reset_at_close(struct conn *conn)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	(void) setsockopt(conn_socket(conn), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/* Takes the answer that is there; a result set nobody asked for is thrown away. */
static bool
take_answer(struct conn *conn, uint64_t *affected, struct err *err)
{
	if (mysql_field_count(conn->mysql) != 0) {
		MYSQL_RES *res = mysql_store_result(conn->mysql);
		if (res == NULL)
			return conn_error(conn, "", err);
		mysql_free_result(res);
	}
	if (affected != NULL)
		*affected = mysql_affected_rows(conn->mysql);
	return true;
}

bool
conn_send(struct conn *conn, const char *sql, size_t len, struct err *err)
{
	if (conn->pending != PENDING_NONE)
		return err_set(err, ERR_STOP, "server '%s': answers to earlier statements are outstanding", conn->name);
	if (mysql_send_query(conn->mysql, sql, len) != 0) {
		conn->is_broken = true;
		return conn_error(conn, "", err);
	}
	set_busy(conn, true);
	conn->pending = PENDING_FIRST;
	return true;
}

bool
conn_next(struct conn *conn, uint64_t *affected, bool *is_end, struct err *err)
{
	enum pending pending = conn->pending;
	int failed;

	*is_end = pending == PENDING_NONE;
	if (*is_end)
		return true;
	conn->pending = PENDING_NONE;
	if (pending == PENDING_FIRST && !wait_for_answer(conn, err)) {
		set_busy(conn, false);
		return false;
	}
	if (pending == PENDING_FIRST)
		failed = mysql_read_query_result(conn->mysql);
	else
		failed = mysql_next_result(conn->mysql);
	set_busy(conn, false);
	if (failed != 0)
		return conn_error(conn, "", err);
	if (!take_answer(conn, affected, err))
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
	return mysql_set_server_option(conn->mysql,
		   is_on ? MYSQL_OPTION_MULTI_STATEMENTS_ON : MYSQL_OPTION_MULTI_STATEMENTS_OFF) == 0 ||
	       conn_error(conn, "", err);
}

/*
 * Nothing has been read ahead behind a single statement, so waiting on the socket itself is sound; the
 * client library's own read timeout only starts once the answer is there.
 */
bool
conn_exec_long(struct conn *conn, const char *sql, size_t len, int tick_ms,
    bool (*keep_waiting)(void *context), void *context, struct err *err)
{
	struct pollfd poll_for = {.fd = conn_socket(conn), .events = POLLIN};
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

bool
conn_query(struct conn *conn, const char *sql, struct result **result, struct err *err)
{
	MYSQL_RES *res = NULL;
	bool has_come = true;

	*result = NULL;
	set_busy(conn, true);
	if (mysql_send_query(conn->mysql, sql, strlen(sql)) == 0) {
		has_come = wait_for_answer(conn, err);
		if (has_come && mysql_read_query_result(conn->mysql) == 0)
			res = mysql_use_result(conn->mysql);
	}
	if (res == NULL) {
		set_busy(conn, false);
		return has_come && conn_error(conn, "", err);
	}
	*result = mem_zalloc(sizeof(**result));
	(*result)->res = res;
	has_come = result_read(conn, *result, err);
	set_busy(conn, false);
	if (has_come)
		return true;
	result_free(*result);
	*result = NULL;
	return false;
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
