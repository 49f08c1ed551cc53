/* SPDX-License-Identifier: Apache-2.0 */
/* The loop mark: the row of dump2db.marker that heads each transaction written by a rowferry. */
#ifndef SOURCE_MARKER_ROW_H
#define SOURCE_MARKER_ROW_H

#include "base/arena.h"
#include "binlog/rows.h"
#include "model/txn.h"

/* Reads an opened rows event of dump2db.marker into `mark` (strings in `arena`); other rows leave it as it is. */
bool marker_row_take(struct rows_cursor *rows, struct arena *arena, struct mark *mark, struct err *err);

#endif
