/* SPDX-License-Identifier: Apache-2.0 */
/* QUERY events: what opens, shapes and ends a transaction, and statements that stand by themselves. */
#include <inttypes.h>
#include <string.h>

#include "binlog/query_event.h"
#include "source/assembler_private.h"
#include "source/xid.h"

/* XA COMMIT and XA ROLLBACK by themselves; their XID is the text behind the two words. */
static void
take_xa_end(struct assembler *assembler, const struct event *event, enum txn_kind kind, struct bytes sql,
    struct txn **out)
{
	if (assembler->txn->xid == NULL)
		assembler->txn->xid = xid_of_statement(&assembler->txn->arena, sql);
	assembler->txn->kind = kind;
	assembler_finish(assembler, event, out);
}

static void
note_statement(struct assembler *assembler, const struct event *event)
{
	struct txn *txn = assembler->txn;

	if (assembler->n_statements++ > 0)
		return;
	assembler->statement = (struct change){
	    .event_type = event->type,
	    .timestamp = event->timestamp,
	    .offset = assembler->event_offset,
	    .body = {arena_dup(&txn->arena, event->body.data, event->body.len), event->body.len},
	};
}

/*
 * Rows that were rolled back do not count; what other engines kept came in a group of its own.  DDL does: where CREATE OR
 * REPLACE TABLE ... SELECT has failed, MariaDB logs the DROP of the old table in place of all else, and ROLLBACK behind it.
 */
static bool
take_rollback(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err)
{
	const struct assembler_options *options = &assembler->options;
	struct txn *txn = assembler->txn;
	bool is_ddl = assembler->n_statements > 0;

	if (assembler->n_statements > 1)
		return err_set(err, ERR_STOP, "%zu statements in a group that ends in ROLLBACK: nobody knows which of them count",
		    assembler->n_statements);
	txn_clear(txn, options->spool_dir, options->memory_limit_bytes);
	if (is_ddl && !txn_append(txn, &assembler->statement, err))
		return false;
	txn->kind = is_ddl ? TXN_DDL : TXN_ADVANCE;
	assembler_finish(assembler, event, out);
	if (!is_ddl)
		(*out)->kind = TXN_ADVANCE;
	return true;
}

/* A statement that stands by itself: DDL, or something that the sink's scanner will refuse. */
static bool
take_statement(struct assembler *assembler, const struct event *event, const struct query *query, struct txn **out,
    struct err *err)
{
	const struct ddl_author author = assembler_author(assembler, event);
	const struct ddl_mark *mark = ddl_marks_find(&assembler->marks, &author, query->thread_id);
	/* MariaDB's two-phase ALTER: START may yet be rolled back; the statement comes again with COMMIT. */
	bool is_unsettled = assembler->gtid.alter == ALTER_START || assembler->gtid.alter == ALTER_ROLLBACK;
	struct txn *txn = assembler->txn;
	bool is_carried;

	assembler_set_thread(assembler, query->thread_id);
	is_carried = !assembler->is_thread_ignored && !is_unsettled;
	if (mark != NULL) {
		txn->mark.is_marked = true;
		txn->mark.server_id = mark->server_id;
		txn->mark.origin = arena_strndup(&txn->arena, mark->origin, strlen(mark->origin));
	}
	if (is_carried && !assembler_append(assembler, event, NULL, err))
		return false;
	txn->has_statements = true;
	if (assembler->has_begun && assembler->gtid.is_ddl && is_carried)
		note_statement(assembler, event);
	/* Inside a transaction (CREATE ... SELECT) rows follow and the group's own end comes. */
	if (assembler->has_begun)
		return true;
	txn->kind = is_carried ? TXN_DDL : TXN_ROWS;
	assembler_finish(assembler, event, out);
	return true;
}

/* Servers end a transaction before they begin the next; MariaDB's GTID begins one by itself. */
static bool
take_begin(struct assembler *assembler, const struct query *query, struct err *err)
{
	struct txn *txn = assembler->txn;

	if (assembler->has_begun)
		return err_set(err, ERR_STOP, "a transaction begins inside the one that began at offset %" PRIu64,
		    txn->begin.offset);
	assembler->has_begun = true;
	assembler_set_thread(assembler, query->thread_id);
	txn->session = (struct txn_session){
	    .is_known = query->has_sql_mode,
	    .sql_mode = query->sql_mode,
	    .time_zone = arena_strndup(&txn->arena, (const char *) query->time_zone.data, query->time_zone.len),
	};
	return true;
}

bool
assembler_take_query(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err)
{
	struct query query;

	if (!query_parse(event, assembler->format, &assembler->scratch, &query, err))
		return false;
	if (assembler->txn == NULL)
		assembler_open(assembler, event);
	switch (query_classify(query.sql)) {
	case QUERY_BEGIN:
	case QUERY_XA_START:
		return take_begin(assembler, &query, err);
	case QUERY_XA_END:
		return true;
	case QUERY_COMMIT:
		assembler_finish(assembler, event, out);
		return true;
	case QUERY_ROLLBACK:
		return take_rollback(assembler, event, out, err);
	case QUERY_SAVEPOINT:
	case QUERY_ROLLBACK_TO:
		assembler->txn->has_statements = true;
		return assembler_append(assembler, event, NULL, err);
	case QUERY_XA_COMMIT:
		take_xa_end(assembler, event, TXN_XA_COMMIT, query.sql, out);
		return true;
	case QUERY_XA_ROLLBACK:
		take_xa_end(assembler, event, TXN_XA_ROLLBACK, query.sql, out);
		return true;
	case QUERY_XA_PREPARE:
		assembler->txn->xid = xid_of_statement(&assembler->txn->arena, query.sql);
		assembler->txn->kind = TXN_XA_PREPARE;
		assembler_finish(assembler, event, out);
		return true;
	case QUERY_OTHER:
		break;
	}
	return take_statement(assembler, event, &query, out, err);
}
