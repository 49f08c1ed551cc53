/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_apply.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/testpoint.h"
#include "sink/mysql/ddl_intent.h"
#include "sink/mysql/ddl_log.h"
#include "sink/mysql/ddl_recovery.h"
#include "sink/mysql/ddl_run.h"
#include "sink/mysql/ddl_statement.h"

enum { SAY_ABOVE_MS = 10000 };

/* One DDL being applied. */
struct job {
	struct applier *applier;
	const struct binlog_format *format;
	struct txn *txn;
	const struct skip *skip; /* the request for a replacement; NULL: none */
	struct ddl_statement statement;
	struct ddl_intent intent;
	uint64_t oldest_kept;
	char gtid[GTID_TEXT_SIZE];
};

static const char *
origin_of(const struct job *job)
{
	return job->txn->mark.is_marked ? job->txn->mark.origin : NULL;
}

static void
say_left_out(const struct job *job)
{
	const struct ddl_statement *statement = &job->statement;
	struct buf where = {0};
	bool is_told;

	if (statement->reason[0] == '\0')
		return;
	is_told = statement->is_notable && (!statement->is_once || once_is_first(&job->applier->said, statement->reason));
	txn_describe(job->txn, &where);
	log_line(is_told ? LOG_INFO : LOG_DEBUG, job->applier->options.task, "%s: %s%s: %s",
	    buf_text(&where), ddl_class_name(statement->ddl.class), statement->is_left_out ? " left out" : "",
	    statement->reason);
	buf_release(&where);
}

static const char *
text_for_messages(struct ddl_statement *statement)
{
	struct buf text = {0};
	const char *copy;

	ddl_statement_put_text(statement, &text);
	copy = arena_strndup(&statement->arena, buf_text(&text), text.len);
	buf_release(&text);
	return copy;
}

static uint64_t
request_of(const struct job *job)
{
	return job->skip == NULL ? 0 : job->skip->id;
}

/*
 * What the objects look like, and who asks: everything that can fail without having left a trace.  What
 * finishes an earlier run is judged by the look that was taken before that one.
 */
static bool
prepare_intent(struct job *job, const struct ddl_recovery *finishes, struct err *err)
{
	struct ddl_statement *statement = &job->statement;
	struct ddl_intent *intent = &job->intent;

	*intent = (struct ddl_intent){
	    .seq = marker_seq(job->applier->marker) + 1,
	    .gtid = job->gtid,
	    .file = job->txn->begin.file,
	    .offset = job->txn->begin.offset,
	    .hash = statement->hash,
	    .statement = text_for_messages(statement),
	    .request = request_of(job),
	    .recorded =
		{
		    .class = statement->ddl.class,
		    .verb = statement->ddl.verb,
		    .has_if_exists = statement->ddl.has_if_exists,
		    .has_or_replace = statement->ddl.has_or_replace,
		},
	};
	if (finishes != NULL)
		intent->recorded = finishes->intent.recorded;
	else if ((statement->has_secret &&
		     !ddl_log_seal(statement->text, &statement->arena, &intent->recorded.seal, err)) ||
		 !ddl_log_note(job->applier->conn, &statement->arena, &intent->recorded, err) ||
		 !ddl_snapshot_take(job->applier->conn, statement->ddl.class, statement->names,
		     statement->n_names, &statement->arena, &intent->recorded.before, err))
		return false;
	return ddl_use_database(job->applier, statement, err);
}

static bool
commit_intent(struct job *job, const struct ddl_recovery *repeats, struct err *err)
{
	struct applier *applier = job->applier;
	bool done = applier_begin_fence(applier, origin_of(job), err) &&
		    (repeats == NULL || ddl_intent_put_state(applier, repeats->intent.seq, "repeated", err)) &&
		    ddl_intent_put(applier, job->txn, &job->intent, job->statement.shown,
			job->statement.default_db, err) &&
		    applier_commit(applier, err);

	if (done)
		return true;
	applier_rollback(applier, err);
	return false;
}

