/* SPDX-License-Identifier: Apache-2.0 */
/* rowferry's own schema, dump2db: sql/dump2db.sql, compiled in. */
#ifndef APPLY_SCHEMA_H
#define APPLY_SCHEMA_H

#include "base/err.h"
#include "mysql/conn.h"

enum { SCHEMA_VERSION = 1 };

/*
 * Makes sure that dump2db is there in this release's version: creates it where it is missing and the user
 * may, brings an older one up to date, refuses a newer one (ERR_STOP).
 */
bool schema_ensure(struct conn *conn, struct err *err);

/* The version on the server; 0 when there is no dump2db. */
bool schema_version(struct conn *conn, unsigned int *version, struct err *err);

/*
 * Closes requests of dump2db.skipped that are not to be carried out; " WHERE ..." follows.  What may hold a password is not
 * kept.
 */
#define SCHEMA_CANCEL_REQUESTS                                                                                                   \
	"UPDATE dump2db.skipped SET state = 'cancelled', replacement = IF(LOWER(CONVERT(replacement USING latin1)) REGEXP "      \
	"'identified|password|://', '***', replacement)"

#endif
