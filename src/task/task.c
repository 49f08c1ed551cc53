/* SPDX-License-Identifier: Apache-2.0 */
#include "task/task.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "source/own_id.h"
#include "source/server_state.h"
#include "task/batch.h"
#include "task/definition_guard.h"
#include "task/rename_guard.h"
#include "task/source_names.h"
#include "task/start.h"
#include "task/trouble.h"

enum { BACKOFF_FIRST_MS = 200, BACKOFF_LIMIT_MS = 30000, EVENT_LIMIT_BYTES = 1 << 30 };

struct task {
	const struct task_options *options;
	const struct task_run *run;
	struct progress progress;
	struct queue *queue;
	struct reporter *reporter;
	struct rules *rules;
	struct definition_guard *guard;
	struct rename_guard rename_guard;
	struct until until;
	bool has_until;      /* it has been worked out */
	char *override; /* start_override() */
	struct err start_trouble; /* why there is no place to start at; counts only where one is needed */
	bool is_beyond;      /* it lay behind the position that was stored */
	bool has_followed;
	struct trouble start_wait; /* for the destination to take writes */
	struct marker_claim claim;
	struct loose_rows loose;
	/* The source, as met first. */
	bool has_source;
	enum flavour source_flavour;
	unsigned int source_version;
	char *source_identity;
	struct server_ddl_settings source_ddl;
	bool is_source_folded; /* its lower_case_table_names is not 0 */
	atomic_bool stop;
	atomic_int_least64_t stop_ms; /* when that was asked for; 0: it was not */
	atomic_bool is_ended;
	bool has_thread;
	struct err outcome;
	pthread_t thread;
};

/* Names are compared as the source stores them; only the source knows how that is. */
static bool
fold_names(struct task *task, struct conn *conn, struct err *err)
{
	struct rules_options rules = task->options->rules;
	char *mode = NULL;
	bool done = conn_query_one(conn, "SELECT @@lower_case_table_names", &mode, err);

	task->is_source_folded = rules.is_case_insensitive = mode != NULL && strcmp(mode, "0") != 0;
	free(mode);
	if (!done || !rules.is_case_insensitive)
		return done;
	rules_free(task->rules);
	task->rules = NULL;
	return rules_new(&rules, &task->rules, err);
}

static bool
look_at_source(struct task *task, struct marker_position *start, struct err *err)
{
	enum start_kind kind = task->options->source.start.kind;
	struct conn_options conn_options = task->options->source.conn;
	struct conn *conn;
	bool done;

	conn_options.stop = &task->stop;
	if (!conn_open(&conn_options, &conn, err))
		return err_prefix(err, "source: ");
	if (!task->has_source) {
		if (!server_ddl_settings_read(conn, &task->source_ddl, err) || !fold_names(task, conn, err)) {
			conn_close(conn);
			return err_prefix(err, "source: ");
		}
		task->source_flavour = conn_server(conn)->flavour;
		task->source_version = conn_server(conn)->version;
		task->has_source = true;
	}
	free(task->source_identity);
	task->source_identity = server_identity(conn);
	err_clear(&task->start_trouble);
	done = start_resolve(conn, &task->options->source.start, start, err);
	if (!done && err->kind == ERR_STOP && (kind == START_GTID || kind == START_FILE)) {
		task->start_trouble = *err;
		err_clear(err);
		done = true;
	}
	if (done && !task->has_until && task->run->until != NULL)
		done = until_parse(task->run->until, conn, &task->until, err);
	if (!done)
		marker_position_release(start);
	task->has_until = done;
	conn_close(conn);
	return done;
}

/* The start waits for a destination that takes no writes. */
static bool
wait_at_start(void *context, const struct err *err)
{
	struct task *task = context;
	struct err told = *err;
	int64_t wait_ms = trouble_wait_ms(&task->start_wait, err);

	(void) err_prefix(&told, "destination: ");
	progress_set_state(&task->progress, TASK_WAITING, &told);
	trouble_say(&task->start_wait, task->options->name, &told, wait_ms);
	atomic_fetch_add(&task->progress.applier.retries, 1);
	return clock_sleep_ms(wait_ms, &task->stop);
}

