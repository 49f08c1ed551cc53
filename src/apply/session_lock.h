/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each of rowferry's target sessions holds a named lock (GET_LOCK) for as long as it lives.  Who holds the
 * name "rowferry.SERVER_ID.N.KEY" is the task's earlier owner, and can be killed and waited for.
 *
 * Any login of a server may take any lock, without a privilege.  So the name ends in a key that is made at random with
 * dump2db: those who may read dump2db.version know it, and nobody else.
 */
#ifndef APPLY_SESSION_LOCK_H
#define APPLY_SESSION_LOCK_H

#include <stdatomic.h>

#include "base/err.h"
#include "mysql/conn.h"

/*
 * Kills whoever holds lock `number` of the task, waits until that session is gone (however long its COMMIT or ALTER takes;
 * the log says so), and takes the lock.  ERR_WAIT names a holder that this user may not end: another user's.  ERR_CANCELLED when
 * `stop` is set meanwhile.
 */
bool session_lock_take(struct conn *conn, uint32_t server_id, unsigned int number, const atomic_bool *stop,
    const char *task, struct err *err);

/* The connection id of who holds lock `number` of the task, 0 when nobody does: is its owner still there? */
bool session_lock_holder(struct conn *conn, uint32_t server_id, unsigned int number, uint64_t *holder, struct err *err);

#endif
