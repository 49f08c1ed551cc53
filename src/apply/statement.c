/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/statement.h"

#include "apply/session.h"
#include "apply/statement_private.h"
#include "binlog/json.h"

enum { BRIEF_COLUMNS = 3, BRIEF_BYTES = 64 };

static bool
check_fitted(const struct rows_cursor *rows, const struct target_table *table, struct err *err)
{
	if (table->fitted == rows->table)
		return true;
	return err_set(err, ERR_STOP, "table '%s.%s': its rows were not fitted to the target's definition",
	    table->db, table->name);
}

/* The target column that source column `i` of an image is compared with; NULL: none. */
static const struct target_column *
carried(const struct target_table *table, const struct value *image, size_t i)
{
	if (image[i].kind == VALUE_ABSENT || table->column_of[i] == SIZE_MAX)
		return NULL;
	return &table->columns[table->column_of[i]];
}

/* The one that an INSERT names: all but generated ones. */
static const struct target_column *
insertable(const struct target_table *table, const struct value *image, size_t i)
{
	const struct target_column *target = carried(table, image, i);

	return target == NULL || target->is_generated ? NULL : target;
}

/* The one that an UPDATE may set. */
static const struct target_column *
writable(const struct target_table *table, const struct value *image, size_t i)
{
	const struct target_column *target = insertable(table, image, i);

	return target == NULL || target->is_row_time ? NULL : target;
}

void
statement_put_table(const struct target_table *table, struct buf *out)
{
	literal_put_name(table->db, out);
	buf_putc(out, '.');
	literal_put_name(table->name, out);
}

static bool
is_lenient(const struct rows_cursor *rows, const struct target_table *table)
{
	for (size_t i = 0; i < rows->table->n_columns; i++)
		if (literal_is_lenient(&rows->after[i], table->flavour) && table->column_of[i] != SIZE_MAX)
			return true;
	return false;
}

/* "SET STATEMENT sql_mode='...',timestamp=1.5 FOR ", MariaDB only; nothing where the row needs none. */
static void
put_settings(const struct rows_cursor *rows, const struct target_table *table, size_t clock, struct buf *out)
{
	struct buf settings = {0};

	if (is_lenient(rows, table))
		buf_puts(&settings, ",sql_mode='" SESSION_SQL_MODE_LENIENT "'");
	if (clock != SIZE_MAX)
		versioned_put_clock(rows, table, rows->after, clock, &settings);
	if (settings.len != 0) {
		buf_puts(out, "SET STATEMENT ");
		buf_add(out, settings.data + 1, settings.len - 1);
		buf_puts(out, " FOR ");
	}
	buf_release(&settings);
}

/* A MINIMAL image of a sequence: the server takes whole rows of it only. */
static bool
is_partial_sequence(const struct rows_cursor *rows, const struct target_table *table)
{
	for (size_t i = 0; table->is_sequence && i < rows->table->n_columns; i++)
		if (rows->after[i].kind == VALUE_ABSENT)
			return true;
	return false;
}

bool
statement_is_alone(const struct rows_cursor *rows, const struct target_table *table)
{
	return is_lenient(rows, table) || is_partial_sequence(rows, table) ||
	       versioned_kind(rows, table, rows->after) == VERSIONED_HISTORY;
}

bool
statement_is_counted(const struct rows_cursor *rows, const struct target_table *table)
{
	if (rows->kind == ROWS_INSERT)
		return versioned_kind(rows, table, rows->after) != VERSIONED_HISTORY;
	return rows->kind != ROWS_DELETE || versioned_kind(rows, table, rows->before) != VERSIONED_HISTORY;
}

/* The row comes from a SELECT, not from VALUES. */
static bool
is_selected(const struct rows_cursor *rows, const struct target_table *table)
{
	return is_partial_sequence(rows, table) ||
	       versioned_kind(rows, table, rows->after) == VERSIONED_HISTORY;
}

/* The names of the columns that the image leaves out. */
static void
put_absent(
    const struct rows_cursor *rows, const struct target_table *table, const char *separator, struct buf *out)
{
	for (size_t c = 0; c < table->n_columns; c++) {
		if (statement_source_of(rows, table, rows->after, c) != SIZE_MAX)
			continue;
		buf_puts(out, separator);
		literal_put_name(table->columns[c].name, out);
		separator = ",";
	}
}

