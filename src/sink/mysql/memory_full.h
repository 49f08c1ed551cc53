/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "The table 't' is full" is said of a full disk, which somebody will clear, and of a MEMORY table at max_heap_table_size,
 * which no waiting cures.
 */
#ifndef SINK_MYSQL_MEMORY_FULL_H
#define SINK_MYSQL_MEMORY_FULL_H

#include "mysql/conn.h"

/* Makes such an ERR_WAIT an ERR_STOP where every table of that name is a MEMORY table; the session is usable. */
void memory_full_judge(struct conn *conn, struct err *err);

#endif
