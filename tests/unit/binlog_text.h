/* SPDX-License-Identifier: Apache-2.0 */
/* A binlog file as text, one line an event and one a row image: what the tests compare. */
#ifndef TESTS_BINLOG_TEXT_H
#define TESTS_BINLOG_TEXT_H

#include "base/buf.h"
#include "base/err.h"
#include "binlog/event.h"
#include "binlog/rows.h"

struct binlog_text {
	struct buf *out;
	struct binlog_format format;
	struct table_map *tables[8]; /* the newest, in a ring */
	size_t n_tables;
	/* Fraction digits of the tables with so many columns; others have none. */
	const uint8_t *digits;
	size_t n_digits;
	struct buf scratch;
	struct rows_cursor rows;
};

/* One event, with those in a payload behind it. */
bool binlog_text_event(struct binlog_text *text, struct bytes packet, struct err *err);
/* A whole file, from its magic on. */
bool binlog_text_file(struct binlog_text *text, struct bytes file, struct err *err);
void binlog_text_release(struct binlog_text *text);

/* One value: "3:u4", "'abc'", "2024-01-02", ... */
void binlog_text_value(const struct column *column, const struct value *value, struct buf *out);

#endif
