/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/event_walk.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "binlog/payload.h"
#include "binlog/table_map_event.h"
#include "cli/output.h"
#include "source/table_cache.h"

enum { DUMMY_TABLE_ID = 0xffffff, INNER_EVENT_LIMIT_BYTES = 1 << 30, KEEP_BYTES = 1 << 20 };

struct event_walk {
	struct event_walk_options options;
	struct table_cache *tables;
	struct binlog_format format;
	struct rows_cursor rows;
	char gtid[GTID_TEXT_SIZE];
	bool is_mute;
	bool is_inside;
	bool has_ended; /* the present event ends a transaction */
	uint64_t n_printed;
	struct buf scratch;
	struct buf out;
};

struct event_walk *
event_walk_new(const struct event_walk_options *options)
{
	struct event_walk *walk = mem_zalloc(sizeof(*walk));

	walk->options = *options;
	walk->tables = table_cache_new(NULL);
	return walk;
}

void
event_walk_free(struct event_walk *walk)
{
	if (walk == NULL)
		return;
	table_cache_free(walk->tables);
	rows_release(&walk->rows);
	buf_release(&walk->scratch);
	buf_release(&walk->out);
	free(walk);
}

bool
event_walk_is_full(const struct event_walk *walk)
{
	return walk->options.limit != 0 && walk->n_printed >= walk->options.limit;
}

void
event_walk_mute(struct event_walk *walk, bool is_mute)
{
	walk->is_mute = is_mute;
}

const struct binlog_format *
event_walk_format(const struct event_walk *walk)
{
	return &walk->format;
}

void
event_walk_restart(struct event_walk *walk)
{
	table_cache_clear(walk->tables);
	memset(&walk->format, 0, sizeof(walk->format));
	walk->gtid[0] = '\0';
	walk->is_inside = false;
}

static bool
has_filter(const struct event_walk *walk)
{
	return walk->options.database != NULL || walk->options.table != NULL;
}

static bool
is_like(const char *pattern, const char *name)
{
	return pattern == NULL || fnmatch(pattern, name, 0) == 0;
}

/* What has been appended goes out, as one item. */
static bool
flush(struct event_walk *walk, struct err *err)
{
	struct buf *out = &walk->out;
	bool done = out->len == 0 || walk->is_mute || output_raw(walk->options.out, out->data, out->len);

	walk->n_printed += out->len != 0 && !walk->is_mute;
	buf_reset(out, KEEP_BYTES);
	return done || err_set(err, ERR_STOP, "cannot write what was read: %s", strerror(errno));
}

/*
 * MariaDB's old temporal format: the lengths of such values are the table's affair, and no table is at hand.  The
 * event is shown as it is; everything behind it can be read.
 */
static bool
walk_unreadable(struct event_walk *walk, struct seen *seen, struct err *err)
{
	struct err why = *err;

	for (size_t i = 0; i < seen->table->n_columns; i++) {
		if (!seen->table->columns[i].has_fraction_in_doubt)
			continue;
		seen->trouble = why.text;
		err_clear(err);
		return walk->options.printer->other(seen, &walk->out, err);
	}
	return false;
}

static bool
walk_rows(struct event_walk *walk, const struct seen *seen, struct err *err)
{
	struct rows_cursor *rows = &walk->rows;
	struct seen with_table = *seen;
	struct table_map *table;
	uint64_t table_id;
	bool is_end = false, done = true;

	if (!table_id_parse(seen->event, &walk->format, &table_id, err))
		return false;
	if (table_id == DUMMY_TABLE_ID)
		return true;
	table = table_cache_get(walk->tables, table_id);
	if (table == NULL) {
		(void) err_set(err, ERR_STOP, "rows of table id %" PRIu64 ", which no table map has described", table_id);
		return err_hint(err, "Begin where a transaction begins.");
	}
	if (!is_like(walk->options.database, table->db) || !is_like(walk->options.table, table->name))
		return true;
	with_table.table = table;
	if (!rows_open(rows, seen->event->type, &walk->format, seen->event->body, table, NULL, err))
		return walk_unreadable(walk, &with_table, err);
	while (done && !event_walk_is_full(walk) && (done = rows_next(rows, &is_end, err)) && !is_end)
		done = walk->options.printer->row(&with_table, rows, &walk->out, err) && flush(walk, err);
	return done;
}

static bool
is_query_wanted(const struct event_walk *walk, const struct query *query, enum query_class class)
{
	char *db;
	bool is_wanted;

	if (!has_filter(walk))
		return true;
	if (class != QUERY_OTHER || walk->options.table != NULL)
		return false;
	db = mem_strndup((const char *) query->db.data, query->db.len);
	is_wanted = is_like(walk->options.database, db);
	free(db);
	return is_wanted;
}

/* What a statement means for the transaction it stands in. */
static void
follow(struct event_walk *walk, enum query_class class)
{
	switch (class) {
	case QUERY_BEGIN:
	case QUERY_XA_START:
		walk->is_inside = true;
		return;
	case QUERY_COMMIT:
	case QUERY_ROLLBACK:
	case QUERY_XA_PREPARE:
	case QUERY_XA_COMMIT:
	case QUERY_XA_ROLLBACK:
		walk->has_ended = true;
		return;
	case QUERY_OTHER: /* by itself (DDL), or among others */
		walk->has_ended = !walk->is_inside;
		return;
	case QUERY_SAVEPOINT:
	case QUERY_ROLLBACK_TO:
	case QUERY_XA_END:
		return;
	}
}

