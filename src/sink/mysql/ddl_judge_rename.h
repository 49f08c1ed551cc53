/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SINK_MYSQL_DDL_JUDGE_RENAME_H
#define SINK_MYSQL_DDL_JUDGE_RENAME_H

#include "sink/mysql/ddl_judge.h"

/*
 * RENAME TABLE a TO b, c TO d, ...: plays the list step by step and looks which step the present state is.
 * Swaps leave every name in place, so there the tables' numbers decide.
 */
enum ddl_finding ddl_judge_rename(
    const struct ddl_snapshot *before, const struct ddl_snapshot *now, struct buf *finish, struct buf *why);

#endif
