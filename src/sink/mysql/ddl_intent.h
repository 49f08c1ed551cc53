/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of dump2db.ddl.  states: started (an intent: the statement is about to run or has run), done, failed
 * (the target refused it), repeated (a later intent, or a replacement, took its place), abandoned (its transaction
 * was passed over, or the task was moved, or its request was taken back before it did anything).
 *
 * One that a replacement is to take the place of stays open until that is recorded: where the replacement is refused,
 * what is known of the first run still holds.
 */
#ifndef SINK_MYSQL_DDL_INTENT_H
#define SINK_MYSQL_DDL_INTENT_H

#include "sink/mysql/applier_private.h"
#include "sink/mysql/ddl_judge.h"

/* Of a statement's text, in messages. */
enum { DDL_INTENT_TEXT_BYTES = 200 };
/* Of the statement the hash is what counts: the text is for people, and for ddl_log.h.  It holds no password. */
enum { DDL_INTENT_KEPT_BYTES = 64 * 1024 };

struct ddl_intent {
	uint64_t seq;
	const char *gtid; /* "" for none */
	const char *file;
	uint64_t offset;
	const char *hash;      /* of the text that ran, without its passwords */
	const char *statement; /* its beginning, for messages */
	uint64_t request;      /* in dump2db.skipped, whose replacement it is; 0: the source's statement */
	struct ddl_case recorded;
};

/*
 * Puts the INSERT of an intent into the writer, inside the marker's transaction; the row's seq is the one that
 * this transaction gives the marker.
 */
bool ddl_intent_put(struct applier *applier, const struct txn *txn, const struct ddl_intent *intent,
    struct bytes text, const char *default_db, struct err *err);

/* Puts the UPDATE that closes an intent into the writer. */
bool ddl_intent_put_state(struct applier *applier, uint64_t seq, const char *state, struct err *err);

/* Puts the UPDATE that closes whatever is open of the task. */
bool ddl_intent_put_all_closed(struct applier *applier, const char *state, struct err *err);

/* Closes an intent in a transaction of its own that does not move the position. */
bool ddl_intent_close(struct applier *applier, uint64_t seq, const char *state, struct err *err);
bool ddl_intent_close_all(struct applier *applier, const char *state, struct err *err);

/* Puts the removal of old rows into the writer, where there are more than are kept. */
bool ddl_intent_put_prune(struct applier *applier, uint64_t oldest_kept, struct err *err);
/* The oldest of the rows that are kept; 0 when there are no more. */
bool ddl_intent_oldest_kept(struct applier *applier, uint64_t *seq, struct err *err);

/* The newest open intent of the task.  *is_found false: there is none.  Strings live in `arena`. */
bool ddl_intent_find_open(
    struct applier *applier, struct arena *arena, struct ddl_intent *intent, bool *is_found, struct err *err);

#endif
