/* SPDX-License-Identifier: Apache-2.0 */
/* TRANSACTION_PAYLOAD: a whole transaction in one event. */
#include "binlog/payload.h"
#include "source/assembler_private.h"

bool
assembler_take_payload(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err)
{
	struct binlog_format inner_format = *assembler->format;
	struct payload *payload;
	struct bytes packet;
	struct event inner;
	bool done;

	inner_format.checksum = CHECKSUM_OFF;
	if (!payload_open(event, assembler->options.event_limit_bytes, &payload, err))
		return false;
	while ((done = payload_next(payload, &packet, err)) && packet.data != NULL) {
		if (*out != NULL)
			done = err_set(err, ERR_STOP, "events follow the end of the transaction inside a payload");
		else
			done = event_parse(packet, &inner_format, &inner, err) && assembler_dispatch(assembler, &inner, out, err);
		if (!done)
			break;
	}
	payload_close(payload);
	if (!done && *out != NULL) {
		txn_free(*out);
		*out = NULL;
	}
	return done;
}