/*
 * What a column that takes no NULL and has no default gets at the source from a statement without strict mode that leaves it
 * out; NULL where the type has no such value, or the destination gives it by itself.
 */
static const char *
implicit_value(const struct target_column *target)
{
	if (target->is_nullable || target->default_text != NULL || target->is_auto_increment || target->is_generated ||
	    target->is_row_time)
		return NULL;
	if (target->type >= TARGET_TINYINT && target->type <= TARGET_YEAR)
		return "0";
	if (target->type == TARGET_TIME)
		return "'00:00:00'";
	if (target->type >= TARGET_DATE && target->type <= TARGET_TIMESTAMP)
		return target->type == TARGET_DATE ? "'0000-00-00'" : "'0000-00-00 00:00:00'";
	return (target->type >= TARGET_CHAR && target->type <= TARGET_BLOB) || target->type == TARGET_SET ? "''" : NULL;
}

/* The names of the columns that get such a value, or the values. */
static void
put_implicit(const struct rows_cursor *rows, const struct target_table *table, bool is_value, const char **separator, struct buf *out)
{
	for (size_t i = 0; !table->is_sequence && i < rows->table->n_columns; i++) {
		const struct target_column *target =
		    table->column_of[i] == SIZE_MAX ? NULL : &table->columns[table->column_of[i]];

		if (target == NULL || rows->after[i].kind != VALUE_ABSENT || implicit_value(target) == NULL)
			continue;
		buf_puts(out, *separator);
		*separator = ",";
		if (is_value)
			buf_puts(out, implicit_value(target));
		else
			literal_put_name(target->name, out);
	}
}

bool
statement_put_insert_head(
    const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err)
{
	const char *separator = " (";

	if (!check_fitted(rows, table, err))
		return false;
	put_settings(rows, table, SIZE_MAX, out);
	buf_puts(out, "INSERT INTO ");
	statement_put_table(table, out);
	for (size_t i = 0; i < rows->table->n_columns; i++) {
		const struct target_column *target = insertable(table, rows->after, i);

		if (target == NULL)
			continue;
		buf_puts(out, separator);
		literal_put_name(target->name, out);
		separator = ",";
	}
	put_implicit(rows, table, false, &separator, out);
	if (is_partial_sequence(rows, table))
		put_absent(rows, table, separator, out);
	buf_puts(out, separator[0] == ' ' ? " () " : ") ");
	if (!is_selected(rows, table))
		buf_puts(out, "VALUES ");
	return true;
}

static bool
put_insert_value(const struct rows_cursor *rows, const struct target_table *table, size_t i,
    enum flavour target_flavour, struct buf *out, struct err *err)
{
	const struct target_column *target = &table->columns[table->column_of[i]];

	if (!target->is_row_time)
		return literal_put(&rows->after[i], &rows->table->columns[i], target, target_flavour, out, err);
	versioned_put_time(rows, table, table->column_of[i], out);
	return true;
}

bool
statement_put_insert_row(const struct rows_cursor *rows, const struct target_table *table,
    enum flavour target_flavour, struct buf *out, struct err *err)
{
	bool is_select = is_selected(rows, table);
	const char *separator = is_select ? "SELECT " : "(";

	if (!check_fitted(rows, table, err))
		return false;
	for (size_t i = 0; i < rows->table->n_columns; i++) {
		if (insertable(table, rows->after, i) == NULL)
			continue;
		buf_puts(out, separator);
		separator = ",";
		if (!put_insert_value(rows, table, i, target_flavour, out, err))
			return false;
	}
	put_implicit(rows, table, true, &separator, out);
	if (is_partial_sequence(rows, table)) {
		put_absent(rows, table, separator, out);
		buf_puts(out, " FROM ");
		statement_put_table(table, out);
		return true;
	}
	if (is_select)
		return versioned_put_not_exists(rows, table, out, err);
	buf_puts(out, separator[0] == '(' ? "()" : ")");
	return true;
}

