/* SPDX-License-Identifier: Apache-2.0 */
#include "source/assembler_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "binlog/gtid_event.h"
#include "binlog/query_event.h"
#include "binlog/rows.h"
#include "binlog/table_map_event.h"
#include "source/ddl_marks.h"
#include "source/event_offset.h"
#include "source/formats.h"
#include "source/history.h"
#include "source/marker_row.h"
#include "source/table_cache.h"
#include "source/xid.h"

enum { DUMMY_TABLE_ID = 0xffffff };

struct assembler *
assembler_new(const struct assembler_options *options, const char *file, uint64_t offset, const char *pending_ddl)
{
	struct assembler *assembler = mem_zalloc(sizeof(*assembler));

	assembler->options = *options;
	assembler->tables = table_cache_new(options->rules);
	table_cache_tell(assembler->tables, options->task);
	assembler->file = mem_strdup(file);
	assembler->offset = offset;
	assembler->joined_file = mem_strdup("");
	ddl_marks_parse(&assembler->marks, pending_ddl);
	assembler->begun = history_parse_begun(pending_ddl);
	assembler->format = formats_use(&assembler->formats, NULL);
	return assembler;
}

void
assembler_free(struct assembler *assembler)
{
	if (assembler == NULL)
		return;
	txn_free(assembler->txn);
	table_cache_free(assembler->tables);
	ddl_marks_release(&assembler->marks);
	rows_release(&assembler->rows);
	buf_release(&assembler->scratch);
	formats_release(&assembler->formats);
	free(assembler->joined_file);
	free(assembler->file);
	free(assembler);
}

void
assembler_drop(struct assembler *assembler)
{
	txn_free(assembler->txn);
	assembler->txn = NULL;
	assembler->has_begun = false;
	assembler->is_thread_ignored = false;
	assembler->n_statements = 0;
	memset(&assembler->gtid, 0, sizeof(assembler->gtid));
}

void
assembler_set_file(struct assembler *assembler, const char *file, size_t len)
{
	free(assembler->file);
	assembler->file = mem_strndup(file, len);
}

void
assembler_restart(struct assembler *assembler)
{
	if (assembler->txn != NULL) {
		assembler_set_file(assembler, assembler->txn->begin.file, strlen(assembler->txn->begin.file));
		assembler->offset = assembler->txn->begin.offset;
	}
	assembler_drop(assembler);
	table_cache_clear(assembler->tables);
	assembler->format = formats_use(&assembler->formats, NULL);
}

void
assembler_join(struct assembler *assembler)
{
	free(assembler->joined_file);
	assembler->joined_file = mem_strdup(assembler->file);
	assembler->joined_offset = assembler->offset;
}

struct file_position
assembler_position(const struct assembler *assembler)
{
	return (struct file_position){assembler->file, assembler->offset};
}

uint32_t
assembler_begun(const struct assembler *assembler)
{
	return assembler->begun;
}

void
assembler_describe(const struct assembler *assembler, struct buf *out)
{
	if (assembler->txn != NULL)
		txn_describe(assembler->txn, out);
}

bool
assembler_is_inside(const struct assembler *assembler)
{
	return assembler->txn != NULL;
}

/* Context for errors: where in the source's files. */
static bool
at_event(const struct assembler *assembler, const struct event *event, struct err *err)
{
	return err_prefix(err, "event %s at %s:%" PRIu64 ": ", event_type_name(event->type),
	    assembler->file[0] == '\0' ? "(unknown file)" : assembler->file, assembler->event_offset);
}

void
assembler_open(struct assembler *assembler, const struct event *event)
{
	struct txn *txn = txn_new(assembler->options.spool_dir, assembler->options.memory_limit_bytes);

	assembler_drop(assembler);
	assembler->txn = txn;
	txn->kind = TXN_ROWS;
	txn->begin.file = arena_strndup(&txn->arena, assembler->file, strlen(assembler->file));
	txn->begin.offset = assembler->event_offset;
	txn->source_server_id = event->server_id;
	txn->timestamp = event->timestamp;
}

