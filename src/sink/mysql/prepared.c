/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/prepared.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "binlog/table_map_event.h"
#include "route/table_route.h"

enum { LAYOUT = 1, PART_BYTES = 512 * 1024 };

#define NO_TABLE UINT32_MAX

void
prepared_writer_init(struct prepared_writer *writer, struct txn *txn, const struct binlog_format *format)
{
	*writer = (struct prepared_writer){.format = format};
	txn_cursor_init(&writer->cursor, txn);
}

void
prepared_writer_release(struct prepared_writer *writer)
{
	txn_cursor_release(&writer->cursor);
}

static void
put_format(const struct binlog_format *format, struct buf *out)
{
	buf_put_le(out, LAYOUT, 1);
	buf_put_le(out, (uint64_t) format->flavour, 1);
	buf_put_le(out, format->n_types, 1);
	buf_add(out, format->post_header_len, format->n_types);
}

/* Tables are numbered as the transaction numbers them; those not yet written go first. */
static uint32_t
put_table(struct prepared_writer *writer, const struct table_map *table, struct buf *out)
{
	const struct txn *txn = writer->cursor.txn;
	size_t number = 0;

	if (table == NULL)
		return NO_TABLE;
	while (txn->tables[number] != table)
		number++;
	for (; writer->n_tables_written <= number; writer->n_tables_written++) {
		struct bytes body = txn->tables[writer->n_tables_written]->body;
		buf_putc(out, 'T');
		buf_put_le(out, body.len, 4);
		buf_add(out, body.data, body.len);
	}
	return (uint32_t) number;
}

static void
put_change(struct prepared_writer *writer, const struct change *change, struct buf *out)
{
	uint32_t table = put_table(writer, change->table, out);

	buf_putc(out, 'C');
	buf_put_le(out, change->event_type, 1);
	buf_put_le(out, change->timestamp, 4);
	buf_put_le(out, change->offset, 8);
	buf_put_le(out, table, 4);
	buf_put_le(out, change->body.len, 4);
	buf_add(out, change->body.data, change->body.len);
}

bool
prepared_writer_next(struct prepared_writer *writer, struct buf *out, bool *is_end, struct err *err)
{
	size_t start = out->len;

	*is_end = writer->is_end;
	if (writer->is_end)
		return true;
	if (!writer->has_begun)
		put_format(writer->format, out);
	writer->has_begun = true;
	for (;;) {
		if (!writer->has_change) {
			if (!txn_next(&writer->cursor, &writer->change, &writer->is_end, err))
				return false;
			if (writer->is_end)
				break;
		}
		writer->has_change = out->len > start + 512 && out->len - start + writer->change.body.len > PART_BYTES;
		if (writer->has_change)
			break; /* its body stays valid: the cursor is not moved before it is written */
		put_change(writer, &writer->change, out);
	}
	*is_end = out->len == start;
	return true;
}

static bool
take_format(struct prepared_reader *reader, struct reader *bytes, struct err *err)
{
	uint8_t layout = reader_u8(bytes);
	uint8_t flavour = reader_u8(bytes);
	uint8_t n_types = reader_u8(bytes);
	const uint8_t *lengths = reader_take(bytes, n_types);

	if (bytes->failed || layout != LAYOUT)
		return err_set(err, ERR_STOP, "dump2db.prepared holds layout %u, this release knows %d", layout, (int) LAYOUT);
	reader->format = (struct binlog_format){
	    .is_known = true,
	    .flavour = flavour == FLAVOUR_MARIADB ? FLAVOUR_MARIADB : FLAVOUR_MYSQL,
	    .n_types = n_types,
	};
	memcpy(reader->format.post_header_len, lengths, n_types);
	reader->has_begun = true;
	return true;
}

static bool
take_table(struct prepared_reader *reader, struct reader *bytes, struct err *err)
{
	struct event event = {.type = EVENT_TABLE_MAP};
	struct table_map *map;

	event.body = reader_span(bytes, reader_u32(bytes));
	if (bytes->failed)
		return true; /* the caller asks */
	if (!table_map_parse(&event, &reader->format, &map, err))
		return false;
	table_route(reader->rules, map);
	mem_grow(&reader->tables, &reader->cap_tables, reader->n_tables + 1, sizeof(struct table_map *));
	reader->tables[reader->n_tables++] = map;
	return true;
}

static bool
take_change(struct prepared_reader *reader, struct reader *bytes, struct err *err)
{
	struct change change = {.event_type = reader_u8(bytes)};
	uint32_t table;

	change.timestamp = reader_u32(bytes);
	change.offset = reader_u64(bytes);
	table = reader_u32(bytes);
	change.body = reader_span(bytes, reader_u32(bytes));
	if (table != NO_TABLE && table >= reader->n_tables)
		bytes->failed = true;
	if (bytes->failed)
		return true;
	change.table = table == NO_TABLE ? NULL : reader->tables[table];
	if (change.table != NULL && change.table->role != TABLE_CARRIED)
		return true; /* the rules have changed since */
	return txn_append(reader->txn, &change, err);
}

bool
prepared_reader_take(struct prepared_reader *reader, struct bytes part, struct err *err)
{
	struct reader bytes;
	bool done = true;

	reader_init(&bytes, part.data, part.len);
	if (!reader->has_begun && !take_format(reader, &bytes, err))
		return false;
	while (done && reader_left(&bytes) > 0) {
		switch (reader_u8(&bytes)) {
		case 'T':
			done = take_table(reader, &bytes, err);
			break;
		case 'C':
			done = take_change(reader, &bytes, err);
			break;
		default:
			bytes.failed = true;
		}
	}
	if (done && bytes.failed)
		return err_set(err, ERR_STOP, "dump2db.prepared holds bytes that do not add up");
	return done;
}

void
prepared_reader_release(struct prepared_reader *reader)
{
	for (size_t i = 0; i < reader->n_tables; i++)
		table_map_unref(reader->tables[i]);
	free(reader->tables);
}
