/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SINK_MYSQL_ROWS_FAULT_H
#define SINK_MYSQL_ROWS_FAULT_H

#include "sink/mysql/applier_private.h"

/*
 * What the destination said of the row that applier->rows stands at: puts table, kind of change, key and event (`offset` in
 * the transaction's file) before the error, and what to do behind it.  Always false; an error that is no ERR_STOP stays as it is.
 */
bool rows_fault_name(const struct applier *applier, const struct txn *txn, const struct target_table *table, uint64_t offset,
    struct err *err);

/* "table 'a.b', insert of row (1), event at FILE:OFFSET", of that row; free(). */
char *rows_fault_row(const struct applier *applier, const struct txn *txn, const struct target_table *table, uint64_t offset);

/* Says what to do where the destination's GTID rules forbid the table's engine; leaves any other error as it is. */
void rows_fault_hint_engine(struct err *err);

#endif
