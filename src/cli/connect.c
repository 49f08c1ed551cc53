/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/connect.h"

enum { IO_TIMEOUT_S = 60 }; /* nobody waits at a terminal for ever */

static bool
connect_side(const char *side, const struct conn_options *options, struct conn **conn, struct err *err)
{
	struct conn_options with_deadline = *options;

	if (with_deadline.io_timeout_s == 0)
		with_deadline.io_timeout_s = IO_TIMEOUT_S;
	*conn = NULL;
	if (!conn_open(&with_deadline, conn, err))
		return err_prefix(err, "%s: ", side);
	if (conn_exec(*conn, "SET SESSION time_zone = '+00:00', sql_mode = ''", NULL, err))
		return true;
	conn_close(*conn);
	*conn = NULL;
	return err_prefix(err, "%s: ", side);
}

bool
connect_source(const struct task_options *task, struct conn **conn, struct err *err)
{
	return connect_side("source", &task->source.conn, conn, err);
}

bool
connect_destination(const struct task_options *task, struct conn **conn, struct err *err)
{
	return connect_side("destination", &task->destination.conn, conn, err);
}

bool
connect_status(const struct task_options *task, struct conn **conn, struct err *err)
{
	if (!task->has_status)
		return connect_destination(task, conn, err);
	return connect_side("status server", &task->status, conn, err);
}