static void
fill_applier_options(struct task *task, struct applier_options *out)
{
	const struct task_options *options = task->options;

	*out = (struct applier_options){
	    .task = options->name,
	    .server_id = options->server_id,
	    .region = options->region,
	    .source_flavour = task->source_flavour,
	    .source_version = task->source_version,
	    .source_identity = task->source_identity,
	    .source_explicit_defaults = task->source_ddl.explicit_defaults,
	    .source_zone = task->source_ddl.zone,
	    .source_global_zone = task->source_ddl.global_zone,
	    .source_session = {true, task->source_ddl.sql_mode, task->source_ddl.time_zone},
	    .destination_region = options->destination.region,
	    .conn = options->destination.conn,
	    .sql_log_bin = options->destination.binlog == BINLOG_DEFAULT ? -1 : options->destination.binlog == BINLOG_ON,
	    .lock_wait_timeout_s = options->destination.lock_wait_timeout_s,
	    .rules = task->rules,
	    .ddl = options->ddl,
	    .allow_nontransactional = options->destination.allow_nontransactional,
	    .allow_triggers = options->destination.allow_triggers,
	    .allow_changed_values = options->destination.allow_changed_values,
	    .replay_events = options->destination.replay_events,
	    .spool_dir = options->limits.spool_dir,
	    .transaction_memory_bytes = options->limits.transaction_memory_bytes,
	    .stop = &task->stop,
	    .wait = wait_at_start,
	    .wait_context = task,
	    .guard = definition_guard_check,
	    .default_guard = definition_guard_defaults,
	    .database_default = definition_guard_database,
	    .guard_context = task->guard,
	    .rename_guard = rename_guard_check,
	    .rename_context = &task->rename_guard,
	    .progress = &task->progress.applier,
	    .loose = &task->loose,
	    .dry_run = task->run->dry_run,
	    .dry_run_context = task->run->dry_run_context,
	};
}

/* What the configuration says of the start, and a stored position makes void. */
static void
say_start(const struct task *task, const struct marker *marker, const struct marker_position *start)
{
	const struct marker_position *stored = marker_committed_position(marker);

	if (task->has_followed || marker_is_overridden(marker))
		return;
	if (task->override != NULL)
		log_line(LOG_WARN, task->options->name,
		    "source.start.override has been carried out already: the stored position wins; remove it");
	else if (task->start_trouble.kind == ERR_NONE && start_is_ahead(&task->options->source.start, start, stored))
		log_line(LOG_WARN, task->options->name,
		    "source.start is ahead of the stored position, which wins: to begin there, give it with override = true");
}

static bool
expect_names(const struct task *task, struct applier *applier, struct err *err)
{
	struct name_claims *claims = task->is_source_folded ? NULL : applier_folded_claims(applier);
	struct conn_options source = task->options->source.conn;

	source.stop = &task->stop;
	return claims == NULL || source_names_expect(&source, task->rules, claims, err);
}

static bool
open_applier(struct task *task, const struct marker_position *start, struct applier **applier, struct err *err)
{
	struct applier_options options;
	struct marker *marker;
	bool is_new;

	fill_applier_options(task, &options);
	options.override = task->override;
	if (!applier_open(&options, &task->claim, applier, &is_new, err))
		return err_prefix(err, "destination: ");
	trouble_end(&task->start_wait, options.task);
	if (!expect_names(task, *applier, err)) {
		applier_close(*applier);
		return false;
	}
	marker = applier_marker(*applier);
	if (is_new && task->claim.epoch != 0) {
		(void) err_set(err, ERR_STOP, "the task's position is gone from dump2db on the destination");
		(void) err_hint(err, "Bring dump2db back from a backup of the same time as the tables; or copy the tables again and give "
				     "that copy's position as start.");
		applier_close(*applier);
		return false;
	}
	if ((is_new || marker_is_overridden(marker)) && task->start_trouble.kind != ERR_NONE) {
		*err = task->start_trouble;
		applier_close(*applier);
		return false;
	}
	if (is_new && task->options->source.start.kind == START_STORED)
		log_line(LOG_WARN, task->options->name, "no position is stored on the destination: beginning at the source's present one");
	if (!is_new)
		say_start(task, marker, start);
	if (is_new ? !marker_create(marker, applier_conn(*applier), start, err)
		   : marker_is_overridden(marker) && !marker_reset(marker, applier_conn(*applier), start, err)) {
		applier_close(*applier);
		return err_prefix(err, "destination: ");
	}
	if (!applier_drop_requests(*applier, err)) {
		applier_close(*applier);
		return err_prefix(err, "destination: ");
	}
	return true;
}

