/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns that an INSERT's row image leaves out take the destination's default: before the first such row of a definition,
 * the source is asked whether that is its own (apply/column_default.h).
 */
#ifndef SINK_MYSQL_DEFAULT_PROOF_H
#define SINK_MYSQL_DEFAULT_PROOF_H

#include "sink/mysql/applier_private.h"

/* Of the rows event that `rows` has been opened for.  ERR_STOP names the column whose default is another one. */
bool default_proof_check(struct applier *applier, const struct txn *txn, const struct rows_cursor *rows,
    struct target_table *table, struct err *err);

#endif
