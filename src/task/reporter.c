/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Progress goes to the status server without entering its binlog, where that is permitted: an idle pair of
 * servers must write nothing.  Where it is not (or is wanted in the binlog), it is written seldom, and only when
 * something has changed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/literal.h"
#include "apply/schema.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "task/progress.h"

enum { EVERY_MS = 1000, EVERY_LOGGED_MS = 10000, RECONNECT_MS = 10000, IO_TIMEOUT_S = 60, STOP_GRACE_MS = 4500,
	LEAST_GRACE_MS = 300, LOOK_MS = 20 };

struct reporter {
	const struct task_options *options;
	const char *node;
	struct progress *progress;
	struct queue *queue;
	struct conn *conn;
	bool is_logged; /* the writes enter the binlog */
	bool has_complained;
	bool has_told_denied;
	uint64_t written; /* hash-free memory of the last state: transactions + retries + state */
	pthread_t thread;
	atomic_bool stop;
	atomic_bool is_ended;
	atomic_bool give_up; /* on what the status server still owes */
};

static const struct conn_options *
status_server(const struct task_options *options)
{
	return options->has_status ? &options->status : &options->destination.conn;
}

/* Not where the applier keeps its own writes out of it. */
static bool
may_log_schema(const struct task_options *options)
{
	return options->has_status || options->destination.binlog != BINLOG_OFF;
}

/*
 * Reports are kept out of the binlog.  The schema is not: who replicates from that server needs the tables that
 * others write to.
 */
static bool
leave_binlog(struct reporter *reporter, struct err *err)
{
	struct err denied = {0};

	if (may_log_schema(reporter->options) && !schema_ensure(reporter->conn, err))
		return false;
	reporter->is_logged = reporter->options->status_binlog ||
			      !conn_exec(reporter->conn, "SET SESSION sql_log_bin = 0", NULL, &denied);
	if (reporter->is_logged && !reporter->options->status_binlog && !reporter->has_told_denied) {
		log_line(LOG_WARN, reporter->options->name, "reports enter the binlog of '%s', every %d s at most: %s",
		    conn_name(reporter->conn), (int) EVERY_LOGGED_MS / 1000, denied.text);
		reporter->has_told_denied = true;
	}
	return schema_ensure(reporter->conn, err);
}

static bool
connect_status(struct reporter *reporter, struct err *err)
{
	struct conn_options conn_options = *status_server(reporter->options);

	if (conn_options.io_timeout_s == 0)
		conn_options.io_timeout_s = IO_TIMEOUT_S; /* a silent server is one to connect to again */
	conn_options.stop = &reporter->give_up;
	if (!conn_open(&conn_options, &reporter->conn, err))
		return false;
	/* Whoever holds the tables must not hold up our end. */
	return conn_exec(reporter->conn,
		   "SET SESSION time_zone = '+00:00', sql_mode = '', lock_wait_timeout = 5, innodb_lock_wait_timeout = 5",
		   NULL, err) &&
	       leave_binlog(reporter, err);
}

static void
put_text(struct buf *sql, const char *name, const char *text)
{
	size_t len = strlen(text);

	buf_printf(sql, ", %s = ", name);
	literal_put_string(text, len < 2000 ? len : 2000, sql);
}

static void
put_number(struct buf *sql, const char *name, uint64_t value)
{
	buf_printf(sql, ", %s = %" PRIu64, name, value);
}

/* Not measured is NULL, never 0. */
static void
put_lag(struct buf *sql, const char *name, int64_t lag_ms)
{
	if (lag_ms < 0)
		buf_printf(sql, ", %s = NULL", name);
	else
		buf_printf(sql, ", %s = %" PRId64, name, lag_ms);
}

static void
put_columns(struct reporter *reporter, struct buf *sql)
{
	struct progress *progress = reporter->progress;
	const struct applier_progress *applier = &progress->applier;
	char trouble[sizeof(progress->last_error)];
	bool is_unread;

	put_text(sql, "name", reporter->options->name);
	put_text(sql, "node", reporter->node);
	put_number(sql, "pid", (uint64_t) getpid());
	pthread_mutex_lock(&progress->lock);
	/* The source's thread tries again by itself: the task does, then. */
	is_unread = progress->state == TASK_FOLLOWING && live_progress_trouble(&progress->live, trouble, sizeof(trouble));
	if (is_unread)
		memcpy(progress->last_error, trouble, sizeof(progress->last_error));
	put_text(sql, "state", task_state_name(is_unread ? TASK_RETRYING : progress->state));
	put_text(sql, "reason", is_unread ? trouble : progress->reason);
	put_text(sql, "last_error", progress->last_error);
	put_number(sql, "epoch", progress->epoch);
	buf_puts(sql, ", gtids = ");
	literal_put_string(progress->gtids.data, progress->gtids.len, sql);
	put_text(sql, "file", progress->file);
	put_number(sql, "file_offset", progress->offset);
	pthread_mutex_unlock(&progress->lock);
	put_lag(sql, "lag_source_ms", atomic_load(&progress->live.lag_ms));
	put_lag(sql, "lag_queue_ms", atomic_load(&progress->queue_lag_ms));
	put_lag(sql, "lag_apply_ms", atomic_load(&progress->apply_lag_ms));
	put_lag(sql, "lag_ms", progress_lag_ms(progress));
	put_number(sql, "queue_bytes", queue_bytes(reporter->queue));
	put_number(sql, "transactions", atomic_load(&applier->transactions));
	put_number(sql, "row_changes", atomic_load(&applier->rows));
	put_number(sql, "ddl_statements", atomic_load(&applier->ddl));
	put_number(sql, "dropped_marked", atomic_load(&applier->dropped_marked));
	put_number(sql, "retries", atomic_load(&applier->retries));
	buf_puts(sql, ", updated_at = NOW(6)");
}

