/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which statements a user may not run in a database, found out by running them so that they cannot succeed: on a table
 * that does not exist, or with a column twice.  A user without the privilege is told so before the server looks
 * at the rest, one that has it gets the other error.  Grants are not parsed: roles, wildcards and
 * partial revokes are the server's to judge.
 */
#ifndef CLI_DENIED_H
#define CLI_DENIED_H

#include "cli/check_report.h"
#include "mysql/conn.h"

struct attempt {
	const char *privilege;
	/* Each %s: the database and table in backticks; without one it concerns the whole server.  The last attempt has NULL. */
	const char *format;
};

extern const struct attempt denied_rows[];   /* what row changes need */
extern const struct attempt denied_ddl[];    /* what DDL of tables needs */
extern const struct attempt denied_schema[]; /* what dump2db needs */
extern const struct attempt denied_definer[]; /* what views and programs need, whatever they are: the definers of the source */
extern const struct attempt denied_views[], denied_routines[], denied_triggers[], denied_events[], denied_users[];

/* Adds "INSERT on `db`" for each that is denied.  An error other than the expected ones ends it. */
void denied_add_all(struct conn *conn, const char *db, const struct attempt *attempts, struct names *denied,
    struct err *err);

#endif
