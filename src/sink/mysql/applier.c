/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/applier.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apply/schema.h"
#include "apply/session.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/testpoint.h"
#include "binlog/query_event.h"
#include "sink/mysql/applier_private.h"
#include "sink/mysql/ddl_apply.h"
#include "sink/mysql/loose_note.h"
#include "sink/mysql/memory_full.h"
#include "sink/mysql/replay.h"
#include "sink/mysql/told.h"
#include "sink/mysql/xa_apply.h"

bool
applier_reset_session(struct applier *applier, struct err *err)
{
	struct session_options session = {
	    .sql_log_bin = applier->options.sql_log_bin,
	    .lock_wait_timeout_s = applier->options.lock_wait_timeout_s,
	};

	applier->has_foreign_key_checks = true;
	applier->has_check_constraints = true;
	applier->row_session = (struct row_session){0};
	return session_setup(applier->conn, &session, err) &&
	       (!applier->options.replay_events || conn_exec(applier->conn, "SET SESSION timestamp = DEFAULT", NULL, err));
}

static bool
start_marker(struct applier *applier, struct marker_claim *claim, bool *is_new, struct err *err)
{
	const struct applier_options *options = &applier->options;
	struct marker_options marker_options = {
	    .server_id = options->server_id,
	    .task = options->task,
	    .region = options->region,
	    .source_flavour = options->source_flavour,
	    .source_identity = options->source_identity,
	    .is_dry = options->dry_run != NULL,
	    .override = options->override,
	    .stop = options->stop,
	    .wait = options->wait,
	    .wait_context = options->wait_context,
	};

	return (options->dry_run != NULL || schema_ensure(applier->conn, err)) &&
	       marker_start(applier->conn, &marker_options, claim, &applier->marker, is_new, err);
}

static bool
open_claims(struct applier *applier, struct err *err)
{
	char *mode = NULL;
	bool done = conn_query_one(applier->conn, "SELECT @@lower_case_table_names", &mode, err);

	applier->is_folded = mode != NULL && strcmp(mode, "0") != 0;
	free(mode);
	return done && name_claims_new(applier->is_folded, &applier->claims, err);
}

bool
applier_open(const struct applier_options *options, struct marker_claim *claim, struct applier **out, bool *is_new,
    struct err *err)
{
	struct conn_options conn_options = options->conn;
	struct applier *applier = mem_zalloc(sizeof(*applier));

	*out = NULL;
	applier->options = *options;
	applier->tables = table_defs_new();
	conn_options.stop = options->stop;
	if (!conn_open(&conn_options, &applier->conn, err))
		goto fail;
	conn_set_stop(applier->conn, NULL); /* from here on the watchdog looks after that */
	applier->watchdog = watchdog_start(options->task, &options->conn, applier->conn, options->stop);
	if (!applier_reset_session(applier, err) || !open_claims(applier, err))
		goto fail;
	applier->flavour = conn_server(applier->conn)->flavour;
	if (!proof_open(&applier->proof, applier->conn, err))
		goto fail;
	applier->dry = (struct dry_run){.print = options->dry_run, .context = options->dry_run_context};
	applier->writer = writer_new(applier->conn, options->dry_run, options->dry_run_context);
	if (options->replay_events && options->dry_run == NULL && !replay_prepare(applier->conn, options->source_flavour, err))
		goto fail;
	if (!start_marker(applier, claim, is_new, err) || !loose_note_read(applier, err) || (!*is_new && !ddl_recover(applier, err)))
		goto fail;
	*out = applier;
	return true;
fail:
	applier_close(applier);
	return false;
}

void
applier_close(struct applier *applier)
{
	if (applier == NULL)
		return;
	if (applier->conn != NULL)
		loose_note_take_back(applier);
	watchdog_stop(applier->watchdog);
	ddl_recovery_free(applier->recovery);
	dry_run_release(&applier->dry);
	marker_free(applier->marker);
	writer_free(applier->writer);
	proof_close(&applier->proof);
	table_defs_free(applier->tables);
	name_claims_free(applier->claims);
	rows_release(&applier->rows);
	buf_release(&applier->scratch);
	once_release(&applier->said);
	conn_close(applier->conn);
	free(applier);
}

