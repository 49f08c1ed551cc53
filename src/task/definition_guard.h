/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps rows from being read by a definition that is not theirs.
 *
 * Row events that hold no names of columns (and maybe no signs, character sets and members) are read by the target's
 * definition, which the ordered DDL has made the source's: unless the two differed from the beginning, or somebody has
 * altered one of them.  The same goes, with names, for tables of the target with columns that are generated or round.  When such a definition is first used, the source is asked for its own.
 *
 * The source answers for now, the rows are of earlier.  A difference stops the task, before the first row, only when no
 * statement between the two names the table; otherwise that statement, when its turn comes, has the definition read and
 * compared anew.
 *
 * A source that shows no such table (dropped since; no SELECT on it) leaves nothing to compare with: this is logged.
 * One that cannot be asked holds the rows back, unless that very definition has been compared before.
 *
 * One thread, the one that applies.
 */
#ifndef TASK_DEFINITION_GUARD_H
#define TASK_DEFINITION_GUARD_H

#include <stdatomic.h>

#include "apply/column_default.h"
#include "apply/marker.h"
#include "apply/target_table.h"

struct definition_guard;

/* All of these outlive it. */
struct definition_guard *definition_guard_new(const char *task, const struct conn_options *source, const atomic_bool *stop);
void definition_guard_free(struct definition_guard *guard); /* NULL is fine */

/*
 * `table` is fitted to `map`; `position`: what has been applied; `at`: where the transaction of the rows begins.
 * ERR_STOP names the difference; ERR_RETRY: the source cannot be asked now.
 */
bool definition_guard_check(void *guard, const struct target_table *table, const struct table_map *map,
    const struct marker_position *position, const struct file_position *at, struct err *err);

/* The same for the defaults of columns that an INSERT's image leaves out. */
bool definition_guard_defaults(void *guard, const struct default_question *question, struct err *err);

/*
 * Sets *collation to the default that the source's database has: the caller's, free(); NULL where it shows none.  With a
 * `position`, NULL too where it may have had another one at `at`: a statement up to now is about the database.
 */
bool definition_guard_database(void *guard, const char *db, const struct marker_position *position,
    const struct file_position *at, char **collation, struct err *err);

#endif
