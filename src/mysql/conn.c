/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/conn.h"

#include <errmsg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "mysql/conn_private.h"
#include "mysql/error_kind.h"

enum { CLOSE_S = 2 };

/* Why the watch has ended what the connection was doing. */
static bool
verdict_error(struct conn *conn, struct err *err)
{
	switch (watch_verdict(conn->watch)) {
	case WATCH_STOPPED:
		return err_set(err, ERR_CANCELLED, "stopped");
	case WATCH_TOO_LARGE:
		return err_set(err, ERR_STOP, "server '%s' gives an answer of more than %d bytes", conn->name, (int) ANSWER_LIMIT_BYTES);
	case WATCH_LATE:
		if (watch_is_stream(conn->watch))
			(void) err_set(err, ERR_RETRY, "server '%s' has sent less than %d bytes of an event a second", conn->name,
			    (int) STREAM_BYTES_PER_S);
		else
			(void) err_set(err, ERR_RETRY, "server '%s' has not ended an answer within %u s", conn->name,
			    watch_most_s(conn->watch));
		err->code = CR_SERVER_LOST;
		return false;
	case WATCH_GOOD:
		break;
	}
	return true;
}

bool
conn_error(struct conn *conn, const char *what, struct err *err)
{
	unsigned int code = mysql_errno(conn->mysql);
	const char *text = mysql_error(conn->mysql);
	enum err_kind kind = error_kind(code, text);

	if (code >= 2000 && code < 3000)
		conn->is_broken = true;
	if (conn->is_broken && conn->watch != NULL && !verdict_error(conn, err))
		return false;
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
	if (conn->is_broken && conn->watch != NULL)
		conn_abort(conn); /* nothing is to be said there */
	if (conn->watch != NULL)
		watch_begin(conn->watch, CLOSE_S);
	if (conn->mysql != NULL)
		mysql_close(conn->mysql);
	watch_stop(conn->watch);
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

void
conn_set_stop(struct conn *conn, const atomic_bool *stop)
{
	conn->stop = stop;
	watch_set_stop(conn->watch, stop);
}

void
conn_abort(struct conn *conn)
{
	watch_abort(conn->watch);
}

void
conn_reset_at_close(struct conn *conn)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	(void) setsockopt(conn_socket(conn), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}
