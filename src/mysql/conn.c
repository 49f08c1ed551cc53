/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/conn.h"

#include <errmsg.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
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

enum {
	CONNECT_TIMEOUT_S = 10,
	KEEPALIVE_IDLE_S = 30,
	KEEPALIVE_INTERVAL_S = 10,
	KEEPALIVE_COUNT = 3,
	UNSENT_MS = 120000, /* what we send must be taken within this time */
};

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

/* The first line of the file; caller frees. */
static bool
read_password(const char *path, char **password, struct err *err)
{
	char *line = NULL;
	size_t cap = 0;
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return err_set(err, ERR_STOP, "cannot open password_file '%s': %s", path, strerror(errno));
	ssize_t len = getline(&line, &cap, file);
	(void) fclose(file);
	if (len < 0) {
		free(line);
		return err_set(err, ERR_STOP, "password_file '%s' is empty", path);
	}
	line[strcspn(line, "\r\n")] = '\0';
	*password = line;
	return true;
}

#ifdef MARIADB_PACKAGE_VERSION
static void
set_tls(MYSQL *mysql, const struct conn_options *options)
{
	my_bool enforce = options->tls >= TLS_REQUIRED;
	my_bool verify = options->tls >= TLS_VERIFY_CA;

	if (options->tls == TLS_OFF)
		return;
	(void) mysql_ssl_set(mysql, options->tls_key, options->tls_cert, options->tls_ca, NULL, NULL);
	(void) mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &enforce);
	(void) mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}
#else
static void
set_tls(MYSQL *mysql, const struct conn_options *options)
{
	static const unsigned int modes[] = {SSL_MODE_DISABLED, SSL_MODE_PREFERRED, SSL_MODE_REQUIRED,
	    SSL_MODE_VERIFY_CA, SSL_MODE_VERIFY_IDENTITY};
	bool get_key = true;

	(void) mysql_options(mysql, MYSQL_OPT_SSL_MODE, &modes[options->tls]);
	(void) mysql_options(mysql, MYSQL_OPT_SSL_KEY, options->tls_key);
	(void) mysql_options(mysql, MYSQL_OPT_SSL_CERT, options->tls_cert);
	(void) mysql_options(mysql, MYSQL_OPT_SSL_CA, options->tls_ca);
	(void) mysql_options(mysql, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &get_key);
}
#endif

static void
set_options(MYSQL *mysql, const struct conn_options *options)
{
	unsigned int connect_s = options->connect_timeout_s == 0 ? CONNECT_TIMEOUT_S : options->connect_timeout_s;
	unsigned int no_infile = 0;

	(void) mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	if (options->io_timeout_s != 0) {
		(void) mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &options->io_timeout_s);
		(void) mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &options->io_timeout_s);
	}
	(void) mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	(void) mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &no_infile); /* a server must not ask for our files */
	set_tls(mysql, options);
}

/* A peer that vanished without a word is noticed even where no deadline applies. */
static void
set_keepalive(int fd)
{
	int on = 1, idle = KEEPALIVE_IDLE_S, interval = KEEPALIVE_INTERVAL_S, count = KEEPALIVE_COUNT, unsent = UNSENT_MS;

	/* These fail on local sockets, which need none of it. */
	(void) setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void) setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	(void) setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	(void) setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
	(void) setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unsent, sizeof(unsent));
}

static int
socket_of(const struct conn *conn)
{
#ifdef MARIADB_PACKAGE_VERSION
	return (int) mysql_get_socket(conn->mysql);
#else
	return (int) conn->mysql->net.fd;
#endif
}

/* "10.11.19-MariaDB-0+deb12u1-log" -> 101119; MariaDB may prefix its version by "5.5.5-". */
static void
parse_version(const char *text, struct server_info *server)
{
	unsigned int major = 0, minor = 0, patch = 0;

	server->flavour = strstr(text, "MariaDB") != NULL ? FLAVOUR_MARIADB : FLAVOUR_MYSQL;
	(void) snprintf(server->version_text, sizeof(server->version_text), "%s", text);
	if (server->flavour == FLAVOUR_MARIADB && strncmp(text, "5.5.5-", 6) == 0)
		text += 6;
	(void) sscanf(text, "%u.%u.%u", &major, &minor, &patch);
	server->version = major * 10000 + minor * 100 + patch;
}

