/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TRANSACTION_PAYLOAD (40): a whole transaction as compressed events, inflated as a stream.
 *
 * Layout (libbinlogevents/src/codecs): fields of packed type, packed length, value: 1 size of the payload,
 * 2 compression (0 zstd, 255 none), 3 size uncompressed; 0 ends them and has no length.  Inner events carry
 * no checksum.
 */
#ifndef BINLOG_PAYLOAD_H
#define BINLOG_PAYLOAD_H

#include "binlog/event.h"

struct payload;

/* The event's body must outlive the payload.  `event_limit_bytes`: the largest inner event accepted. */
bool payload_open(const struct event *event, size_t event_limit_bytes, struct payload **payload,
    struct err *err);
/*
 * The next inner event, whole, with header, without checksum; {NULL, 0} at the end.  Valid until the next call.
 * Never a payload, GTID, rotation or format description: those end in ERR_STOP.
 * Memory: the largest event and, under zstd, its window (128 MB at most, as the source's compression asks for).
 */
bool payload_next(struct payload *payload, struct bytes *packet, struct err *err);
void payload_close(struct payload *payload); /* NULL is fine */

#endif