static bool
write_row(struct reporter *reporter, struct err *err)
{
	struct buf columns = {0}, sql = {0};
	bool done;

	put_columns(reporter, &columns);
	buf_printf(&sql, "INSERT INTO dump2db.progress SET server_id = %" PRIu32, reporter->options->server_id);
	buf_add(&sql, columns.data, columns.len);
	buf_puts(&sql, " ON DUPLICATE KEY UPDATE ");
	buf_add(&sql, columns.data + 2, columns.len - 2);
	done = conn_exec_len(reporter->conn, sql.data, sql.len, NULL, err);
	buf_release(&columns);
	buf_release(&sql);
	return done;
}

static uint64_t
fingerprint(struct reporter *reporter)
{
	struct progress *progress = reporter->progress;
	uint64_t state;

	(void) pthread_mutex_lock(&progress->lock);
	state = (uint64_t) progress->state;
	(void) pthread_mutex_unlock(&progress->lock);
	return atomic_load(&progress->applier.transactions) * 1000003 + atomic_load(&progress->applier.retries) * 101 +
	       atomic_load(&progress->applier.ddl) * 10007 + atomic_load(&progress->live.is_connected) * 31 +
	       atomic_load(&progress->live.reconnects) * 37 + state + 1;
}

/* One report; a status server that cannot be had is said once and tried again. */
static void
report(struct reporter *reporter)
{
	uint64_t now = fingerprint(reporter);
	struct err err = {0};

	if (reporter->conn != NULL && reporter->is_logged && reporter->written == now)
		return;
	if ((reporter->conn != NULL || connect_status(reporter, &err)) && write_row(reporter, &err)) {
		reporter->written = now;
		reporter->has_complained = false;
		return;
	}
	(void) err_prefix(&err, "progress cannot be written: ");
	if (!reporter->has_complained)
		log_err(LOG_WARN, reporter->options->name, &err);
	reporter->has_complained = true;
	conn_close(reporter->conn);
	reporter->conn = NULL;
}

static void *
run(void *context)
{
	struct reporter *reporter = context;

	do {
		report(reporter);
	} while (clock_sleep_ms(reporter->conn == NULL    ? RECONNECT_MS
				: reporter->is_logged ? EVERY_LOGGED_MS
							  : EVERY_MS,
	    &reporter->stop));
	if (reporter->conn != NULL)
		report(reporter);
	atomic_store(&reporter->is_ended, true);
	return NULL;
}

struct reporter *
reporter_start(const struct task_options *options, const char *node, struct progress *progress, struct queue *queue)
{
	struct reporter *reporter = mem_zalloc(sizeof(*reporter));

	reporter->options = options;
	reporter->node = node;
	reporter->progress = progress;
	reporter->queue = queue;
	if (pthread_create(&reporter->thread, NULL, run, reporter) != 0)
		(void) mem_alloc(SIZE_MAX); /* no threads left: as out of memory */
	return reporter;
}

void
reporter_stop(struct reporter *reporter, int64_t asked_ms)
{
	int64_t now_ms = clock_mono_ms(), until_ms = asked_ms == 0 ? now_ms + STOP_GRACE_MS : asked_ms + STOP_GRACE_MS;

	if (reporter == NULL)
		return;
	atomic_store(&reporter->stop, true);
	if (until_ms < now_ms + LEAST_GRACE_MS)
		until_ms = now_ms + LEAST_GRACE_MS;
	while (clock_mono_ms() < until_ms)
		if (!clock_sleep_ms(LOOK_MS, &reporter->is_ended))
			break;
	atomic_store(&reporter->give_up, true);
	pthread_join(reporter->thread, NULL);
	conn_close(reporter->conn);
	free(reporter);
}
