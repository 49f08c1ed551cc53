/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XA transactions: the prepared rows are kept in dump2db.prepared by an ordinary marked transaction and applied
 * when XA COMMIT comes, dropped when XA ROLLBACK comes.  So one position still says everything, and no
 * prepared transaction of the target outlives a crash.
 *
 * A prepared transaction of which the task carries nothing leaves a row too: an XA COMMIT of an unknown XID then
 * means rows from before the task's start, and stops it.
 */
#ifndef SINK_MYSQL_XA_APPLY_H
#define SINK_MYSQL_XA_APPLY_H

#include "sink/mysql/applier_private.h"

/* Applies a TXN_XA_PREPARE, TXN_XA_COMMIT or TXN_XA_ROLLBACK. */
bool xa_apply(struct applier *applier, const struct binlog_format *format, struct txn *txn, struct err *err);

/* Puts the removal of what is prepared under the transaction's XID; nothing for a transaction that has none. */
bool xa_forget(struct applier *applier, const struct txn *txn, struct err *err);

#endif
