/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session on the target that applies transactions, each exactly once.
 *
 * An applier is opened by the marker's start sequence (apply/marker.h) and closed at the first doubt: a lost
 * connection, a COMMIT without an answer.  Opening a new one settles the doubt; what the marker then says is
 * the truth, and the source is read again from there.
 *
 * Kinds of error out of applier_apply():
 *   ERR_RETRY      rolled back, the session is usable: apply the transactions that are not done again
 *   ERR_WAIT       as above, but something outside must change first (read-only target, full disk)
 *   ERR_UNCERTAIN  close the applier and open another one; discard what was read ahead
 *   ERR_FENCED     another owner has the task
 *   ERR_STOP       an operator must act; nothing of the transaction is on the target
 *
 * One thread.
 */
#ifndef SINK_MYSQL_APPLIER_H
#define SINK_MYSQL_APPLIER_H

#include <stdatomic.h>

#include "apply/marker.h"
#include "apply/system_zone.h"
#include "apply/target_table.h"
#include "binlog/event.h"
#include "model/txn.h"
#include "route/ddl_rewrite.h"
#include "route/rules.h"
#include "sink/mysql/loose_rows.h"
#include "sink/mysql/name_claims.h"

struct applier;
struct default_question; /* apply/column_default.h */

/* Counters for people; written by the applier's thread, read by others. */
struct applier_progress {
	atomic_uint_least64_t transactions; /* of the source */
	atomic_uint_least64_t commits;      /* on the target */
	atomic_uint_least64_t moves;        /* those of them that moved the position */
	atomic_uint_least64_t rows;
	atomic_uint_least64_t ddl;
	atomic_uint_least64_t retries;
	atomic_uint_least64_t dropped_marked;
	atomic_int_least64_t committed_us; /* commit time on the source of the newest applied transaction */
};

/* A RENAME TABLE in the source's binlog. */
struct rename_place {
	const struct marker_position *position; /* what has been applied */
	struct file_position end;
};

struct applier_options {
	const char *task;
	uint32_t server_id;
	const char *region;
	enum flavour source_flavour;
	unsigned int source_version;
	const char *source_identity;
	const char *override; /* see struct marker_options */
	/* The source's global settings.  Of the first: events of MySQL before 8.0 do not carry it, and it decides what TIMESTAMP means. */
	enum tristate source_explicit_defaults;
	struct system_zone source_zone; /* what SYSTEM means in its events */
	struct system_zone source_global_zone; /* what the source's global time zone is, which is that of source_session */
	struct txn_session source_session; /* where a transaction does not tell its session's */
	const char *destination_region;
	struct conn_options conn;
	int sql_log_bin; /* -1: leave, 0: off, 1: on */
	unsigned int lock_wait_timeout_s;
	const struct rules *rules;
	struct ddl_carry ddl;
	bool allow_nontransactional;
	bool allow_triggers;
	bool allow_changed_values;
	bool replay_events; /* rows of tables with triggers are replayed as events: replay.h */
	const char *spool_dir;
	size_t transaction_memory_bytes;
	const atomic_bool *stop;
	bool (*wait)(void *context, const struct err *err); /* see struct marker_options; for applier_open() only */
	void *wait_context;
	/*
	 * Asked, where it is not NULL, before rows whose events leave something open (column_sense_is_open()) are first read by
	 * `table`, which is fitted to `map`: are they of this definition?  `position` is what has been applied, `at` where the rows' transaction begins.
	 */
	bool (*guard)(void *context, const struct target_table *table, const struct table_map *map,
	    const struct marker_position *position, const struct file_position *at, struct err *err);
	/*
	 * Asked, where it is not NULL, for the default collation of a database of the source: without a `position` for now's,
	 * free(); with one, NULL in *collation where it may have been another at `at`.
	 */
	bool (*database_default)(void *context, const char *db, const struct marker_position *position,
	    const struct file_position *at, char **collation, struct err *err);
	/* Asked, where it is not NULL, before columns that an INSERT's image leaves out first take the target's default. */
	bool (*default_guard)(void *context, const struct default_question *question, struct err *err);
	void *guard_context; /* of all three */
	/*
	 * Asked, where it is not NULL, before RENAME TABLE of a MariaDB source: is it of temporary tables, which the server logs as
	 * it does that of permanent ones?
	 */
	bool (*rename_guard)(void *context, const struct ddl_object *objects, size_t n_objects, const struct rename_place *place,
	    bool *is_temporary, struct err *err);
	void *rename_context;
	struct applier_progress *progress;
	struct loose_rows *loose;
	/* NULL, or where every statement is written instead of being run (run --dry-run). */
	void (*dry_run)(void *context, const char *sql, size_t len);
	void *dry_run_context;
};

/* `options` is copied; what it points to outlives the applier.  See marker_start() for claim and is_new. */
bool applier_open(const struct applier_options *options, struct marker_claim *claim, struct applier **applier, bool *is_new,
    struct err *err);
void applier_close(struct applier *applier); /* NULL is fine */

struct marker *applier_marker(struct applier *applier);
struct conn *applier_conn(struct applier *applier);
/* Where the target does not tell names apart by case: wants to hear which tables the source has.  Otherwise NULL. */
struct name_claims *applier_folded_claims(struct applier *applier);

/*
 * Applies `n` transactions of the source in order: TXN_ROWS together in one target transaction, the rest (DDL, XA, REFUSED)
 * come alone (n is 1).  TXN_ADVANCE may stand among rows, or alone: then nothing is written yet.  The transactions stay the caller's.
 *
 * *n_done: how many of them, from the first on, are done.  That is all of them, or on failure those before the one that
 * failed: each has been committed by itself to find it, and must not be given again.
 */
bool applier_apply(struct applier *applier, struct txn *const *txns, size_t n, size_t *n_done, struct err *err);

/* Cancels what an operator has asked for, and what has been passed without it. */
bool applier_drop_requests(struct applier *applier, struct err *err);

/* Writes the staged position down by a marker-only transaction, if something is staged. */
bool applier_flush_position(struct applier *applier, struct err *err);

/* May this transaction share a target transaction with the ones before it? */
bool applier_can_batch(const struct txn *first, const struct txn *next);

#endif
