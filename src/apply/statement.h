/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows as SQL statements.
 *
 * Each statement comes with the number of rows that it must match; the count is the proof that it did what
 * was meant.  No INSERT ... ON DUPLICATE KEY UPDATE, no REPLACE: through a secondary unique key they change
 * another row and still return the expected count.
 *
 * The table must have been fitted (target_table_fit()) to the cursor's table map.
 */
#ifndef APPLY_STATEMENT_H
#define APPLY_STATEMENT_H

#include "apply/literal.h"
#include "binlog/rows.h"

/*
 * True when the present row must have an INSERT of its own, with a head of its own: a value that only a
 * statement without strict mode can store, a row of a versioned table's history, a MINIMAL image of a sequence.
 */
bool statement_is_alone(const struct rows_cursor *rows, const struct target_table *table);
/*
 * False when the statement of the present row may match another number of rows than one: rows of a versioned
 * table's history (see statement_private.h).
 */
bool statement_is_counted(const struct rows_cursor *rows, const struct target_table *table);
/* "INSERT INTO `db`.`t` (`a`,`b`) VALUES " for the columns present in the cursor's after image. */
bool statement_put_insert_head(
    const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err);
/* "(1,'x')": the cursor's present row. */
bool statement_put_insert_row(const struct rows_cursor *rows, const struct target_table *table,
    enum flavour target_flavour, struct buf *out, struct err *err);
/*
 * "UPDATE `db`.`t` SET ... WHERE key LIMIT 1" of the present row.  LIMIT 1 only where there is no key.  An
 * update that sets nothing that may be written (generated columns only) appends nothing.
 */
bool statement_put_update(const struct rows_cursor *rows, const struct target_table *table,
    enum flavour target_flavour, struct buf *out, struct err *err);
bool statement_put_delete(const struct rows_cursor *rows, const struct target_table *table,
    enum flavour target_flavour, struct buf *out, struct err *err);

/*
 * Does the present row's image hold values of which the destination may make others?  Stored generated ones, which it computes
 * by itself, and all of them where it bends (table->is_bending).  They are compared once the row is written.
 */
bool statement_has_generated(const struct rows_cursor *rows, const struct target_table *table);
/* Is that of source column `i` one of them? */
bool statement_is_proved(const struct rows_cursor *rows, const struct target_table *table, size_t i);
/*
 * Appends a condition that is true for the present row where the destination has another value for one of them, or for
 * column `only` (an index into table->columns; SIZE_MAX: any).
 */
bool statement_put_generated(
    const struct rows_cursor *rows, const struct target_table *table, size_t only, struct buf *out, struct err *err);

/* The same for any, of the row that has all other values of the image still: an event may change one row twice. */
bool statement_put_generated_of_image(
    const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err);
/* The same, turned round: true for the present row where the destination has all of them. */
bool statement_put_as_sent(const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err);

/* "id=5, name='x'": the key (or the first columns) of the present row, for messages. */
void statement_put_key(const struct rows_cursor *rows, const struct target_table *table, struct buf *out);

#endif
