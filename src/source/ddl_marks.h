/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DDL that a rowferry executed on this source, recognised by its intent.
 *
 * A rowferry that is about to run a DDL first commits an intent row in dump2db.ddl, with its connection id; the
 * statement follows in the binlog from that very connection, and then the row is updated.  From the one to the
 * other, DDL of that connection carries the intent's origin.  The open marks are part of the position (their
 * text form is stored with it), so a restart between intent and statement still knows them.  A restart of the
 * server voids its own: its connection ids start again.
 *
 * A source that is a native replica logs the events of other servers too, whose connections have ids of their own: a
 * mark covers statements of the server that logged it first, which the header of the event and the UUID of the GTID tell.
 */
#ifndef SOURCE_DDL_MARKS_H
#define SOURCE_DDL_MARKS_H

#include "base/buf.h"
#include "binlog/rows.h"
#include "source/origin.h"

/* The server that first logged an event. */
struct ddl_author {
	uint32_t server_id; /* of the event's header */
	uint8_t uuid[16];   /* of the transaction's GTID; zeros: MariaDB, or none */
};

struct ddl_mark {
	uint32_t server_id; /* of the task that wrote it */
	uint64_t seq;
	struct ddl_author author;
	uint64_t connection_id;
	char origin[ORIGIN_LONGEST + 1];
};

struct ddl_marks {
	struct ddl_mark *items;
	size_t n;
	size_t cap;
};

/* Takes in a rows event of dump2db.ddl. */
bool ddl_marks_take(struct ddl_marks *marks, struct rows_cursor *rows, const struct ddl_author *author, struct err *err);
/* The mark that covers DDL of this connection of that server; NULL for none. */
const struct ddl_mark *ddl_marks_find(const struct ddl_marks *marks, const struct ddl_author *author, uint64_t connection_id);
/* The server of this id has started anew. */
void ddl_marks_drop_server(struct ddl_marks *marks, uint32_t server_id);
void ddl_marks_release(struct ddl_marks *marks);

/* "1001/55/17/101/<32 hexadecimal digits>/eu;": server id of the task, seq, connection id, author, origin. */
void ddl_marks_put(const struct ddl_marks *marks, struct buf *out);
/* Unreadable parts are left out. */
void ddl_marks_parse(struct ddl_marks *marks, const char *text);

#endif
