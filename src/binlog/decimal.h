/* SPDX-License-Identifier: Apache-2.0 */
/* NEWDECIMAL on the wire: strings/decimal.c bin2decimal(). */
#ifndef BINLOG_DECIMAL_H
#define BINLOG_DECIMAL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/reader.h"

/* Bytes that (precision, scale) takes; 0 when the pair is not possible (precision 1..65, scale 0..38, scale <= precision). */
size_t decimal_wire_len(unsigned int precision, unsigned int scale);
/*
 * Appends "-12.340": exactly `scale` digits behind the point, at least one before it.  Up to DECIMAL_DIGITS of
 * precision are taken here: the server's intermediate values, as JSON holds them, have more than a column can.
 */
enum { DECIMAL_DIGITS = 81 };
bool decimal_put(struct bytes wire, unsigned int precision, unsigned int scale, struct buf *out, struct err *err);

#endif