static struct live *
start_source(struct task *task, const struct marker_position *from)
{
	const struct task_options *options = task->options;
	struct live_options live = {
	    .task = options->name,
	    .conn = options->source.conn,
	    /* A second reader under the task's own number would throw the first one out. */
	    .server_id = task->run->dry_run != NULL ? own_server_id() : options->server_id,
	    .report_host = options->source.report_host,
	    .report_port = options->source.report_port,
	    .heartbeat_s = options->source.heartbeat_s,
	    .assembler =
		{
		    .task = options->name,
		    .rules = task->rules,
		    .source_flavour = task->source_flavour,
		    .filter = options->filter,
		    .loop = options->loop,
		    .destination_region = options->destination.region,
		    .spool_dir = options->limits.spool_dir,
		    .memory_limit_bytes = options->limits.transaction_memory_bytes,
		    .event_limit_bytes = EVENT_LIMIT_BYTES,
		},
	    .identity = task->source_identity,
	    .is_gtid = from->is_gtid,
	    .executed = from->executed,
	    .file = from->file,
	    .offset = from->offset,
	    .pending_ddl = from->pending_ddl,
	    .until = &task->until,
	    .queue = task->queue,
	    .progress = &task->progress.live,
	};

	return live_start(&live);
}

static void
log_start(const struct task *task, const struct marker_position *from, uint64_t epoch)
{
	struct buf gtids = {0};

	gtid_set_put(from->executed, &gtids);
	log_line(LOG_INFO, task->options->name, "following from %s%s%s, epoch %llu", from->is_gtid ? "gtid set '" : "",
	    from->is_gtid ? buf_text(&gtids) : from->file, from->is_gtid ? "'" : "", (unsigned long long) epoch);
	buf_release(&gtids);
}

static void
drop_txn(void *txn)
{
	txn_free(txn);
}

/* From the start sequence to the first doubt; true when `until` was reached. */
static bool
follow(struct task *task, struct err *err)
{
	struct marker_position start;
	struct applier *applier;
	struct live *live;
	bool done;

	if (!look_at_source(task, &start, err))
		return false;
	done = open_applier(task, &start, &applier, err);
	marker_position_release(&start);
	if (!done)
		return false;
	const struct marker_position *from = marker_committed_position(applier_marker(applier));
	if (!until_settle(&task->until, from->is_gtid, err)) {
		applier_close(applier);
		return false;
	}
	if (!task->has_followed && task->run->until != NULL && strcmp(task->run->until, "now") != 0)
		task->is_beyond = until_is_behind(&task->until, from->executed, from->file, from->offset);
	task->has_followed = true;
	log_start(task, from, marker_epoch(applier_marker(applier)));
	progress_set_position(&task->progress, from, task->claim.epoch);
	progress_set_state(&task->progress, TASK_FOLLOWING, NULL);
	live = start_source(task, from);
	done = batch_loop(&(struct batch_loop){
			      .options = task->options,
			      .applier = applier,
			      .live = live,
			      .queue = task->queue,
			      .progress = &task->progress,
			      .loose = &task->loose,
			      .stop = &task->stop,
			  },
	    err);
	live_stop(live);
	applier_close(applier);
	queue_reopen(task->queue, drop_txn);
	return done;
}

