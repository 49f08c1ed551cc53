/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source's catalogue is of now, the rows that are being applied are of some time ago.  Where the two do not agree, a
 * statement that is still to come may be why: this looks for it in the source's binlog.
 */
#ifndef SOURCE_DDL_AHEAD_H
#define SOURCE_DDL_AHEAD_H

#include <stdatomic.h>

#include "model/gtid_set.h"
#include "model/txn.h"
#include "mysql/conn.h"

struct ddl_ahead_options {
	const struct conn_options *conn;
	/* Where to begin: `executed` when not NULL, otherwise `from`. */
	const struct gtid_set *executed;
	struct file_position from;
	struct file_position behind; /* statements before this place are done with; file "": all count */
	struct file_position until;  /* the end of the source's binlog when its catalogue had been read */
	const char *table; /* or the database, with `is_database`: only statements of databases count, not those of tables */
	bool is_database;
	const char *rows_of; /* the table's database: rows of it count too; NULL: they do not */
	const atomic_bool *stop;
};

enum ddl_ahead {
	DDL_AHEAD_NONE,
	DDL_AHEAD_NAMED,   /* by a statement */
	DDL_AHEAD_CREATED, /* by a CREATE TABLE that would have failed if it had been there; with `rows_of` only */
	DDL_AHEAD_ROWS,    /* it has rows, before a statement names it: it is there, and not a temporary table */
};

/*
 * What comes first.  A statement counts that names the table as a word anywhere in its text: one that names something else so
 * may pass for it, one that changes the table is never overlooked.
 */
bool ddl_ahead_find(const struct ddl_ahead_options *options, enum ddl_ahead *found, struct err *err);

/* Does the statement name the table?  For the above, and the tests. */
bool ddl_ahead_names(struct bytes sql, const char *table);
/* Might it create, alter or drop the database?  `default_db` is the session's. */
bool ddl_ahead_is_of_database(struct bytes sql, struct bytes default_db, const char *db);

#endif
