/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/replay.h"

#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "binlog/event_put.h"

enum { ER_SPECIFIC_ACCESS_DENIED = 1227, KEEP_BYTES = 1 << 20 };

static void
put_statement(const struct buf *events, struct buf *sql)
{
	buf_puts(sql, "BINLOG '");
	base64_put(events->data, events->len, sql);
	buf_putc(sql, '\'');
}

/* Settings of replicas that hold for BINLOG statements too, and the value with which nothing is bent, hidden or fired. */
static const struct {
	const char *name;
	const char *value;
} needed[] = {
    {"slave_type_conversions", ""},
    {"replica_type_conversions", ""},
    {"slave_exec_mode", "STRICT"},
    {"replica_exec_mode", "STRICT"},
    {"slave_skip_errors", "OFF"},
    {"replica_skip_errors", "OFF"},
    {"slave_run_triggers_for_rbr", "NO"},
};

static bool
check_settings(struct conn *conn, struct err *err)
{
	struct result *result;
	const char *const *row;
	bool is_fit = true;

	if (!conn_query(conn, "SHOW GLOBAL VARIABLES WHERE Variable_name LIKE 'slave\\_%' OR Variable_name LIKE 'replica\\_%'",
		&result, err))
		return false;
	while (is_fit && (row = result_next(result)) != NULL) {
		for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
			if (strcmp(row[0], needed[i].name) == 0 && strcasecmp(row[1], needed[i].value) != 0) {
				is_fit = err_set(err, ERR_STOP, "destination.replay_events: the destination has %s = '%s'", row[0], row[1]);
				(void) err_hint(err, "Set it to '%s' there, or destination.replay_events to false.", needed[i].value);
			}
	}
	result_free(result);
	return is_fit;
}

static bool
explain_refusal(struct err *err)
{
	(void) err_prefix(err, "destination.replay_events: ");
	if (err->code != ER_SPECIFIC_ACCESS_DENIED)
		return false;
	return err_hint(err, "Grant the destination user BINLOG REPLAY (MariaDB), REPLICATION_APPLIER and "
			     "SESSION_VARIABLES_ADMIN (MySQL 8 on) or SUPER.");
}

bool
replay_prepare(struct conn *conn, enum flavour source, struct err *err)
{
	const struct server_info *server = conn_server(conn);
	struct buf events = {0}, sql = {0};
	bool done;

	if (server->flavour != source) {
		(void) err_set(err, ERR_STOP, "destination.replay_events: source and destination are not of one flavour");
		return err_hint(err, "Set it to false, and drop the triggers of carried tables on the destination.");
	}
	event_put_format(server->flavour, server->version_text, server->server_id, &events);
	put_statement(&events, &sql);
	done = check_settings(conn, err) && conn_exec_len(conn, sql.data, sql.len, NULL, err) &&
	       (server->flavour == FLAVOUR_MARIADB || conn_exec(conn, "SET gtid_next = 'AUTOMATIC'", NULL, err));
	buf_release(&events);
	buf_release(&sql);
	return done || (err->kind == ERR_STOP && err->hint[0] == '\0' ? explain_refusal(err) : false);
}

bool
replay_is_for(const struct applier *applier, const struct target_table *table)
{
	return applier->options.replay_events && table->has_triggers;
}

static const char *
why_not(const struct target_table *table, const struct table_map *map, const struct binlog_format *format)
{
	if (table->is_versioned)
		return "it is system-versioned";
	if (!table->is_transactional)
		return "its engine has no transactions";
	if (table->is_sequence)
		return "it is a sequence";
	if (table->n_hidden != 0)
		return "its keys have hidden columns";
	if (map->n_columns != table->n_columns)
		return "it has another number of columns";
	return event_put_can(format) ? NULL : "the source's events are of an old layout";
}

bool
replay_check(const struct target_table *table, const struct table_map *map, const struct binlog_format *format, struct err *err)
{
	const char *why = why_not(table, map, format);

	for (size_t i = 0; why == NULL && i < map->n_columns; i++)
		if (table->column_of[i] != i)
			why = "its columns stand in another order";
	if (why == NULL)
		return true;
	(void) err_set(err, ERR_STOP, "table '%s.%s' on the destination has triggers, and its rows cannot be replayed: %s",
	    table->db, table->name, why);
	return err_hint(err, "Give the table the source's definition, or drop the triggers there.");
}

void
replay_add(const struct applier *applier, const struct change *change, struct buf *events)
{
	uint32_t server_id = conn_server(applier->conn)->server_id;

	event_put_table_map(change, server_id, events);
	event_put_rows(change, &applier->rows, server_id, events);
}

bool
replay_put(struct applier *applier, struct buf *events, struct err *err)
{
	put_statement(events, writer_sql(applier->writer));
	buf_reset(events, KEEP_BYTES);
	return writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err) && writer_end_packet(applier->writer, err);
}

bool
replay_end(struct applier *applier, struct err *err)
{
	buf_puts(writer_sql(applier->writer), "SET SESSION timestamp = DEFAULT");
	return writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err);
}
