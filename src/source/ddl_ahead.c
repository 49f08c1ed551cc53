/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ddl_ahead.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "binlog/query_event.h"
#include "binlog/table_map_event.h"
#include "mysql/dump.h"
#include "route/ddl_plain.h"
#include "source/event_offset.h"
#include "source/own_id.h"

enum { HEARTBEAT_S = 1, MOST_HEARTBEATS = 30, IO_TIMEOUT_S = 30 };

struct look {
	const struct ddl_ahead_options *options;
	struct binlog_format format;
	char *file;
	uint64_t offset;
	struct buf scratch;
	unsigned int n_heartbeats; /* in a row */
	enum ddl_ahead found;
	bool is_end;
};

/* Bytes above 0x7f may be part of a name or white space, as the character set has it. */
static bool
is_word_byte(uint8_t byte)
{
	return byte < 0x80 && (isalnum(byte) || byte == '_' || byte == '$');
}

/* A name with other bytes than these may be written in more than one way. */
static bool
is_plain_name(const char *name)
{
	for (; *name != '\0'; name++)
		if ((uint8_t) *name >= 0x80 || *name == '`' || *name == '"')
			return false;
	return true;
}

bool
ddl_ahead_names(struct bytes sql, const char *table)
{
	size_t len = strlen(table);

	if (query_classify(sql) != QUERY_OTHER)
		return false;
	if (!is_plain_name(table))
		return true;
	for (size_t i = 0; i + len <= sql.len; i++) {
		if (strncasecmp((const char *) sql.data + i, table, len) != 0)
			continue;
		if ((i == 0 || !is_word_byte(sql.data[i - 1])) && (i + len == sql.len || !is_word_byte(sql.data[i + len])))
			return true;
	}
	return false;
}

bool
ddl_ahead_is_of_database(struct bytes sql, struct bytes default_db, const char *db)
{
	bool is_default = default_db.len == strlen(db) && strncasecmp((const char *) default_db.data, db, default_db.len) == 0;

	return (ddl_ahead_names(sql, "DATABASE") || ddl_ahead_names(sql, "SCHEMA")) && (is_default || ddl_ahead_names(sql, db));
}

static bool
take_rotate(struct look *look, const struct event *event, struct err *err)
{
	struct bytes file;
	uint64_t offset;

	if (!rotate_parse(event, &file, &offset, err))
		return false;
	free(look->file);
	look->file = mem_strndup((const char *) file.data, file.len);
	look->offset = offset;
	return true;
}

static bool
is_done_with(const struct look *look)
{
	const struct file_position end = {look->file, look->offset}, *behind = &look->options->behind;

	return behind->file[0] != '\0' && file_position_compare(&end, behind) <= 0;
}

static bool
is_ascii(struct bytes sql)
{
	for (size_t i = 0; i < sql.len; i++)
		if (sql.data[i] >= 0x80)
			return false;
	return true;
}

/* Whoever wrote it, and in whatever character set: ASCII reads alike.  What cannot be read is a statement like others. */
static bool
is_creation(const struct look *look, const struct query *query)
{
	struct arena arena = {0};
	struct ddl_context context = {
	    .flavour = look->format.flavour,
	    .server_version = format_version(&look->format),
	    .sql_mode = query->sql_mode,
	    .is_charset_known = true,
	    .error_code = query->error_code,
	};
	struct bytes sql = query->sql;
	struct err ignored = {0};
	struct ddl ddl = {0};
	bool is_it;

	context.default_db = arena_strndup(&arena, (const char *) query->db.data, query->db.len);
	is_it = is_ascii(query->sql) && query->error_code == 0 && query->has_sql_mode &&
		ddl_plain(query->sql, &context, &arena, &sql, &context.charset, &ignored) &&
		ddl_scan(sql, &context, &arena, &ddl, &ignored) && ddl.verb == DDL_VERB_CREATE &&
		(ddl.class == DDL_CREATE_TABLE || ddl.class == DDL_CREATE_TABLE_LIKE || ddl.class == DDL_CREATE_TABLE_SELECT) &&
		!ddl.has_if_exists && !ddl.has_or_replace && ddl.n_names > 0 && ddl.names[0].table != NULL &&
		strcmp(ddl.names[0].db, look->options->rows_of) == 0 && strcmp(ddl.names[0].table, look->options->table) == 0;
	arena_release(&arena);
	return is_it;
}

static bool
take_query(struct look *look, const struct event *event, struct err *err)
{
	struct query query;

	if (is_done_with(look))
		return true;
	if (!query_parse(event, &look->format, &look->scratch, &query, err))
		return false;
	if (look->options->is_database ? ddl_ahead_is_of_database(query.sql, query.db, look->options->table)
				       : ddl_ahead_names(query.sql, look->options->table))
		look->found = look->options->rows_of != NULL && is_creation(look, &query) ? DDL_AHEAD_CREATED : DDL_AHEAD_NAMED;
	return true;
}

