/* SPDX-License-Identifier: Apache-2.0 */
#include "source/server_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply/literal.h"
#include "base/clock.h"
#include "base/mem.h"

/* Since 8.2 MySQL says BINARY LOG STATUS, 8.4 has removed MASTER STATUS. */
enum { BINARY_LOG_STATUS_SINCE = 80200, SHOW_REPLICAS_SINCE = 80022 };
/* A transaction is sent when it is in the binlog, and counted as executed when it has committed. */
enum { ERRANT_LOOKS = 20, ERRANT_WAIT_MS = 100 };

void
server_state_release(struct server_state *state)
{
	gtid_set_free(state->executed);
	free(state->file);
	free(state->binlog_format);
	*state = (struct server_state){0};
}

static bool
is_mysql(const struct conn *conn)
{
	return conn_server(conn)->flavour == FLAVOUR_MYSQL;
}

static bool
read_file(struct conn *conn, struct server_state *state, struct err *err)
{
	bool is_new = is_mysql(conn) && conn_server(conn)->version >= BINARY_LOG_STATUS_SINCE;
	struct result *result;
	const char *const *row;

	if (!conn_query(conn, is_new ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS", &result, err)) {
		(void) err_prefix(err, "cannot read the binlog position: ");
		return err_hint(err, "Grant the task's source user REPLICATION CLIENT (MariaDB: BINLOG MONITOR).");
	}
	row = result_next(result);
	state->has_binlog = row != NULL;
	if (row != NULL && (result_columns(result) < 2 || row[0] == NULL || row[1] == NULL)) {
		result_free(result);
		return err_set(err, ERR_STOP, "source '%s' does not tell its binlog position", conn_name(conn));
	}
	state->file = mem_strdup(row == NULL ? "" : row[0]);
	state->offset = row == NULL ? 0 : strtoull(row[1], NULL, 10);
	result_free(result);
	return true;
}

static bool
read_gtids(struct conn *conn, struct server_state *state, struct err *err)
{
	enum flavour flavour = conn_server(conn)->flavour;
	char *mode = NULL, *text = NULL;
	bool done = true;

	if (flavour == FLAVOUR_MYSQL)
		done = conn_query_one(conn, "SELECT @@global.gtid_mode", &mode, err);
	state->has_gtids = flavour == FLAVOUR_MARIADB || (mode != NULL && strcasecmp(mode, "ON") == 0);
	free(mode);
	if (done && state->has_gtids)
		done = conn_query_one(conn,
		    flavour == FLAVOUR_MYSQL ? "SELECT @@global.gtid_executed" : "SELECT @@global.gtid_binlog_pos", &text,
		    err);
	if (done)
		done = gtid_set_parse(text == NULL ? "" : text, flavour, &state->executed, err);
	free(text);
	return done;
}

bool
server_state_read(struct conn *conn, struct server_state *state, struct err *err)
{
	*state = (struct server_state){0};
	if (read_file(conn, state, err) && read_gtids(conn, state, err) &&
	    conn_query_one(conn, "SELECT @@global.binlog_format", &state->binlog_format, err))
		return true;
	server_state_release(state);
	return false;
}

char *
server_identity(const struct conn *conn)
{
	const struct server_info *server = conn_server(conn);

	if (server->flavour == FLAVOUR_MYSQL)
		return mem_printf("mysql:%s", server->uuid);
	return mem_printf("mariadb:%" PRIu32 "@%s:%" PRIu32, server->server_id, server->host, server->port);
}

bool
server_state_check_source(struct conn *conn, const struct server_state *state, struct err *err)
{
	if (!state->has_binlog) {
		(void) err_set(err, ERR_STOP, "source '%s' writes no binlog", conn_name(conn));
		return err_hint(err, "Start it with log_bin.");
	}
	if (state->binlog_format != NULL && strcasecmp(state->binlog_format, "ROW") != 0) {
		(void) err_set(err, ERR_STOP, "source '%s' has binlog_format %s", conn_name(conn), state->binlog_format);
		return err_hint(err, "Set binlog_format = ROW on the source, and reconnect its clients.");
	}
	return true;
}

/* What is in `position` and not on the server, as text; "" for nothing. */
static bool
read_errant(struct conn *conn, const struct gtid_set *position, struct buf *errant, struct err *err)
{
	struct gtid_set *rest, *executed;
	char *text = NULL;
	bool done;

	buf_reset(errant, SIZE_MAX);
	if (!conn_query_one(conn, "SELECT @@global.gtid_executed", &text, err))
		return false;
	done = gtid_set_parse(text == NULL ? "" : text, FLAVOUR_MYSQL, &executed, err);
	free(text);
	if (!done)
		return false;
	rest = gtid_set_copy(position);
	gtid_set_subtract(rest, executed);
	gtid_set_put(rest, errant);
	gtid_set_free(rest);
	gtid_set_free(executed);
	return true;
}

bool
server_check_errant(struct conn *conn, const struct gtid_set *position, const atomic_bool *stop, struct err *err)
{
	struct buf errant = {0};
	bool done = true;

	if (!is_mysql(conn) || gtid_set_flavour(position) != FLAVOUR_MYSQL)
		return true;
	for (int i = 0; done && i < ERRANT_LOOKS; i++) {
		if (i > 0 && !clock_sleep_ms(ERRANT_WAIT_MS, stop))
			done = err_set(err, ERR_CANCELLED, "stopped");
		done = done && read_errant(conn, position, &errant, err);
		if (done && errant.len == 0)
			break;
	}
	if (done && errant.len > 0) {
		done = err_set(err, ERR_STOP, "source '%s' lacks transactions that the position holds: '%s'", conn_name(conn),
		    buf_text(&errant));
		(void) err_hint(err, "The source is no heir of the server that they come from: promoted without them, restored, or "
				     "reset. Look up what they changed (rowferry inspect binlog on a server that has them) and make "
				     "both sides alike, or copy the tables again; then give a position without them as "
				     "source.start.gtid, with override = true.");
	}
	buf_release(&errant);
	return done;
}

/* Columns differ in name (Slave_Host, Replica_Host...) but not in order: id, host, [user, password,] port, ... */
static unsigned int
port_column(struct result *result)
{
	for (unsigned int i = 0; i < result_columns(result); i++)
		if (strcasecmp(result_column_name(result, i), "Port") == 0)
			return i;
	return 2;
}

bool
server_check_replica_id(struct conn *conn, uint32_t server_id, const char *report_host, uint32_t report_port,
    struct err *err)
{
	bool is_new = is_mysql(conn) && conn_server(conn)->version >= SHOW_REPLICAS_SINCE;
	struct result *result;
	const char *const *row;
	bool done = true;

	if (conn_server(conn)->server_id == server_id) {
		(void) err_set(err, ERR_STOP, "server_id %" PRIu32 " is that of the source '%s' itself", server_id,
		    conn_name(conn));
		return err_hint(err, "Give the task a server_id that no server has.");
	}
	if (!conn_query(conn, is_new ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS", &result, err)) {
		(void) err_prefix(err, "cannot list the replicas of the source: ");
		return err_hint(err, "Grant REPLICATION SLAVE (MariaDB: REPLICATION MASTER ADMIN too) to the source user.");
	}
	if (result_columns(result) < 3)
		done = err_set(err, ERR_STOP, "source '%s' does not tell its replicas", conn_name(conn));
	while (done && (row = result_next(result)) != NULL) {
		const char *host = row[1] == NULL ? "" : row[1], *port = row[port_column(result)];
		if (row[0] == NULL || strtoull(row[0], NULL, 10) != server_id)
			continue;
		/* The same host and port: our own earlier connection, which the server has not buried yet. */
		if (strcmp(host, report_host) == 0 && port != NULL && strtoull(port, NULL, 10) == report_port)
			continue;
		done = err_set(err, ERR_STOP, "server_id %" PRIu32 " is already in use on source '%s' by replica '%s:%s'",
		    server_id, conn_name(conn), host, port == NULL ? "" : port);
		(void) err_hint(err, "Another 'rowferry run' of this task may be running: stop one of the two. Otherwise give every "
				     "replica, and every task, a server_id of its own.");
	}
	result_free(result);
	return done;
}

bool
server_gtids_at(struct conn *conn, const char *file, uint64_t offset, char **gtids, struct err *err)
{
	struct buf sql = {0};
	bool done;

	buf_puts(&sql, "SELECT BINLOG_GTID_POS(");
	literal_put_string(file, strlen(file), &sql);
	buf_printf(&sql, ", %" PRIu64 ")", offset);
	done = conn_query_one(conn, buf_text(&sql), gtids, err);
	buf_release(&sql);
	return done;
}

/* Names and bits of sql_mode are the same on all servers, but for the last ones. */
static bool
read_session_settings(struct conn *conn, struct server_ddl_settings *settings, struct err *err)
{
	static const struct {
		const char *name;
		unsigned int bit;
	} modes[] = {
	    {"ORACLE", 9},
	    {"STRICT_TRANS_TABLES", 21},
	    {"STRICT_ALL_TABLES", 22},
	    {"NO_ZERO_IN_DATE", 23},
	    {"NO_ZERO_DATE", 24},
	    {"ALLOW_INVALID_DATES", 25},
	    {"TIME_TRUNCATE_FRACTIONAL", 32}, /* MySQL */
	    {"EMPTY_STRING_IS_NULL", 32},     /* MariaDB, as the next one */
	    {"TIME_ROUND_FRACTIONAL", 34},
	};
	struct buf sql = {0};
	struct result *result;
	const char *const *row;
	bool done;

	buf_puts(&sql, "SELECT @@global.time_zone, 0");
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		buf_printf(&sql, " | (FIND_IN_SET('%s', @@global.sql_mode) > 0) << %u", modes[i].name, modes[i].bit);
	done = conn_query(conn, buf_text(&sql), &result, err);
	buf_release(&sql);
	if (!done)
		return false;
	row = result_next(result);
	if (row != NULL && row[0] != NULL && row[1] != NULL) {
		(void) snprintf(settings->time_zone, sizeof(settings->time_zone), "%s", row[0]);
		settings->sql_mode = strtoull(row[1], NULL, 10);
	}
	result_free(result);
	return true;
}

bool
server_ddl_settings_read(struct conn *conn, struct server_ddl_settings *settings, struct err *err)
{
	char *explicit_defaults = NULL;

	*settings = (struct server_ddl_settings){0};
	if (!conn_query_one(conn, "SELECT @@global.explicit_defaults_for_timestamp", &explicit_defaults, err) ||
	    !system_zone_read(conn, &settings->zone, err) || !read_session_settings(conn, settings, err) ||
	    !system_zone_read_named(conn, settings->time_zone, &settings->global_zone, err)) {
		free(explicit_defaults);
		return false;
	}
	if (explicit_defaults != NULL)
		settings->explicit_defaults = strcmp(explicit_defaults, "0") == 0 ? TRI_NO : TRI_YES;
	free(explicit_defaults);
	return true;
}
