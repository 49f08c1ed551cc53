/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A binlog seen event by event, for people: nothing is left out for being of a system table, of a rowferry, in
 * statement format or unknown, and nothing is assembled, so that a transaction of any size is printed in the memory
 * of one event.
 */
#ifndef CLI_EVENT_WALK_H
#define CLI_EVENT_WALK_H

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "binlog/gtid_event.h"
#include "binlog/query_event.h"
#include "binlog/rows.h"

/* Where and in what an event stands. */
struct seen {
	const char *file;
	uint64_t offset; /* of the event, of the enclosing one inside a TRANSACTION_PAYLOAD */
	uint64_t end;
	uint64_t inner;  /* number inside the payload from 1 on; 0: in none */
	const struct event *event;
	const struct binlog_format *format;
	const char *gtid; /* of the transaction; "" for none */
	struct table_map *table; /* of rows */
	const char *trouble;     /* rows that cannot be read without the table's definition: why; NULL: none */
	void *context;    /* the printer's own */
};

/* How it is printed.  Each appends to `out`; one that has nothing to say of an event appends nothing. */
struct event_printer {
	bool (*row)(const struct seen *seen, const struct rows_cursor *rows, struct buf *out, struct err *err);
	bool (*query)(const struct seen *seen, const struct query *query, enum query_class class, struct buf *out,
	    struct err *err);
	bool (*gtid)(const struct seen *seen, const struct gtid_event *gtid, struct buf *out, struct err *err);
	bool (*gtids)(const struct seen *seen, const struct gtid_set *set, struct buf *out, struct err *err);
	bool (*other)(const struct seen *seen, struct buf *out, struct err *err);
};

struct event_walk_options {
	const struct event_printer *printer;
	void *context;        /* handed to it */
	FILE *out;
	const char *database; /* wildcard patterns; NULL: all.  With either, only rows and statements are printed */
	const char *table;
	uint64_t limit; /* items printed; 0: none */
};

struct event_walk;

struct event_walk *event_walk_new(const struct event_walk_options *options);
void event_walk_free(struct event_walk *walk); /* NULL is fine */

/* Takes one event as it stands at `offset` of `file` and writes what is to be printed. */
bool event_walk_feed(struct event_walk *walk, const char *file, uint64_t offset, struct bytes packet,
    struct err *err);
/* The limit has been reached. */
bool event_walk_is_full(const struct event_walk *walk);
/* Prints nothing until told otherwise: the format description in front of the place where reading begins. */
void event_walk_mute(struct event_walk *walk, bool is_mute);
/* The format that the next event is in. */
const struct binlog_format *event_walk_format(const struct event_walk *walk);
/* Another file begins. */
void event_walk_restart(struct event_walk *walk);

#endif
