/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows as the source's own events, in BINLOG statements: the destination executes them as its replica would, and fires no
 * trigger.  For tables that have triggers there (destination.replay_events); they share transaction, marker and order with
 * the statements of all other tables.
 *
 * What a BINLOG statement does (tried on MySQL 5.6 and 9.7, MariaDB 10.11 and 11.8):
 *   - a missing row is error 1032, a duplicate 1062, a foreign key 1452: no count is needed;
 *   - a row is found by its key, and a table without one by all columns, byte for byte;
 *   - a view in the table's place is error 1347, other columns are error 1105 or 1677;
 *   - flags of the event decide on foreign keys, and the session's own settings come back afterwards, except for its clock;
 *   - stored generated columns: MariaDB 10.11 keeps those of the event, the others compute them in the session, as INSERT does.
 *     So that session is the source's (row_session.h), and they are compared afterwards (generated.h);
 *   - the format description must come first, in each session, outside a transaction; on MySQL it leaves gtid_next undecided;
 *   - its answer never says that another one follows: it is the last statement of its packet;
 *   - its time grows with the square of its length: a statement takes some dozens of events.
 *
 * One thread: the applier's.
 */
#ifndef SINK_MYSQL_REPLAY_H
#define SINK_MYSQL_REPLAY_H

#include "sink/mysql/applier_private.h"

/*
 * Prepares a session for rows of a source of the flavour `source`, outside a transaction.  ERR_STOP names what the
 * destination lacks: the flavour, a privilege, a setting.
 */
bool replay_prepare(struct conn *conn, enum flavour source, struct err *err);

/* Are the rows of this table replayed? */
bool replay_is_for(const struct applier *applier, const struct target_table *table);

/* `table`, fitted to `map`, has the columns of the source in the source's order; otherwise ERR_STOP. */
bool replay_check(const struct target_table *table, const struct table_map *map, const struct binlog_format *format,
    struct err *err);

/* Appends one event, whose rows applier->rows has read to their end without an error. */
void replay_add(const struct applier *applier, const struct change *change, struct buf *events);
/* Puts the statement of all of `events` into the writer, and empties them. */
bool replay_put(struct applier *applier, struct buf *events, struct err *err);

/* The session's clock goes on; after the last replay_put() of a transaction. */
bool replay_end(struct applier *applier, struct err *err);

#endif
