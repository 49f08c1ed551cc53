/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proves, in the transaction that writes rows, that the destination has computed for their stored generated columns what the
 * source has stored:
 *
 *     SELECT 1 INTO @rowferry FROM db.t WHERE id = 1 AND (g = ... AND h IS NULL) IS NOT TRUE OR id = 2 AND ... LIMIT 1
 *
 * must find nothing.  It stands in the packet of the rows, behind the statement that writes them, and is answered by a count:
 * a SELECT INTO that finds no row has changed 0 rows.  The exact path has one row in it, and then asks for the column.
 *
 * Where the session is lenient (row_session.h) each row has a proof of its own, of all its columns, which must find it:
 *
 *     SELECT 1 INTO @rowferry FROM db.t WHERE id = 1 AND (id = 1 AND name = ... AND g = ...) LIMIT 1
 *
 * In a table without a key all columns together name the row: rows alike in all else must be alike in these columns too.
 */
#ifndef SINK_MYSQL_GENERATED_H
#define SINK_MYSQL_GENERATED_H

#include "sink/mysql/applier_private.h"

/* Of rows of one table.  Zeroed: none. */
struct generated {
	struct buf conditions; /* of several statements, with 0 between them, which no statement holds */
	size_t n;              /* rows */
	bool is_whole; /* one row, all its columns */
};

/* What was added and not put. */
void generated_forget(struct generated *generated);
void generated_release(struct generated *generated);

/* Adds the cursor's present row, if there is something to prove of it; *is_full: generated_put() should come next. */
bool generated_add(struct generated *generated, const struct rows_cursor *rows, const struct target_table *table, bool *is_full,
    struct err *err);
/* The same of a row of an event that is replayed whole; the event ends in generated_put(). */
bool generated_add_replayed(
    struct generated *generated, const struct rows_cursor *rows, const struct target_table *table, struct err *err);
/* Puts the proof of what was added into the writer, behind the statement that writes it. */
bool generated_put(
    struct generated *generated, const struct target_table *table, struct writer *writer, struct err *err);

/*
 * After writer_failed_on_generated(): puts the column and both values into `err`, if it is of the cursor's present row; true
 * then.
 */
bool generated_explain(const struct applier *applier, const struct target_table *table, struct err *err);

#endif
