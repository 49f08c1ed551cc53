/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One task: its life cycle, and the wiring of its pipeline.
 *
 *   starting   connect to source and target; start sequence; position       -> following | retrying | failed
 *   following  source thread -> queue -> this thread applies                 -> retrying | waiting | done | failed
 *   retrying   something passing failed: back off, then start over           -> starting
 *   waiting    something outside must change (read-only, disk full)          -> starting
 *   done       `until` was reached; failed: an operator must act; stopped: by request
 *
 * Starting over after any doubt, not only after a crash, is what keeps one path: what is in memory is thrown
 * away and the marker's position is read again.
 */
#ifndef TASK_TASK_H
#define TASK_TASK_H

#include "task/options.h"
#include "task/progress.h"

struct task;

struct task_run {
	const char *node;  /* this host's address: shown to the source, stored with the progress */
	const char *until; /* NULL: for ever; "now", a GTID set, FILE:OFFSET */
	void (*dry_run)(void *context, const char *sql, size_t len); /* NULL: apply */
	void *dry_run_context;
};

/* Starts the task's thread; options and run outlive it. */
struct task *task_start(const struct task_options *options, const struct task_run *run);
/* Asks it to stop at the next whole transaction; any thread, also a signal handler's. */
void task_ask_stop(struct task *task);
bool task_is_ended(const struct task *task);
/* Waits for its end, frees it; its last state, and its error when that is TASK_FAILED. */
enum task_state task_join(struct task *task, struct err *err);

#endif
