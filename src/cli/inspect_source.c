/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inspect_source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/own_id.h"
#include "cli/output.h"
#include "cli/place.h"
#include "mysql/dump.h"
#include "source/server_state.h"

enum { HEARTBEAT_S = 10 };

struct reading {
	struct event_walk *walk;
	struct place at;
	struct place until;
};

static bool
find_place(struct conn *conn, const char *text, struct place *place, struct err *err)
{
	struct server_state state;

	if (text != NULL && strcmp(text, "now") != 0)
		return place_parse(text, false, place, err);
	if (!server_state_read(conn, &state, err))
		return false;
	place->offset = state.offset;
	place->file = mem_strdup(state.file);
	if (!state.has_binlog)
		(void) err_set(err, ERR_STOP, "server '%s' writes no binlog", conn_name(conn));
	server_state_release(&state);
	return place->file[0] != '\0';
}

static bool
is_reached(const struct reading *reading)
{
	const struct place *at = &reading->at, *until = &reading->until;

	return until->file != NULL && place_compare(at->file, at->offset, until->file, until->offset) >= 0;
}

/* An artificial rotate says where the events that follow stand. */
static bool
take_rotate(struct reading *reading, const struct event *event, struct err *err)
{
	struct bytes file;
	uint64_t position;

	if (!rotate_parse(event, &file, &position, err))
		return false;
	free(reading->at.file);
	reading->at.file = mem_strndup((const char *) file.data, file.len);
	reading->at.offset = position;
	return true;
}

/*
 * Where the event ends: the count in 64 bits, set right by the low 32 bits that most events carry, since the server
 * may have left events out in front of it.
 */
static uint64_t
end_of(uint64_t offset, const struct event *event)
{
	const uint64_t turn = (uint64_t) 1 << 32;
	uint64_t counted = offset + event->length, told = (counted & ~(turn - 1)) | event->log_pos;

	if (event->log_pos == 0)
		return counted;
	return told < counted ? told + turn : told;
}

/*
 * Events that the dump thread makes up are in no file.  The format description is one of them where reading begins
 * inside a file: it comes with log_pos 0.
 */
static bool
take(struct reading *reading, struct bytes packet, struct err *err)
{
	struct event event;
	uint64_t offset = reading->at.offset;
	bool is_in_file;

	if (!event_parse(packet, event_walk_format(reading->walk), &event, err))
		return err_prefix(err, "%s:%" PRIu64 ": ", reading->at.file, offset);
	is_in_file = (event.flags & EVENT_FLAG_ARTIFICIAL) == 0 && event.type != EVENT_HEARTBEAT &&
		     event.type != EVENT_HEARTBEAT_V2 && !(event.type == EVENT_FORMAT_DESCRIPTION && event.log_pos == 0);
	if (event.type == EVENT_ROTATE && !is_in_file)
		return take_rotate(reading, &event, err);
	event_walk_mute(reading->walk, !is_in_file);
	if (is_in_file)
		offset = end_of(offset, &event) - event.length;
	if (!event_walk_feed(reading->walk, reading->at.file, offset, packet, err))
		return false;
	reading->at.offset = is_in_file ? offset + event.length : offset;
	return fflush(stdout) == 0 || err_set(err, ERR_STOP, "cannot write to standard output: %s", strerror(errno));
}

static bool
read_all(struct reading *reading, struct dump *dump, struct err *err)
{
	struct bytes packet;
	const struct place *from = &reading->at, *until = &reading->until;
	bool is_late = until->file != NULL && place_compare(from->file, from->offset, until->file, until->offset) > 0;
	bool is_end = false;

	/* The first packet tells whether the source has the file at all. */
	do {
		if (!dump_next(dump, &packet, &is_end, err))
			return false;
		if (is_end)
			return err_set(err, ERR_STOP, "the source closed the binlog stream");
		if (!take(reading, packet, err))
			return false;
	} while (!event_walk_is_full(reading->walk) && !is_reached(reading));
	return !is_late || err_set(err, ERR_STOP, "the place to begin at lies behind the one to end at, %s:%" PRIu64, until->file,
				      until->offset);
}

bool
inspect_source(const struct inspect_source_options *options, struct event_walk *walk, struct err *err)
{
	struct reading reading = {.walk = walk};
	struct dump_options dump_options = {.report_host = "rowferry-inspect", .heartbeat_s = HEARTBEAT_S,
	    .has_annotations = true};
	struct conn *conn = NULL;
	struct dump *dump = NULL;
	bool done = conn_open(&options->conn, &conn, err) && find_place(conn, options->from, &reading.at, err) &&
		    (options->until == NULL || find_place(conn, options->until, &reading.until, err));

	if (done && options->from == NULL)
		output_message("beginning at the source's present end, %s:%" PRIu64 "; --from names another place",
		    reading.at.file, reading.at.offset);
	if (done) {
		dump_options.server_id = options->server_id == 0 ? own_server_id() : options->server_id;
		dump_options.file = reading.at.file;
		dump_options.offset = reading.at.offset;
		done = dump_open(conn, &dump_options, &dump, err);
		conn = NULL; /* the dump's now */
	}
	done = done && read_all(&reading, dump, err);
	dump_close(dump);
	conn_close(conn);
	free(reading.at.file);
	free(reading.until.file);
	return done;
}
