/* SPDX-License-Identifier: Apache-2.0 */
#include <errmsg.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "mysql/conn_private.h"
#include "mysql/greeting.h"

enum {
	CONNECT_TIMEOUT_S = 10,
	KEEPALIVE_IDLE_S = 30,
	KEEPALIVE_INTERVAL_S = 10,
	KEEPALIVE_COUNT = 3,
	UNSENT_MS = 120000, /* what we send must be taken within this time */
};

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

static bool
has_text(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static unsigned int
connect_timeout_s(const struct conn_options *options)
{
	return options->connect_timeout_s == 0 ? CONNECT_TIMEOUT_S : options->connect_timeout_s;
}

static bool
refuse_plain(const struct conn *conn, struct err *err)
{
	(void) err_set(err, ERR_STOP, "server '%s' offers no encryption, and tls requires it", conn->name);
	return err_hint(err, "Give the server a certificate and its key (ssl_cert, ssl_key), or say tls = { mode = \"preferred\"; }.");
}

#ifndef CR_PLUGIN_NOT_ALLOWED
#define CR_PLUGIN_NOT_ALLOWED 5010 /* Oracle's library asks for no such thing without encryption, and says 2059 */
#endif

#ifdef MARIADB_PACKAGE_VERSION

enum { STACK_BYTES = 256 << 10, SLICE_MS = 100 };

/* Ways to prove a password that do not tell it to who listens.  Names of client plugins. */
static const char SAFE_IN_THE_OPEN[] = "mysql_native_password caching_sha2_password sha256_password client_ed25519 parsec";

static void
set_tls(MYSQL *mysql, const struct conn_options *options)
{
	my_bool enforce = true, verify = options->tls >= TLS_VERIFY_CA;

	(void) mysql_ssl_set(mysql, options->tls_key, options->tls_cert, options->tls_ca, NULL, NULL);
	(void) mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &enforce);
	(void) mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}

static bool
is_over(const struct conn_options *options, int64_t deadline_ms)
{
	return clock_mono_ms() >= deadline_ms || (options->stop != NULL && atomic_load(options->stop));
}

/* Which of the events that the library waits for has come; MYSQL_WAIT_TIMEOUT makes it give up. */
static int
wait_for_events(int fd, int wanted, const struct conn_options *options, int64_t deadline_ms)
{
	struct pollfd poll_for = {.fd = fd};

	if ((wanted & MYSQL_WAIT_READ) != 0)
		poll_for.events |= POLLIN;
	if ((wanted & MYSQL_WAIT_WRITE) != 0)
		poll_for.events |= POLLOUT;
	do { /* asked first: bytes that trickle in would be news for ever */
		if (is_over(options, deadline_ms))
			return MYSQL_WAIT_TIMEOUT;
	} while (poll(&poll_for, 1, SLICE_MS) <= 0);
	return ((poll_for.revents & ~POLLOUT) != 0 ? wanted & MYSQL_WAIT_READ : 0) |
	       ((poll_for.revents & ~POLLIN) != 0 ? wanted & MYSQL_WAIT_WRITE : 0);
}

enum offer { OFFER_UNSEEN, OFFER_ANY, OFFER_TLS, OFFER_PLAIN, OFFER_UNREADABLE, OFFER_LATE };

struct login {
	const struct conn_options *options;
	int64_t deadline_ms;
	enum offer offer; /* OFFER_ANY: nothing is asked of it */
	uint64_t socket;  /* the one whose greeting was looked at: an address that fails is followed by the next */
};

static bool
is_refused(const struct login *login)
{
	return login->offer == OFFER_LATE ||
	       (login->options->tls >= TLS_REQUIRED && (login->offer == OFFER_PLAIN || login->offer == OFFER_UNREADABLE));
}