static bool
put_used(struct job *job, struct err *err)
{
	struct applier *applier = job->applier;

	return job->skip == NULL || skip_put_used(job->skip, applier->options.server_id, job->txn, applier->writer, err);
}

/* Position and record in one, with the rows of CREATE ... SELECT.  `seq` 0: a statement that was left out. */
static bool
record_once(struct job *job, uint64_t seq, bool is_exact, struct err *err)
{
	struct applier *applier = job->applier;
	bool done;

	marker_stage(applier->marker, job->txn);
	applier->is_behind_ddl = true;
	done = applier_begin(applier, origin_of(job), err) &&
	       (seq == 0 || (ddl_intent_put_state(applier, seq, "done", err) &&
				ddl_intent_put_all_closed(applier, "repeated", err) &&
				ddl_intent_put_prune(applier, job->oldest_kept, err))) &&
	       put_used(job, err) &&
	       (!job->statement.has_rows || rows_apply(applier, job->format, job->txn, is_exact, err)) &&
	       applier_commit(applier, err);
	applier->is_behind_ddl = false;
	if (!done)
		applier_rollback(applier, err);
	return done;
}

/* The fast path first; what does not add up there is named by the exact one. */
static bool
commit_record(struct job *job, uint64_t seq, struct err *err)
{
	if (record_once(job, seq, false, err))
		return true;
	if (!job->statement.has_rows || err->kind != ERR_STOP || !conn_is_usable(job->applier->conn))
		return false;
	err_clear(err);
	return record_once(job, seq, true, err);
}

static bool
record(struct job *job, uint64_t seq, struct err *err)
{
	if (!commit_record(job, seq, err))
		return false;
	ddl_recovery_drop(job->applier);
	atomic_fetch_add(&job->applier->options.progress->ddl, 1);
	return true;
}

/*
 * The statement was refused, or could not get its locks: nothing has changed, and the record says so; or some of its
 * objects are gone, and the intent stays open for the next start, which does the rest.
 */
static bool
give_up(struct job *job, struct err *err)
{
	struct err closing = {0};
	bool is_partly = false;

	if (err->kind == ERR_UNCERTAIN || err->kind == ERR_CANCELLED)
		return false;
	if (!ddl_refused_partly(job->applier, &job->intent, &job->statement.arena, &is_partly, &closing))
		(void) err_suffix(err, "; what it has changed could not be looked at: %s", closing.text);
	else if (is_partly)
		(void) err_suffix(err, "; a part of it has been executed, and the next start runs the rest");
	if (is_partly || closing.text[0] != '\0') {
		if (err->kind != ERR_STOP)
			err->kind = ERR_UNCERTAIN;
		return false;
	}
	if (ddl_intent_close(job->applier, job->intent.seq, "failed", &closing))
		return false;
	(void) err_suffix(err, "; its record could not be closed: %s", closing.text);
	err->kind = ERR_UNCERTAIN; /* the start sequence finds it open, and judges */
	return false;
}

/* What is half done is judged again by the next start, or replaced, or passed over; each of them closes it. */
static bool
stay_open(const struct job *job, struct ddl_recovery *finished, struct err *err)
{
	finished->intent.seq = job->intent.seq;
	if (err->kind != ERR_STOP && err->kind != ERR_CANCELLED)
		err->kind = ERR_UNCERTAIN;
	return false;
}

static void
say_duration(const struct job *job, int64_t started_ms)
{
	int64_t took_ms = clock_mono_ms() - started_ms;
	struct buf text = {0};

	ddl_statement_put_text(&job->statement, &text);
	log_line(took_ms >= SAY_ABOVE_MS ? LOG_INFO : LOG_DEBUG, job->applier->options.task,
	    "ran %s '%s' in %" PRId64 " ms", ddl_class_name(job->statement.ddl.class), buf_text(&text), took_ms);
	buf_release(&text);
}

/*
 * `repeats`: the open intent whose place the new one takes at once, and what finishes it; NULL for none, or where it stays
 * open until the record.
 */