/* A transaction with nothing for the sink still moves the position. */
static void
settle_kind(struct assembler *assembler, struct txn *txn)
{
	bool is_drop = txn->mark.is_marked &&
		       (assembler->options.loop == LOOP_MESH ||
			   strcmp(txn->mark.origin, assembler->options.destination_region) == 0);

	if (is_drop) {
		txn->kind = TXN_ADVANCE;
		txn->is_quiet = true;
	} else if (txn->refusal != NULL) {
		txn->kind = TXN_REFUSED;
	} else if (txn->kind == TXN_ROWS && txn->n_changes == 0) {
		txn->kind = TXN_ADVANCE;
		txn->is_quiet = txn->mark.is_marked;
	}
}

void
assembler_finish(struct assembler *assembler, const struct event *event, struct txn **out)
{
	struct txn *txn = assembler->txn;
	struct buf pending = {0};

	assembler->txn = NULL;
	txn->end.file = arena_strndup(&txn->arena, assembler->file, strlen(assembler->file));
	txn->end.offset = assembler->offset;
	if (event->timestamp != 0)
		txn->timestamp = event->timestamp;
	if (txn->commit_us == 0)
		txn->commit_us = (int64_t) txn->timestamp * 1000000;
	txn->format = assembler->format;
	ddl_marks_put(&assembler->marks, &pending);
	history_put_begun(assembler->begun, &pending);
	txn->pending_ddl = arena_strndup(&txn->arena, pending.data, pending.len);
	buf_release(&pending);
	settle_kind(assembler, txn);
	assembler_drop(assembler);
	*out = txn;
}

static bool
is_ignored_thread(const struct assembler *assembler, uint32_t thread_id)
{
	const struct filter_options *filter = &assembler->options.filter;

	for (size_t i = 0; i < filter->n_ignore_threads; i++)
		if (filter->ignore_threads[i] == thread_id)
			return true;
	return false;
}

void
assembler_set_thread(struct assembler *assembler, uint32_t thread_id)
{
	if (thread_id == 0)
		return;
	assembler->txn->thread_id = thread_id;
	assembler->is_thread_ignored = is_ignored_thread(assembler, thread_id);
}

struct ddl_author
assembler_author(const struct assembler *assembler, const struct event *event)
{
	const struct txn *txn = assembler->txn;
	struct ddl_author author = {.server_id = event->server_id};

	if (txn->has_gtid && txn->gtid.flavour == FLAVOUR_MYSQL)
		memcpy(author.uuid, txn->gtid.mysql.uuid, sizeof(author.uuid));
	return author;
}

static const char *
mariadb_xid(struct assembler *assembler)
{
	const struct gtid_event *gtid = &assembler->gtid;

	return xid_text(&assembler->txn->arena, gtid->xid_format, gtid->xid_gtrid, gtid->xid_bqual);
}

static bool
take_gtid(struct assembler *assembler, const struct event *event, struct err *err)
{
	struct gtid_event gtid;
	struct txn *txn;

	if (!gtid_event_parse(event, &gtid, err))
		return false;
	if (gtid.gtid.flavour != assembler->options.source_flavour)
		return err_set(err, ERR_STOP, "a GTID of the %s kind, which the source is not",
		    gtid.gtid.flavour == FLAVOUR_MARIADB ? "MariaDB" : "MySQL");
	if (assembler->txn != NULL)
		return err_set(err, ERR_STOP, "a transaction begins inside the one that began at offset %" PRIu64,
		    assembler->txn->begin.offset);
	assembler_open(assembler, event);
	txn = assembler->txn;
	assembler->gtid = gtid;
	txn->has_gtid = gtid.has_gtid;
	txn->gtid = gtid.gtid;
	txn->commit_us = gtid.original_us != 0 ? gtid.original_us : gtid.immediate_us;
	if (gtid.is_xa_prepared || gtid.is_xa_completed)
		txn->xid = mariadb_xid(assembler);
	assembler->has_begun = event->type == EVENT_MARIADB_GTID && !gtid.is_standalone;
	assembler_set_thread(assembler, gtid.thread_id);
	return true;
}

