/* SPDX-License-Identifier: Apache-2.0 */
/* What a live source sends, or says instead, and a task does not go on after. */
#ifndef SOURCE_LIVE_REFUSE_H
#define SOURCE_LIVE_REFUSE_H

#include "base/err.h"
#include "model/txn.h"

/* All are false, for a caller to return.  A transaction whose GTID has been read before: ERR_STOP. */
bool live_refuse_repeated(const struct txn *txn, struct err *err);
/* A transaction without a GTID, where the position is a set of them: ERR_STOP. */
bool live_refuse_anonymous(const struct txn *txn, struct err *err);
/* Adds to the source's own words in *err what an operator can do. */
bool live_refuse_stream(struct err *err);

#endif
