/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A statement as its source read it, in a text that every other server reads in the same way.
 *
 * Which comments are executed depends on a server's family and version, and so does where a comment ends that holds
 * another one; [name] is a name in one sql_mode of MariaDB and nothing elsewhere.  What the source executed is what has to
 * be run: what filters and renames have seen, no more and no less.  So executed comments become the text that they hold,
 * comments that were not executed go, [name] becomes `name`, and an ordinary comment stays only where it is one for everybody.
 *
 * Worked example, from MySQL 9.7, with C( ) for the marks of a comment:
 *   CREATE TABLE t (a INT C(!80000 UNIQUE ) C(!99999 x ), b INT C( c ))     becomes
 *   CREATE TABLE t (a INT   UNIQUE    , b INT C( c ))
 */
#ifndef ROUTE_DDL_PLAIN_H
#define ROUTE_DDL_PLAIN_H

#include "route/ddl.h"

/*
 * `context->charset` is the client's.  *charset is the text's, static or the context's; *plain is `sql` itself where nothing
 * changes, otherwise in the arena.  ERR_STOP where it cannot be told what the source read.
 */
bool ddl_plain(struct bytes sql, const struct ddl_context *context, struct arena *arena, struct bytes *plain, const char **charset,
    struct err *err);

#endif
