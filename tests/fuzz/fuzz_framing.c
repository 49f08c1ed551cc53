/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream of events that share their state: format descriptions, table maps and the rows behind them, queries,
 * GTIDs, payloads with events inside.
 *
 * Input: u1 flavour (odd: MariaDB), then events, each as u2 length and bytes from the header on.  The length
 * field of each header is set right, so that the fuzzer need not find it.
 */
#include "fuzz_binlog.h"

#include <string.h>

#include "../unit/binlog_text.h"

enum { LENGTH_AT = 9, MOST_EVENTS = 64 };

static void
feed(struct binlog_text *text, struct bytes input)
{
	uint8_t *packet = malloc(input.len == 0 ? 1 : input.len);
	struct err err = {0};

	fuzz_expect(packet != NULL);
	if (input.len != 0)
		memcpy(packet, input.data, input.len);
	for (size_t i = 0; i < 4 && input.len >= EVENT_HEADER_LEN; i++)
		packet[LENGTH_AT + i] = (uint8_t) (input.len >> (8 * i));
	if (!binlog_text_event(text, (struct bytes){packet, input.len}, &err))
		fuzz_expect_error(&err);
	free(packet);
	buf_reset(text->out, 1 << 20);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = {0};
	struct binlog_text text = {.out = &out};
	struct reader reader;

	reader_init(&reader, data, size);
	text.format = fuzz_format((reader_u8(&reader) & 1) != 0);
	for (size_t i = 0; i < MOST_EVENTS && reader_left(&reader) >= 2; i++) {
		size_t len = reader_u16(&reader);

		feed(&text, reader_span(&reader, len < reader_left(&reader) ? len : reader_left(&reader)));
	}
	binlog_text_release(&text);
	buf_release(&out);
	return 0;
}