static bool
is_text(struct bytes bytes, const char *text)
{
	return bytes.len == strlen(text) && memcmp(bytes.data, text, bytes.len) == 0;
}

static bool
take_table_map(struct look *look, const struct event *event, struct err *err)
{
	struct bytes db, name;

	if (look->options->rows_of == NULL || is_done_with(look))
		return true;
	if (!table_map_name_parse(event, &look->format, &db, &name, err))
		return false;
	if (is_text(db, look->options->rows_of) && is_text(name, look->options->table))
		look->found = DDL_AHEAD_ROWS;
	return true;
}

static bool
is_at_end(const struct look *look)
{
	const struct file_position at = {look->file, look->offset};

	return at.file[0] != '\0' && file_position_compare(&at, &look->options->until) >= 0;
}

/*
 * A heartbeat says how far the source has come, and it may have gone over events that it does not send.  It is no sign of
 * the end: MySQL sends one in front of the first event, when it has left out what `executed` has.
 */
static bool
take_heartbeat(struct look *look, const struct event *event, struct err *err)
{
	const struct event place = {.log_pos = event->log_pos};

	if (++look->n_heartbeats > MOST_HEARTBEATS)
		return err_set(err, ERR_RETRY, "the source sends its binlog up to %s:%" PRIu64 " only, not up to %s:%" PRIu64,
		    look->file, look->offset, look->options->until.file, look->options->until.offset);
	if (event->type == EVENT_HEARTBEAT && event->log_pos != 0 && event->body.len == strlen(look->file) &&
	    memcmp(event->body.data, look->file, event->body.len) == 0)
		look->offset = event_end_offset(&place, look->offset);
	return true;
}

static bool
take(struct look *look, struct bytes packet, struct err *err)
{
	struct event event;
	bool done = true;

	if (!event_parse(packet, &look->format, &event, err))
		return false;
	if (event_is_in_file(&event))
		look->offset = event_end_offset(&event, look->offset);
	if (event.type == EVENT_HEARTBEAT || event.type == EVENT_HEARTBEAT_V2)
		done = take_heartbeat(look, &event, err);
	else
		look->n_heartbeats = 0;
	if (event.type == EVENT_FORMAT_DESCRIPTION)
		done = format_parse(&event, &look->format, err);
	else if (event.type == EVENT_ROTATE)
		done = take_rotate(look, &event, err);
	else if (event.type == EVENT_QUERY || event.type == EVENT_MARIADB_QUERY_COMPRESSED)
		done = take_query(look, &event, err);
	else if (event.type == EVENT_TABLE_MAP)
		done = take_table_map(look, &event, err);
	look->is_end = look->found != DDL_AHEAD_NONE || is_at_end(look);
	return done;
}

static bool
read_all(struct look *look, struct dump *dump, struct err *err)
{
	struct bytes packet;
	bool is_closed;

	while (!look->is_end) {
		if (atomic_load(look->options->stop))
			return err_set(err, ERR_CANCELLED, "stopped");
		if (!dump_next(dump, &packet, &is_closed, err))
			return false;
		if (is_closed)
			return err_set(err, ERR_RETRY, "the source closed the binlog stream");
		if (!take(look, packet, err))
			return false;
	}
	return true;
}

bool
ddl_ahead_find(const struct ddl_ahead_options *options, enum ddl_ahead *found, struct err *err)
{
	bool is_gtid = options->executed != NULL; /* then the source says in which file that begins */
	struct look look = {.options = options, .file = mem_strdup(is_gtid ? "" : options->from.file)};
	struct dump_options dump_options = {
	    .server_id = own_server_id(),
	    .report_host = "rowferry-look",
	    .heartbeat_s = HEARTBEAT_S,
	    .executed = options->executed,
	    .file = options->from.file,
	    .offset = options->from.offset < 4 ? 4 : options->from.offset,
	};
	struct conn_options conn_options = *options->conn;
	struct conn *conn;
	struct dump *dump;
	bool done;

	look.offset = is_gtid ? 0 : options->from.offset;
	conn_options.io_timeout_s = IO_TIMEOUT_S;
	conn_options.stop = options->stop;
	done = conn_open(&conn_options, &conn, err) && dump_open(conn, &dump_options, &dump, err);
	if (done) {
		done = read_all(&look, dump, err);
		dump_close(dump);
	}
	*found = look.found;
	buf_release(&look.scratch);
	free(look.file);
	return done;
}
