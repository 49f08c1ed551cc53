/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream of events after a format description, into transactions, into rows.
 *
 * Input: u1 flavour (odd: MariaDB), then events, each as u2 length and bytes from the header on.  The length field
 * of each header is set right, so that the fuzzer need not find it; checksums are off.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "binlog/rows.h"
#include "source/assembler.h"

enum { HEADER = 19, LENGTH_AT = 9, TYPES = 171, FDE_BODY = 57 + TYPES + 1 + 4, MEMORY_LIMIT = 4096 };

/* Post-header lengths of the types that are parsed by them: table map, rows, format description. */
static void
put_format(struct assembler *assembler, bool is_mariadb)
{
	uint8_t packet[HEADER + FDE_BODY] = {0};
	uint8_t *body = packet + HEADER;
	struct txn *txn;
	struct err err;

	packet[4] = EVENT_FORMAT_DESCRIPTION;
	packet[LENGTH_AT] = (uint8_t) sizeof(packet);
	packet[LENGTH_AT + 1] = (uint8_t) (sizeof(packet) >> 8);
	body[0] = 4;
	memcpy(body + 2, is_mariadb ? "10.11.19-MariaDB" : "9.7.0", is_mariadb ? 16 : 5);
	body[56] = HEADER;
	body[57 + EVENT_TABLE_MAP - 1] = 8;
	for (int type = EVENT_WRITE_ROWS_V1; type <= EVENT_DELETE_ROWS_V1; type++)
		body[57 + type - 1] = 8;
	for (int type = EVENT_WRITE_ROWS; type <= EVENT_DELETE_ROWS; type++)
		body[57 + type - 1] = 10;
	body[57 + EVENT_PARTIAL_UPDATE_ROWS - 1] = 10;
	if (!assembler_feed(assembler, (struct bytes){packet, sizeof(packet)}, &txn, &err))
		abort();
}

static void
read_rows(struct txn *txn, struct rows_cursor *rows)
{
	struct txn_cursor cursor;
	struct change change;
	struct err err;
	bool is_end = false, is_last;

	txn_cursor_init(&cursor, txn);
	while (txn_next(&cursor, &change, &is_end, &err) && !is_end) {
		is_last = false;
		if (change.table == NULL ||
		    !rows_open(rows, change.event_type, txn->format, change.body, change.table, NULL, &err))
			continue;
		while (!is_last && rows_next(rows, &is_last, &err))
			continue;
	}
	txn_cursor_release(&cursor);
}

static bool
feed(struct assembler *assembler, struct bytes bytes, struct rows_cursor *rows)
{
	uint8_t *packet = mem_alloc(bytes.len); /* of its own size: reading over its end is seen */
	struct txn *txn = NULL;
	struct err err;
	bool done;

	memcpy(packet, bytes.data, bytes.len);
	if (bytes.len >= HEADER)
		for (size_t i = 0; i < 4; i++)
			packet[LENGTH_AT + i] = (uint8_t) (bytes.len >> (8 * i));
	done = assembler_feed(assembler, (struct bytes){packet, bytes.len}, &txn, &err);
	free(packet);
	if (txn != NULL)
		read_rows(txn, rows);
	txn_free(txn);
	return done;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rules_options rules_options = {0};
	struct assembler_options options = {
	    .destination_region = "", .spool_dir = "/tmp", .memory_limit_bytes = MEMORY_LIMIT, .event_limit_bytes = 1 << 20};
	struct rules *rules;
	struct rows_cursor rows;
	struct assembler *assembler;
	struct reader reader;
	struct bytes event;
	struct err err;

	memset(&rows, 0, sizeof(rows));
	if (!rules_new(&rules_options, &rules, &err))
		abort();
	options.rules = rules;
	reader_init(&reader, data, size);
	options.source_flavour = (reader_u8(&reader) & 1) != 0 ? FLAVOUR_MARIADB : FLAVOUR_MYSQL;
	assembler = assembler_new(&options, "binlog.000001", 4, "");
	put_format(assembler, options.source_flavour == FLAVOUR_MARIADB);
	while (reader_left(&reader) > 0) {
		event = reader_span(&reader, reader_u16(&reader));
		if (event.data == NULL || !feed(assembler, event, &rows))
			break;
	}
	assembler_free(assembler);
	rows_release(&rows);
	rules_free(rules);
	return 0;
}