struct marker *
applier_marker(struct applier *applier)
{
	return applier->marker;
}

struct conn *
applier_conn(struct applier *applier)
{
	return applier->conn;
}

struct name_claims *
applier_folded_claims(struct applier *applier)
{
	return applier->is_folded ? applier->claims : NULL;
}

bool
applier_in_txn(const struct txn *txn, struct err *err)
{
	struct buf where = {0};

	txn_describe(txn, &where);
	(void) err_prefix(err, "%s: ", buf_text(&where));
	buf_release(&where);
	return false;
}

static bool
begin(struct applier *applier, const char *origin,
    void (*put)(struct marker *marker, const char *origin, struct buf *sql), struct err *err)
{
	struct buf *sql = writer_sql(applier->writer);

	proof_begin(&applier->proof);
	buf_puts(sql, "START TRANSACTION");
	if (!writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err))
		return false;
	applier->moves_position = put == marker_put_update;
	put(applier->marker, origin, sql);
	if (!writer_end_statement(applier->writer, 1, CHECK_FENCE, err))
		return false;
	marker_put_base(applier->marker, sql);
	return writer_end_statement(applier->writer, 1, CHECK_ROWS, err);
}

bool
applier_begin(struct applier *applier, const char *origin, struct err *err)
{
	return begin(applier, origin, marker_put_update, err);
}

bool
applier_begin_fence(struct applier *applier, const char *origin, struct err *err)
{
	return begin(applier, origin, marker_put_fence, err);
}

/*
 * Once COMMIT is on its way, only its answer tells.  A server's refusal (a deadlock found by certification, a
 * full disk) is an answer; whatever else may be half-way is settled by a start sequence.
 */
bool
applier_commit(struct applier *applier, struct err *err)
{
	bool is_end;

	if (!writer_finish(applier->writer, err))
		return false;
	testpoint("rows_open");
	if (dry_run_is_on(&applier->dry)) {
		applier->dry.print(applier->dry.context, "COMMIT;", 7);
		marker_committed(applier->marker);
		return true;
	}
	if (!conn_send(applier->conn, "COMMIT", 6, err)) {
		err->kind = ERR_UNCERTAIN;
		return false;
	}
	testpoint("commit_sent");
	if (!conn_next(applier->conn, NULL, &is_end, err)) {
		err->kind = err->kind == ERR_RETRY && conn_is_usable(applier->conn) ? ERR_RETRY : ERR_UNCERTAIN;
		(void) err_prefix(err, "COMMIT: ");
		return false;
	}
	marker_committed(applier->marker);
	if (applier->moves_position)
		loose_rows_release(applier->options.loose);
	applier->proof.is_distrusted = false;
	atomic_fetch_add(&applier->options.progress->commits, 1);
	atomic_fetch_add(&applier->options.progress->moves, applier->moves_position ? 1 : 0);
	return true;
}

void
applier_rollback(struct applier *applier, struct err *err)
{
	struct err ignored = {0};

	if (dry_run_is_on(&applier->dry))
		return;
	applier->proof.is_distrusted |= writer_failed_on_proof(applier->writer);
	writer_drop(applier->writer);
	marker_rolled_back(applier->marker);
	marker_unstage(applier->marker);
	if (err->kind == ERR_UNCERTAIN || err->kind == ERR_FENCED)
		return;
	if (conn_is_usable(applier->conn) && conn_exec(applier->conn, "ROLLBACK", NULL, &ignored) &&
	    applier_reset_session(applier, &ignored))
		return;
	if (err->kind != ERR_STOP && err->kind != ERR_CANCELLED)
		err->kind = ERR_UNCERTAIN;
}

bool
applier_can_batch(const struct txn *first, const struct txn *next)
{
	/* What carries nothing may ride along, but does not lead: without rows nothing is written at all. */
	if (next->kind == TXN_ADVANCE)
		return first->kind == TXN_ADVANCE || first->kind == TXN_ROWS;
	if (next->kind != TXN_ROWS || next->has_statements || first->has_statements)
		return false;
	return first->kind == TXN_ROWS && first->mark.is_marked == next->mark.is_marked &&
	       strcmp(first->mark.origin, next->mark.origin) == 0;
}

