/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "binlog/event.h"
#include "cli/check_parts.h"
#include "source/history.h"
#include "source/own_id.h"
#include "mysql/dump.h"
#include "task/start.h"

enum { HEARTBEAT_S = 1, IO_TIMEOUT_S = 60, ENOUGH_EVENTS = 20, TYPE_AT = 4 };

/*
 * GTIDs are looked for before the first file is sent, an offset is when it is read: then the first heartbeat tells, or
 * enough events.
 */
static bool
has_answered(struct bytes packet, bool is_gtid)
{
	uint8_t type = packet.len < EVENT_HEADER_LEN ? 0 : packet.data[TYPE_AT];

	return type == EVENT_HEARTBEAT || type == EVENT_HEARTBEAT_V2 || (is_gtid && type == EVENT_FORMAT_DESCRIPTION);
}

/* Opens the stream where the task would, under a server_id that is not the task's: it may be running. */
static bool
try_stream(struct check *check, const struct marker_position *from, struct err *err)
{
	struct dump_options options = {
	    .server_id = own_server_id(),
	    .report_host = "rowferry-check",
	    .heartbeat_s = HEARTBEAT_S,
	    .executed = from->is_gtid ? from->executed : NULL,
	    .file = from->file,
	    .offset = from->offset < 4 ? 4 : from->offset,
	};
	struct conn_options conn_options = check->task->source.conn;
	struct conn *conn;
	struct dump *dump;
	struct bytes packet;
	bool is_end = false, done = true;

	if (conn_options.io_timeout_s == 0)
		conn_options.io_timeout_s = IO_TIMEOUT_S;
	if (!conn_open(&conn_options, &conn, err) || !dump_open(conn, &options, &dump, err))
		return false;
	for (int i = 0; done && !is_end && i < ENOUGH_EVENTS; i++) {
		done = dump_next(dump, &packet, &is_end, err);
		if (done && !is_end && has_answered(packet, from->is_gtid))
			break;
	}
	dump_close(dump);
	return done;
}

static void
put_position(const struct marker_position *position, struct buf *out)
{
	if (position->is_gtid) {
		buf_puts(out, "gtid set '");
		gtid_set_put(position->executed, out);
		buf_putc(out, '\'');
	} else {
		buf_printf(out, "'%s:%" PRIu64 "'", position->file, position->offset);
	}
}

/* The file of a stored position says something on the server that it is of. */
static bool
is_history_right(struct check *check, const struct marker_position *from, struct err *err)
{
	const struct history_place place = {
	    .file = from->file,
	    .offset = from->offset,
	    .begun = history_parse_begun(from->pending_ddl),
	    .executed = from->is_gtid ? from->executed : NULL,
	};
	char *identity;
	bool is_own;

	if (from->is_gtid && !server_check_errant(check->source.conn, from->executed, NULL, err))
		return false;
	if (from != &check->stored.position)
		return true;
	identity = server_identity(check->source.conn);
	is_own = strcmp(identity, check->stored.source_identity) == 0;
	free(identity);
	return !is_own || history_check(check->source.conn, &check->task->source.conn, &place, err);
}

static void
check_stream(struct check *check, const char *which, const struct marker_position *from)
{
	struct buf text = {0};
	struct err err = {0};

	put_position(from, &text);
	if (!is_history_right(check, from, &err))
		report_err(check->report, VERDICT_FAIL, "source.position", &err);
	else if (try_stream(check, from, &err))
		report_add(check->report, VERDICT_OK, "source.position", "", "the source sends its binlog from %s on, %s",
		    which, buf_text(&text));
	else
		report_add(check->report, VERDICT_FAIL, "source.position",
		    err.hint[0] != '\0' ? err.hint
					: "Copy the tables again, and start the task behind the copy with override = true.",
		    "the source does not send its binlog from %s on, %s: %s", which, buf_text(&text), err.text);
	buf_release(&text);
}

/* Another server behind the same name is as good with GTIDs, and none with a file position. */
static void
check_identity(struct check *check)
{
	const struct stored_position *stored = &check->stored;
	char *identity = server_identity(check->source.conn);

	if (strcmp(stored->task, check->task->name) != 0)
		report_add(check->report, VERDICT_FAIL, "destination.task", "Give each task a server_id of its own.",
		    "server_id %" PRIu32 " belongs to task '%s' in dump2db, not to '%s'", check->task->server_id, stored->task,
		    check->task->name);
	if (stored->source_flavour != check->source.server->flavour)
		report_add(check->report, VERDICT_FAIL, "source.identity",
		    "Give the task a new server_id, and a position of this source as source.start.",
		    "the stored position is of '%s', the source is '%s'", stored->source_identity, identity);
	else if (strcmp(stored->source_identity, identity) != 0)
		report_add(check->report, stored->position.is_gtid ? VERDICT_WARN : VERDICT_FAIL, "source.identity",
		    stored->position.is_gtid ? "Be sure that it has the same history."
					     : "Start the task at a position of this server with override = true.",
		    "the stored position is of another server: '%s', the source is '%s'", stored->source_identity, identity);
	free(identity);
}

static bool
is_override_due(const struct check *check)
{
	char *override = start_override(&check->task->source.start);
	bool is_due = override != NULL && (check->stored.override_done == NULL || strcmp(override, check->stored.override_done) != 0);

	free(override);
	return is_due;
}

/* The start that is given, where a stored position wins. */
static void
check_start(struct check *check)
{
	const struct start_options *start = &check->task->source.start;
	struct marker_position place = {0};
	struct err ignored = {0};

	if (start->is_forced) {
		report_add(check->report, VERDICT_WARN, "source.start", "Remove it from the task file.",
		    "source.start.override has been carried out already: the stored position wins");
		return;
	}
	if ((start->kind != START_GTID && start->kind != START_FILE) ||
	    !start_resolve(check->source.conn, start, &place, &ignored))
		return;
	if (start_is_ahead(start, &place, &check->stored.position))
		report_add(check->report, VERDICT_WARN, "source.start", "To begin there, give it with override = true.",
		    "source.start is ahead of the stored position, which wins");
	marker_position_release(&place);
}

void
check_position(struct check *check)
{
	const struct start_options *start = &check->task->source.start;
	struct marker_position first = {0};
	struct err err = {0};

	if (check->source.conn == NULL || !check->has_state || !check->state.has_binlog)
		return;
	if (check->stored.has_task)
		check_identity(check);
	if (check->stored.has_position && !is_override_due(check) &&
	    check->stored.source_flavour == check->source.server->flavour) {
		check_stream(check, "the stored position", &check->stored.position);
		check_start(check);
		return;
	}
	if (!start_resolve(check->source.conn, start, &first, &err)) {
		report_err(check->report, VERDICT_FAIL, "source.position", &err);
		return;
	}
	check_stream(check,
	    start->kind == START_GTID || start->kind == START_FILE ? "source.start" : "its present position", &first);
	marker_position_release(&first);
}
