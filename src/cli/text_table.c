/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/text_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/visible.h"

enum { GAP = 2 };

void
text_table_add(struct text_table *table, const char *text)
{
	struct buf shown = {0};

	visible_put(text, strlen(text), &shown);
	mem_grow(&table->cells, &table->cap, table->n + 1, sizeof(*table->cells));
	table->cells[table->n++] = arena_strndup(&table->arena, buf_text(&shown), shown.len);
	buf_release(&shown);
}

/* In characters of UTF-8; wide and combining ones count as one. */
static size_t
width_of(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char) *text & 0xc0) != 0x80;
	return width;
}

static size_t
column_width(const struct text_table *table, size_t column)
{
	size_t most = 0;

	for (size_t i = column; i < table->n; i += table->n_columns) {
		size_t width = width_of(table->cells[i]);
		most = width > most ? width : most;
	}
	return most;
}

size_t
text_table_lines(const struct text_table *table)
{
	return table->n / table->n_columns;
}

void
text_table_put_line(const struct text_table *table, size_t line, struct buf *out)
{
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *cell = table->cells[line * table->n_columns + c];
		buf_puts(out, cell);
		if (c + 1 == table->n_columns)
			break;
		for (size_t at = width_of(cell); at < column_width(table, c) + GAP; at++)
			buf_putc(out, ' ');
	}
	buf_putc(out, '\n');
}

void
text_table_release(struct text_table *table)
{
	free(table->cells);
	arena_release(&table->arena);
	*table = (struct text_table){0};
}