static bool
walk_query(struct event_walk *walk, const struct seen *seen, struct err *err)
{
	struct query query;
	enum query_class class;

	if (!query_parse(seen->event, &walk->format, &walk->scratch, &query, err))
		return false;
	class = query_classify(query.sql);
	follow(walk, class);
	return !is_query_wanted(walk, &query, class) ||
	       walk->options.printer->query(seen, &query, class, &walk->out, err);
}

static bool
walk_gtid(struct event_walk *walk, const struct seen *seen, struct err *err)
{
	struct gtid_event gtid;

	if (!gtid_event_parse(seen->event, &gtid, err))
		return false;
	walk->gtid[0] = '\0';
	if (gtid.has_gtid)
		(void) gtid_text(&gtid.gtid, walk->gtid);
	walk->is_inside = seen->event->type == EVENT_MARIADB_GTID && !gtid.is_standalone;
	return has_filter(walk) || walk->options.printer->gtid(seen, &gtid, &walk->out, err);
}

static bool
walk_gtid_list(struct event_walk *walk, const struct seen *seen, struct err *err)
{
	struct gtid_set *set;
	bool done;

	if (has_filter(walk))
		return true;
	if (!gtid_list_parse(seen->event, &set, err))
		return false;
	done = walk->options.printer->gtids(seen, set, &walk->out, err);
	gtid_set_free(set);
	return done;
}

static bool walk_event(struct event_walk *walk, const struct seen *seen, struct err *err);

static bool
walk_payload(struct event_walk *walk, const struct seen *seen, struct err *err)
{
	struct binlog_format format = walk->format;
	struct seen inner = *seen;
	struct payload *payload;
	struct bytes packet;
	struct event event;
	bool done;

	format.checksum = CHECKSUM_OFF;
	inner.event = &event;
	if (!payload_open(seen->event, INNER_EVENT_LIMIT_BYTES, &payload, err))
		return false;
	while ((done = payload_next(payload, &packet, err)) && packet.data != NULL && !event_walk_is_full(walk)) {
		inner.inner++;
		done = event_parse(packet, &format, &event, err) && walk_event(walk, &inner, err);
		if (!done)
			break;
	}
	payload_close(payload);
	return done;
}

static bool
walk_table_map(struct event_walk *walk, const struct seen *seen, struct err *err)
{
	struct table_map *map;

	walk->is_inside = true;
	return table_cache_put(walk->tables, seen->event, &walk->format, &map, err);
}

static bool
walk_format(struct event_walk *walk, const struct seen *seen, struct err *err)
{
	if (!format_parse(seen->event, &walk->format, err))
		return false;
	table_cache_clear(walk->tables);
	return has_filter(walk) || walk->options.printer->other(seen, &walk->out, err);
}

static bool
dispatch(struct event_walk *walk, const struct seen *seen, struct err *err)
{
	switch (seen->event->type) {
	case EVENT_FORMAT_DESCRIPTION:
		return walk_format(walk, seen, err);
	case EVENT_GTID:
	case EVENT_ANONYMOUS_GTID:
	case EVENT_GTID_TAGGED:
	case EVENT_MARIADB_GTID:
		return walk_gtid(walk, seen, err);
	case EVENT_PREVIOUS_GTIDS:
	case EVENT_MARIADB_GTID_LIST:
		return walk_gtid_list(walk, seen, err);
	case EVENT_QUERY:
	case EVENT_MARIADB_QUERY_COMPRESSED:
		return walk_query(walk, seen, err);
	case EVENT_TABLE_MAP:
		return walk_table_map(walk, seen, err);
	case EVENT_TRANSACTION_PAYLOAD:
		return walk_payload(walk, seen, err);
	case EVENT_HEARTBEAT:
	case EVENT_HEARTBEAT_V2:
		return true;
	case EVENT_XID:
	case EVENT_XA_PREPARE:
		walk->has_ended = true;
		break;
	default: /* a number from outside, not an enum of ours */
		break;
	}
	if (event_rows_kind(seen->event->type) != ROWS_NONE)
		return walk_rows(walk, seen, err);
	return has_filter(walk) || walk->options.printer->other(seen, &walk->out, err);
}

static bool
walk_event(struct event_walk *walk, const struct seen *seen, struct err *err)
{
	walk->has_ended = false;
	if (!dispatch(walk, seen, err)) {
		buf_reset(&walk->out, KEEP_BYTES);
		return err_prefix(err, "event %s: ", event_type_name(seen->event->type));
	}
	if (!flush(walk, err))
		return false;
	if (walk->has_ended) {
		walk->is_inside = false;
		walk->gtid[0] = '\0';
	}
	return true;
}

bool
event_walk_feed(struct event_walk *walk, const char *file, uint64_t offset, struct bytes packet, struct err *err)
{
	struct event event = {0};
	struct seen seen = {
	    .file = file,
	    .offset = offset,
	    .end = offset + packet.len,
	    .event = &event,
	    .format = &walk->format,
	    .gtid = walk->gtid,
	    .context = walk->options.context,
	};

	if (!event_parse(packet, &walk->format, &event, err) || !walk_event(walk, &seen, err))
		return err_prefix(err, "%s:%" PRIu64 ": ", file, offset);
	return true;
}
