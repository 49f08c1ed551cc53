/* SPDX-License-Identifier: Apache-2.0 */
/* What assembler.c and assembler_*.c share; nothing else includes it. */
#ifndef SOURCE_ASSEMBLER_PRIVATE_H
#define SOURCE_ASSEMBLER_PRIVATE_H

#include "binlog/gtid_event.h"
#include "binlog/rows.h"
#include "source/assembler.h"
#include "source/ddl_marks.h"
#include "source/formats.h"
#include "source/table_cache.h"

struct assembler {
	struct assembler_options options;
	const struct binlog_format *format; /* the newest of `formats` */
	struct formats formats;             /* all that were seen: transactions point at them */
	struct table_cache *tables;
	struct ddl_marks marks;
	char *file;
	uint64_t offset;        /* where the next event begins */
	uint32_t begun;         /* when the source began `file`: source/history.h */
	/* Where the stream was taken up; file "" when it is not known by its place in the server's files. */
	char *joined_file;
	uint64_t joined_offset;
	uint64_t event_offset;  /* where the present one (the enclosing one, in a payload) began */
	struct txn *txn;        /* the open transaction, or NULL */
	struct gtid_event gtid; /* of the open transaction */
	bool is_new_file;       /* its format description is still to come */
	bool has_begun;         /* BEGIN, or a GTID that opens by itself, has been seen */
	bool is_thread_ignored;
	/* MariaDB: of the statements in a group of DDL, which count even where the group is rolled back. */
	struct change statement; /* the first one */
	size_t n_statements;
	struct rows_cursor rows; /* for dump2db's own tables */
	struct buf scratch;
};

void assembler_set_file(struct assembler *assembler, const char *file, size_t len);
bool assembler_take_format(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err);
bool assembler_take_rotate(struct assembler *assembler, const struct event *event, struct err *err);

/* Drops the open transaction, if any. */
void assembler_drop(struct assembler *assembler);
/* Begins a transaction at the present event; an open one is dropped. */
void assembler_open(struct assembler *assembler, const struct event *event);
/* Ends the open one behind the present event and hands it out. */
void assembler_finish(struct assembler *assembler, const struct event *event, struct txn **out);
/* Adds the event to the open one; `table` NULL for statements. */
bool assembler_append(struct assembler *assembler, const struct event *event, struct table_map *table, struct err *err);
/* The server that first logged the event, which stands in the open one. */
struct ddl_author assembler_author(const struct assembler *assembler, const struct event *event);
/* The connection that wrote the open one; 0 is not told. */
void assembler_set_thread(struct assembler *assembler, uint32_t thread_id);

/* Takes in an event that has been framed. */
bool assembler_dispatch(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err);
bool assembler_take_payload(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err);
/* Statement-format changes, incidents: the open transaction is refused, or one that is made for them. */
void assembler_take_refused(struct assembler *assembler, const struct event *event, struct txn **out);
/* The open transaction is refused: the connection that wrote it is not told. */
void assembler_refuse_thread(struct assembler *assembler);

bool assembler_take_query(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err);

#endif
