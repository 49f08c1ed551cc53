/* SPDX-License-Identifier: Apache-2.0 */
/* One look at a task: its report on the status server, its position on the destination. */
#ifndef CLI_STATUS_READ_H
#define CLI_STATUS_READ_H

#include "apply/stored_position.h"
#include "base/arena.h"
#include "task/options.h"

enum {
	STATUS_SILENT_MS = 15000, /* a task that runs reports more often, unless its reports enter a binlog */
	STATUS_AT_WORK_S = 3,     /* a statement that takes longer is told */
};

struct status_report {
	const char *node, *state, *reason, *last_error;
	uint64_t pid, epoch;
	/* Milliseconds; -1: not measured. */
	int64_t lag_ms, lag_source_ms, lag_queue_ms, lag_apply_ms;
	uint64_t queue_bytes, transactions, row_changes, ddl_statements, dropped_marked, retries;
	int64_t reported_us; /* since 1970, clock of the status server */
	int64_t silent_ms;   /* since then */
};

/* What is kept from one look to the next. */
struct status_look {
	const struct task_options *task;
	struct conn *status;
	struct conn *destination;
	struct arena arena; /* of the present look */
	bool has_report;
	struct status_report report;
	const char *report_error; /* why there is none; NULL: the task has not reported yet */
	struct stored_position stored;
	const char *stored_error;
	bool has_session; /* somebody holds the task's lock on the destination */
	/* Texts for people, NULL: none. */
	const char *refusal; /* why the destination takes no writes from this task's user */
	const char *at_work; /* what the task's session has been busy with for long, "COMMIT (...)" */
	uint64_t at_work_s;
	bool is_logged;   /* reports enter the status server's binlog, so they come only when something has changed */
	/* Per second, since the look before; below 0: not measured. */
	double transactions_rate, rows_rate;
	bool has_last;
	struct status_report last; /* its numbers only */
};

void status_look_init(struct status_look *look, const struct task_options *task);
/* Looks again.  Errors are part of what is seen. */
void status_look_again(struct status_look *look);
void status_look_release(struct status_look *look);

/* A state in which the process runs, or should. */
bool status_is_running(const struct status_report *report);
/* It is there, and cannot report: its reports go to a destination that takes no writes. */
bool status_is_mute(const struct status_look *look);
/* It should report and does not. */
bool status_is_silent(const struct status_look *look);
/* It runs and reports, so that what it says of its lag and rates is of now. */
bool status_has_lag(const struct status_look *look);
/* It runs and reports, or has ended as it was asked to. */
bool status_is_well(const struct status_look *look);

#endif
