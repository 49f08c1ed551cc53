/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an operator has told the task to pass over or to replace: dump2db.skipped, written by `rowferry skip`
 * with state 'asked', marked 'used' in the very transaction that passes it.
 */
#ifndef SINK_MYSQL_SKIP_H
#define SINK_MYSQL_SKIP_H

#include "apply/marker.h"
#include "model/txn.h"
#include "mysql/conn.h"
#include "sink/mysql/writer.h"

struct skip {
	uint64_t id;       /* 0: nothing was asked for this transaction */
	char *replacement; /* a statement to run instead; NULL: pass it over */
};

/* Looks for a request that names this transaction's GTID or its file and offset; of several the newest. */
bool skip_find(struct conn *conn, uint32_t server_id, const struct txn *txn, struct skip *skip, struct err *err);
void skip_release(struct skip *skip);

/*
 * Adds what marks the request as used, and older ones for the same transaction as cancelled.  ERR_RETRY, in the end, where
 * it has been taken back meanwhile.
 */
bool skip_put_used(const struct skip *skip, uint32_t server_id, const struct txn *txn, struct writer *writer,
    struct err *err);

/* Runs an operator's statement with nothing beside it on the connection: how many answers it has is not ours to know. */
bool skip_put_alone(struct bytes sql, struct writer *writer, struct err *err);

/*
 * Runs the replacement of a transaction of rows in the target transaction that is being built; nothing when there is none.
 * ERR_STOP for a statement that would commit by itself.
 */
bool skip_put_replacement(const struct skip *skip, const char *task, struct conn *conn, struct writer *writer,
    struct err *err);

/* Names the request in front of what its replacement has failed with, and what to do; always false. */
bool skip_blame(const struct skip *skip, const char *task, struct err *err);

/* Asks for it (the command).  `gtid` or `file`, of this `source`: the other is "".  *id: its number. */
bool skip_ask(struct conn *conn, uint32_t server_id, const char *source, const char *gtid, const char *file, uint64_t offset,
    const char *replacement, const char *who, const char *why, uint64_t *id, struct err *err);

/* What has been asked for a task, newest first. */
struct skip_request {
	uint64_t id;
	const char *state; /* "asked", "used", "cancelled" */
	const char *gtid;  /* or "" */
	const char *file;  /* or "" */
	uint64_t offset;
	const char *source;      /* identity of the server whose file it is; "": not known */
	const char *replacement; /* NULL: passed over */
	const char *who;
	const char *why;
	const char *asked_at; /* of the server, UTC where its session says so */
	const char *used_at;  /* NULL: not yet */
};

/* *requests and its strings live in `arena`.  `state`: only these; NULL: all. */
bool skip_list(struct conn *conn, uint32_t server_id, const char *state, struct arena *arena, struct skip_request **requests,
    size_t *n, struct err *err);
/* Nothing will ask for it any more: its transaction lies behind the position, or in a file of another source. */
bool skip_is_behind(const struct skip_request *request, const struct marker_position *position, enum flavour source_flavour,
    const char *source);
/* Cancels the open requests of which that is so, and says so. */
bool skip_drop_behind(struct conn *conn, uint32_t server_id, const char *task, const struct marker_position *position,
    enum flavour source_flavour, const char *source, struct err *err);
/* ERR_STOP unless the request is the task's and still open. */
bool skip_cancel(struct conn *conn, uint32_t server_id, uint64_t id, struct err *err);

#endif
