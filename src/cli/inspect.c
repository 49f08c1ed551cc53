/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inspect.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/event_json.h"
#include "cli/event_sql.h"
#include "cli/event_walk.h"
#include "cli/inspect_source.h"
#include "cli/options.h"
#include "cli/place.h"
#include "cli/tasks.h"
#include "source/binlog_file.h"

static bool
is_live(const struct inspect_args *args)
{
	return args->host != NULL || args->socket != NULL || args->config != NULL;
}

static bool
check_args(const struct inspect_args *args, struct err *err)
{
	bool has_server = args->host != NULL || args->socket != NULL;

	if (args->is_json && args->is_sql)
		return err_set(err, ERR_STOP, "options '--json' and '--sql' exclude each other");
	if (has_server && args->config != NULL)
		return err_set(err, ERR_STOP, "options '--config' and '--%s' exclude each other",
		    args->host != NULL ? "host" : "socket");
	if (has_server && args->operands.n > 0)
		return err_set(err, ERR_STOP, "with '--%s' no file or task can be named, '%s' was given",
		    args->host != NULL ? "host" : "socket", args->operands.items[0]);
	if (args->config != NULL && args->operands.n != 1)
		return err_set(err, ERR_STOP, "with '--config' the name of one task is needed, %zu were given",
		    args->operands.n);
	if (!is_live(args) && args->operands.n == 0) {
		(void) err_set(err, ERR_STOP, "nothing to inspect was named");
		return err_hint(err, "Name binlog files, a task (-c FILE TASK), or a server (--host, --socket).");
	}
	return true;
}

static bool
parse_offset(const char *option, const char *text, uint64_t *offset, struct err *err)
{
	*offset = 0;
	if (text == NULL || options_number(text, 4, UINT64_MAX, offset))
		return true;
	return err_set(err, ERR_STOP, "option '--%s' wants an offset from 4 on for a file, not '%s'", option, text);
}

/* What is read from inside an event may look like anything; counted from the start of the file, offsets tell. */
static bool
blame_offset(const char *path, uint64_t from, struct err *err)
{
	struct binlog_file *file;
	struct bytes packet = {0};
	struct err ignored = {0};
	uint64_t offset = 0;

	if (from <= PLACE_FIRST_OFFSET || strcmp(path, "-") == 0 || !binlog_file_open(path, &file, &ignored))
		return false;
	while (binlog_file_next(file, &packet, &offset, &ignored) && packet.data != NULL && offset + packet.len <= from)
		continue;
	if (packet.data != NULL && offset < from) {
		(void) err_set(err, ERR_STOP, "%s: offset %" PRIu64 " is not the beginning of an event", binlog_file_name(file), from);
		(void) err_hint(err, "The event that it lies in begins at %" PRIu64 " and ends at %" PRIu64 ".", offset,
		    offset + packet.len);
	}
	binlog_file_close(file);
	return false;
}

/* `from`: 0 for the start. `until`: 0 for the end. */
static bool
read_file(const char *path, uint64_t from, uint64_t until, struct event_walk *walk, struct err *err)
{
	struct binlog_file *file;
	struct bytes packet;
	uint64_t offset = 0;
	bool is_first = true, done;

	if (!binlog_file_open(path, &file, err))
		return false;
	event_walk_restart(walk);
	while ((done = binlog_file_next(file, &packet, &offset, err)) && packet.data != NULL) {
		if (event_walk_is_full(walk) || (until != 0 && offset >= until && !is_first))
			break;
		event_walk_mute(walk, offset < from);
		done = event_walk_feed(walk, binlog_file_name(file), offset, packet, err) &&
		       (!is_first || offset >= from || binlog_file_skip_to(file, from, err));
		if (!done)
			break;
		is_first = false;
	}
	binlog_file_close(file);
	return done || blame_offset(path, from, err);
}

static bool
read_files(const struct inspect_args *args, struct event_walk *walk, struct err *err)
{
	uint64_t from, until;

	if (!parse_offset("from", args->from, &from, err) || !parse_offset("until", args->until, &until, err))
		return false;
	for (size_t i = 0; i < args->operands.n && !event_walk_is_full(walk); i++) {
		bool is_last = i + 1 == args->operands.n;
		if (!read_file(args->operands.items[i], i == 0 ? from : 0, is_last ? until : 0, walk, err))
			return false;
	}
	return true;
}

static bool
read_source(const struct inspect_args *args, struct event_walk *walk, struct err *err)
{
	struct inspect_source_options options = {
	    .conn = {.host = args->host, .port = (unsigned int) args->port, .socket = args->socket, .user = args->user,
		.password_file = args->password_file, .tls = TLS_PREFERRED},
	    .server_id = (uint32_t) args->server_id,
	    .from = args->from,
	    .until = args->until,
	};
	struct tasks tasks = {0};
	bool done = true;

	if (args->config != NULL)
		done = tasks_load(args->config, &args->operands, &tasks, err);
	if (done && tasks.n > 0)
		options.conn = tasks.items[0]->source.conn;
	conn_library_init();
	done = done && inspect_source(&options, walk, err);
	conn_library_end();
	tasks_release(&tasks);
	return done;
}

int
inspect_binlog_command(const void *context)
{
	const struct inspect_args *args = context;
	struct event_sql *sql = event_sql_new();
	struct event_walk_options options = {
	    .printer = args->is_sql ? &event_sql_printer : &event_json_printer,
	    .context = sql,
	    .out = stdout,
	    .database = args->database,
	    .table = args->table,
	    .limit = args->limit,
	};
	struct event_walk *walk = event_walk_new(&options);
	struct err err = {0};
	int status = EXIT_DONE;

	if (!check_args(args, &err))
		status = EXIT_USAGE;
	else if (!(is_live(args) ? read_source(args, walk, &err) : read_files(args, walk, &err)))
		status = EXIT_NO;
	if (fflush(stdout) != 0 && status == EXIT_DONE) {
		(void) err_set(&err, ERR_STOP, "cannot write to standard output: %s", strerror(errno));
		status = EXIT_NO;
	}
	if (status != EXIT_DONE)
		command_complain(&err);
	event_walk_free(walk);
	event_sql_free(sql);
	return status;
}