static bool
read_server_info(struct conn *conn, struct err *err)
{
	struct server_info *server = &conn->server;
	struct result *result = NULL;
	const char *const *row;

	if (!conn_query(conn, "SELECT @@version, @@version_comment, @@server_id, @@hostname, @@port, @@max_allowed_packet",
		&result, err))
		return false;
	row = result_next(result);
	if (row == NULL || result_columns(result) != 6 || row[0] == NULL || row[2] == NULL || row[4] == NULL ||
	    row[5] == NULL) {
		result_free(result);
		return err_set(err, ERR_STOP, "server '%s' does not tell its version, id and port", conn->name);
	}
	parse_version(row[0], server);
	if (row[1] != NULL && strstr(row[1], "MariaDB") != NULL)
		server->flavour = FLAVOUR_MARIADB;
	server->server_id = (uint32_t) strtoul(row[2], NULL, 10);
	(void) snprintf(server->host, sizeof(server->host), "%s", row[3] == NULL ? "" : row[3]);
	server->port = (uint32_t) strtoul(row[4], NULL, 10);
	conn->max_packet = strtoull(row[5], NULL, 10);
	result_free(result);
	if (server->flavour == FLAVOUR_MYSQL) {
		char *uuid = NULL;
		if (!conn_query_one(conn, "SELECT @@server_uuid", &uuid, err))
			return false;
		(void) snprintf(server->uuid, sizeof(server->uuid), "%s", uuid == NULL ? "" : uuid);
		free(uuid);
	}
	return true;
}

static char *
server_name(const struct conn_options *options)
{
	if (options->socket != NULL && options->socket[0] != '\0')
		return mem_strdup(options->socket);
	const char *host = options->host == NULL ? "localhost" : options->host;
	bool is_ipv6 = strchr(host, ':') != NULL;

	return mem_printf("%s%s%s:%u", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", options->port == 0 ? 3306 : options->port);
}

bool
conn_open(const struct conn_options *options, struct conn **out, struct err *err)
{
	const unsigned long flags = CLIENT_FOUND_ROWS | CLIENT_MULTI_STATEMENTS | CLIENT_MULTI_RESULTS;
	bool has_socket = options->socket != NULL && options->socket[0] != '\0';
	struct conn *conn = mem_zalloc(sizeof(*conn));
	char *password = NULL;

	*out = NULL;
	conn->name = server_name(options);
	conn->mysql = mysql_init(NULL);
	if (conn->mysql == NULL) {
		(void) err_set(err, ERR_STOP, "the client library could not be initialised");
		goto fail;
	}
	if (options->password_file != NULL && options->password_file[0] != '\0' &&
	    !read_password(options->password_file, &password, err))
		goto fail;
	set_options(conn->mysql, options);
	if (mysql_real_connect(conn->mysql, has_socket ? NULL : options->host, options->user,
		password != NULL ? password : options->password, NULL, has_socket ? 0 : options->port,
		has_socket ? options->socket : NULL, flags) == NULL) {
		(void) conn_error(conn, "cannot connect", err);
		if (err->code == CR_AUTH_PLUGIN_CANNOT_LOAD)
			(void) err_hint(err, "The client library of this build does not know how the account authenticates: give the "
					     "account another way, or build rowferry with another client library.");
		goto fail;
	}
	set_keepalive(socket_of(conn));
	if (!read_server_info(conn, err))
		goto fail;
	free(password);
	*out = conn;
	return true;
fail:
	free(password);
	conn_close(conn);
	return false;
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

int64_t
conn_busy_ms(const struct conn *conn)
{
	int64_t since_ms = atomic_load(&conn->busy_since_ms);

	return since_ms == 0 ? 0 : clock_mono_ms() - since_ms;
}

static void
set_busy(struct conn *conn, bool is_busy)
{
	atomic_store(&conn->busy_since_ms, is_busy ? clock_mono_ms() : 0);
}

void
conn_abort(struct conn *conn)
{
	(void) shutdown(socket_of(conn), SHUT_RDWR);
}

void
conn_reset_at_close(struct conn *conn)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	(void) setsockopt(socket_of(conn), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
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
		return err_set(err, ERR_RETRY, "server '%s': answers to earlier statements are outstanding", conn->name);
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
	struct pollfd poll_for = {.fd = socket_of(conn), .events = POLLIN};
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
	if (!conn->is_broken && !set_multi_statements(conn, true, done ? err : &switching)) {
		conn->is_broken = true;
		done = false;
	}
	return done;
}

bool
conn_query(struct conn *conn, const char *sql, struct result **result, struct err *err)
{
	MYSQL_RES *res;

	*result = NULL;
	set_busy(conn, true);
	res = mysql_real_query(conn->mysql, sql, strlen(sql)) != 0 ? NULL : mysql_store_result(conn->mysql);
	set_busy(conn, false);
	if (res == NULL)
		return conn_error(conn, "", err);
	*result = mem_zalloc(sizeof(**result));
	(*result)->res = res;
	return true;
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
