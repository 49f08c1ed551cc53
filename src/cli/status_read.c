/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/status_read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apply/session_lock.h"
#include "apply/session_work.h"
#include "cli/connect.h"

enum { NOT_MEASURED = -1, PATIENCE_S = 1, ER_BAD_DB_ERROR = 1049, ER_NO_SUCH_TABLE = 1146 };

/* In the order of the columns below. */
enum { NODE, PID, STATE, REASON, LAST_ERROR, EPOCH, LAG, LAG_SOURCE, LAG_QUEUE, LAG_APPLY, QUEUE_BYTES, TRANSACTIONS,
	ROW_CHANGES, DDL_STATEMENTS, DROPPED_MARKED, RETRIES, REPORTED, SILENT };

#define REPORT_COLUMNS \
	"node, pid, state, reason, last_error, epoch, lag_ms, lag_source_ms, lag_queue_ms, lag_apply_ms, queue_bytes, " \
	"transactions, row_changes, ddl_statements, dropped_marked, retries, " \
	"CAST(UNIX_TIMESTAMP(updated_at) * 1000000 AS SIGNED), TIMESTAMPDIFF(MICROSECOND, updated_at, NOW(6)) DIV 1000"

void
status_look_init(struct status_look *look, const struct task_options *task)
{
	*look = (struct status_look){.task = task, .transactions_rate = NOT_MEASURED, .rows_rate = NOT_MEASURED};
}

void
status_look_release(struct status_look *look)
{
	conn_close(look->status);
	conn_close(look->destination);
	stored_position_release(&look->stored);
	arena_release(&look->arena);
}

