/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people see of a task: counters that its threads write and anybody may read, and a thread of its own
 * that writes them to dump2db.progress about once a second.  Never the truth about the position.
 */
#ifndef TASK_PROGRESS_H
#define TASK_PROGRESS_H

#include <pthread.h>

#include "base/queue.h"
#include "sink/mysql/applier.h"
#include "source/live.h"
#include "task/options.h"

enum task_state {
	TASK_STARTING,  /* connecting, start sequence */
	TASK_FOLLOWING,
	TASK_RETRYING,  /* something passing has failed; trying again */
	TASK_WAITING,   /* for something outside: read-only target, full disk */
	TASK_DONE,      /* `until` was reached */
	TASK_STOPPED,   /* by request */
	TASK_FAILED,    /* an operator must act: last_error says what */
};

const char *task_state_name(enum task_state state);

struct progress {
	struct live_progress live;
	struct applier_progress applier;
	atomic_int_least64_t queue_lag_ms; /* of the transaction taken last; -1: nothing measured */
	atomic_int_least64_t apply_lag_ms;
	atomic_int_least64_t oldest_us;    /* commit time of the oldest transaction not applied; 0: none is waiting */
	pthread_mutex_t lock;              /* for what follows */
	enum task_state state;
	uint64_t epoch;
	char reason[1600];     /* of a wait */
	char last_error[1600];
	struct buf gtids;
	char *file;
	uint64_t offset;
};

void progress_init(struct progress *progress);
void progress_release(struct progress *progress);
void progress_set_state(struct progress *progress, enum task_state state, const struct err *why);
void progress_set_position(struct progress *progress, const struct marker_position *position, uint64_t epoch);

/* The lag as a whole, milliseconds; -1 when it is not known. */
int64_t progress_lag_ms(struct progress *progress);

struct reporter;

/* Starts the reporting thread; what is passed outlives it. */
struct reporter *reporter_start(const struct task_options *options, const char *node, struct progress *progress,
    struct queue *queue);
/* Writes once more and ends it, within 5 s of `asked_ms` (clock_mono_ms(); 0: of now).  NULL is fine. */
void reporter_stop(struct reporter *reporter, int64_t asked_ms);

#endif
