/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows events: WRITE, UPDATE and DELETE of versions 1 and 2, compressed or not, and PARTIAL_UPDATE_ROWS.
 *
 * Layout: table id (6 or 4), u2 flags; version 2: u2 length of extra data including itself, extra data;
 * packed column count; bitmap of columns in the (first) image; for updates the bitmap of the second; then
 * rows: NULL bits (one for each column present), values.
 *
 * Worked example: an update of 3 columns with before-bitmap 101 and after-bitmap 010 gives `before` with column
 * 1 absent, and `after` with columns 0 and 2 absent: absent ones are not touched.
 */
#ifndef BINLOG_ROWS_H
#define BINLOG_ROWS_H

#include "base/arena.h"
#include "base/buf.h"
#include "binlog/event.h"
#include "model/table_map.h"
#include "model/value.h"

enum rows_flags {
	ROWS_FLAG_STATEMENT_END = 0x01,
	ROWS_FLAG_NO_FOREIGN_KEY_CHECKS = 0x02,
	ROWS_FLAG_RELAXED_UNIQUE_CHECKS = 0x04,
	ROWS_FLAG_SQL_FOREIGN_KEYS = 0x10,     /* MySQL 9.6 on: cascades were made by SQL and are logged */
	ROWS_FLAG_NO_CHECK_CONSTRAINTS = 0x80, /* MariaDB */
};

/*
 * What the wire does not tell about a column and only the table's definition knows: fraction digits of
 * MariaDB's old temporal format.  Indexed like the columns; 0xff: not known.
 */
struct rows_hints {
	const uint8_t *fraction_digits;
};

struct rows_cursor {
	const struct table_map *table;
	enum rows_kind kind;
	uint16_t flags;            /* enum rows_flags */
	bool is_partial;           /* PARTIAL_UPDATE_ROWS */
	const uint8_t *before_map; /* columns in the first image; NULL for inserts */
	const uint8_t *after_map;  /* NULL for deletes */
	struct value *before;      /* table->n_columns values, NULL for inserts */
	struct value *after;       /* NULL for deletes */
	/* private */
	struct reader rows;
	struct rows_hints hints;
	struct buf inflated;   /* the rows of a compressed event */
	struct buf scratch;    /* one value of a compressed column */
	struct arena arena;    /* before and after */
	struct arena values;   /* values of compressed columns of one row */
	size_t values_bytes;   /* in `values` */
	size_t n_before;       /* columns present in the first image */
	size_t n_after;
	bool has_compressed_columns;
	uint64_t n_rows;
};

/*
 * Opens the event of type `event_type` whose body (no header, no checksum) is `body`, which must outlive the
 * cursor.  `hints` may be NULL.  The cursor may be zeroed or used before: its memory is used again.  ERR_STOP
 * on anything that does not fit the table map.
 */
bool rows_open(struct rows_cursor *cursor, uint8_t event_type, const struct binlog_format *format,
    struct bytes body, const struct table_map *table, const struct rows_hints *hints, struct err *err);

/* The next row into cursor->before and ->after (valid until the next call); *is_end when there is none. */
bool rows_next(struct rows_cursor *cursor, bool *is_end, struct err *err);

void rows_release(struct rows_cursor *cursor);

#endif