/* Looked at without taking it from the library, which is told of nothing before it has come whole. */
static enum offer
look_at_greeting(int fd, const struct login *login)
{
	uint8_t data[GREETING_LONGEST];
	enum greeting greeting = GREETING_PARTIAL;

	while (greeting == GREETING_PARTIAL) {
		if (wait_for_events(fd, MYSQL_WAIT_READ, login->options, login->deadline_ms) != MYSQL_WAIT_READ)
			return OFFER_LATE;
		ssize_t len = recv(fd, data, sizeof(data), MSG_PEEK | MSG_DONTWAIT);
		if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR))
			return OFFER_UNSEEN; /* nothing has come and nothing will: the library says so, or has another address */
		greeting = len < 0 ? GREETING_PARTIAL : greeting_read(data, (size_t) len);
		if (greeting == GREETING_PARTIAL && is_over(login->options, login->deadline_ms))
			return OFFER_LATE;
		if (greeting == GREETING_PARTIAL)
			(void) clock_sleep_ms(1, NULL);
	}
	return greeting == GREETING_TLS ? OFFER_TLS : greeting == GREETING_PLAIN ? OFFER_PLAIN :
	       greeting == GREETING_ERROR ? OFFER_ANY : OFFER_UNREADABLE;
}

static uint64_t
socket_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	(void) getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len);
	return cookie;
}

/* What the library is told has happened on its socket. */
static int
next_events(struct conn *conn, struct login *login, int wanted)
{
	int fd = conn_socket(conn), events = wait_for_events(fd, wanted, login->options, login->deadline_ms);
	uint64_t socket = socket_cookie(fd);

	if (is_refused(login))
		return MYSQL_WAIT_TIMEOUT;
	if (login->options->tls != TLS_OFF && socket != login->socket)
		login->offer = OFFER_UNSEEN;
	login->socket = socket;
	if (login->offer != OFFER_UNSEEN || events == MYSQL_WAIT_TIMEOUT)
		return events;
	login->offer = look_at_greeting(fd, login);
	if (login->offer == OFFER_TLS) {
		set_tls(conn->mysql, login->options);
		(void) mysql_options(conn->mysql, MARIADB_OPT_RESTRICTED_AUTH, NULL);
	}
	return is_refused(login) ? MYSQL_WAIT_TIMEOUT : events;
}

/*
 * Step by step, since one deadline holds for all of it, and since Connector/C asks for encryption before it knows
 * whether the server has any: told to enforce it, it logs in all the same, and caching_sha2_password, which takes the line
 * for sealed then, sends the password as it is; not told, it never encrypts.
 */
static bool
log_in(struct conn *conn, const struct conn_options *options, const char *password, unsigned long flags, struct err *err)
{
	struct login login = {
	    .options = options,
	    .deadline_ms = clock_mono_ms() + (int64_t) connect_timeout_s(options) * 1000,
	    .offer = options->tls == TLS_OFF ? OFFER_ANY : OFFER_UNSEEN,
	};
	bool has_socket = has_text(options->socket);
	const size_t stack_bytes = STACK_BYTES;
	MYSQL *done = NULL;
	int wanted;

	(void) mysql_options(conn->mysql, MYSQL_OPT_NONBLOCK, &stack_bytes);
	if (!has_socket)
		(void) mysql_options(conn->mysql, MARIADB_OPT_RESTRICTED_AUTH, SAFE_IN_THE_OPEN);
	wanted = mysql_real_connect_start(&done, conn->mysql, has_socket ? NULL : options->host, options->user, password, NULL,
	    has_socket ? 0 : options->port, has_socket ? options->socket : NULL, flags);
	while (wanted != 0)
		wanted = mysql_real_connect_cont(&done, conn->mysql, next_events(conn, &login, wanted));
	if (done != NULL)
		return true;
	if (login.offer == OFFER_PLAIN && is_refused(&login))
		return refuse_plain(conn, err);
	if (login.offer == OFFER_UNREADABLE && is_refused(&login))
		return err_set(err, ERR_STOP, "server '%s' does not say whether it encrypts, and tls requires it", conn->name);
	return conn_error(conn, "cannot connect", err);
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

static bool
log_in(struct conn *conn, const struct conn_options *options, const char *password, unsigned long flags, struct err *err)
{
	bool has_socket = has_text(options->socket);

	set_tls(conn->mysql, options);
	return mysql_real_connect(conn->mysql, has_socket ? NULL : options->host, options->user, password, NULL,
		   has_socket ? 0 : options->port, has_socket ? options->socket : NULL, flags) != NULL ||
	       conn_error(conn, "cannot connect", err);
}

#endif

static void
set_options(MYSQL *mysql, const struct conn_options *options)
{
	unsigned int connect_s = connect_timeout_s(options);
	unsigned int read_s = options->packet_timeout_s == 0 ? options->io_timeout_s : options->packet_timeout_s;
	unsigned int no_infile = 0;
	const size_t most_bytes = LOGIN_PACKET_BYTES;

	(void) mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	if (read_s != 0)
		(void) mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &read_s);
	if (options->io_timeout_s != 0)
		(void) mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &options->io_timeout_s);
	(void) mysql_options(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &most_bytes);
	(void) mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	(void) mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &no_infile); /* a server must not ask for our files */
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

