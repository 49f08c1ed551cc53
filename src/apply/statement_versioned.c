/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "apply/literal_temporal.h"
#include "apply/statement_private.h"

/* row_end of a row that has not ended: 2^31 - 1 seconds, from MariaDB 11.5 on 2^32 - 1, and .999999. */
enum { MICRO_LAST = 999999 };

static bool
is_end_of_time(const struct value *time)
{
	return time->kind == VALUE_TIMESTAMP && time->stamp.micro == MICRO_LAST &&
	       (time->stamp.seconds == INT32_MAX || time->stamp.seconds == UINT32_MAX);
}

static const struct value *
time_of(
    const struct rows_cursor *rows, const struct target_table *table, const struct value *image, size_t column)
{
	size_t i = column == SIZE_MAX ? SIZE_MAX : statement_source_of(rows, table, image, column);

	return i == SIZE_MAX || image[i].kind != VALUE_TIMESTAMP ? NULL : &image[i];
}

enum versioned_row
versioned_kind(const struct rows_cursor *rows, const struct target_table *table, const struct value *image)
{
	const struct value *end = table->is_versioned ? time_of(rows, table, image, table->row_end) : NULL;

	if (end == NULL)
		return VERSIONED_NOT;
	return is_end_of_time(end) ? VERSIONED_CURRENT : VERSIONED_HISTORY;
}

static void
put_time(const struct value *time, struct buf *out)
{
	buf_putc(out, '\'');
	literal_put_temporal(time, 0, out);
	buf_putc(out, '\'');
}

void
versioned_put_time(
    const struct rows_cursor *rows, const struct target_table *table, size_t column, struct buf *out)
{
	const struct value *time = time_of(rows, table, rows->after, column);

	if (time == NULL)
		buf_puts(out, "DEFAULT");
	else if (is_end_of_time(time))
		buf_printf(out, "'%s'", table->end_of_time);
	else
		put_time(time, out);
}

void
versioned_put_clock(const struct rows_cursor *rows, const struct target_table *table, const struct value *image,
    size_t column, struct buf *out)
{
	const struct value *time = time_of(rows, table, image, column);

	/* The server reads a double and cuts it: the 4 behind the microseconds keeps it from losing one. */
	if (time != NULL)
		buf_printf(
		    out, ",timestamp=%" PRId64 ".%06" PRIu32 "4", time->stamp.seconds, time->stamp.micro);
}

/* A row that began after the time of its end leaves no history. */
void
versioned_put_no_history(struct buf *out)
{
	buf_puts(out, "SET STATEMENT timestamp=1 FOR ");
}

bool
versioned_put_not_exists(
    const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err)
{
	const struct value *start = time_of(rows, table, rows->after, table->row_start);
	bool is_exact;

	buf_puts(out, " FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM ");
	statement_put_table(table, out);
	buf_puts(out, " FOR SYSTEM_TIME ALL WHERE ");
	if (!statement_put_where(rows, table, rows->after, &is_exact, out, err))
		return false;
	buf_puts(out, " AND ");
	literal_put_name(table->columns[table->row_end].name, out);
	buf_putc(out, '=');
	put_time(time_of(rows, table, rows->after, table->row_end), out);
	if (start != NULL) {
		buf_puts(out, " AND ");
		literal_put_name(table->columns[table->row_start].name, out);
		buf_putc(out, '=');
		put_time(start, out);
	}
	buf_putc(out, ')');
	return true;
}

void
versioned_put_delete_history(const struct rows_cursor *rows, const struct target_table *table, struct buf *out)
{
	const struct value *end = time_of(rows, table, rows->before, table->row_end);
	struct value until = {.kind = VALUE_TIMESTAMP};

	if (end != NULL) /* the caller has seen that the image holds it */
		until = *end;
	/* BEFORE means before: a microsecond later, then. */
	until.stamp.seconds += until.stamp.micro == MICRO_LAST ? 1 : 0;
	until.stamp.micro = until.stamp.micro == MICRO_LAST ? 0 : until.stamp.micro + 1;
	buf_puts(out, "DELETE HISTORY FROM ");
	statement_put_table(table, out);
	buf_puts(out, " BEFORE SYSTEM_TIME TIMESTAMP ");
	put_time(&until, out);
}
