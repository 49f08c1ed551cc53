/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DDL that a rowferry executed on this source, recognised by its intent.
 *
 * A rowferry that is about to run a DDL first commits an intent row in dump2db.ddl, with its connection id; the
 * statement follows in the binlog from that very connection, and then the row is updated.  From the one to the
 * other, DDL of that connection carries the intent's origin.  The open marks are part of the position (their
 * text form is stored with it), so a restart between intent and statement still knows them.  A restart of the
 * server voids them: its connection ids start again.
 */
#ifndef SOURCE_DDL_MARKS_H
#define SOURCE_DDL_MARKS_H

#include "base/buf.h"
#include "binlog/rows.h"
#include "source/origin.h"

struct ddl_mark {
	uint32_t server_id; /* of the task that wrote it */
	uint64_t seq;
	uint64_t connection_id;
	char origin[ORIGIN_LONGEST + 1];
};

struct ddl_marks {
	struct ddl_mark *items;
	size_t n;
	size_t cap;
};

/* Takes in a rows event of dump2db.ddl. */
bool ddl_marks_take(struct ddl_marks *marks, struct rows_cursor *rows, struct err *err);
/* The mark that covers DDL of this connection; NULL for none. */
const struct ddl_mark *ddl_marks_find(const struct ddl_marks *marks, uint64_t connection_id);
void ddl_marks_clear(struct ddl_marks *marks);
void ddl_marks_release(struct ddl_marks *marks);

/* "1001/55/17/eu;": server id, seq, connection id, origin. */
void ddl_marks_put(const struct ddl_marks *marks, struct buf *out);
/* Unreadable parts are left out. */
void ddl_marks_parse(struct ddl_marks *marks, const char *text);

#endif