bool
assembler_append(struct assembler *assembler, const struct event *event, struct table_map *table, struct err *err)
{
	struct change change = {
	    .event_type = event->type,
	    .timestamp = event->timestamp,
	    .offset = assembler->event_offset,
	    .table = table,
	    .body = event->body,
	};

	return txn_append(assembler->txn, &change, err);
}

/* rowferry's own tables: what they say of the transaction, or of DDL that is to come. */
static bool
take_own_rows(struct assembler *assembler, const struct event *event, struct table_map *table, struct err *err)
{
	struct rows_cursor *rows = &assembler->rows;

	if (!rows_open(rows, event->type, assembler->format, event->body, table, NULL, err))
		return false;
	if (table->role == TABLE_DDL_MARK) {
		struct ddl_author author = assembler_author(assembler, event);

		return ddl_marks_take(&assembler->marks, rows, &author, err);
	}
	return marker_row_take(rows, &assembler->txn->arena, &assembler->txn->mark, err);
}

static bool
is_filtered(const struct assembler *assembler, enum rows_kind kind)
{
	const struct filter_options *filter = &assembler->options.filter;

	return assembler->is_thread_ignored || (kind == ROWS_INSERT && filter->ignore_insert) ||
	       (kind == ROWS_UPDATE && filter->ignore_update) || (kind == ROWS_DELETE && filter->ignore_delete);
}

static bool
take_rows(struct assembler *assembler, const struct event *event, struct err *err)
{
	struct table_map *table;
	uint64_t table_id;

	if (!table_id_parse(event, assembler->format, &table_id, err))
		return false;
	if (table_id == DUMMY_TABLE_ID)
		return true;
	if (assembler->txn == NULL)
		return err_set(err, ERR_STOP, "rows outside a transaction");
	table = table_cache_get(assembler->tables, table_id);
	if (table == NULL)
		return err_set(err, ERR_STOP, "rows of table id %" PRIu64 ", which no table map has described", table_id);
	if (table->role == TABLE_MARKER || table->role == TABLE_DDL_MARK)
		return take_own_rows(assembler, event, table, err);
	if (table->role == TABLE_LEFT_OUT || assembler->txn->refusal != NULL)
		return true;
	if (assembler->options.filter.n_ignore_threads > 0 && assembler->txn->thread_id == 0)
		assembler_refuse_thread(assembler);
	if (is_filtered(assembler, event_rows_kind(event->type)))
		return true;
	return assembler_append(assembler, event, table, err);
}

static bool
take_table_map(struct assembler *assembler, const struct event *event, struct err *err)
{
	struct table_map *map;

	return table_cache_put(assembler->tables, event, assembler->format, &map, err);
}

static bool
take_xa_prepare(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err)
{
	const char *xid;
	bool is_one_phase;

	if (assembler->txn == NULL)
		return err_set(err, ERR_STOP, "XA PREPARE outside a transaction");
	if (!xid_of_prepare(&assembler->txn->arena, event->body, &xid, &is_one_phase, err))
		return false;
	if (!is_one_phase) {
		assembler->txn->xid = xid;
		assembler->txn->kind = TXN_XA_PREPARE;
	}
	assembler_finish(assembler, event, out);
	return true;
}

static bool
take_xid(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err)
{
	if (assembler->txn == NULL)
		return err_set(err, ERR_STOP, "a commit outside a transaction");
	assembler_finish(assembler, event, out);
	return true;
}