size_t
statement_source_of(
    const struct rows_cursor *rows, const struct target_table *table, const struct value *image, size_t column)
{
	for (size_t i = 0; i < rows->table->n_columns; i++)
		if (table->column_of[i] == column)
			return image[i].kind == VALUE_ABSENT ? SIZE_MAX : i;
	return SIZE_MAX;
}

/* With a MINIMAL image of a source whose key is another one, the target's key may be absent. */
static bool
has_key(const struct rows_cursor *rows, const struct target_table *table, const struct value *image)
{
	for (size_t k = 0; k < table->n_key; k++)
		if (statement_source_of(rows, table, image, table->key[k]) == SIZE_MAX)
			return false;
	return table->n_key != 0;
}

static bool
put_where_key(const struct rows_cursor *rows, const struct target_table *table, const struct value *image,
    struct buf *out, struct err *err)
{
	for (size_t k = 0; k < table->n_key; k++) {
		size_t i = statement_source_of(rows, table, image, table->key[k]);

		buf_puts(out, k == 0 ? "" : " AND ");
		if (!literal_put_match(
			&image[i], &rows->table->columns[i], &table->columns[table->key[k]], false, out, err))
			return false;
	}
	return true;
}

/* The one that tells rows apart where there is no key.  Virtual columns follow from the others, in whatever session reads them. */
static const struct target_column *
telling(const struct target_table *table, const struct value *image, size_t i)
{
	const struct target_column *target = carried(table, image, i);

	return target != NULL && target->is_stored ? target : writable(table, image, i);
}

/* Every value that was sent, byte by byte. */
bool
statement_put_where_image(const struct rows_cursor *rows, const struct target_table *table, const struct value *image,
    struct buf *out, struct err *err)
{
	const char *separator = "";

	for (size_t i = 0; i < rows->table->n_columns; i++) {
		const struct target_column *target = telling(table, image, i);

		if (target == NULL)
			continue;
		buf_puts(out, separator);
		separator = " AND ";
		if (!literal_put_match(&image[i], &rows->table->columns[i], target, true, out, err))
			return false;
	}
	if (separator[0] != '\0')
		return true;
	return err_set(err, ERR_STOP, "table '%s.%s': the row image holds no column to find the row by",
	    table->db, table->name);
}

bool
statement_put_where(const struct rows_cursor *rows, const struct target_table *table, const struct value *image,
    bool *is_exact, struct buf *out, struct err *err)
{
	*is_exact = !has_key(rows, table, image);
	return *is_exact ? statement_put_where_image(rows, table, image, out, err)
			 : put_where_key(rows, table, image, out, err);
}

/* Diffs change nothing in a document that they do not fit: the row must then not match. */
static bool
put_where_diffs(
    const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err)
{
	struct buf name = {0};
	bool done = true;

	for (size_t i = 0; done && rows->kind == ROWS_UPDATE && i < rows->table->n_columns; i++) {
		const struct target_column *target = writable(table, rows->after, i);

		if (target == NULL || target->type != TARGET_JSON || rows->after[i].kind != VALUE_JSON_DIFF)
			continue;
		buf_reset(&name, SIZE_MAX);
		literal_put_name(target->name, &name);
		done = json_diff_put_fit(
		    rows->after[i].bytes, (struct bytes){(const uint8_t *) name.data, name.len}, out, err);
	}
	buf_release(&name);
	return done;
}

/* Rows that are alike in every byte are told apart by nothing: any one of them will do. */
static bool
put_where_before(
    const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err)
{
	bool is_exact;

	buf_puts(out, " WHERE ");
	if (!statement_put_where(rows, table, rows->before, &is_exact, out, err) ||
	    !put_where_diffs(rows, table, out, err))
		return false;
	buf_puts(out, is_exact ? " LIMIT 1" : "");
	return true;
}

/*
 * A column with ON UPDATE CURRENT_TIMESTAMP that the row does not set would get the time of the target's clock:
 * set to itself it stays.
 */
