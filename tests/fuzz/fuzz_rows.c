/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: u1 flavour (odd: MariaDB), u1 event type, u1 fraction digits of all columns, u2 length, body of a
 * table map of that length, body of a rows event.
 */
#include "fuzz_binlog.h"

#include <string.h>

#include "binlog/rows.h"
#include "binlog/table_map_event.h"

static void
touch_image(const struct table_map *table, const struct value *values)
{
	for (size_t i = 0; values != NULL && i < table->n_columns; i++) {
		switch (values[i].kind) {
		case VALUE_BYTES:
		case VALUE_DECIMAL:
		case VALUE_BIT:
		case VALUE_JSON:
		case VALUE_JSON_DIFF:
			fuzz_touch(values[i].bytes);
			break;
		default:
			break;
		}
	}
}

static void
read_rows(struct rows_cursor *cursor, size_t body_len)
{
	struct err err = {0};
	bool is_end;

	while (rows_next(cursor, &is_end, &err)) {
		if (is_end)
			return;
		touch_image(cursor->table, cursor->before);
		touch_image(cursor->table, cursor->after);
		/* Each row takes a byte at least, of the body or of what it was inflated to. */
		fuzz_expect(cursor->n_rows <= body_len * 1100);
	}
	fuzz_expect_error(&err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t digits[TABLE_MAP_MOST_COLUMNS];
	const struct rows_hints hints = {digits};
	struct rows_cursor cursor = {0};
	struct binlog_format format;
	struct table_map *table;
	struct reader reader;
	struct event event;
	struct bytes body;
	struct err err = {0};
	uint8_t type;

	reader_init(&reader, data, size);
	format = fuzz_format((reader_u8(&reader) & 1) != 0);
	type = reader_u8(&reader);
	memset(digits, reader_u8(&reader), sizeof(digits));
	event = fuzz_event(EVENT_TABLE_MAP, reader_span(&reader, reader_u16(&reader)));
	if (reader.failed || !table_map_parse(&event, &format, &table, &err))
		return 0;
	body = reader_rest(&reader);
	/* Twice with one cursor: what the first left behind must not matter. */
	for (int i = 0; i < 2; i++) {
		if (rows_open(&cursor, type, &format, body, table, i == 0 ? &hints : NULL, &err))
			read_rows(&cursor, body.len);
		else
			fuzz_expect_error(&err);
	}
	rows_release(&cursor);
	table_map_unref(table);
	return 0;
}
