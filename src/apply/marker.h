/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The marker: position, fence and loop mark in one row, updated first in every target transaction.
 *
 * Exactly-once is one compare-and-swap,
 *
 *   UPDATE marker SET seq = new, ... WHERE key AND epoch = mine AND seq = what this slot committed last
 *
 * and a start sequence that leaves no earlier session alive:
 *
 *   1. the holders of the task's named locks are killed, and waited for until they are gone: a frozen owner's open
 *      transaction, a COMMIT whose answer was lost and an ALTER whose client died all end here;
 *   2. the epoch is raised on all slots, so that whoever else thinks that it owns the task finds no row;
 *   3. the position is read.  What was in memory before counts for nothing.
 *
 * Worked trace.  seq 7 was sent with COMMIT and the connection broke.  The session may still be committing, so
 * reading now could say 6 and the retry would land twice.  The start sequence waits for the lock first; what
 * it reads then is final, 6 or 7.
 *
 * One thread: the one that owns the target session.
 */
#ifndef APPLY_MARKER_H
#define APPLY_MARKER_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/gtid_set.h"
#include "model/txn.h"
#include "mysql/conn.h"

struct marker;

/*
 * What a process knows of its ownership, from one start to the next.  An epoch whose COMMIT had no answer is ours
 * all the same, when it is there with our name on it.
 */
struct marker_claim {
	char owner[33];     /* random, of this process and task; "": none yet */
	uint64_t epoch;     /* that it had last; 0: none */
	uint64_t attempted; /* that it has tried to take */
};

struct marker_options {
	uint32_t server_id;
	const char *task;
	const char *region;           /* origin of unmarked transactions */
	enum flavour source_flavour;
	const char *source_identity;  /* what tells the source from another server */
	bool is_dry;                  /* reads what is stored, and writes nothing: no lock, no epoch, nothing created */
	/* An operator's start that wins over the stored position, in words; NULL: none.  It does so once. */
	const char *override;
	const atomic_bool *stop;      /* ends the waits */
	/*
	 * Called when the server takes no writes for now (ERR_WAIT in *err): true to try again, false to give up.  The session
	 * keeps its lock meanwhile, so that the owner is seen.  NULL: marker_start() fails with that error.
	 */
	bool (*wait)(void *context, const struct err *err);
	void *wait_context;
};

/* A place in the source's history. */
struct marker_position {
	bool is_gtid;              /* follow by GTID; otherwise by file and offset */
	struct gtid_set *executed; /* never NULL; empty when is_gtid is false */
	char *file;                /* "" when unknown */
	uint64_t offset;
	char *pending_ddl;         /* DDL marks whose statement has not been seen yet: source/ddl_marks.h */
};

void marker_position_release(struct marker_position *position);

/*
 * Runs the start sequence on a session that apply/session.h has set up.  Where the task has no rows yet,
 * *is_new is set, nothing is created, and marker_create() must follow.  `claim` is the caller's, from one start to the
 * next: where it has had an epoch, one that is not its own is ERR_FENCED, somebody else owns the task now.
 *
 * Where the source is another server than the stored position is of, a file position means nothing there: ERR_STOP.
 * A GTID position does; only the file that is stored beside it is forgotten.
 */
bool marker_start(struct conn *conn, const struct marker_options *options, struct marker_claim *claim,
    struct marker **marker, bool *is_new, struct err *err);
bool marker_create(struct marker *marker, struct conn *conn, const struct marker_position *from, struct err *err);
void marker_free(struct marker *marker); /* NULL is fine */

/* The operator's start has not been carried out yet: marker_reset() must follow. */
bool marker_is_overridden(const struct marker *marker);
/* Moves to `position` by an operator's word (start with override): written at once. */
bool marker_reset(struct marker *marker, struct conn *conn, const struct marker_position *position, struct err *err);

/* What is committed; valid until the next change. */
const struct marker_position *marker_committed_position(const struct marker *marker);
uint64_t marker_epoch(const struct marker *marker);
uint64_t marker_seq(const struct marker *marker);

/* Adds a source transaction to the one being built. */
void marker_stage(struct marker *marker, const struct txn *txn);
/* Moves behind a transaction that carries nothing: written with the next one that does.  Nothing may be staged. */
void marker_pass(struct marker *marker, const struct txn *txn);
/* True when something is staged that is not committed. */
bool marker_is_dirty(const struct marker *marker);
/*
 * Appends the marker's UPDATE for what is staged: one statement, must match exactly one row.  `origin` NULL: the task's
 * own region.  Seldom the base set has grown as well: marker_put_base() comes next, in the same transaction.
 */
void marker_put_update(struct marker *marker, const char *origin, struct buf *sql);
/* The UPDATE of the base set (must match one row), or nothing. */
void marker_put_base(const struct marker *marker, struct buf *sql);
/* As marker_put_update() without moving the position: the head of a DDL intent. */
void marker_put_fence(struct marker *marker, const char *origin, struct buf *sql);
/* The transaction of the last put has been committed / rolled back. */
void marker_committed(struct marker *marker);
void marker_rolled_back(struct marker *marker);
/* Forgets what marker_stage() added: the same transactions will be staged again. */
void marker_unstage(struct marker *marker);

#endif
