/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source thread: joins the source as a replica, turns its events into transactions, puts them in a queue.
 *
 * It reconnects by itself at the last whole transaction that it put, with back-off, until it is stopped, has
 * reached `until`, or meets an error that trying again cannot cure.  Then it closes the queue; live_outcome() says why.
 */
#ifndef SOURCE_LIVE_H
#define SOURCE_LIVE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/queue.h"
#include "model/gtid_set.h"
#include "mysql/conn.h"
#include "source/assembler.h"
#include "source/source_clock.h"

/* Where to stop: behind the last transaction of a GTID set, or at a place in a file. */
enum until_kind { UNTIL_NEVER, UNTIL_GTIDS, UNTIL_FILE };

struct until {
	enum until_kind kind;
	struct gtid_set *gtids; /* owned by whoever owns the struct */
	char *file;
	uint64_t offset;
};

void until_release(struct until *until);
/* Below, at or above 0: how the place is to the one to stop at, which is one in a file. */
int until_compare(const struct until *until, const struct file_position *at);
/* `at`: where no transaction is open. */
bool until_is_reached(const struct until *until, const struct gtid_set *executed, const struct file_position *at);
/* Whether more than is asked for has been carried out at this position. */
bool until_is_behind(const struct until *until, const struct gtid_set *executed, const char *file, uint64_t offset);
/* For a task that follows by GTID or, where !is_gtid, by files: then it does not know what came before its start. */
bool until_settle(struct until *until, bool is_gtid, struct err *err);
/* "now" asks the source; otherwise a GTID set or FILE:OFFSET. */
bool until_parse(const char *text, struct conn *source, struct until *until, struct err *err);

enum { LIVE_LAG_UNKNOWN = -1 };

/* Read by other threads. */
struct live_progress {
	atomic_uint_least64_t bytes;
	atomic_uint_least64_t events;
	atomic_int_least64_t heard_ms;       /* monotonic clock, when the source was last heard */
	atomic_int_least64_t lag_ms;         /* of reading: LIVE_LAG_UNKNOWN until measured */
	struct source_clock clock;
	atomic_uint reconnects;
	atomic_bool is_connected;
	pthread_mutex_t lock; /* for what follows */
	char trouble[1600];   /* why the source is not being read; "": it is */
};

void live_progress_init(struct live_progress *progress); /* of a zeroed one */
void live_progress_release(struct live_progress *progress);
/* Copies the trouble; false: there is none. */
bool live_progress_trouble(struct live_progress *progress, char *out, size_t size);

struct live_options {
	const char *task;
	struct conn_options conn;
	uint32_t server_id;
	const char *report_host;
	uint32_t report_port;
	unsigned int heartbeat_s;
	struct assembler_options assembler;
	const char *identity; /* of the server that `file` and `offset` are of: server_identity() */
	/* Where to start; copied. */
	bool is_gtid;
	const struct gtid_set *executed;
	const char *file;
	uint64_t offset;
	const char *pending_ddl;
	const struct until *until; /* outlives the thread */
	struct queue *queue;       /* of struct txn, outlives the thread */
	struct live_progress *progress;
};

struct live;

/* Starts the thread. */
struct live *live_start(const struct live_options *options);
/* Stops it, waits for its end and frees it; NULL is fine. */
void live_stop(struct live *live);
/* Once the queue is closed: true when `until` was reached, otherwise why it ended. */
bool live_outcome(struct live *live, struct err *err);

#endif
