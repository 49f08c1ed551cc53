/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a DDL on the target's session, however long it takes. */
#ifndef SINK_MYSQL_DDL_RUN_H
#define SINK_MYSQL_DDL_RUN_H

#include "sink/mysql/ddl_statement.h"

/*
 * `finish` NULL: the statement; otherwise what finishes one that was left half-way, in UTF-8.  The ordinary
 * session is restored before it returns.  ERR_UNCERTAIN when the connection is of no use any more: whether the
 * statement was executed is for a start sequence to say.  Other kinds: it was not executed.
 */
bool ddl_run(
    struct applier *applier, const struct ddl_statement *statement, const char *finish, struct err *err);

/* Makes the statement's default database the session's; before anything is noted down, since it may fail. */
bool ddl_use_database(struct applier *applier, const struct ddl_statement *statement, struct err *err);

#endif
