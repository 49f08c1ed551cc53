/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where events stand in their file, in 64 bits.  An event carries the low 32 bits of its end, or 0 inside
 * transactions of MariaDB 11.4 on; files may be larger than 4 GiB.
 */
#ifndef SOURCE_EVENT_OFFSET_H
#define SOURCE_EVENT_OFFSET_H

#include "binlog/event.h"
#include "model/txn.h"

/* False for what the server makes up: artificial events, heartbeats, the format description that is sent again. */
bool event_is_in_file(const struct event *event);

/*
 * The end of an event that is thought to begin at `begin`: begin + length, set right to the nearest offset whose low 32 bits
 * are those that the event carries (events that the server left out of the stream make the count fall behind).
 */
uint64_t event_end_offset(const struct event *event, uint64_t begin);

/*
 * Where an event that ends at `end` begins, for messages.  Inside a transaction whose events do not say where they stand
 * (MariaDB 11.4 on), those that the server left out are not counted: then it is the transaction's own beginning.
 * `txn`: the one that is open, NULL outside.
 */
uint64_t event_begin_offset(const struct event *event, uint64_t end, const struct txn *txn);

#endif
