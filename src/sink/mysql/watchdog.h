/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells a slow statement from a dead server.
 *
 * An ALTER, a scan of a table without a key or a lock wait may take hours, so reads on the target session have no
 * deadline (unless destination.io_timeout_s gives them one).  Instead, a thread asks a second connection, from time to time, whether the session is still in
 * the server's process list, and at work.  It is not there, it is asleep (its answer got lost on the way), or the
 * server cannot be reached: the session is cut, and the statement ends with a lost connection.  Otherwise the log
 * tells, once a minute, what it is doing.
 */
#ifndef SINK_MYSQL_WATCHDOG_H
#define SINK_MYSQL_WATCHDOG_H

#include <stdatomic.h>

#include "mysql/conn.h"

struct watchdog;

/*
 * Watches `conn` until watchdog_stop(), which must come before conn_close().  Once *stop is true (NULL: never), the
 * transaction gets four seconds more before the session is cut; the next start finds out what became of it.
 */
struct watchdog *watchdog_start(const char *task, const struct conn_options *options, struct conn *conn,
    const atomic_bool *stop);
void watchdog_stop(struct watchdog *watchdog); /* NULL is fine */

#endif
