/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stored generated columns are computed by the destination, in a session of its own; the row image holds what the source
 * has stored.  A lenient session bends what does not fit.
 */
#include "apply/statement_private.h"

#include <stdlib.h>

#include "base/mem.h"

/*
 * Sent whole, and made by the destination.  Virtual columns are not: they have the value that their reader's session gives.
 */
bool
statement_is_proved(const struct rows_cursor *rows, const struct target_table *table, size_t i)
{
	enum value_kind kind = (enum value_kind) rows->after[i].kind;
	const struct target_column *target = table->column_of[i] == SIZE_MAX ? NULL : &table->columns[table->column_of[i]];

	if (target == NULL || kind == VALUE_ABSENT || kind == VALUE_JSON_DIFF)
		return false;
	return target->is_stored || (table->is_bending && !target->is_generated && !target->is_row_time);
}

bool
statement_has_generated(const struct rows_cursor *rows, const struct target_table *table)
{
	if ((!table->has_stored && !table->is_bending) || rows->kind == ROWS_DELETE || table->fitted != rows->table ||
	    versioned_kind(rows, table, rows->after) == VERSIONED_HISTORY)
		return false;
	for (size_t i = 0; i < rows->table->n_columns; i++)
		if (statement_is_proved(rows, table, i))
			return true;
	return false;
}

/* What the row is by now, without what is to be proved: columns that the after image leaves out have not changed. */
static struct value *
present_image(const struct rows_cursor *rows, const struct target_table *table)
{
	size_t n = rows->table->n_columns;
	struct value *image = mem_alloc(n * sizeof(*image));

	for (size_t i = 0; i < n; i++) {
		image[i] = rows->after[i].kind == VALUE_ABSENT && rows->before != NULL ? rows->before[i] : rows->after[i];
		if (image[i].kind == VALUE_JSON_DIFF ||
		    (table->column_of[i] != SIZE_MAX && table->columns[table->column_of[i]].is_generated))
			image[i].kind = VALUE_ABSENT;
	}
	return image;
}

/* " AND (`a`=1 AND `b` IS NULL)" */
static bool
put_provable(
    const struct rows_cursor *rows, const struct target_table *table, size_t only, struct buf *out, struct err *err)
{
	const char *separator = " AND (";

	for (size_t i = 0; i < rows->table->n_columns; i++) {
		if (!statement_is_proved(rows, table, i) || (only != SIZE_MAX && only != table->column_of[i]))
			continue;
		buf_puts(out, separator);
		separator = " AND ";
		if (!literal_put_match(&rows->after[i], &rows->table->columns[i], &table->columns[table->column_of[i]], true, out, err))
			return false;
	}
	buf_putc(out, ')');
	return true;
}

static bool
put_condition(
    const struct rows_cursor *rows, const struct target_table *table, size_t only, struct buf *out, struct err *err)
{
	struct value *image = present_image(rows, table);
	bool is_exact;
	bool done = statement_put_where(rows, table, image, &is_exact, out, err) && put_provable(rows, table, only, out, err);

	free(image);
	return done;
}

bool
statement_put_generated(
    const struct rows_cursor *rows, const struct target_table *table, size_t only, struct buf *out, struct err *err)
{
	if (!put_condition(rows, table, only, out, err))
		return false;
	buf_puts(out, " IS NOT TRUE");
	return true;
}

bool
statement_put_generated_of_image(
    const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err)
{
	struct value *image = present_image(rows, table);
	bool done = statement_put_where_image(rows, table, image, out, err) && put_provable(rows, table, SIZE_MAX, out, err);

	free(image);
	if (done)
		buf_puts(out, " IS NOT TRUE");
	return done;
}

bool
statement_put_as_sent(const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err)
{
	return put_condition(rows, table, SIZE_MAX, out, err);
}