static void
put_kept(const struct rows_cursor *rows, const struct target_table *table, struct buf *out)
{
	for (size_t c = 0; c < table->n_columns; c++) {
		const struct target_column *target = &table->columns[c];

		if (!target->is_set_on_update || statement_source_of(rows, table, rows->after, c) != SIZE_MAX)
			continue;
		buf_putc(out, ',');
		literal_put_name(target->name, out);
		buf_putc(out, '=');
		literal_put_name(target->name, out);
	}
}

static bool
put_set_value(const struct rows_cursor *rows, const struct target_column *target, size_t i,
    enum flavour target_flavour, struct buf *out, struct err *err)
{
	if (rows->after[i].kind == VALUE_JSON_DIFF)
		return literal_put_json_diff(&rows->before[i], &rows->after[i], target, out, err);
	return literal_put(&rows->after[i], &rows->table->columns[i], target, target_flavour, out, err);
}

static bool
put_set(const struct rows_cursor *rows, const struct target_table *table, enum flavour target_flavour,
    bool *is_empty, struct buf *out, struct err *err)
{
	const char *separator = " SET ";

	*is_empty = true;
	for (size_t i = 0; i < rows->table->n_columns; i++) {
		const struct target_column *target = writable(table, rows->after, i);

		if (target == NULL)
			continue;
		buf_puts(out, separator);
		separator = ",";
		literal_put_name(target->name, out);
		buf_putc(out, '=');
		if (!put_set_value(rows, target, i, target_flavour, out, err))
			return false;
		*is_empty = false;
	}
	if (!*is_empty)
		put_kept(rows, table, out);
	return true;
}

bool
statement_put_update(const struct rows_cursor *rows, const struct target_table *table,
    enum flavour target_flavour, struct buf *out, struct err *err)
{
	bool is_end = versioned_kind(rows, table, rows->after) == VERSIONED_HISTORY;
	size_t start = out->len;
	bool is_empty = false;

	if (!check_fitted(rows, table, err))
		return false;
	put_settings(rows, table, is_end ? table->row_end : table->row_start, out);
	buf_puts(out, is_end ? "DELETE FROM " : "UPDATE ");
	statement_put_table(table, out);
	if (!is_end && !put_set(rows, table, target_flavour, &is_empty, out, err))
		return false;
	if (is_empty) {
		out->len = start;
		return true;
	}
	return put_where_before(rows, table, out, err);
}

bool
statement_put_delete(const struct rows_cursor *rows, const struct target_table *table,
    enum flavour target_flavour, struct buf *out, struct err *err)
{
	(void) target_flavour;
	if (!check_fitted(rows, table, err))
		return false;
	if (versioned_kind(rows, table, rows->before) == VERSIONED_HISTORY) {
		versioned_put_delete_history(rows, table, out);
		return true;
	}
	if (versioned_kind(rows, table, rows->before) == VERSIONED_CURRENT)
		versioned_put_no_history(out);
	buf_puts(out, "DELETE FROM ");
	statement_put_table(table, out);
	return put_where_before(rows, table, out, err);
}

static void
put_brief(const struct rows_cursor *rows, const struct target_table *table, const struct value *image, size_t i,
    struct buf *out)
{
	const struct target_column *target = &table->columns[table->column_of[i]];

	buf_puts(out, target->name);
	buf_putc(out, '=');
	literal_put_brief(&image[i], &rows->table->columns[i], target, BRIEF_BYTES, out);
}

void
statement_put_key(const struct rows_cursor *rows, const struct target_table *table, struct buf *out)
{
	const struct value *image = rows->before == NULL ? rows->after : rows->before;
	bool is_keyed = table->fitted == rows->table && has_key(rows, table, image);
	const char *separator = "";
	size_t n_left = BRIEF_COLUMNS;

	if (table->fitted != rows->table)
		return;
	for (size_t k = 0; is_keyed && k < table->n_key; k++) {
		buf_puts(out, separator);
		separator = ", ";
		put_brief(rows, table, image, statement_source_of(rows, table, image, table->key[k]), out);
	}
	for (size_t i = 0; !is_keyed && n_left != 0 && i < rows->table->n_columns; i++) {
		if (carried(table, image, i) == NULL)
			continue;
		buf_puts(out, separator);
		separator = ", ";
		put_brief(rows, table, image, i, out);
		n_left--;
	}
}
