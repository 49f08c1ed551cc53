/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of cells, printed so that columns stand under each other.  A zeroed table with n_columns set is ready. */
#ifndef CLI_TEXT_TABLE_H
#define CLI_TEXT_TABLE_H

#include "base/arena.h"
#include "base/buf.h"

struct text_table {
	size_t n_columns;
	const char **cells; /* line by line */
	size_t n;
	size_t cap;
	struct arena arena;
};

/* The next cell, copied.  Line breaks become spaces: one line stays one line. */
void text_table_add(struct text_table *table, const char *text);
/* Two spaces between columns; the last one as long as it is. */
void text_table_put_line(const struct text_table *table, size_t line, struct buf *out);
size_t text_table_lines(const struct text_table *table);
void text_table_release(struct text_table *table);

#endif
