/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/column_default.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"

enum default_kind { DEFAULT_NONE, DEFAULT_CONSTANT, DEFAULT_EXPRESSION };

static bool
is_number_or_time(const struct target_column *column)
{
	return column->type >= TARGET_TINYINT && column->type <= TARGET_TIMESTAMP && column->type != TARGET_BIT;
}

/* "5.00" is 5, "00042" is 42, "12:00:00.000" is "12:00:00". */
static void
trim_zeros(struct buf *text)
{
	const char *at = buf_text(text), *dot = strchr(at, '.');
	size_t n = 0, len = strlen(at);

	while (dot != NULL && len > 0 && at[len - 1] == '0')
		len--;
	if (dot != NULL && len > 0 && at[len - 1] == '.')
		len--;
	text->len = len;
	if (strpbrk(buf_text(text), "-:") != NULL)
		return;
	for (at = buf_text(text); at[n] == '0' && at[n + 1] >= '0' && at[n + 1] <= '9';)
		n++;
	buf_splice(text, 0, n, "", 0);
}

static enum default_kind
parse_mariadb(const char *shown, struct buf *text)
{
	if (strcasecmp(shown, "NULL") == 0)
		return DEFAULT_NONE;
	if (*shown == '\'')
		return target_column_next_member(&shown, text) ? DEFAULT_CONSTANT : DEFAULT_NONE;
	buf_puts(text, shown);
	if (strncmp(shown, "b'", 2) == 0 || shown[strspn(shown, "+-.0123456789eE")] == '\0')
		return DEFAULT_CONSTANT;
	return DEFAULT_EXPRESSION;
}

static enum default_kind
parse(const struct target_column *column, enum flavour flavour, struct buf *text)
{
	enum default_kind kind = DEFAULT_CONSTANT;
	bool is_time = column->type == TARGET_DATETIME || column->type == TARGET_TIMESTAMP;

	if (column->default_text == NULL)
		return DEFAULT_NONE;
	if (flavour == FLAVOUR_MARIADB)
		kind = parse_mariadb(column->default_text, text);
	else
		buf_puts(text, column->default_text);
	if (flavour != FLAVOUR_MARIADB &&
	    (column->is_default_expression || (is_time && strncasecmp(column->default_text, "CURRENT_TIMESTAMP", 17) == 0)))
		kind = DEFAULT_EXPRESSION;
	if (kind == DEFAULT_CONSTANT && is_number_or_time(column))
		trim_zeros(text);
	return kind;
}

bool
column_default_is_same(const struct target_column *from, enum flavour from_flavour, const struct target_column *to,
    enum flavour to_flavour)
{
	struct buf text = {0}, other = {0};
	enum default_kind kind = parse(from, from_flavour, &text), kind_there = parse(to, to_flavour, &other);
	bool is_same = kind == kind_there;

	if (kind == DEFAULT_EXPRESSION || from->is_auto_increment)
		is_same = true; /* never left out */
	else if (is_same && kind == DEFAULT_NONE)
		is_same = from->is_nullable == to->is_nullable;
	else if (is_same)
		is_same = strcmp(buf_text(&text), buf_text(&other)) == 0;
	buf_release(&text);
	buf_release(&other);
	return is_same;
}

bool
column_default_counts(const struct target_table *table, size_t i)
{
	const struct target_column *to = table->column_of[i] == SIZE_MAX ? NULL : &table->columns[table->column_of[i]];

	return to != NULL && !to->is_generated && !to->is_row_time;
}

static void
put_default(const struct target_column *column, struct buf *out)
{
	if (column->default_text != NULL)
		buf_printf(out, "default %s", column->default_text);
	else
		buf_puts(out, column->is_nullable ? "default NULL" : "no default");
}

static bool
refuse(const struct target_table *table, const struct target_column *from, const struct target_column *to, struct err *err)
{
	struct buf text = {0};

	put_default(from, &text);
	buf_puts(&text, " on the source and ");
	put_default(to, &text);
	(void) err_set(err, ERR_STOP, "table '%s.%s' column '%s' has %s on the target, and the row image of an INSERT leaves it out",
	    table->db, table->name, to->name, buf_text(&text));
	buf_release(&text);
	return err_hint(err, "Give the target's column the source's default (ALTER TABLE on the target), then start again. With "
			     "binlog_row_image = FULL the source logs every value from then on.");
}

bool
column_default_check(const struct target_table *origin, const struct target_table *table, const struct table_map *map,
    const bool *is_absent, struct err *err)
{
	for (size_t i = 0; i < map->n_columns; i++) {
		const struct target_column *from, *to;

		if (!is_absent[i] || !column_default_counts(table, i) || origin->column_of[i] == SIZE_MAX)
			continue;
		from = &origin->columns[origin->column_of[i]];
		to = &table->columns[table->column_of[i]];
		if (!from->is_generated && !column_default_is_same(from, origin->flavour, to, table->flavour))
			return refuse(table, from, to, err);
	}
	return true;
}