static bool
run_and_record(struct job *job, struct ddl_recovery *repeats, struct err *err)
{
	bool is_finish = repeats != NULL && repeats->finding == DDL_PARTLY;
	int64_t started_ms;

	if (!prepare_intent(job, is_finish ? repeats : NULL, err) || !commit_intent(job, repeats, err))
		return false;
	testpoint("ddl_before");
	started_ms = clock_mono_ms();
	if (!ddl_run(job->applier, &job->statement, is_finish ? buf_text(&repeats->finish) : NULL, err)) {
		if (is_finish)
			return stay_open(job, repeats, err);
		if (repeats != NULL)
			ddl_recovery_drop(job->applier);
		(void) give_up(job, err);
		/* What a replacement was to take the place of may be open still: a start sequence reads it. */
		if (repeats != NULL && job->skip != NULL && (err->kind == ERR_RETRY || err->kind == ERR_WAIT))
			err->kind = ERR_UNCERTAIN;
		return false;
	}
	testpoint("ddl_after");
	say_duration(job, started_ms);
	/* From here on another try must not run it again, however often the record fails. */
	ddl_recovery_note(job->applier, &job->intent);
	return record(job, job->intent.seq, err);
}

/* A replacement that changes rows needs no intent: it commits with the position. */
static bool
apply_changes(struct job *job, struct err *err)
{
	struct applier *applier = job->applier;

	if (!ddl_use_database(applier, &job->statement, err))
		return false;
	marker_stage(applier->marker, job->txn);
	if (applier_begin(applier, origin_of(job), err) && ddl_intent_put_all_closed(applier, "repeated", err) &&
	    skip_put_alone(job->statement.text, applier->writer, err) && put_used(job, err) && applier_commit(applier, err)) {
		ddl_recovery_drop(applier);
		return true;
	}
	applier_rollback(applier, err);
	return false;
}

static bool
replace(struct job *job, struct err *err)
{
	return job->statement.ddl.class == DDL_DML ? apply_changes(job, err) : run_and_record(job, NULL, err);
}

static bool
stop_undecided(const struct job *job, struct err *err)
{
	const struct ddl_recovery *recovery = job->applier->recovery;
	uint64_t request = recovery->intent.request;
	struct buf what = {0};

	ddl_recovery_describe(recovery, &what);
	if (recovery->finding == DDL_UNDECIDED)
		(void) err_set(err, ERR_STOP,
		    "a session ended while it ran %s, and the target does not tell whether it was executed: "
		    "%.*s",
		    buf_text(&what), (int) recovery->why.len, recovery->why.data);
	else if (request != request_of(job))
		(void) err_set(err, ERR_STOP, "a session ran %s for this transaction, and the request has been taken back since",
		    buf_text(&what));
	else
		(void) err_set(err, ERR_STOP,
		    "a session ended while it ran %s for this transaction, which is another statement now",
		    buf_text(&what));
	buf_release(&what);
	if (request != 0 && request == request_of(job))
		return err_hint(err, "One request runs a statement once: look at its objects on the target, take request %" PRIu64
				     " back (rowferry skip %s --cancel %" PRIu64 "), and ask again: to pass the transaction over if the "
				     "statement was executed, otherwise with the statement as the replacement.",
		    request, job->applier->options.task, request);
	return err_hint(err, "Look at its objects on the target. If it was executed, pass the transaction over "
			     "with `rowferry skip`; "
			     "if not, give the statement itself as the replacement.");
}

/* The open intent is this transaction's. */
static bool
resume(struct job *job, struct err *err)
{
	struct ddl_recovery *recovery = job->applier->recovery;
	const struct ddl_intent *intent = &recovery->intent;
	bool is_same = intent->request == request_of(job) && strcmp(intent->hash, job->statement.hash) == 0;

	/* The operator's word on an older run, whatever became of that. */
	if (request_of(job) > intent->request)
		return replace(job, err);
	/* A first run that did nothing: whatever the text is now. */
	if (recovery->finding == DDL_NOT_EXECUTED && intent->request == request_of(job))
		return run_and_record(job, recovery, err);
	/* What it could do is done once, whatever a part of it has come to: the same error ends it. */
	if (is_same && recovery->finding == DDL_UNDECIDED && job->statement.expected_error != 0)
		return run_and_record(job, recovery, err);
	if (!is_same || recovery->finding == DDL_UNDECIDED)
		return stop_undecided(job, err);
	if (recovery->finding == DDL_EXECUTED)
		return record(job, intent->seq, err);
	return run_and_record(job, recovery, err);
}

