/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The target's binlog as a witness: what changed since the intent may be somebody else's work, but a statement
 * that was executed stands in the binlog behind its intent.
 *
 * Worked trace.  ALTER TABLE t ADD COLUMN c was to run, the process died before, and somebody added an index to
 * t.  The definition is another one now; the binlog holds the intent, the ADD INDEX, and no ADD COLUMN.
 *
 * Reading it takes BINLOG MONITOR on MariaDB, REPLICATION CLIENT and REPLICATION SLAVE on MySQL; without them,
 * or without a binlog, there is no such witness.
 */
#ifndef SINK_MYSQL_DDL_LOG_H
#define SINK_MYSQL_DDL_LOG_H

#include "sink/mysql/ddl_intent.h"

/* Where the target's binlog ends, in front of the intent of a statement whose traces others can leave as well. */
bool ddl_log_note(struct conn *conn, struct arena *arena, struct ddl_case *statement, struct err *err);

/* TRI_UNKNOWN where the binlog cannot tell. */
bool ddl_log_search(
    struct applier *applier, const struct ddl_intent *intent, enum tristate *is_logged, struct err *err);

/*
 * Is `info`, as SHOW BINLOG EVENTS shows it, this statement, run in this database ("": any)?  Characters beyond
 * ASCII are not compared: the server shows them in its own character set.
 */
bool ddl_log_is_statement(const char *info, const char *default_db, struct bytes text);

/* The same for a text that is not kept. */
bool ddl_log_seal(struct bytes text, struct arena *arena, const char **seal, struct err *err);
bool ddl_log_is_sealed(const char *info, const char *default_db, const char *seal);

/* May this statement about users name more than one of them? */
bool ddl_log_names_accounts(const char *text);

#endif
