/* SPDX-License-Identifier: Apache-2.0 */
#include <errmsg.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "mysql/conn_private.h"

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
	return mem_printf("%s:%u", options->host == NULL ? "localhost" : options->host,
	    options->port == 0 ? 3306 : options->port);
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
	set_keepalive(conn_socket(conn));
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

