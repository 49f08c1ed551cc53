/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DDL on the target, exactly once although it commits by itself.
 *
 *   1. BEGIN; marker (fence, position unmoved); INSERT INTO dump2db.ddl (intent: connection id, statement, what
 *      the objects look like now); COMMIT
 *   2. the statement, in the session that the event describes, on the same connection
 *   3. BEGIN; marker (position behind the statement); UPDATE dump2db.ddl SET state = 'done'; [the rows, after
 *      CREATE ... SELECT;] COMMIT
 *
 * A crash before 1 leaves nothing; after 3, all.  In between the start sequence has waited for the old
 * session's end, so the statement either was executed or was not, and ddl_recover() compares intent and
 * catalogue to tell which, by rules for each class of statement (ddl_judge.h).
 *
 * Worked trace.  DROP TABLE a, b was sent and the process died.  The start finds the intent of seq 12 open, a
 * gone and b there: "partly executed".  The transaction comes again, since the position did not move; DROP
 * TABLE IF EXISTS b runs under an intent of its own, seq 14 (12 becomes 'repeated'), and 14 is done.
 *
 * A replacement's intent names its request, which runs it once: a request that is newer than an open intent is the operator's
 * word on that run, whatever became of it; one's own run is recorded, or run again where it did nothing, and where nobody
 * can tell a new request must say so.  One that changes rows needs no intent: it commits with 3.
 *
 * The intent also marks the statement for readers of the target's binlog (source/ddl_marks.h).
 */
#ifndef SINK_MYSQL_DDL_APPLY_H
#define SINK_MYSQL_DDL_APPLY_H

#include "sink/mysql/applier_private.h"
#include "sink/mysql/skip.h"

/*
 * Applies a TXN_DDL, or a TXN_ROWS whose first change is a CREATE TABLE ... SELECT.  `skip` (NULL: none) holds an
 * operator's text to run instead, written for the target; it is marked as used together with the position.  A statement that the task does not carry is
 * logged and its position staged.  ERR_STOP: the target refuses it, in the server's words, its intent is closed
 * as 'failed' and nothing else has changed; or nobody can tell whether an earlier session executed it, its
 * intent stays open, and rowferry skip says what is right.
 */
bool ddl_apply(struct applier *applier, const struct binlog_format *format, struct txn *txn,
    const struct skip *skip, struct err *err);

/* An operator's replacement of this transaction was begun, and has no record yet. */
bool ddl_is_replaced(const struct applier *applier, const struct txn *txn);

/*
 * After the start sequence: judges an intent that was left open and keeps the finding for ddl_apply().  What
 * cannot be told is no error here: it stops when the transaction itself comes, so that an operator's word about
 * that transaction is heard.
 */
bool ddl_recover(struct applier *applier, struct err *err);
void ddl_recovery_free(struct ddl_recovery *recovery); /* NULL is fine */

#endif
