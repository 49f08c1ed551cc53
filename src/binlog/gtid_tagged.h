/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GTID_TAGGED (42): fields that describe themselves (MySQL libs/mysql/serialization and Gtid_event in
 * control_events.h).  Packed by that library: version, length of the message, number of the last field that
 * must be understood, then (number, value) in rising order; fields at their default may be missing.
 *
 * Its integers have as many bytes as the first byte has trailing one bits, plus one; the value stands above
 * those bits, little-endian.  Signed ones carry the sign in the lowest bit.  Example: 0x04 is 2 (unsigned) or 1
 * (signed); 0x01 0x04 is 0x0401 >> 2 = 256.
 */
#ifndef BINLOG_GTID_TAGGED_H
#define BINLOG_GTID_TAGGED_H

#include "binlog/gtid_event.h"

bool gtid_tagged_parse(struct bytes body, struct gtid_event *gtid, struct err *err);

#endif