static bool
has_open_intent(const struct job *job)
{
	const struct ddl_recovery *recovery = job->applier->recovery;

	return recovery != NULL && ddl_recovery_is_of(recovery, job->txn);
}

/*
 * A replacement that did nothing, and whose request has been taken back: what it was to take the place of counts again,
 * and may have an intent of its own.
 */
static bool
drop_taken_back(struct job *job, struct err *err)
{
	struct applier *applier = job->applier;

	while (has_open_intent(job) && applier->recovery->intent.request > request_of(job) &&
	       applier->recovery->finding == DDL_NOT_EXECUTED) {
		if (!ddl_intent_close(applier, applier->recovery->intent.seq, "abandoned", err))
			return false;
		ddl_recovery_drop(applier);
		if (!ddl_recover(applier, err))
			return false;
	}
	return true;
}

/* An intent of a transaction that will not come: passed over by an operator, or the task was moved. */
static bool
abandon(struct applier *applier, struct err *err)
{
	struct buf what = {0};

	ddl_recovery_describe(applier->recovery, &what);
	log_line(LOG_INFO, applier->options.task,
	    "closing the record of %s: its transaction has been passed over", buf_text(&what));
	buf_release(&what);
	if (!ddl_intent_close_all(applier, "abandoned", err))
		return false;
	ddl_recovery_drop(applier);
	return true;
}

static bool
apply_dry(struct job *job, struct err *err)
{
	dry_run_print_statement(&job->applier->dry, &job->statement);
	if (job->statement.has_rows)
		return record_once(job, 0, false, err);
	marker_pass(job->applier->marker, job->txn);
	return true;
}

static bool
apply_carried(struct job *job, struct err *err)
{
	struct applier *applier = job->applier;

	if (dry_run_is_on(&applier->dry))
		return apply_dry(job, err);
	if (job->txn->has_gtid)
		(void) gtid_text(&job->txn->gtid, job->gtid);
	if (!ddl_intent_oldest_kept(applier, &job->oldest_kept, err))
		return false;
	if (!drop_taken_back(job, err))
		return false;
	if (has_open_intent(job))
		return resume(job, err);
	if (applier->recovery != NULL && !abandon(applier, err))
		return false;
	if (job->statement.is_replacement)
		return replace(job, err);
	return run_and_record(job, NULL, err);
}

/*
 * Position only; behind it an open intent may still wait for its own transaction, since positions of what is
 * left out are not written down at once.  Rows that stand beside the statement are carried by their own rules.
 */
static bool
pass_over(struct job *job, struct err *err)
{
	struct applier *applier = job->applier;

	if (has_open_intent(job) && !abandon(applier, err))
		return false;
	if (job->statement.has_rows)
		return commit_record(job, 0, err);
	marker_pass(applier->marker, job->txn);
	return true;
}

bool
ddl_is_replaced(const struct applier *applier, const struct txn *txn)
{
	return applier->recovery != NULL && applier->recovery->intent.request != 0 && ddl_recovery_is_of(applier->recovery, txn);
}

bool
ddl_apply(struct applier *applier, const struct binlog_format *format, struct txn *txn, const struct skip *skip,
    struct err *err)
{
	struct job job = {.applier = applier, .format = format, .txn = txn, .skip = skip};
	bool done = ddl_statement_load(&job.statement, applier, format, txn, skip == NULL ? NULL : skip->replacement, err);

	if (done) {
		say_left_out(&job);
		done = job.statement.is_left_out ? pass_over(&job, err) : apply_carried(&job, err);
	}
	ddl_statement_release(&job.statement);
	return done;
}
