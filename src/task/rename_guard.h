/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps RENAME TABLE of a temporary table from a permanent one.
 *
 * MariaDB logs RENAME TABLE of a temporary table as that of a permanent one, to the bit, and with binlog_format ROW nothing
 * else of it: who may make temporary tables in a database and tables in another one would move, on the destination, a table
 * that he has no right to.  The source's catalogue tells: a table that was renamed is there under its new name alone, one
 * that a temporary table has hidden is where it was.  It is of now, so a name counts that no later statement of the binlog
 * has.
 *
 *   from, not taken again in the list:   there      temporary    gone     renamed, or temporary and no other of that name
 *   to, not given up in the list:        not there  temporary    there    renamed, or temporary and another of that name
 *   from, not taken again, later named   there      (unknown)    gone     likely renamed: it could have been dropped since
 *   from, taken again by a pair that has renamed, not likely: renamed, since that name had to be free
 *   a circle, "a TO x, b TO a, x TO b": leaves the same names, whatever was renamed; carried as written
 *
 * Temporary it is when one of the two says so; what is taken for renamed and was not, the destination refuses.  Where no
 * name tells, or where one list has tables of both kinds: ERR_STOP.
 */
#ifndef TASK_RENAME_GUARD_H
#define TASK_RENAME_GUARD_H

#include <stdatomic.h>

#include "apply/marker.h"
#include "route/ddl_rewrite.h"
#include "sink/mysql/applier.h"

struct rename_guard {
	const struct conn_options *source;
	const atomic_bool *stop;
};

/*
 * `objects`: pairs of from and to, as the source names them.  ERR_RETRY: the source cannot be asked now.
 */
bool rename_guard_check(void *guard, const struct ddl_object *objects, size_t n_objects,
    const struct rename_place *place, bool *is_temporary, struct err *err);

#endif