static void
hint_at_login(const struct conn_options *options, struct err *err)
{
	if (err->code == CR_PLUGIN_NOT_ALLOWED)
		(void) err_hint(err, "The server asks for the password in a way that is safe on an encrypted connection alone: say "
				     "tls = { mode = \"required\"; }.");
	else if (err->code == CR_AUTH_PLUGIN_CANNOT_LOAD)
		(void) err_hint(err, "The client library of this build does not know how the account authenticates: give the account "
				     "another way, or build rowferry with another client library.");
	else if (err->code == CR_SSL_CONNECTION_ERROR && options->tls == TLS_PREFERRED)
		(void) err_hint(err, "The server offers encryption that cannot be agreed on: renew its certificate or its TLS "
				     "versions, or say tls = { mode = \"off\"; }.");
}

static char *
server_name(const struct conn_options *options)
{
	if (has_text(options->socket))
		return mem_strdup(options->socket);
	const char *host = options->host == NULL ? "localhost" : options->host;
	bool is_ipv6 = strchr(host, ':') != NULL;

	return mem_printf("%s%s%s:%u", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", options->port == 0 ? 3306 : options->port);
}

bool
conn_open(const struct conn_options *options, struct conn **out, struct err *err)
{
	const unsigned long flags = CLIENT_FOUND_ROWS | CLIENT_MULTI_STATEMENTS | CLIENT_MULTI_RESULTS;
	struct conn *conn = mem_zalloc(sizeof(*conn));
	char *password = NULL;

	*out = NULL;
	conn->name = server_name(options);
	conn->mysql = mysql_init(NULL);
	if (conn->mysql == NULL) {
		(void) err_set(err, ERR_STOP, "the client library could not be initialised");
		goto fail;
	}
	if (has_text(options->password_file) && !read_password(options->password_file, &password, err))
		goto fail;
	set_options(conn->mysql, options);
	if (!log_in(conn, options, password != NULL ? password : options->password, flags, err)) {
		hint_at_login(options, err);
		goto fail;
	}
	set_keepalive(conn_socket(conn));
	conn->watch = watch_start(conn_socket(conn));
	conn->mysql->net.max_packet_size = ANSWER_LIMIT_BYTES;
	if (options->tls >= TLS_REQUIRED && mysql_get_ssl_cipher(conn->mysql) == NULL) {
		(void) refuse_plain(conn, err);
		goto fail;
	}
	conn_set_stop(conn, options->stop);
	conn->packet_timeout_s = options->packet_timeout_s == 0 ? options->io_timeout_s : options->packet_timeout_s;
	conn->answer_timeout_s = connect_timeout_s(options);
	if (!read_server_info(conn, err))
		goto fail;
	conn->answer_timeout_s = options->io_timeout_s;
	free(password);
	*out = conn;
	return true;
fail:
	free(password);
	conn_close(conn);
	return false;
}
