/* SPDX-License-Identifier: Apache-2.0 */
/* What the stream of a source must not hold: for live.c.  All return false. */
#ifndef SOURCE_LIVE_REFUSE_H
#define SOURCE_LIVE_REFUSE_H

#include "base/err.h"
#include "model/txn.h"

/* ERR_STOP: a GTID that has come before; none where the position is a set of them. */
bool live_refuse_repeated(const struct txn *txn, struct err *err);
bool live_refuse_anonymous(const struct txn *txn, struct err *err);
/* Adds what to do to the error that a dump ended with. */
bool live_refuse_stream(struct err *err);

#endif
