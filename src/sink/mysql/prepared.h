/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The changes of a transaction as bytes for dump2db.prepared, and back.
 *
 * Part 0 begins with u1 layout version (1), u1 flavour, u1 n, n post-header lengths: what rows are decoded with.  Then
 * records, never across parts:
 *   'T' u4 length, body of a TABLE_MAP event     the tables are numbered in order of appearance
 *   'C' u1 event type, u4 timestamp, u8 offset, u4 number of the table (ffffffff: none), u4 length, body
 */
#ifndef SINK_MYSQL_PREPARED_H
#define SINK_MYSQL_PREPARED_H

#include "binlog/event.h"
#include "model/txn.h"
#include "route/rules.h"

/* Encodes part by part. */
struct prepared_writer {
	struct txn_cursor cursor;
	const struct binlog_format *format;
	size_t n_tables_written;
	bool has_begun;
	bool is_end;
	struct change change; /* one that did not fit the last part */
	bool has_change;
};

void prepared_writer_init(struct prepared_writer *writer, struct txn *txn, const struct binlog_format *format);
/* Appends the next part to `out`; *is_end when there was none left. */
bool prepared_writer_next(struct prepared_writer *writer, struct buf *out, bool *is_end, struct err *err);
void prepared_writer_release(struct prepared_writer *writer);

/* Decodes: feeds the parts in order into a transaction. */
struct prepared_reader {
	struct txn *txn; /* gets the changes */
	const struct rules *rules;
	struct binlog_format format;
	bool has_begun;
	struct table_map **tables;
	size_t n_tables;
	size_t cap_tables;
};

bool prepared_reader_take(struct prepared_reader *reader, struct bytes part, struct err *err);
void prepared_reader_release(struct prepared_reader *reader);

#endif
