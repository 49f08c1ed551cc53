/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What inspect prints of a stream of events: every line of JSON must be JSON, and every line of SQL must end.
 *
 * Input: as for fuzz_assembler: u1 flavour (odd: MariaDB), then events, each as u2 length and bytes from the
 * header on; the length field of each header is set right, checksums are off.
 */
#include "fuzz_binlog.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/mem.h"
#include "cli/event_json.h"
#include "cli/event_sql.h"

enum { LENGTH_AT = 9, TYPES = 171, FDE_BODY = 57 + TYPES + 1 + 4 };

static bool
feed_format(struct event_walk *walk, bool is_mariadb)
{
	uint8_t packet[EVENT_HEADER_LEN + FDE_BODY] = {0};
	uint8_t *body = packet + EVENT_HEADER_LEN;
	struct err err;

	packet[4] = EVENT_FORMAT_DESCRIPTION;
	packet[LENGTH_AT] = (uint8_t) sizeof(packet);
	packet[LENGTH_AT + 1] = (uint8_t) (sizeof(packet) >> 8);
	body[0] = 4;
	memcpy(body + 2, is_mariadb ? "10.11.19-MariaDB" : "9.7.0", is_mariadb ? 16 : 5);
	body[56] = EVENT_HEADER_LEN;
	body[57 + EVENT_TABLE_MAP - 1] = 8;
	for (int type = EVENT_WRITE_ROWS_V1; type <= EVENT_DELETE_ROWS_V1; type++)
		body[57 + type - 1] = 8;
	for (int type = EVENT_WRITE_ROWS; type <= EVENT_DELETE_ROWS; type++)
		body[57 + type - 1] = 10;
	body[57 + EVENT_PARTIAL_UPDATE_ROWS - 1] = 10;
	return event_walk_feed(walk, "binlog.000001", 4, (struct bytes){packet, sizeof(packet)}, &err);
}

/* In a block of its own size, so that reading over its end is seen. */
static bool
feed(struct event_walk *walk, uint64_t offset, struct bytes bytes)
{
	uint8_t *packet = mem_alloc(bytes.len);
	struct err err = {0};
	bool done;

	memcpy(packet, bytes.data, bytes.len);
	if (bytes.len >= EVENT_HEADER_LEN)
		for (size_t i = 0; i < 4; i++)
			packet[LENGTH_AT + i] = (uint8_t) (bytes.len >> (8 * i));
	done = event_walk_feed(walk, "binlog.000001", offset, (struct bytes){packet, bytes.len}, &err);
	if (!done)
		fuzz_expect_error(&err);
	free(packet);
	return done;
}

static void
walk_all(const uint8_t *data, size_t size, const struct event_printer *printer, void *context, FILE *out)
{
	const struct event_walk_options options = {.printer = printer, .context = context, .out = out};
	struct event_walk *walk = event_walk_new(&options);
	struct reader reader;
	struct bytes event;
	uint64_t offset = 4;

	reader_init(&reader, data, size);
	fuzz_expect(feed_format(walk, reader_u8(&reader) & 1));
	while (reader_left(&reader) > 0) {
		event = reader_span(&reader, reader_u16(&reader));
		if (event.data == NULL || !feed(walk, offset, event))
			break;
		offset += event.len;
	}
	event_walk_free(walk);
}

static void
expect_json(char *text)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		json_error_t error;
		json_t *json = json_loads(line, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, &error);
		if (json == NULL && strstr(error.text, "overflow") == NULL && strstr(error.text, "depth") == NULL) {
			(void) fprintf(stderr, "%s\n%s\n", error.text, line);
			abort();
		}
		json_decref(json);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event_sql *sql = event_sql_new();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	walk_all(data, size, &event_json_printer, NULL, out);
	fuzz_expect(fclose(out) == 0 && strlen(text) == len && (len == 0 || text[len - 1] == '\n'));
	expect_json(text);
	free(text);
	text = NULL;
	out = open_memstream(&text, &len);
	walk_all(data, size, &event_sql_printer, sql, out);
	fuzz_expect(fclose(out) == 0 && (len == 0 || text[len - 1] == '\n'));
	free(text);
	event_sql_free(sql);
	return 0;
}
