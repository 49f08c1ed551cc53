/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SINK_MYSQL_SAVEPOINT_H
#define SINK_MYSQL_SAVEPOINT_H

#include "sink/mysql/applier_private.h"

/*
 * Puts the source's SAVEPOINT or ROLLBACK TO into the writer; ERR_STOP for any other statement among rows, but the one that
 * has been run before them (`is_behind_ddl`).
 */
bool savepoint_apply(struct applier *applier, const struct binlog_format *format, const struct change *change, bool is_behind_ddl,
    struct err *err);

#endif
