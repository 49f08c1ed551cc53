/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session that rows are applied in where what is stored may depend on it: tables with generated columns, functional
 * indexes or CHECKs.  They are computed under the sql_mode and the time zone of the session that wrote the rows, as the
 * transaction tells them, else under the source's global ones; all other rows in the session of apply/session.h.
 *
 *   sql_mode   of a strict session only what changes values without a warning: all else was an error there.  A lenient one
 *              bends what does not fit, in expressions and, here alone, in the row's own values: so each row is proved whole
 *              (generated.h).  Tables without a key, and system-versioned ones, stay strict.
 *   time zone  where it is a distance from UTC, or the source's global one and has always been as far: literals of TIMESTAMP
 *              are written for it.  One with daylight saving has hours that no literal can name on all servers: such rows are
 *              applied in UTC, and what is computed is compared.
 */
#ifndef SINK_MYSQL_ROW_SESSION_H
#define SINK_MYSQL_ROW_SESSION_H

#include "apply/target_table.h"
#include "model/txn.h"

struct applier;

/* Zeroed: that of apply/session.h. */
struct row_session {
	uint64_t sql_mode; /* 0: SESSION_SQL_MODE */
	int zone_minutes;
	bool is_bending;
};

/* What rows of `txn` in `table` need; `table` is told. */
struct row_session row_session_for(const struct applier *applier, const struct txn *txn, struct target_table *table);
/*
 * The server has refused a row of `table` in *session with `why`, as it does in strict mode: true, and *session is the lenient
 * one in which to try again.  The source was lenient without telling: INSERT IGNORE, or a session of MariaDB.
 */
bool row_session_bend(const struct applier *applier, const struct txn *txn, struct target_table *table, const struct err *why,
    struct row_session *session);
bool row_session_is_equal(const struct row_session *a, const struct row_session *b);
/* Puts the statement that sets it into the writer. */
bool row_session_put(struct applier *applier, const struct row_session *session, struct err *err);

#endif
