/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: stream throw|decode HOST PORT USER PASSWORD FILE END
 *
 * Reads one binlog file of a server from its beginning to offset END, in one thread.  `throw` looks at
 * nothing but each event's end position; `decode` takes the stream apart as a task does, checksums included, and
 * decodes every value of every row.  Prints bytes, events, rows and seconds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "binlog/rows.h"
#include "mysql/dump.h"
#include "source/assembler.h"

enum { SERVER_ID = 4242, HEARTBEAT_S = 10, LOG_POS_AT = 13, MEMORY_LIMIT = 64 * 1024 * 1024 };

struct counts {
	uint64_t bytes, events, rows, values;
};

static int
fail(const struct err *err)
{
	(void) fprintf(stderr, "stream: %s. %s\n", err->text, err->hint);
	return 1;
}

static bool
decode_txn(struct txn *txn, struct rows_cursor *rows, struct counts *counts, struct err *err)
{
	struct txn_cursor cursor;
	struct change change;
	bool is_end = false, is_last, done;

	txn_cursor_init(&cursor, txn);
	while ((done = txn_next(&cursor, &change, &is_end, err)) && !is_end) {
		if (change.table == NULL)
			continue;
		is_last = false;
		done = rows_open(rows, change.event_type, txn->format, change.body, change.table, NULL, err);
		while (done && (done = rows_next(rows, &is_last, err)) && !is_last) {
			counts->rows++;
			counts->values += change.table->n_columns;
		}
		if (!done)
			break;
	}
	txn_cursor_release(&cursor);
	return done;
}

static bool
read_stream(struct dump *dump, struct assembler *assembler, uint64_t end, struct counts *counts, struct err *err)
{
	struct rows_cursor rows;
	struct bytes packet;
	struct txn *txn = NULL;
	bool is_end = false, done = true;
	uint64_t at = 0;

	memset(&rows, 0, sizeof(rows));
	while (done && at < end && (done = dump_next(dump, &packet, &is_end, err)) && !is_end) {
		counts->bytes += packet.len;
		counts->events++;
		if (packet.len > LOG_POS_AT + 4)
			at = bytes_le(packet.data + LOG_POS_AT, 4);
		if (assembler == NULL)
			continue;
		done = assembler_feed(assembler, packet, &txn, err);
		if (txn != NULL)
			done = decode_txn(txn, &rows, counts, err);
		txn_free(txn);
		txn = NULL;
	}
	rows_release(&rows);
	return done;
}

int
main(int argc, char **argv)
{
	struct conn_options options = {.tls = TLS_OFF};
	struct dump_options dump_options = {.server_id = SERVER_ID, .report_host = "", .heartbeat_s = HEARTBEAT_S, .offset = 4};
	struct rules_options rules_options = {0};
	struct assembler_options assembler_options = {
	    .destination_region = "", .spool_dir = "/tmp", .memory_limit_bytes = MEMORY_LIMIT, .event_limit_bytes = MEMORY_LIMIT};
	struct rules *rules = NULL;
	struct assembler *assembler = NULL;
	struct counts counts = {0};
	struct conn *conn;
	struct dump *dump;
	struct err err = {0};

	if (argc != 8) {
		(void) fprintf(stderr, "usage: stream throw|decode HOST PORT USER PASSWORD FILE END\n");
		return 2;
	}
	options.host = argv[2];
	options.port = (unsigned int) strtoul(argv[3], NULL, 10);
	options.user = argv[4];
	options.password = argv[5];
	dump_options.file = argv[6];
	conn_library_init();
	if (!conn_open(&options, &conn, &err))
		return fail(&err);
	if (!rules_new(&rules_options, &rules, &err))
		return fail(&err);
	assembler_options.rules = rules;
	assembler_options.source_flavour = conn_server(conn)->flavour;
	if (strcmp(argv[1], "decode") == 0)
		assembler = assembler_new(&assembler_options, argv[6], 4, "");
	if (!dump_open(conn, &dump_options, &dump, &err))
		return fail(&err);
	int64_t start_us = clock_wall_us();
	if (!read_stream(dump, assembler, strtoull(argv[7], NULL, 10), &counts, &err))
		return fail(&err);
	double seconds = (double) (clock_wall_us() - start_us) / 1e6;
	(void) printf("%s bytes %" PRIu64 " events %" PRIu64 " rows %" PRIu64 " values %" PRIu64 " seconds %.3f MB/s %.1f\n",
	    argv[1], counts.bytes, counts.events, counts.rows, counts.values, seconds, (double) counts.bytes / 1e6 / seconds);
	dump_close(dump);
	assembler_free(assembler);
	rules_free(rules);
	conn_library_end();
	return 0;
}
