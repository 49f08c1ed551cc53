/* SPDX-License-Identifier: Apache-2.0 */
/* Short sessions of the commands: with deadlines, times in UTC, and statements that mean what they say. */
#ifndef CLI_CONNECT_H
#define CLI_CONNECT_H

#include "mysql/conn.h"
#include "task/options.h"

/* Errors name the side: "source: ...". */
bool connect_source(const struct task_options *task, struct conn **conn, struct err *err);
bool connect_destination(const struct task_options *task, struct conn **conn, struct err *err);
/* The status server, or the destination where the task has none of its own. */
bool connect_status(const struct task_options *task, struct conn **conn, struct err *err);

#endif
