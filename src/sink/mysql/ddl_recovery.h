/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An intent that is open when a session starts, or whose statement has run while its record has not been
 * committed yet.
 *
 * It belongs to the transaction behind the committed position, so that one comes next, and meets what was found
 * out here.  Undecided is no error of the start: the transaction itself must stop, so that `rowferry skip` can
 * name it.
 */
#ifndef SINK_MYSQL_DDL_RECOVERY_H
#define SINK_MYSQL_DDL_RECOVERY_H

#include "sink/mysql/ddl_intent.h"

struct ddl_recovery {
	struct arena arena;
	struct ddl_intent intent;
	enum ddl_finding finding;
	struct buf finish; /* DDL_PARTLY */
	struct buf why;    /* DDL_UNDECIDED */
};

/* Takes note that the statement of `intent` has been executed by this very session. */
void ddl_recovery_note(struct applier *applier, const struct ddl_intent *intent);
void ddl_recovery_drop(struct applier *applier);

/* Is it this transaction's? */
bool ddl_recovery_is_of(const struct ddl_recovery *recovery, const struct txn *txn);

/* "DROP TABLE 'DROP TABLE a, b' (seq 12)": for messages. */
void ddl_recovery_describe(const struct ddl_recovery *recovery, struct buf *out);

/*
 * The statement of `intent`, of several objects, has been refused: are some of them gone nevertheless?  Then the
 * intent stays open, to be judged by the next start.
 */
bool ddl_refused_partly(struct applier *applier, const struct ddl_intent *intent, struct arena *arena,
    bool *is_partly, struct err *err);

#endif
