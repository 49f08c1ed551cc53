/* SPDX-License-Identifier: Apache-2.0 */
/* MariaDB's compressed events and columns: sql/log_event.cc binlog_buf_uncompress(), sql/field_comp.cc. */
#ifndef BINLOG_INFLATE_H
#define BINLOG_INFLATE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/reader.h"

enum { INFLATE_LIMIT_BYTES = 1 << 30 };

/* u1 0x80 | algorithm << 4 | n, n big-endian bytes of length, zlib data.  Appends to `out`. */
bool inflate_event_part(struct bytes in, struct buf *out, struct err *err);
/*
 * The value of a COMPRESSED column: u1 method << 4 | raw flag 8 | n, n big-endian bytes, data; u1 0 in front of
 * what was left as it is.  Appends to `out`.
 */
bool inflate_column(struct bytes in, struct buf *out, struct err *err);

#endif
