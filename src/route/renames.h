/* SPDX-License-Identifier: Apache-2.0 */
/* The names that differ on the target: literal databases and tables, for rules.c only. */
#ifndef ROUTE_RENAMES_H
#define ROUTE_RENAMES_H

#include "route/rules.h"

struct renames;

/* ERR_STOP: a system database, a database made a table, a name renamed twice, two names made one. */
bool renames_new(const struct rules_options *options, struct renames **renames, struct err *err);
void renames_free(struct renames *renames); /* NULL is fine */
bool renames_is_empty(const struct renames *renames);

/* The new name of a database; NULL when it keeps its own. */
const char *renames_db(const struct renames *renames, const char *db);
/* Is this very table renamed (not merely its database)? */
bool renames_table(const struct renames *renames, const char *db, const char *table, const char **to_db,
    const char **to_table);

#endif
