/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apply/schema.h"
#include "apply/session.h"
#include "cli/check_filters.h"
#include "cli/check_parts.h"
#include "cli/denied.h"
#include "sink/mysql/replay.h"

enum { MYSQL_DICTIONARY_SINCE = 80000 };

static bool
is_same_text(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static bool
is_same_server(const struct conn_options *a, const struct conn_options *b)
{
	if (a->socket != NULL && a->socket[0] != '\0')
		return is_same_text(a->socket, b->socket);
	return is_same_text(a->host, b->host) && a->port == b->port;
}

bool
check_is_two_way(const struct check *check)
{
	for (size_t i = 0; i < check->config->n_tasks; i++)
		if (is_same_server(&check->config->tasks[i].source.conn, &check->task->destination.conn))
			return true;
	return false;
}

static void
check_identity(struct check *check)
{
	char *source, *destination;

	if (check->source.conn == NULL)
		return;
	source = server_identity(check->source.conn);
	destination = server_identity(check->destination.conn);
	if (strcmp(source, destination) == 0 && !rules_has_renames(check->rules))
		report_add(check->report, VERDICT_FAIL, "destination.identity",
		    "Name another destination, or rename the databases (route).",
		    "source and destination are one server, '%s': every row would be applied to itself", source);
	free(source);
	free(destination);
}

/* A statement that would change something is refused by a read-only server before it looks at tables. */
static void
check_read_only(struct check *check)
{
	struct err err = {0};
	bool is_read_only = variables_is_on(&check->destination.variables, "read_only");

	if (!is_read_only) {
		report_add(check->report, VERDICT_OK, "destination.read_only", "", "the destination takes writes");
		return;
	}
	(void) conn_exec(check->destination.conn, "START TRANSACTION", NULL, &err);
	(void) conn_exec(check->destination.conn, "DELETE FROM dump2db.marker WHERE FALSE", NULL, &err);
	if (err.kind == ERR_WAIT)
		report_add(check->report, VERDICT_FAIL, "destination.read_only", "Set read_only = OFF on the destination.",
		    "the destination is read-only: %s", err.text);
	else
		report_add(check->report, VERDICT_WARN, "destination.read_only",
		    "Be sure that this server is meant to be written to.",
		    "the destination has read_only = ON; this user may write all the same");
	err_clear(&err);
	(void) conn_exec(check->destination.conn, "ROLLBACK", NULL, &err);
}

static void
check_schema_privileges(struct check *check)
{
	struct names denied = {.arena = &check->report->arena};
	struct err err = {0};

	denied_add_all(check->destination.conn, "dump2db", denied_schema, &denied, &err);
	if (err.kind != ERR_NONE)
		report_err(check->report, VERDICT_FAIL, "destination.dump2db", &err);
	report_names(check->report, VERDICT_FAIL, "destination.dump2db", &denied,
	    "privileges that the destination user lacks", "Grant them on dump2db.* to the destination user.");
	names_release(&denied);
}

static void
check_schema(struct check *check)
{
	unsigned int version = 0;
	struct err err = {0};

	if (!schema_version(check->destination.conn, &version, &err)) {
		report_err(check->report, VERDICT_FAIL, "destination.dump2db", &err);
		return;
	}
	if (version > SCHEMA_VERSION)
		report_add(check->report, VERDICT_FAIL, "destination.dump2db",
		    "Use the newer rowferry that made it, on every node.",
		    "schema dump2db has version %u, this release knows %d", version, (int) SCHEMA_VERSION);
	else if (version == 0)
		report_add(check->report, VERDICT_OK, "destination.dump2db", "",
		    "schema dump2db is not there; the task creates it");
	else
		report_add(check->report, VERDICT_OK, "destination.dump2db", "", "schema dump2db has version %u", version);
	check_schema_privileges(check);
	if (version == 0 || stored_position_read(check->destination.conn, check->task->server_id, &check->stored, &err))
		return;
	report_err(check->report, VERDICT_FAIL, "destination.dump2db", &err);
}

/* On a session that is set up. */
static void
check_replay(struct check *check, struct conn *conn)
{
	struct err err = {0};

	if (!check->task->destination.replay_events || check->source.conn == NULL)
		return;
	if (replay_prepare(conn, check->source.server->flavour, &err))
		report_add(check->report, VERDICT_OK, "destination.replay_events", "", "rows can be replayed as events");
	else
		report_err(check->report, VERDICT_FAIL, "destination.replay_events", &err);
}

/* The very set-up that the task makes, on a session of its own. */
static void
check_session(struct check *check)
{
	const struct destination_options *destination = &check->task->destination;
	struct session_options options = {
	    .sql_log_bin = destination->binlog == BINLOG_DEFAULT ? -1 : destination->binlog == BINLOG_ON,
	    .lock_wait_timeout_s = destination->lock_wait_timeout_s,
	};
	struct err err = {0}, denied = {0};
	struct conn *conn;

	if (!conn_open(&destination->conn, &conn, &err)) {
		report_err(check->report, VERDICT_FAIL, "destination.session", &err);
		return;
	}
	if (session_setup(conn, &options, &err))
		report_add(check->report, VERDICT_OK, "destination.session", "", "the session can be set up as it must be");
	else
		report_err(check->report, VERDICT_FAIL, "destination.session", &err);
	check_replay(check, conn);
	if (!check->task->has_status && !conn_exec(conn, "SET SESSION sql_log_bin = 0", NULL, &denied))
		report_add(check->report, VERDICT_WARN, "destination.progress",
		    "Grant BINLOG ADMIN (MariaDB) or SYSTEM_VARIABLES_ADMIN (MySQL), or name another status server.",
		    "the user may not set sql_log_bin: progress reports enter the destination's binlog, every 10 s at most");
	conn_close(conn);
}

static void
check_lock(struct check *check)
{
	struct err err = {0};
	char *got = NULL;

	if (!conn_query_one(check->destination.conn, "SELECT GET_LOCK('rowferry.check', 0)", &got, &err))
		report_err(check->report, VERDICT_FAIL, "destination.get_lock", &err);
	free(got);
	got = NULL;
	err_clear(&err);
	if (conn_query_one(check->destination.conn, "SELECT RELEASE_LOCK('rowferry.check')", &got, &err))
		free(got);
}

static void
check_packet(struct check *check)
{
	uint64_t here = variables_number(&check->destination.variables, "max_allowed_packet"), there;

	if (check->source.conn == NULL)
		return;
	there = variables_number(&check->source.variables, "max_allowed_packet");
	if (here < there)
		report_add(check->report, VERDICT_WARN, "destination.max_allowed_packet",
		    "Set max_allowed_packet = 1073741824 on the destination.",
		    "the destination takes statements of %" PRIu64 " bytes, the source has rows of up to %" PRIu64, here, there);
	else
		report_add(check->report, VERDICT_OK, "destination.max_allowed_packet", "",
		    "the destination takes statements of %" PRIu64 " bytes", here);
}

/* It tells a DDL of ours from one that another session ran while the task was down. */
static void
check_witness(struct check *check)
{
	struct result *result = NULL;
	struct err err = {0};

	if (!check->task->ddl.tables)
		return;
	if (conn_query(check->destination.conn, "SHOW BINLOG EVENTS LIMIT 1", &result, &err))
		report_add(check->report, VERDICT_OK, "destination.binlog_events", "", "the destination's binlog can be searched");
	else
		report_add(check->report, VERDICT_WARN, "destination.binlog_events",
		    "Grant the destination user BINLOG MONITOR (MariaDB), or REPLICATION CLIENT and REPLICATION SLAVE.",
		    "a restart in the middle of a DDL cannot search the destination's binlog for it: %s", err.text);
	result_free(result);
}

/* Whether the marks reach the binlog matters to whoever reads it by rowferry. */
static void
check_binlog(struct check *check)
{
	bool is_two_way = check_is_two_way(check);
	struct binlog_filter filter = {0};
	struct err err = {0};

	if (!binlog_filter_read(check->destination.conn, &filter, &err)) {
		report_add(check->report, VERDICT_WARN, "destination.binlog",
		    "Grant the destination user REPLICATION CLIENT (MariaDB: BINLOG MONITOR).",
		    "whether marks reach the destination's binlog cannot be seen: %s", err.text);
		return;
	}
	if (is_two_way && (!filter.has_binlog || check->task->destination.binlog == BINLOG_OFF))
		report_add(check->report, VERDICT_FAIL, "destination.binlog", "Start it with log_bin, and leave "
			"destination.binlog on.",
		    "another task reads from this destination, but changes made here do not reach its binlog");
	else if (filter.has_binlog && binlog_filter_hides(&filter, "dump2db"))
		report_add(check->report, is_two_way ? VERDICT_FAIL : VERDICT_WARN, "destination.binlog_filter",
		    "Let dump2db through binlog_do_db and binlog_ignore_db, which needs a restart.",
		    "dump2db is kept out of the destination's binlog: a rowferry that reads it would carry changes round "
		    "for ever");
	else
		report_add(check->report, VERDICT_OK, "destination.binlog", "", "%s",
		    filter.has_binlog ? "marks reach the destination's binlog" : "the destination writes no binlog");
	if (filter.has_binlog && check->task->destination.binlog != BINLOG_OFF)
		check_witness(check);
	binlog_filter_release(&filter);
}

/* With it a restart can tell what became of a DDL whose session is gone. */
static void
check_process(struct check *check)
{
	const struct server_info *server = check->destination.server;
	bool is_new = server->flavour == FLAVOUR_MYSQL && server->version >= MYSQL_DICTIONARY_SINCE;
	struct err err = {0};
	char *one = NULL;

	if (!check->task->ddl.tables)
		return;
	if (conn_query_one(check->destination.conn,
		is_new ? "SELECT 1 FROM information_schema.INNODB_TABLES LIMIT 1"
		       : "SELECT 1 FROM information_schema.INNODB_SYS_TABLES LIMIT 1",
		&one, &err))
		report_add(check->report, VERDICT_OK, "destination.process", "", "the state of an interrupted DDL can be seen");
	else
		report_add(check->report, VERDICT_WARN, "destination.process",
		    "Grant PROCESS on *.* to the destination user.",
		    "without PROCESS, a restart in the middle of a DDL may have to ask an operator what became of it");
	free(one);
}

void
check_destination(struct check *check)
{
	if (check->destination.conn == NULL)
		return;
	check_identity(check);
	check_read_only(check);
	check_schema(check);
	check_session(check);
	check_lock(check);
	check_packet(check);
	check_binlog(check);
	check_process(check);
	check_privileges(check);
	check_databases(check);
}