static const char *
origin_of(const struct txn *txn)
{
	return txn->mark.is_marked ? txn->mark.origin : NULL;
}

static void
count_applied(struct applier *applier, const struct txn *txn)
{
	struct applier_progress *progress = applier->options.progress;

	if (txn->kind == TXN_ADVANCE) {
		atomic_fetch_add(&progress->dropped_marked, txn->mark.is_marked ? 1 : 0);
		return;
	}
	atomic_fetch_add(&progress->transactions, 1);
	atomic_store(&progress->committed_us, txn->commit_us);
}

/* One target transaction for all of them. */
static bool
apply_rows_once(struct applier *applier, struct txn *const *txns, size_t n, bool is_exact, struct err *err)
{
	const char *origin = NULL;
	bool done = true;

	for (size_t i = 0; i < n; i++) {
		marker_stage(applier->marker, txns[i]);
		if (txns[i]->kind == TXN_ROWS)
			origin = origin_of(txns[i]);
	}
	done = applier_begin(applier, origin, err);
	for (size_t i = 0; done && i < n; i++) {
		done = txns[i]->kind != TXN_ROWS || rows_apply(applier, txns[i]->format, txns[i], is_exact, err);
		if (!done && is_exact)
			(void) applier_in_txn(txns[i], err);
	}
	done = done && applier_commit(applier, err);
	if (!done)
		applier_rollback(applier, err);
	return done;
}

static void
pass(struct applier *applier, struct txn *txn)
{
	marker_pass(applier->marker, txn);
	count_applied(applier, txn);
}

/* The exact path: each transaction by itself, row by row, so that the one that fails is known. */
static bool
apply_rows_exactly(struct applier *applier, struct txn *const *txns, size_t n, size_t *n_done, struct err *err)
{
	for (; *n_done < n; (*n_done)++) {
		struct txn *txn = txns[*n_done];
		bool done;

		if (txn->kind == TXN_ADVANCE) {
			pass(applier, txn);
			continue;
		}
		do {
			done = apply_rows_once(applier, &txn, 1, true, err);
		} while (!done && loose_note_write_wanted(applier, err));
		if (!done && !told_to_skip(applier, txn, err))
			return false;
		count_applied(applier, txn);
	}
	return true;
}

static bool
apply_rows(struct applier *applier, struct txn *const *txns, size_t n, size_t *n_done, struct err *err)
{
	if (apply_rows_once(applier, txns, n, false, err)) {
		for (size_t i = 0; i < n; i++)
			count_applied(applier, txns[i]);
		*n_done = n;
		return true;
	}
	if (err->kind != ERR_STOP || !conn_is_usable(applier->conn))
		return false;
	err_clear(err);
	return apply_rows_exactly(applier, txns, n, n_done, err);
}

static bool
replace_ddl(struct applier *applier, struct txn *txn, const struct skip *skip, struct err *err)
{
	const struct err why = *err;
	bool done;

	err_clear(err);
	done = ddl_apply(applier, txn->format, txn, skip, err);
	table_defs_clear(applier->tables);
	if (!done) {
		(void) skip_blame(skip, applier->options.task, err);
		return applier_in_txn(txn, err);
	}
	log_line(LOG_WARN, applier->options.task, "%s%sreplaced by request %" PRIu64 " in dump2db.skipped", why.text,
	    why.kind == ERR_NONE ? "" : ": ", skip->id);
	return true;
}

