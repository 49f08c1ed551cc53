/* SPDX-License-Identifier: Apache-2.0 */
/* What marker.c and marker_start.c share; nothing else includes it. */
#ifndef APPLY_MARKER_PRIVATE_H
#define APPLY_MARKER_PRIVATE_H

#include "apply/marker.h"

/*
 * One slot for each transaction that can be in flight at once; today that is one.  The rows are created at
 * the task's first start only.
 */
enum { SLOTS = 1, SINCE_LONGEST = 3000 };

/* A position that is not (all) committed yet. */
struct place {
	struct gtid_set *since; /* executed beyond the base set */
	struct gtid last;
	bool has_last;
	char *file;
	uint64_t offset;
	int64_t time_us;
	char *pending_ddl;
	bool is_dirty; /* worth writing down by itself */
};

struct marker {
	struct marker_options options;
	struct marker_claim *claim;
	bool is_other_source; /* not the one whose position was stored */
	bool is_overridden;   /* by a start that has not been carried out */
	bool has_old_override; /* one that has been is stored, and is asked for no more */
	uint64_t epoch;
	uint64_t seq; /* newest committed */
	uint64_t slot_seq[SLOTS];
	struct marker_position committed;
	struct gtid_set *base;  /* of the task row */
	struct gtid_set *since; /* executed beyond base, committed */
	struct place kept;      /* committed, and behind it what carried nothing: survives a rollback */
	struct place staged;    /* kept, and the transactions of the one being built */

	/* The transaction in flight. */
	bool in_flight_moves; /* it carries the staged position, not only the fence */
	bool in_flight_rebases;
};

/* Empty, of a task that has no rows. */
struct marker *marker_new(const struct marker_options *options);
/* Nothing but what is committed. */
void marker_keep_committed(struct marker *marker);
/* Replaces a string by a copy of `text`. */
void marker_set_text(char **to, const char *text);
/* "'uuid:1-5'". */
void marker_put_gtids(const struct gtid_set *set, struct buf *sql);

#endif
