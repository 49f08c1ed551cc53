/* SPDX-License-Identifier: Apache-2.0 */
/* The operator's word for a transaction, asked for only once that has failed. */
#ifndef SINK_MYSQL_TOLD_H
#define SINK_MYSQL_TOLD_H

#include "sink/mysql/applier_private.h"
#include "sink/mysql/skip.h"

/* As skip_find(), behind applier_drop_requests(). */
bool told_find(struct applier *applier, const struct txn *txn, struct skip *skip, struct err *err);

/*
 * *err is what the transaction has failed with.  True: by an operator's request it has been passed over, or its changes have
 * been replaced, and its open intents are closed.  False: *err stands as it was, or is what the replacement failed with.
 */
bool told_to_skip(struct applier *applier, struct txn *txn, struct err *err);

#endif
