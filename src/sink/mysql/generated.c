/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/generated.h"

#include <stdlib.h>
#include <string.h>

#include "apply/statement.h"

enum { STATEMENT_ROWS = 16, FULL_BYTES = 128 * 1024, KEEP_BYTES = 1 << 20, BRIEF_BYTES = 64 };

void
generated_forget(struct generated *generated)
{
	buf_reset(&generated->conditions, KEEP_BYTES);
	generated->n = 0;
}

void
generated_release(struct generated *generated)
{
	buf_release(&generated->conditions);
}

/* Each row that is found is compared with all of a statement's, so these are few; but one that reads a table takes them all. */
static void
begin_condition(struct generated *generated, const struct target_table *table)
{
	if (generated->conditions.len != 0 && table->n_key != 0 && generated->n % STATEMENT_ROWS == 0)
		buf_putc(&generated->conditions, '\0');
	else if (generated->conditions.len != 0)
		buf_puts(&generated->conditions, " OR ");
	generated->n++;
}

bool
generated_add(struct generated *generated, const struct rows_cursor *rows, const struct target_table *table, bool *is_full,
    struct err *err)
{
	struct buf *conditions = &generated->conditions;

	*is_full = false;
	if (!statement_has_generated(rows, table))
		return true;
	generated->is_whole = *is_full = table->is_bending;
	if (generated->is_whole)
		return statement_put_as_sent(rows, table, conditions, err);
	begin_condition(generated, table);
	if (!statement_put_generated(rows, table, SIZE_MAX, conditions, err))
		return false;
	*is_full = conditions->len >= FULL_BYTES;
	return true;
}

bool
generated_add_replayed(
    struct generated *generated, const struct rows_cursor *rows, const struct target_table *table, struct err *err)
{
	struct buf *conditions = &generated->conditions;

	generated->is_whole = false;
	if (!statement_has_generated(rows, table))
		return true;
	begin_condition(generated, table);
	return statement_put_generated_of_image(rows, table, conditions, err);
}

static void
put_from(const struct target_table *table, struct buf *sql)
{
	buf_puts(sql, " FROM ");
	literal_put_name(table->db, sql);
	buf_putc(sql, '.');
	literal_put_name(table->name, sql);
	buf_puts(sql, " WHERE ");
}

bool
generated_put(struct generated *generated, const struct target_table *table, struct writer *writer, struct err *err)
{
	struct buf *sql = writer_sql(writer);
	const char *at = generated->conditions.data, *end = at + generated->conditions.len, *next;
	bool done = true;

	for (; done && at < end; at = next + 1) {
		next = memchr(at, '\0', (size_t) (end - at));
		next = next == NULL ? end : next;
		buf_puts(sql, "SELECT 1 INTO @rowferry");
		put_from(table, sql);
		buf_add(sql, at, (size_t) (next - at));
		buf_puts(sql, " LIMIT 1");
		done = writer_end_statement(writer, generated->is_whole ? 1 : 0, CHECK_GENERATED, err);
	}
	generated_forget(generated);
	return done;
}

static bool
is_of_bytes(const struct target_column *column)
{
	return column->type == TARGET_BIT || column->type == TARGET_BINARY || column->type == TARGET_VARBINARY ||
	       column->type == TARGET_BLOB || column->type == TARGET_GEOMETRY || column->type == TARGET_VECTOR;
}

/* What the destination has in column `c` of the present row; NULL where it is the source's value. */
static char *
other_value(const struct applier *applier, const struct target_table *table, size_t c)
{
	const struct target_column *column = &table->columns[c];
	struct err ignored = {0};
	struct buf sql = {0};
	char *value = NULL;

	buf_puts(&sql, is_of_bytes(column) ? "SELECT COALESCE(LEFT(HEX(" : "SELECT COALESCE(LEFT((");
	literal_put_name(column->name, &sql);
	buf_printf(&sql, "), %d), 'NULL')", BRIEF_BYTES);
	put_from(table, &sql);
	if (statement_put_generated(&applier->rows, table, c, &sql, &ignored)) {
		buf_puts(&sql, " LIMIT 1");
		(void) conn_query_one(applier->conn, buf_text(&sql), &value, &ignored);
	}
	buf_release(&sql);
	return value;
}

bool
generated_explain(const struct applier *applier, const struct target_table *table, struct err *err)
{
	const struct rows_cursor *rows = &applier->rows;
	bool is_bent = false, is_found = false;

	for (size_t i = 0; i < rows->table->n_columns; i++) {
		size_t c = table->column_of[i];
		struct buf source = {0};
		char *value;

		if (!statement_is_proved(rows, table, i) || (value = other_value(applier, table, c)) == NULL)
			continue;
		literal_put_brief(&rows->after[i], &rows->table->columns[i], &table->columns[c], BRIEF_BYTES, &source);
		(void) err_set(err, ERR_STOP, "%scolumn '%s' is %s on the destination and %s on the source",
		    table->columns[c].is_generated ? "generated " : "", table->columns[c].name, value, buf_text(&source));
		is_found = true;
		is_bent = !table->columns[c].is_generated;
		buf_release(&source);
		free(value);
		break;
	}
	if (is_bent)
		(void) err_hint(err, "The source was not in strict mode, and the destination, as lenient, bends the value. Compare the "
				     "definitions of the column, and start the task again, or pass the transaction over with rowferry skip.");
	else
		(void) err_hint(err, "Its expression depends on settings of the session or on the server. Give the column one there that "
				     "does not%s, and start the task again.",
		    applier->options.source_flavour == FLAVOUR_MYSQL ? ", or make it an ordinary column there" : "");
	return is_found;
}