static enum task_state
state_after(const struct err *err)
{
	switch (err->kind) {
	case ERR_NONE:
		return TASK_DONE;
	case ERR_RETRY:
	case ERR_UNCERTAIN:
		return TASK_RETRYING;
	case ERR_WAIT:
		return TASK_WAITING;
	case ERR_CANCELLED:
		return TASK_STOPPED;
	case ERR_STOP:
	case ERR_FENCED:
		break;
	}
	return TASK_FAILED;
}

static void
wait_to_retry(struct task *task, struct trouble *trouble)
{
	int64_t wait_ms = trouble_wait_ms(trouble, &task->outcome);

	trouble_say(trouble, task->options->name, &task->outcome, wait_ms);
	atomic_fetch_add(&task->progress.applier.retries, 1);
	(void) clock_sleep_ms(wait_ms, &task->stop);
}

static void
say_end(const struct task *task, enum task_state state)
{
	const char *done = task->is_beyond ? "the place to stop at is already behind the stored position"
					   : "reached the place to stop at";

	if (state == TASK_FAILED)
		log_err(LOG_ERROR, task->options->name, &task->outcome);
	else
		log_line(LOG_INFO, task->options->name, "%s", state == TASK_DONE ? done : "stopped");
}

static void *
run(void *context)
{
	struct task *task = context;
	const struct trouble none = {.backoff = {.first_ms = BACKOFF_FIRST_MS, .limit_ms = BACKOFF_LIMIT_MS}};
	struct trouble trouble = none;
	enum task_state state = TASK_STARTING;

	do {
		uint64_t moves = atomic_load(&task->progress.applier.moves);
		err_clear(&task->outcome);
		(void) follow(task, &task->outcome);
		if (atomic_load(&task->stop) && task->outcome.kind != ERR_NONE && task->outcome.kind != ERR_STOP)
			task->outcome.kind = ERR_CANCELLED;
		state = state_after(&task->outcome);
		progress_set_state(&task->progress, state, &task->outcome);
		if (atomic_load(&task->progress.applier.moves) != moves)
			trouble = none;
		if (state == TASK_RETRYING || state == TASK_WAITING)
			wait_to_retry(task, &trouble);
	} while (state == TASK_RETRYING || state == TASK_WAITING);
	say_end(task, state);
	atomic_store(&task->is_ended, true);
	return NULL;
}

struct task *
task_start(const struct task_options *options, const struct task_run *run_options)
{
	struct task *task = mem_zalloc(sizeof(*task));

	task->options = options;
	task->run = run_options;
	task->override = start_override(&options->source.start);
	progress_init(&task->progress);
	task->queue = queue_new(options->limits.queue_bytes);
	task->rename_guard = (struct rename_guard){&options->source.conn, &task->stop};
	task->guard = definition_guard_new(options->name, &options->source.conn, &task->stop);
	if (!rules_new(&options->rules, &task->rules, &task->outcome)) {
		progress_set_state(&task->progress, TASK_FAILED, &task->outcome);
		say_end(task, TASK_FAILED);
		atomic_store(&task->is_ended, true);
		return task;
	}
	if (run_options->dry_run == NULL)
		task->reporter = reporter_start(options, run_options->node, &task->progress, task->queue);
	if (pthread_create(&task->thread, NULL, run, task) != 0)
		(void) mem_alloc(SIZE_MAX); /* no threads left: as out of memory */
	task->has_thread = true;
	return task;
}

void
task_ask_stop(struct task *task)
{
	atomic_store(&task->stop_ms, clock_mono_ms());
	atomic_store(&task->stop, true);
}

bool
task_is_ended(const struct task *task)
{
	return atomic_load(&task->is_ended);
}

enum task_state
task_join(struct task *task, struct err *err)
{
	enum task_state state;

	if (task->has_thread)
		pthread_join(task->thread, NULL);
	reporter_stop(task->reporter, atomic_load(&task->stop_ms));
	*err = task->outcome;
	state = task->progress.state;
	queue_free(task->queue, drop_txn);
	until_release(&task->until);
	definition_guard_free(task->guard);
	rules_free(task->rules);
	progress_release(&task->progress);
	loose_rows_release(&task->loose);
	free(task->source_identity);
	free(task->override);
	free(task);
	return state;
}
