/* SPDX-License-Identifier: Apache-2.0 */
/* Input: body of a transaction payload. */
#include "fuzz_binlog.h"

#include "binlog/payload.h"

enum { EVENT_LIMIT_BYTES = 1 << 20, TOTAL_LIMIT_BYTES = 16 << 20 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event event = fuzz_event(EVENT_TRANSACTION_PAYLOAD, (struct bytes){data, size});
	struct payload *payload;
	struct bytes packet;
	struct err err = {0};
	size_t total = 0;

	if (!payload_open(&event, EVENT_LIMIT_BYTES, &payload, &err)) {
		fuzz_expect_error(&err);
		return 0;
	}
	/* An honest bomb gives out gigabytes, one event at a time: enough of it is seen after some. */
	while (total < TOTAL_LIMIT_BYTES) {
		if (!payload_next(payload, &packet, &err)) {
			fuzz_expect_error(&err);
			break;
		}
		if (packet.data == NULL)
			break;
		fuzz_expect(packet.len >= EVENT_HEADER_LEN && packet.len <= EVENT_LIMIT_BYTES);
		fuzz_touch(packet);
		total += packet.len;
	}
	payload_close(payload);
	return 0;
}
