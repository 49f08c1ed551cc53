/* SPDX-License-Identifier: Apache-2.0 */
/* The destination's table that rows are for. */
#ifndef SINK_MYSQL_ROWS_TABLE_H
#define SINK_MYSQL_ROWS_TABLE_H

#include "sink/mysql/applier_private.h"

/* Engine and triggers: ERR_STOP for what the task's options do not allow. */
bool rows_table_check(const struct applier *applier, const struct target_table *table, struct err *err);
/* Reads the definition, in the transaction that is being built, so that it holds for all of it.  Nothing may be under way. */
bool rows_table_load(struct applier *applier, const struct table_map *map, struct table_def **def, struct err *err);

#endif
