/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of tables without transactions cannot be rolled back: how many of them the tries of one transaction have written so
 * far.  The next try on the same session goes on behind them.  A session that was lost may have written one more, and its
 * server may have lost some: what is not known is not tried, the task stops.
 *
 * The task's, from one applier to the next; a process that is killed takes it along.
 */
#ifndef SINK_MYSQL_LOOSE_ROWS_H
#define SINK_MYSQL_LOOSE_ROWS_H

#include "base/err.h"
#include "model/txn.h"

struct loose_rows {
	char *file; /* where the transaction begins; NULL: none */
	uint64_t offset;
	uint64_t n;
	char *last;      /* the newest of them, in words */
	bool is_of_lost; /* an earlier session has written them */
};

/* The transaction whose rows are written from now on; what is known of it from earlier tries stays known. */
void loose_rows_take_up(struct loose_rows *loose, const struct txn *txn);
/* One more is written.  `last` is the object's from here on. */
void loose_rows_add(struct loose_rows *loose, uint64_t n, char *last);
/* The transaction has been committed, or the object ends. */
void loose_rows_release(struct loose_rows *loose);

/* Rows of the transaction stay, whatever becomes of it.  True: ERR_STOP says so. */
bool loose_rows_refuse(const struct loose_rows *loose, const struct txn *txn, struct err *err);
/* As above where they were written by a session that is lost. */
bool loose_rows_refuse_lost(const struct loose_rows *loose, const struct txn *txn, struct err *err);

/*
 * Says what stays of the transaction before an ERR_STOP that another row has met; is_in_doubt: some of that may be written, too.
 * Always false.
 */
bool loose_rows_blame(const struct loose_rows *loose, bool is_in_doubt, struct err *err);
/* What to do about rows that stay; always false. */
bool loose_rows_hint(struct err *err);

#endif
