/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a statement leaves to its database.  CREATE TABLE without a character set takes the default of its database, and so
 * does CHARACTER SET DEFAULT; no event says what that was.  Where the target's database has another one than the source's,
 * the source's is written into the text.
 *
 * Not where a statement about the database is still to come: then the target's, which the statements before have made, is
 * the one; nor where the target lacks the collation: then its database's stands for it.
 */
#ifndef SINK_MYSQL_DDL_DEFAULT_H
#define SINK_MYSQL_DDL_DEFAULT_H

#include "sink/mysql/ddl_statement.h"
#include "sink/mysql/ddl_target.h"

/* Completes statement->text.  `at`: where its transaction begins. */
bool ddl_default_name(struct ddl_statement *statement, struct applier *applier, const struct ddl_target *target,
    const struct file_position *at, struct err *err);

/* The text with `collation` where it is left open; as it is where it is not.  For the above, and the tests. */
bool ddl_default_put(struct bytes sql, const struct ddl_context *context, enum ddl_class class, const char *charset,
    const char *collation, struct arena *arena, struct bytes *out, struct err *err);

#endif
