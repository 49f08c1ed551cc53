/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of tables without transactions cannot be rolled back: which transaction they are of, and how many of them its tries
 * have written so far.  The next try on the same session goes on behind them.  A session that was lost may have written one
 * more, its server may have lost some, and a process that was killed has not counted them: there the task stops.
 *
 *   noted      dump2db.loose names the transaction (loose_note.h), committed by itself; only then
 *   writing    its rows are written, one by one
 *   committed  with the removal of the note, in the transaction that moves the position
 *
 * The task's, from one applier to the next.
 */
#ifndef SINK_MYSQL_LOOSE_ROWS_H
#define SINK_MYSQL_LOOSE_ROWS_H

#include "base/err.h"
#include "model/txn.h"

struct loose_rows {
	uint32_t server_id; /* of the task: for messages */
	char *file;         /* where the transaction begins; NULL: none */
	uint64_t offset;
	char gtid[GTID_TEXT_SIZE]; /* "": it has none */
	uint64_t n;
	char *last;      /* the newest of them, in words */
	bool is_noted;   /* dump2db.loose says so */
	bool wants_note; /* before it goes on */
	bool is_of_lost; /* written by a session that is lost; n counts what is known of */
};

/* The transaction whose rows are written from now on; what is known of it from earlier tries stays known. */
void loose_rows_take_up(struct loose_rows *loose, const struct txn *txn);
bool loose_rows_is_at(const struct loose_rows *loose, const char *file, uint64_t offset);
/* So many more are written.  `last` is the object's from here on. */
void loose_rows_add(struct loose_rows *loose, uint64_t n, char *last);
/* The transaction has been committed, or the object ends. */
void loose_rows_release(struct loose_rows *loose);

/* Rows of the transaction stay, whatever becomes of it.  True: ERR_STOP says so. */
bool loose_rows_refuse(const struct loose_rows *loose, const struct txn *txn, struct err *err);
/* As above where they were written by a session that is lost, if they were. */
bool loose_rows_refuse_lost(const struct loose_rows *loose, const struct txn *txn, struct err *err);
/*
 * Says what stays of the transaction before an ERR_STOP that another row has met; is_in_doubt: some of that may be written, too.
 * Always false.
 */
bool loose_rows_blame(const struct loose_rows *loose, bool is_in_doubt, struct err *err);
/* What to do about rows that stay; always false. */
bool loose_rows_hint(const struct loose_rows *loose, struct err *err);

#endif
