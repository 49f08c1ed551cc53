/* SPDX-License-Identifier: Apache-2.0 */
#include "source/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "binlog/event.h"
#include "model/txn.h"
#include "mysql/dump.h"
#include "source/own_id.h"
#include "source/server_state.h"

enum { HEARTBEAT_S = 1, FIRST_EVENT_OFFSET = 4, LOOKED_AT_MOST = 10 };

static const char begun_word[] = "begun ";

/* The file, as the source lists it; or else the last one. */
struct listed {
	char *name;
	uint64_t size;
	bool is_it;
};

static bool
refuse(const struct conn *conn, struct err *err, const char *detail)
{
	(void) err_set(err, ERR_STOP, "source '%s' has another history than the one that was followed: %s", conn_name(conn),
	    detail);
	return err_hint(err, "Its binlog was reset or has lost its end, or it is an older copy that went on. Copy the tables again, and "
			     "start at that copy's position with start.override = true.");
}

static bool
find_file(struct conn *conn, const char *file, struct listed *found, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!conn_query(conn, "SHOW BINARY LOGS", &result, err)) {
		(void) err_prefix(err, "cannot list the binlog files: ");
		return err_hint(err, "Grant the task's source user REPLICATION CLIENT (MariaDB: BINLOG MONITOR).");
	}
	while (result_columns(result) >= 2 && !found->is_it && (row = result_next(result)) != NULL) {
		if (row[0] == NULL || row[1] == NULL)
			continue;
		free(found->name);
		found->name = mem_strdup(row[0]);
		found->size = strtoull(row[1], NULL, 10);
		found->is_it = strcmp(row[0], file) == 0;
	}
	result_free(result);
	return true;
}

/* Of the same log_bin, so that the numbers of the two go on from each other. */
static bool
is_of_one_line(const char *a, const char *b)
{
	const char *dot = strrchr(a, '.');
	size_t len = dot == NULL ? 0 : (size_t) (dot - a) + 1;

	return len > 0 && strncmp(a, b, len) == 0 && strchr(b + len, '.') == NULL;
}

static bool
check_files(struct conn *conn, const struct history_place *place, bool *is_listed, struct err *err)
{
	struct listed found = {0};
	char *detail = NULL;
	bool done = find_file(conn, place->file, &found, err);

	*is_listed = done && found.is_it;
	if (done && found.name != NULL && (found.is_it || is_of_one_line(place->file, found.name))) {
		const struct file_position read = {place->file, place->offset}, end = {found.name, found.size};
		if (file_position_compare(&read, &end) > 0)
			detail = mem_printf("%s ends at %s:%" PRIu64 ", and was read up to %s:%" PRIu64,
			    found.is_it ? "a binlog file" : "its binlog", found.name, found.size, place->file, place->offset);
	}
	if (detail != NULL)
		done = refuse(conn, err, detail);
	free(detail);
	free(found.name);
	return done;
}

/* The header of the file's format description has the time. */
static bool
take_begun(struct dump *dump, uint32_t *begun, struct err *err)
{
	static const struct binlog_format none;
	struct bytes packet;
	struct event event;
	bool is_end;

	for (int i = 0; i < LOOKED_AT_MOST; i++) {
		if (!dump_next(dump, &packet, &is_end, err))
			return false;
		if (is_end)
			return err_set(err, ERR_RETRY, "the source closed the binlog stream");
		if (!event_parse(packet, &none, &event, err))
			return false;
		if (event.type != EVENT_FORMAT_DESCRIPTION)
			continue;
		*begun = event.timestamp;
		return true;
	}
	return err_set(err, ERR_RETRY, "the source does not describe the format of its binlog file");
}

static bool
read_begun(const struct conn_options *options, const char *file, uint32_t *begun, struct err *err)
{
	const struct dump_options dump_options = {
	    .server_id = own_server_id(),
	    .report_host = "rowferry-look",
	    .heartbeat_s = HEARTBEAT_S,
	    .file = file,
	    .offset = FIRST_EVENT_OFFSET,
	};
	struct conn *conn;
	struct dump *dump;
	bool done;

	if (!conn_open(options, &conn, err) || !dump_open(conn, &dump_options, &dump, err))
		return false;
	done = take_begun(dump, begun, err);
	dump_close(dump);
	return done;
}

static bool
check_begun(struct conn *conn, const struct conn_options *options, const struct history_place *place, struct err *err)
{
	uint32_t begun = 0;
	char *detail;

	if (!read_begun(options, place->file, &begun, err))
		return false;
	if (begun == 0 || begun == place->begun)
		return true;
	detail = mem_printf("%s was begun %" PRIu32 " s %s the file of that name that was read", place->file,
	    begun > place->begun ? begun - place->begun : place->begun - begun, begun > place->begun ? "after" : "before");
	(void) refuse(conn, err, detail);
	free(detail);
	return false;
}

/* Each domain that the source has at the place, as it was read; domains that it never had may be an operator's. */
static bool
is_at(const struct gtid_set *executed, const struct gtid_set *there)
{
	struct gtid_set *both = gtid_set_copy(executed);
	bool is_right;

	gtid_set_add_set(both, there);
	is_right = gtid_set_is_equal(both, executed) && (!gtid_set_is_empty(there) || gtid_set_is_empty(executed));
	gtid_set_free(both);
	return is_right;
}

static bool
check_gtids(struct conn *conn, const struct history_place *place, struct err *err)
{
	struct gtid_set *there = NULL;
	struct buf executed = {0};
	char *text, *detail;
	bool done;

	if (place->executed == NULL || place->offset <= FIRST_EVENT_OFFSET || conn_server(conn)->flavour != FLAVOUR_MARIADB)
		return true;
	if (!server_gtids_at(conn, place->file, place->offset, &text, err) ||
	    !gtid_set_parse(text == NULL ? "" : text, FLAVOUR_MARIADB, &there, err))
		return false;
	done = text != NULL && is_at(place->executed, there);
	if (!done) {
		gtid_set_put(place->executed, &executed);
		detail = mem_printf("at %s:%" PRIu64 " it is at GTID '%s', and was read up to '%s' there", place->file, place->offset,
		    text == NULL ? "" : text, buf_text(&executed));
		(void) refuse(conn, err, detail);
		free(detail);
	}
	buf_release(&executed);
	gtid_set_free(there);
	free(text);
	return done;
}

bool
history_check(struct conn *conn, const struct conn_options *options, const struct history_place *place, struct err *err)
{
	bool is_listed;

	if (place->file[0] == '\0')
		return true;
	if (!check_files(conn, place, &is_listed, err))
		return false;
	if (!is_listed)
		return true;
	return place->begun != 0 ? check_begun(conn, options, place, err) : check_gtids(conn, place, err);
}

bool
history_look(struct conn *conn, const struct history_place *place, bool *is_ahead, struct err *err)
{
	struct file_position read = {place->file, place->offset}, end;
	struct server_state state;
	bool is_listed;

	if (!check_files(conn, place, &is_listed, err) || !server_state_read(conn, &state, err))
		return false;
	end = (struct file_position){state.file, state.offset};
	*is_ahead = file_position_compare(&end, &read) > 0;
	server_state_release(&state);
	return true;
}

void
history_put_begun(uint32_t begun, struct buf *out)
{
	if (begun != 0)
		buf_printf(out, "%s%" PRIu32 ";", begun_word, begun);
}

uint32_t
history_parse_begun(const char *text)
{
	const char *at = strstr(text, begun_word);

	return at == NULL ? 0 : (uint32_t) strtoul(at + strlen(begun_word), NULL, 10);
}