/* Sent where nothing else is: it says how far the source has gone over events that it did not have to send. */
static void
take_heartbeat(struct assembler *assembler, const struct event *event)
{
	const struct event place = {.log_pos = event->log_pos};
	size_t len = strlen(assembler->file);
	uint64_t offset = event_end_offset(&place, assembler->offset);

	if (assembler->txn == NULL && event->log_pos != 0 && len != 0 && event->body.len == len &&
	    memcmp(event->body.data, assembler->file, len) == 0 && offset > assembler->offset)
		assembler->offset = offset;
}

bool
assembler_dispatch(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err)
{
	switch (event->type) {
	case EVENT_FORMAT_DESCRIPTION:
		return assembler_take_format(assembler, event, out, err);
	case EVENT_ROTATE:
		return assembler_take_rotate(assembler, event, err);
	case EVENT_GTID:
	case EVENT_ANONYMOUS_GTID:
	case EVENT_GTID_TAGGED:
	case EVENT_MARIADB_GTID:
		return take_gtid(assembler, event, err);
	case EVENT_QUERY:
	case EVENT_MARIADB_QUERY_COMPRESSED:
		return assembler_take_query(assembler, event, out, err);
	case EVENT_TABLE_MAP:
		return take_table_map(assembler, event, err);
	case EVENT_XID:
		return take_xid(assembler, event, out, err);
	case EVENT_XA_PREPARE:
		return take_xa_prepare(assembler, event, out, err);
	case EVENT_TRANSACTION_PAYLOAD:
		return assembler_take_payload(assembler, event, out, err);
	case EVENT_INCIDENT:
	case EVENT_LOAD:
	case EVENT_CREATE_FILE:
	case EVENT_APPEND_BLOCK:
	case EVENT_EXEC_LOAD:
	case EVENT_DELETE_FILE:
	case EVENT_NEW_LOAD:
	case EVENT_BEGIN_LOAD_QUERY:
	case EVENT_EXECUTE_LOAD_QUERY:
		assembler_take_refused(assembler, event, out);
		return true;
	case EVENT_HEARTBEAT:
		take_heartbeat(assembler, event);
		return true;
	case EVENT_STOP:
	case EVENT_INTVAR: /* these three belong to a statement, which decides */
	case EVENT_RAND:
	case EVENT_USER_VAR:
	case EVENT_HEARTBEAT_V2: /* not asked for */
	case EVENT_IGNORABLE:
	case EVENT_ROWS_QUERY:
	case EVENT_PREVIOUS_GTIDS:
	case EVENT_TRANSACTION_CONTEXT: /* group replication's own; the rows follow as usual */
	case EVENT_VIEW_CHANGE:
	case EVENT_MARIADB_ANNOTATE_ROWS:
	case EVENT_MARIADB_BINLOG_CHECKPOINT:
	case EVENT_MARIADB_GTID_LIST:
	case EVENT_MARIADB_START_ENCRYPTION: /* the dump thread has decrypted what follows */
		return true;
	}
	if (event_rows_kind(event->type) != ROWS_NONE)
		return take_rows(assembler, event, err);
	if (event->flags & EVENT_FLAG_IGNORABLE)
		return true;
	(void) err_set(err, ERR_STOP, "event type %u is not known to this release", event->type);
	return err_hint(err, "Nothing is lost: upgrade rowferry and start again.");
}

/* Moves behind the event. */
static void
count(struct assembler *assembler, const struct event *event)
{
	assembler->event_offset = assembler->offset;
	if (!event_is_in_file(event))
		return;
	assembler->offset = event_end_offset(event, assembler->offset);
	assembler->event_offset = event_begin_offset(event, assembler->offset, assembler->txn);
}

bool
assembler_feed(struct assembler *assembler, struct bytes packet, struct txn **txn, struct err *err)
{
	struct event event = {0};

	*txn = NULL;
	assembler->event_offset = assembler->offset;
	if (!event_parse(packet, assembler->format, &event, err))
		return at_event(assembler, &event, err);
	count(assembler, &event);
	if (!assembler_dispatch(assembler, &event, txn, err))
		return at_event(assembler, &event, err);
	return true;
}
