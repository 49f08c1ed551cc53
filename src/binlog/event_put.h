/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of rows as a server writes them, for the BINLOG statement of the destination (sql/sql_binlog.cc of either
 * flavour; layouts as in event.h, table_map_event.h and rows.h).
 *
 * They carry no checksums, no positions, and the server_id that they are logged under.
 */
#ifndef BINLOG_EVENT_PUT_H
#define BINLOG_EVENT_PUT_H

#include "base/buf.h"
#include "binlog/event.h"
#include "binlog/rows.h"
#include "model/txn.h"

/*
 * The FORMAT_DESCRIPTION that tells a server of `flavour` and `version_text` how to read the other two.  Its lengths of
 * post-headers are constants, whatever the source has sent.
 */
void event_put_format(enum flavour flavour, const char *version_text, uint32_t server_id, struct buf *out);

/* False: the source writes table ids of 4 bytes, which the format above does not tell. */
bool event_put_can(const struct binlog_format *format);

/* The table map of `change`, under the names that its table has on the destination. */
void event_put_table_map(const struct change *change, uint32_t server_id, struct buf *out);

/*
 * The rows of `change`, which `rows` has opened and read to their end, as a statement of their own: STATEMENT_END is set.
 * RELAXED_UNIQUE_CHECKS is not: InnoDB may then store a second row under a unique key.  A compressed event comes out plain.
 */
void event_put_rows(const struct change *change, const struct rows_cursor *rows, uint32_t server_id, struct buf *out);

#endif