/* Where a replacement has been begun, that goes on: the source's own statement has no say. */
static bool
apply_ddl(struct applier *applier, struct txn *txn, struct err *err)
{
	struct skip skip = {0};
	struct err asking = {0};
	bool is_begun = ddl_is_replaced(applier, txn);
	bool done;

	if (is_begun && !told_find(applier, txn, &skip, err))
		return applier_in_txn(txn, err);
	if (skip.id == 0) {
		done = ddl_apply(applier, txn->format, txn, NULL, err);
		table_defs_clear(applier->tables);
		if (done || err->kind != ERR_STOP || !conn_is_usable(applier->conn))
			return done || applier_in_txn(txn, err);
		if (!is_begun)
			(void) told_find(applier, txn, &skip, &asking);
	} else if (skip.replacement == NULL) {
		(void) err_set(err, ERR_STOP, "its replacement was begun by an earlier request");
	}
	if (skip.replacement != NULL) {
		done = replace_ddl(applier, txn, &skip, err);
	} else {
		(void) applier_in_txn(txn, err);
		done = told_to_skip(applier, txn, err);
	}
	skip_release(&skip);
	return done;
}

static bool
apply_refused(struct applier *applier, struct txn *txn, struct err *err)
{
	*err = *txn->refusal;
	(void) applier_in_txn(txn, err);
	return told_to_skip(applier, txn, err);
}

/* CREATE ... SELECT: the statement comes first in a transaction of rows.  Savepoints never do. */
static bool
starts_with_ddl(struct applier *applier, struct txn *txn)
{
	struct event event = {0};
	struct txn_cursor cursor;
	struct change change;
	struct query query;
	struct err ignored = {0};
	bool is_end, is_ddl = false;

	if (!txn->has_statements)
		return false;
	txn_cursor_init(&cursor, txn);
	if (txn_next(&cursor, &change, &is_end, &ignored) && !is_end && change.table == NULL) {
		event.type = change.event_type;
		event.body = change.body;
		is_ddl = query_parse(&event, txn->format, &applier->scratch, &query, &ignored) &&
			 query_classify(query.sql) == QUERY_OTHER;
	}
	txn_cursor_release(&cursor);
	return is_ddl;
}

static bool
apply_any(struct applier *applier, struct txn *const *txns, size_t n, size_t *n_done, struct err *err)
{
	struct txn *txn = txns[0];
	bool done = true;

	switch (txn->kind) {
	case TXN_ROWS:
		if (!starts_with_ddl(applier, txn))
			return apply_rows(applier, txns, n, n_done, err);
		done = apply_ddl(applier, txn, err);
		break;
	case TXN_DDL:
		done = apply_ddl(applier, txn, err);
		break;
	case TXN_XA_PREPARE:
	case TXN_XA_COMMIT:
	case TXN_XA_ROLLBACK:
		done = xa_apply(applier, txn->format, txn, err);
		if (!done)
			done = told_to_skip(applier, txn, err);
		break;
	case TXN_REFUSED:
		done = apply_refused(applier, txn, err);
		break;
	case TXN_ADVANCE:
		for (size_t i = 0; i < n; i++) {
			if (txns[i]->kind != TXN_ADVANCE)
				return err_set(err, ERR_STOP, "a transaction that carries rows is batched behind one that carries none");
			pass(applier, txns[i]);
		}
		*n_done = n;
		return true;
	}
	if (!done)
		return false;
	count_applied(applier, txn);
	*n_done = 1;
	return true;
}

/*
 * A session that died before a transaction was begun on it (while a DDL's objects were looked at, say) leaves
 * nothing to roll back, but it is not one to try again on.
 */
bool
applier_apply(struct applier *applier, struct txn *const *txns, size_t n, size_t *n_done, struct err *err)
{
	bool done;

	*n_done = 0;
	do {
		done = apply_any(applier, txns, n, n_done, err);
	} while (!done && *n_done == 0 && loose_note_write_wanted(applier, err));
	if (done)
		return true;
	if (err->kind == ERR_STOP)
		loose_note_take_back(applier);
	if ((err->kind == ERR_RETRY || err->kind == ERR_WAIT) && !conn_is_usable(applier->conn))
		err->kind = ERR_UNCERTAIN;
	memory_full_judge(applier->conn, err);
	return false;
}

bool
applier_flush_position(struct applier *applier, struct err *err)
{
	if (!marker_is_dirty(applier->marker))
		return true;
	if (applier_begin(applier, NULL, err) && applier_commit(applier, err))
		return true;
	applier_rollback(applier, err);
	return false;
}
