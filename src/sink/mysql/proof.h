/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proves, inside a transaction and before its rows, that a table is still the one whose definition was read: a base table,
 * with that engine and these columns, and without triggers.  Others may change the destination at any time.
 *
 * The proof is a prepared statement, executed once for each table and transaction, in the packet of the rows:
 *
 *     SELECT 'x' COLLATE utf8mb3_bin INTO @rowferry FROM db.t USE INDEX () WHERE FALSE LIMIT 0 FOR UPDATE
 *
 *   - FOR UPDATE takes the metadata lock that the rows take later, and it is kept until the transaction ends; no row is read;
 *   - USE INDEX () is refused for a view as it is opened, before anything of it is looked at: none of its functions runs;
 *   - a server prepares a statement anew when the table under it has changed.  It was prepared while utf8mb3 was the
 *     connection's character set; in the session that applies rows it is utf8mb4, and the text is an error (1253).  So the
 *     server's own knowledge of definitions says whether one has changed, for less than a look into its catalogue.
 *
 * Tried on MySQL 5.6 and 9.7, MariaDB 10.11 and 11.8: every ALTER, RENAME, DROP and CREATE in its place.  MySQL has new
 * definitions after FLUSH TABLES too, and after a table has left its definition cache: they are read again for nothing.
 * MariaDB goes by the definition's own identity; a new trigger leaves that as it is, and its time can be chosen by whoever
 * creates it.  There a second statement asks for triggers, and fails (1690) when there is one.  It costs as much as the row,
 * so it is left out where nobody else has written to the server's binlog since the table was last asked about:
 *
 *   - @rowferry_epoch is raised at the head of a transaction, unless the binlog ends with this session's last commit, and that
 *     one's number follows the one before; so nothing of others lies behind, between or within this session's transactions;
 *   - @rowferry_N is the epoch in which table N was last asked about.  Once it is locked, the binlog must end there still.
 *
 * A server that is, or was, a replica may have changes that its binlog does not hold, and is always asked; so is one without
 * a binlog, with filters on it (binlog_do_db), or that does not show whether it has.  For the rest it takes rights over all of
 * the server to keep a statement out of its binlog.
 *
 * A definition that does not hold is ERR_RETRY.  The next try trusts none: each is read under its lock in the transaction
 * that uses it, so that it cannot change again; and what must stop there stops with the words of the first use.
 *
 * Nothing here waits for a lock of the task's own: the session that applies is the only one of its that locks tables.
 */
#ifndef SINK_MYSQL_PROOF_H
#define SINK_MYSQL_PROOF_H

#include "sink/mysql/table_defs.h"
#include "sink/mysql/writer.h"

struct proof {
	struct conn *conn;
	char *collation;    /* of utf8mb3, as this server calls it */
	uint64_t round;     /* the locks that are held were taken in it */
	bool logs_all;      /* the server's binlog has what every session does, unless it may leave it out */
	bool has_head;      /* of this transaction: the epoch is told */
	bool is_distrusted; /* a definition did not hold: all are read again */
};

bool proof_open(struct proof *proof, struct conn *conn, struct err *err);
void proof_close(struct proof *proof);

/* A transaction begins, or locks have been given back: nothing is proved. */
void proof_begin(struct proof *proof);

/*
 * Locks the table for the transaction that has been begun, before its definition is read, and prepares proof `number`.
 * ERR_RETRY: it changes just now.  ERR_STOP: it is no table, or the account may not lock it.
 */
bool proof_lock(struct proof *proof, const char *db, const char *name, unsigned int number, struct err *err);
/* That error came from a view, or from nothing, in the table's place. */
bool proof_met_no_table(const struct err *err);
/* The definition has been read behind that lock.  `is_trigger_barred`: that it has no trigger is part of the proof. */
bool proof_complete(struct proof *proof, struct table_def *def, bool is_trigger_barred, struct err *err);

bool proof_holds(const struct proof *proof, const struct table_def *def);
/* Puts the proof into the writer. */
bool proof_put(struct proof *proof, struct table_def *def, struct writer *writer, struct err *err);

#endif
