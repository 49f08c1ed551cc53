/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/xa_apply.h"

#include <inttypes.h>
#include <string.h>

#include "apply/literal.h"
#include "base/testpoint.h"
#include "sink/mysql/prepared.h"

enum { PIECE_BYTES = 64 << 20, KEEP_BYTES = 1 << 20 };

static void
put_where(const struct applier *applier, const struct txn *txn, struct buf *sql)
{
	buf_printf(sql, " WHERE server_id = %" PRIu32 " AND xid = ", applier->options.server_id);
	literal_put_string(txn->xid, strlen(txn->xid), sql);
}

static bool
put_part(struct applier *applier, const struct txn *txn, unsigned int part, const struct buf *changes, struct err *err)
{
	struct buf *sql = writer_sql(applier->writer);
	char gtid[GTID_TEXT_SIZE] = "";

	if (txn->has_gtid)
		(void) gtid_text(&txn->gtid, gtid);
	buf_printf(sql, "INSERT INTO dump2db.prepared (server_id, part, gtid, xid, changes) VALUES (%" PRIu32 ", %u, '%s', ",
	    applier->options.server_id, part, gtid);
	literal_put_string(txn->xid, strlen(txn->xid), sql);
	buf_puts(sql, ", _binary");
	literal_put_string(changes->data, changes->len, sql);
	buf_putc(sql, ')');
	return writer_end_statement(applier->writer, 1, CHECK_ROWS, err);
}

static bool
put_prepared(struct applier *applier, const struct binlog_format *format, struct txn *txn, struct err *err)
{
	struct prepared_writer writer;
	struct buf part = {0};
	bool is_end = false, done;

	if (dry_run_is_on(&applier->dry)) {
		dry_run_note(&applier->dry, "XA PREPARE %s: %zu changes would wait in dump2db.prepared", txn->xid,
		    (size_t) txn->n_changes);
		return true;
	}
	prepared_writer_init(&writer, txn, format);
	for (unsigned int number = 0; (done = prepared_writer_next(&writer, &part, &is_end, err)) && !is_end; number++) {
		done = put_part(applier, txn, number, &part, err);
		part.len = 0;
		if (!done)
			break;
	}
	prepared_writer_release(&writer);
	buf_release(&part);
	return done;
}

/* In pieces: a single row may be larger than an answer may be. */
static bool
load_part(struct applier *applier, const struct txn *txn, unsigned int part, struct buf *changes, bool *is_there, struct err *err)
{
	struct result *result;
	const char *const *row;
	struct buf sql = {0};
	size_t len = 0;
	bool done;

	do {
		buf_reset(&sql, SIZE_MAX);
		buf_printf(&sql, "SELECT SUBSTRING(changes, %zu, %d) FROM dump2db.prepared", changes->len + 1, (int) PIECE_BYTES);
		put_where(applier, txn, &sql);
		buf_printf(&sql, " AND part = %u", part);
		done = conn_query(applier->conn, buf_text(&sql), &result, err);
		row = done ? result_next(result) : NULL;
		len = row == NULL || row[0] == NULL ? 0 : result_lengths(result)[0];
		if (len != 0)
			buf_add(changes, row[0], len);
		*is_there = row != NULL;
		result_free(result);
	} while (len == PIECE_BYTES);
	buf_release(&sql);
	return done;
}

/* *n_parts 0: the XID is not known. */
static bool
load_prepared(struct applier *applier, struct txn *txn, struct prepared_reader *reader, unsigned int *n_parts,
    struct err *err)
{
	struct buf changes = {0};
	bool is_there = true, done = true;

	for (*n_parts = 0; done; ++*n_parts) {
		buf_reset(&changes, KEEP_BYTES);
		done = load_part(applier, txn, *n_parts, &changes, &is_there, err);
		if (!done || !is_there)
			break;
		done = prepared_reader_take(reader, (struct bytes){(const uint8_t *) changes.data, changes.len}, err);
	}
	buf_release(&changes);
	return done;
}

static bool
unknown_xid(const struct txn *txn, struct err *err)
{
	(void) err_set(err, ERR_STOP, "XA COMMIT %s: its rows were prepared before the task began to read", txn->xid);
	return err_hint(err, "Copy what it changed by hand, then pass the transaction over with rowferry skip.");
}

bool
xa_forget(struct applier *applier, const struct txn *txn, struct err *err)
{
	struct buf *sql = writer_sql(applier->writer);

	if (txn->xid == NULL)
		return true;
	buf_puts(sql, "DELETE FROM dump2db.prepared");
	put_where(applier, txn, sql);
	return writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err);
}

/* The rows come from the target's own table; what spools them is the committing transaction's. */
static bool
commit_prepared(struct applier *applier, struct txn *txn, struct txn *rows, const struct prepared_reader *reader,
    struct err *err)
{
	return applier_begin(applier, txn->mark.is_marked ? txn->mark.origin : NULL, err) &&
	       rows_apply(applier, &reader->format, rows, true, err) && xa_forget(applier, txn, err) &&
	       applier_commit(applier, err);
}

static bool
apply_commit(struct applier *applier, struct txn *txn, struct err *err)
{
	struct txn *rows = txn_new(applier->options.spool_dir, applier->options.transaction_memory_bytes);
	struct prepared_reader reader = {.txn = rows, .rules = applier->options.rules};
	unsigned int n_parts;
	bool done;

	rows->begin = txn->begin;
	done = load_prepared(applier, txn, &reader, &n_parts, err);
	if (done && n_parts == 0 && dry_run_is_on(&applier->dry))
		dry_run_note(&applier->dry, "XA COMMIT %s: what was prepared before", txn->xid);
	else if (done && n_parts == 0)
		done = unknown_xid(txn, err);
	else
		done = done && commit_prepared(applier, txn, rows, &reader, err);
	prepared_reader_release(&reader);
	txn_free(rows);
	return done;
}

bool
xa_apply(struct applier *applier, const struct binlog_format *format, struct txn *txn, struct err *err)
{
	bool done = true;

	marker_stage(applier->marker, txn);
	switch (txn->kind) {
	case TXN_XA_PREPARE:
		/* What an earlier transaction of that name has left: it was passed over, or is read a second time. */
		done = applier_begin(applier, NULL, err) && xa_forget(applier, txn, err) && put_prepared(applier, format, txn, err) &&
		       applier_commit(applier, err);
		if (done)
			testpoint("xa_between");
		break;
	case TXN_XA_COMMIT:
		done = apply_commit(applier, txn, err);
		break;
	case TXN_XA_ROLLBACK:
		done = applier_begin(applier, NULL, err) && xa_forget(applier, txn, err) && applier_commit(applier, err);
		break;
	case TXN_ROWS:
	case TXN_DDL:
	case TXN_REFUSED:
	case TXN_ADVANCE:
		break; /* not ours */
	}
	if (done)
		return true;
	(void) applier_in_txn(txn, err);
	applier_rollback(applier, err);
	return false;
}