static uint64_t
number(const char *text)
{
	return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static int64_t
measure(const char *text)
{
	return text == NULL ? NOT_MEASURED : strtoll(text, NULL, 10);
}

static const char *
copy(struct status_look *look, const char *text)
{
	return text == NULL ? "" : arena_strndup(&look->arena, text, strlen(text));
}

static void
take_report(struct status_look *look, const char *const *row)
{
	look->has_report = true;
	look->report = (struct status_report){
	    .node = copy(look, row[NODE]),
	    .state = copy(look, row[STATE]),
	    .reason = copy(look, row[REASON]),
	    .last_error = copy(look, row[LAST_ERROR]),
	    .pid = number(row[PID]),
	    .epoch = number(row[EPOCH]),
	    .lag_ms = measure(row[LAG]),
	    .lag_source_ms = measure(row[LAG_SOURCE]),
	    .lag_queue_ms = measure(row[LAG_QUEUE]),
	    .lag_apply_ms = measure(row[LAG_APPLY]),
	    .queue_bytes = number(row[QUEUE_BYTES]),
	    .transactions = number(row[TRANSACTIONS]),
	    .row_changes = number(row[ROW_CHANGES]),
	    .ddl_statements = number(row[DDL_STATEMENTS]),
	    .dropped_marked = number(row[DROPPED_MARKED]),
	    .retries = number(row[RETRIES]),
	    .reported_us = measure(row[REPORTED]),
	    .silent_ms = measure(row[SILENT]),
	};
}

/* We are the user that the task reports as: what is denied to us is denied to it. */
static bool
open_status(struct status_look *look, struct err *err)
{
	struct err denied = {0};

	if (!connect_status(look->task, &look->status, err))
		return false;
	look->is_logged = look->task->status_binlog ||
			  !conn_exec(look->status, "SET SESSION sql_log_bin = 0", NULL, &denied);
	return true;
}

static bool
is_missing(const struct err *err)
{
	return err->code == ER_BAD_DB_ERROR || err->code == ER_NO_SUCH_TABLE;
}

static bool
read_report(struct status_look *look, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (look->status == NULL && !open_status(look, err))
		return false;
	if (!conn_queryf(look->status, &result, err,
		"SELECT " REPORT_COLUMNS " FROM dump2db.progress WHERE server_id = %" PRIu32, look->task->server_id)) {
		if (is_missing(err))
			return true;
		conn_close(look->status);
		look->status = NULL;
		return false;
	}
	row = result_next(result);
	if (row != NULL)
		take_report(look, row);
	result_free(result);
	return true;
}

/* What is refused to us is refused to the task; a statement that matches no row changes nothing where it is not. */
static void
try_to_write(struct status_look *look)
{
	struct err err = {0};

	if (!conn_execf(look->destination, NULL, &err, "SET SESSION lock_wait_timeout = %d", PATIENCE_S) ||
	    conn_exec(look->destination, "UPDATE dump2db.marker SET seq = seq WHERE FALSE", NULL, &err) || is_missing(&err))
		return;
	look->refusal = copy(look, err.text);
}

static bool
look_at_session(struct status_look *look, struct err *err)
{
	struct session_work work;
	uint64_t holder = 0;

	if (!session_lock_holder(look->destination, look->task->server_id, 0, &holder, err))
		return false;
	look->has_session = holder != 0;
	if (holder == 0)
		return true;
	if (!session_work_read(look->destination, holder, &work, err))
		return false;
	if (work.is_at_work && work.seconds >= STATUS_AT_WORK_S) {
		look->at_work = copy(look, work.text);
		look->at_work_s = work.seconds;
	}
	return true;
}

static bool
read_stored(struct status_look *look, struct err *err)
{
	if (look->destination == NULL && !connect_destination(look->task, &look->destination, err))
		return false;
	if (stored_position_read(look->destination, look->task->server_id, &look->stored, err) &&
	    look_at_session(look, err)) {
		try_to_write(look);
		return true;
	}
	conn_close(look->destination);
	look->destination = NULL;
	return false;
}

/*
 * The counters are those of the report, so its own clock is the time between them; without a newer report the rate
 * stays what it was.  A process that started anew counts from 0 again.
 */
static void
measure_rates(struct status_look *look)
{
	const struct status_report *now = &look->report, *last = &look->last;
	double seconds = (double) (now->reported_us - last->reported_us) / 1e6;
	bool is_same_count = look->has_last && now->pid == last->pid && now->transactions >= last->transactions &&
			     now->row_changes >= last->row_changes;

	if (!status_has_lag(look) || !is_same_count) {
		look->transactions_rate = look->rows_rate = NOT_MEASURED;
	} else if (seconds > 0) {
		look->transactions_rate = (double) (now->transactions - last->transactions) / seconds;
		look->rows_rate = (double) (now->row_changes - last->row_changes) / seconds;
	}
	look->has_last = look->has_report;
	look->last = look->report;
}

void
status_look_again(struct status_look *look)
{
	struct err err = {0};

	arena_reset(&look->arena);
	stored_position_release(&look->stored);
	look->has_report = look->has_session = false;
	look->report_error = look->stored_error = look->refusal = look->at_work = NULL;
	if (!read_report(look, &err))
		look->report_error = copy(look, err.text);
	err_clear(&err);
	if (!read_stored(look, &err))
		look->stored_error = copy(look, err.text);
	measure_rates(look);
}

bool
status_is_running(const struct status_report *report)
{
	static const char *const running[] = {"starting", "following", "retrying", "waiting"};

	for (size_t i = 0; i < sizeof(running) / sizeof(running[0]); i++)
		if (strcmp(report->state, running[i]) == 0)
			return true;
	return false;
}

/* A report of the future: the status server's clock has been set back since. */
static bool
is_fresh(const struct status_report *report)
{
	return report->silent_ms <= STATUS_SILENT_MS && report->silent_ms >= -STATUS_SILENT_MS;
}

bool
status_is_mute(const struct status_look *look)
{
	/* The session is missed for a moment when a refused COMMIT makes the task take a new one. */
	bool is_there = look->has_session || (look->has_report && status_is_running(&look->report) &&
						 is_fresh(&look->report));

	return is_there && look->refusal != NULL && !look->task->has_status;
}

bool
status_is_silent(const struct status_look *look)
{
	bool may_be_quiet = look->is_logged || look->report.silent_ms < 0;

	return look->has_report && status_is_running(&look->report) && !is_fresh(&look->report) &&
	       !(may_be_quiet && look->has_session) && !status_is_mute(look);
}

bool
status_has_lag(const struct status_look *look)
{
	return look->has_report && status_is_running(&look->report) && !status_is_silent(look) && !status_is_mute(look);
}

bool
status_is_well(const struct status_look *look)
{
	return look->has_report && look->stored_error == NULL && !status_is_silent(look) &&
	       strcmp(look->report.state, "failed") != 0;
}
