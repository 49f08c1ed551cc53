/* SPDX-License-Identifier: Apache-2.0 */
#include "task/batch.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "task/trouble.h"

enum {
	TAKE_MS = 200,
	POSITION_EVERY_MS = 10000,
	BATCH_LIMIT = 1000,
	RETRY_FIRST_MS = 20,
	RETRY_LIMIT_MS = 2000,
	SAY_RETRY_AFTER = 3,
};

struct batch {
	struct txn *txns[BATCH_LIMIT];
	size_t n;
	size_t n_done; /* of the first ones: they are on the target, the rest is being tried again */
	uint64_t bytes;
	struct txn *next; /* taken from the queue, does not fit this batch */
};

static void
batch_drop(struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		txn_free(batch->txns[i]);
	batch->n = batch->n_done = 0;
	batch->bytes = 0;
}

static void
batch_add(struct batch *batch, struct txn *txn)
{
	batch->txns[batch->n++] = txn;
	batch->bytes += spool_total_bytes(txn->spool);
}

static bool
has_room(const struct batch *batch, const struct task_options *options)
{
	unsigned int limit = options->destination.batch_transactions;

	return batch->n < BATCH_LIMIT && batch->n < (limit == 0 ? 1 : limit) &&
	       batch->bytes < options->destination.batch_bytes;
}

/* Fills the batch with what is there.  QUEUE_OK: it holds at least one transaction. */
static enum queue_result
batch_take(struct batch *batch, const struct batch_loop *loop)
{
	enum queue_result result = QUEUE_OK;
	void *item;

	if (batch->next != NULL) {
		batch_add(batch, batch->next);
		batch->next = NULL;
	} else {
		result = queue_take(loop->queue, &item, TAKE_MS);
		if (result != QUEUE_OK)
			return result;
		batch_add(batch, item);
	}
	while (has_room(batch, loop->options) && queue_take(loop->queue, &item, 0) == QUEUE_OK) {
		if (!applier_can_batch(batch->txns[0], item)) {
			batch->next = item;
			break;
		}
		batch_add(batch, item);
	}
	return QUEUE_OK;
}

static void
note_taken(const struct batch *batch, struct progress *progress)
{
	const struct txn *oldest = batch->txns[0];

	atomic_store(&progress->oldest_us, oldest->commit_us);
	if (oldest->read_ms != 0)
		atomic_store(&progress->queue_lag_ms, clock_mono_ms() - oldest->read_ms);
}

static void
note_applied(const struct batch_loop *loop, int64_t started_ms)
{
	struct progress *progress = loop->progress;
	struct marker *marker = applier_marker(loop->applier);

	atomic_store(&progress->apply_lag_ms, clock_mono_ms() - started_ms);
	atomic_store(&progress->oldest_us, 0);
	progress_set_position(progress, marker_committed_position(marker), marker_epoch(marker));
}

/* Always false.  Rows that stay are an operator's to take out: the next start knows nothing of them. */
static bool
stop_between_tries(const struct batch_loop *loop, const struct txn *txn, struct err *err)
{
	struct buf where = {0};

	if (!loose_rows_refuse(loop->loose, txn, err))
		return err_set(err, ERR_CANCELLED, "stopped");
	txn_describe(txn, &where);
	(void) err_prefix(err, "stopped in the middle of %s: ", buf_text(&where));
	buf_release(&where);
	return false;
}

/* Deadlocks and lock timeouts are tried again on the same session; what lasts is said. */
static bool
batch_apply(struct batch *batch, const struct batch_loop *loop, struct err *err)
{
	struct trouble trouble = {.backoff = {.first_ms = RETRY_FIRST_MS, .limit_ms = RETRY_LIMIT_MS}};
	const char *task = loop->options->name;
	int64_t wait_ms;
	size_t n_done;

	while (!applier_apply(loop->applier, batch->txns + batch->n_done, batch->n - batch->n_done, &n_done, err)) {
		batch->n_done += n_done;
		if (err->kind != ERR_RETRY && err->kind != ERR_WAIT)
			return false;
		wait_ms = trouble_wait_ms(&trouble, err);
		atomic_fetch_add(&loop->progress->applier.retries, 1);
		progress_set_state(loop->progress, err->kind == ERR_WAIT ? TASK_WAITING : TASK_RETRYING, err);
		if (err->kind == ERR_WAIT || trouble.backoff.attempts >= SAY_RETRY_AFTER)
			trouble_say(&trouble, task, err, wait_ms);
		if (!clock_sleep_ms(wait_ms, loop->stop))
			return stop_between_tries(loop, batch->txns[batch->n_done], err);
		err_clear(err);
	}
	trouble_end(&trouble, task);
	progress_set_state(loop->progress, TASK_FOLLOWING, NULL);
	return true;
}

static bool
end_of_stream(const struct batch_loop *loop, struct err *err)
{
	struct err flush = {0};
	bool is_reached = live_outcome(loop->live, err);

	/* A position that only moved is worth writing down when the task ends, whatever ended it. */
	if (!applier_flush_position(loop->applier, &flush) && is_reached) {
		*err = flush;
		return false;
	}
	return is_reached;
}

bool
batch_loop(const struct batch_loop *loop, struct err *err)
{
	struct batch batch = {.n = 0};
	int64_t written_ms = clock_mono_ms();
	uint64_t commits = 0;
	bool done = true, is_end = false;

	while (done && !is_end) {
		switch (batch_take(&batch, loop)) {
		case QUEUE_OK: {
			int64_t started_ms = clock_mono_ms();
			note_taken(&batch, loop->progress);
			done = batch_apply(&batch, loop, err);
			if (done)
				note_applied(loop, started_ms);
			batch_drop(&batch);
			break;
		}
		case QUEUE_TIMEOUT:
			break;
		case QUEUE_CLOSED:
			is_end = true;
			break;
		}
		if (atomic_load(&loop->progress->applier.commits) != commits) {
			commits = atomic_load(&loop->progress->applier.commits);
			written_ms = clock_mono_ms();
		}
		if (done && !is_end && clock_mono_ms() - written_ms > POSITION_EVERY_MS) {
			done = applier_flush_position(loop->applier, err);
			written_ms = clock_mono_ms();
		}
		if (done && !is_end && atomic_load(loop->stop)) {
			struct err ignored = {0};
			(void) applier_flush_position(loop->applier, &ignored);
			done = err_set(err, ERR_CANCELLED, "stopped");
		}
	}
	txn_free(batch.next);
	return done && end_of_stream(loop, err);
}
