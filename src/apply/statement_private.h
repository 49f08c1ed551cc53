/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What statement.c and statement_versioned.c share; nothing outside includes it.
 *
 * MariaDB's system-versioned tables (tried on 10.11 and 11.8).  The binlog of the source has, for an UPDATE,
 * the update event of the row (row_start becomes the statement's time) and then an insert of what the row was,
 * with its row_end; a DELETE is an update event that sets row_end; DELETE HISTORY is delete events.  A replica
 * of the server's own writes these rows raw.  SQL cannot: an UPDATE on the target makes history by itself.  So
 *
 *   insert, row_end far away   INSERT with row_start and row_end (system_versioning_insert_history)
 *   update                     UPDATE under the time of the new row_start: the row of history that the target
 *                              makes is the source's, to the microsecond
 *   update that sets row_end   DELETE under that time
 *   delete                     DELETE under a time before the row's: it had begun in the same microsecond, or in
 *                              the same statement (a trigger), and has left no history
 *   insert of history          INSERT ... WHERE NOT EXISTS: ordinarily it is there by now, unless
 *                              somebody wrote history by hand.  (Rows that are alike, so written, become one.)
 *   delete of history          DELETE HISTORY up to that row's row_end: the source has deleted all those too
 *
 * The last two may match any number of rows.
 */
#ifndef APPLY_STATEMENT_PRIVATE_H
#define APPLY_STATEMENT_PRIVATE_H

#include "apply/statement.h"

enum versioned_row {
	VERSIONED_NOT,     /* no row times in the image: nothing special */
	VERSIONED_CURRENT, /* row_end lies at the end of time */
	VERSIONED_HISTORY, /* or has come */
};

enum versioned_row versioned_kind(
    const struct rows_cursor *rows, const struct target_table *table, const struct value *image);

/* The source column that feeds target column `column`; SIZE_MAX: none, or absent from the image. */
size_t statement_source_of(
    const struct rows_cursor *rows, const struct target_table *table, const struct value *image, size_t column);
void statement_put_table(const struct target_table *table, struct buf *out);
/* The condition of WHERE for the row of `image`; *is_exact when it was the whole image that was compared. */
bool statement_put_where(const struct rows_cursor *rows, const struct target_table *table,
    const struct value *image, bool *is_exact, struct buf *out, struct err *err);
/* The same by the whole image. */
bool statement_put_where_image(const struct rows_cursor *rows, const struct target_table *table, const struct value *image,
    struct buf *out, struct err *err);

/* The row_start or row_end of an inserted row; the end of time as the target has it. */
void versioned_put_time(
    const struct rows_cursor *rows, const struct target_table *table, size_t column, struct buf *out);
/* ",timestamp=..." for SET STATEMENT: row_start or row_end of `image`. */
void versioned_put_clock(const struct rows_cursor *rows, const struct target_table *table,
    const struct value *image, size_t column, struct buf *out);
/* Before a DELETE that leaves no row of history. */
void versioned_put_no_history(struct buf *out);
/* " WHERE NOT EXISTS (...)" behind the SELECT of an inserted row of history. */
bool versioned_put_not_exists(
    const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err);
/* DELETE HISTORY up to the row's end. */
void versioned_put_delete_history(
    const struct rows_cursor *rows, const struct target_table *table, struct buf *out);

#endif
