/* SPDX-License-Identifier: Apache-2.0 */
#include "source/live.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "binlog/event.h"
#include "mysql/dump.h"
#include "source/history.h"
#include "source/live_refuse.h"
#include "source/server_state.h"

enum { PUT_SLICE_MS = 200, BACKOFF_FIRST_MS = 200, BACKOFF_LIMIT_MS = 30000, DEAD_AFTER_HEARTBEATS = 3,
	LOOK_AFTER_HEARTBEATS = 3, DAMAGED_READS = 3, STALLED_MS = 1000, CLOCK_SLACK_MS = 2000, READ_CLOCK_AFTER_MS = 1000,
	READ_CLOCK_EVERY_MS = 600000 };

struct live {
	struct live_options options;
	char *file;          /* copies of what the options point to */
	char *pending_ddl;
	struct gtid_set *executed; /* all that has been put in the queue, and what was before */
	struct assembler *assembler;
	char *identity;      /* of the server met last */
	bool is_left;        /* the name leads to another server now, and all begins anew */
	bool is_quiet;       /* at the last look it had written on, and sent nothing of it */
	int64_t lag_ms;      /* told last, */
	int64_t lag_at_ms;   /* and when; 0: not yet */
	unsigned int n_heartbeats; /* in a row */
	char *damage;        /* the last damaged event, its place included; NULL: none since the last whole transaction */
	unsigned int n_damaged; /* times that it was read */
	int64_t stalled_ms;  /* how long the queue has held up this connection at most */
	struct dump *dump;   /* under `lock`, for live_stop() */
	pthread_mutex_t lock;
	pthread_t thread;
	atomic_bool stop;
	bool is_reached;
	struct err outcome;
};

static void
set_dump(struct live *live, struct dump *dump)
{
	struct dump *old;

	pthread_mutex_lock(&live->lock);
	old = live->dump;
	live->dump = dump;
	pthread_mutex_unlock(&live->lock);
	dump_close(old);
}

static void
note_trouble(struct live_progress *progress, const char *text)
{
	(void) pthread_mutex_lock(&progress->lock);
	(void) snprintf(progress->trouble, sizeof(progress->trouble), "%s%s", text[0] == '\0' ? "" : "source: ", text);
	(void) pthread_mutex_unlock(&progress->lock);
}

/* The files that are stored are of the server that is stored with them: a new start takes up another one by its GTIDs. */
static bool
check_identity(struct live *live, const struct conn *conn, struct err *err)
{
	char *identity = server_identity(conn);

	live->is_left = strcmp(live->identity, identity) != 0;
	if (live->is_left)
		(void) err_set(err, live->options.is_gtid ? ERR_RETRY : ERR_STOP, "source '%s' is another server now: '%s', was '%s'; %s",
		    conn_name(conn), identity, live->identity,
		    live->options.is_gtid ? "going on by GTID" : "a file position means nothing there");
	free(identity);
	return !live->is_left;
}

static struct history_place
place_of(const struct live *live)
{
	struct file_position at = assembler_position(live->assembler);

	return (struct history_place){
	    .file = at.file,
	    .offset = at.offset,
	    .begun = assembler_begun(live->assembler),
	    .executed = live->options.is_gtid ? live->executed : NULL,
	};
}

static bool
check_history(const struct live *live, struct conn *conn, const struct conn_options *options, struct err *err)
{
	struct history_place place = place_of(live);

	return (!live->options.is_gtid || server_check_errant(conn, live->executed, &live->stop, err)) &&
	       history_check(conn, options, &place, err);
}

static bool
check_server(struct live *live, struct conn *conn, struct err *err)
{
	struct server_state state;
	bool done = check_identity(live, conn, err);

	if (done && conn_server(conn)->flavour != gtid_set_flavour(live->executed))
		done = err_set(err, ERR_STOP, "source '%s' is a server of another kind now: %s", conn_name(conn),
		    conn_server(conn)->version_text);
	if (!done || !server_state_read(conn, &state, err))
		return false;
	done = server_state_check_source(conn, &state, err) &&
	       server_check_replica_id(conn, live->options.server_id, live->options.report_host, live->options.report_port,
		   err);
	if (done && live->options.is_gtid && !state.has_gtids) {
		done = err_set(err, ERR_STOP, "source '%s' has gtid_mode off, the stored position is a GTID set", conn_name(conn));
		(void) err_hint(err, "Set gtid_mode = ON on the source, or start at a file position with override = true.");
	}
	server_state_release(&state);
	return done;
}

static bool
is_until_reached(const struct live *live)
{
	struct file_position at = assembler_position(live->assembler);

	return (live->options.until->kind == UNTIL_GTIDS || !assembler_is_inside(live->assembler)) &&
	       until_is_reached(live->options.until, live->executed, &at);
}

/*
 * Nothing is left to read.  A position that holds more than was asked for is shown to the source first: one whose
 * binlog was reset, or is that of an older copy, has less than was read from it, and refuses.
 */
static bool
is_at_until(const struct live *live)
{
	const struct until *until = live->options.until;

	return is_until_reached(live) &&
	       (until->kind != UNTIL_GTIDS || gtid_set_is_equal(live->executed, until->gtids));
}

/* A stream that is silent for so long is dead. */
static unsigned int
silence_limit_s(const struct live_options *options)
{
	unsigned int beats_s = options->heartbeat_s * DEAD_AFTER_HEARTBEATS, io_s = options->conn.io_timeout_s;

	return io_s != 0 && io_s < beats_s ? io_s : beats_s;
}

static bool
connect_source(struct live *live, struct err *err)
{
	struct conn_options conn_options = live->options.conn;
	struct file_position at = assembler_position(live->assembler);
	struct dump_options dump_options = {
	    .server_id = live->options.server_id,
	    .report_host = live->options.report_host,
	    .report_port = live->options.report_port,
	    .heartbeat_s = live->options.heartbeat_s,
	    .executed = live->options.is_gtid ? live->executed : NULL,
	    .file = at.file,
	    .offset = at.offset < 4 ? 4 : at.offset,
	};
	struct conn *conn;
	struct dump *dump;

	conn_options.packet_timeout_s = silence_limit_s(&live->options);
	conn_options.stop = &live->stop;
	if (!conn_open(&conn_options, &conn, err))
		return false;
	if (!check_server(live, conn, err) || !check_history(live, conn, &conn_options, err) ||
	    !source_clock_read(&live->options.progress->clock, conn, err)) {
		conn_close(conn);
		return false;
	}
	if (is_at_until(live)) {
		conn_close(conn);
		return true;
	}
	if (!dump_open(conn, &dump_options, &dump, err))
		return false;
	set_dump(live, dump);
	live->stalled_ms = 0;
	assembler_join(live->assembler);
	atomic_store(&live->options.progress->is_connected, true);
	note_trouble(live->options.progress, "");
	log_line(LOG_INFO, live->options.task, "joined source '%s' (%s) as replica %" PRIu32,
	    conn_name(conn), conn_server(conn)->version_text, live->options.server_id);
	return true;
}

/* Blocks while the queue is full; false when the thread was told to stop. */
static bool
put(struct live *live, struct txn *txn)
{
	int64_t since_ms = clock_mono_ms();
	enum queue_result result;

	do {
		if (atomic_load(&live->stop))
			return false;
		result = queue_put(live->options.queue, txn, txn_memory_bytes(txn), PUT_SLICE_MS);
	} while (result == QUEUE_TIMEOUT);
	if (clock_mono_ms() - since_ms > live->stalled_ms)
		live->stalled_ms = clock_mono_ms() - since_ms;
	return result == QUEUE_OK;
}

/* A transaction that reaches over the place to stop at is not begun. */
static bool
is_beyond_until(const struct live *live, const struct txn *txn)
{
	const struct until *until = live->options.until;

	return until->kind == UNTIL_FILE && until_compare(until, &txn->end) > 0;
}

static void
set_lag(struct live *live, int64_t lag_ms)
{
	live->lag_ms = lag_ms;
	live->lag_at_ms = clock_mono_ms();
	atomic_store(&live->options.progress->lag_ms, lag_ms);
}

/*
 * Transactions come in the order of their commits: from one to the next lag grows by the time in between at most.  More
 * than that, or one that comes from the future, is a step of the source's clock, as far as it goes.
 */
static bool
is_doubtful(const struct live *live, int64_t lag_ms)
{
	int64_t now_ms = clock_mono_ms(), since_ms = now_ms - live->options.progress->clock.read_ms;
	bool is_odd = lag_ms < -CLOCK_SLACK_MS ||
		      (live->lag_at_ms != 0 && lag_ms > live->lag_ms + now_ms - live->lag_at_ms + CLOCK_SLACK_MS);

	return since_ms > (is_odd ? READ_CLOCK_AFTER_MS : READ_CLOCK_EVERY_MS);
}

/*
 * Lag of reading: how old the newest transaction was when it came, by the source's own clock.  What is of the future
 * tells nothing.
 */
static void
note_lag(struct live *live, const struct txn *txn)
{
	struct source_clock *clock = &live->options.progress->clock;
	int64_t lag_ms = source_clock_age_ms(clock, txn->commit_us);

	if (txn->commit_us == 0)
		return;
	if (is_doubtful(live, lag_ms)) {
		struct conn_options conn_options = live->options.conn;
		conn_options.stop = &live->stop;
		source_clock_read_again(clock, &conn_options);
		lag_ms = source_clock_age_ms(clock, txn->commit_us);
	}
	set_lag(live, lag_ms < -CLOCK_SLACK_MS ? LIVE_LAG_UNKNOWN : lag_ms < 0 ? 0 : lag_ms);
}

static void
forget_damage(struct live *live)
{
	free(live->damage);
	live->damage = NULL;
	live->n_damaged = 0;
}

/* What the wire has done is cured by reading again; what comes out damaged each time is so at the source. */
static bool
count_damage(struct live *live, struct err *err)
{
	struct buf where = {0};

	if (err->kind != ERR_RETRY)
		return false;
	if (live->damage == NULL || strcmp(live->damage, err->text) != 0) {
		forget_damage(live);
		live->damage = mem_strdup(err->text);
	}
	if (++live->n_damaged < DAMAGED_READS)
		return false;
	assembler_describe(live->assembler, &where);
	(void) err_set(err, ERR_STOP, "%s%s%s, each of the %u times it was read", buf_text(&where), where.len == 0 ? "" : ": ",
	    live->damage, live->n_damaged);
	buf_release(&where);
	return err_hint(err, "See whether mysqlbinlog --verify-binlog-checksum reads that file on the source. If it does, look at "
			     "what lies between; if not, copy the tables again, and start behind that copy with override = true.");
}

static bool
take(struct live *live, struct txn *txn, struct err *err)
{
	bool has_gtid = txn->has_gtid;
	struct gtid gtid = txn->gtid;

	if (is_beyond_until(live, txn)) {
		txn_free(txn);
		return true;
	}
	if (has_gtid && live->options.is_gtid && gtid_set_is_repeated(live->executed, &gtid)) {
		(void) live_refuse_repeated(txn, err);
		txn_free(txn);
		return false;
	}
	if (!has_gtid && live->options.is_gtid && txn->kind != TXN_ADVANCE && txn->kind != TXN_REFUSED) {
		(void) live_refuse_anonymous(txn, err);
		txn_free(txn);
		return false;
	}
	forget_damage(live);
	txn->read_ms = clock_mono_ms();
	note_lag(live, txn);
	if (!put(live, txn)) {
		txn_free(txn);
		return err_set(err, ERR_CANCELLED, "stopped");
	}
	if (has_gtid)
		gtid_set_add(live->executed, &gtid);
	return true;
}

/*
 * A source whose binlog is reset goes on sending heartbeats at the end of the file that is gone, and never what it
 * writes to the new one.  What it says of itself tells; where it says nothing, the stream goes on.
 */
static bool
look_for_reset(struct live *live, struct err *err)
{
	struct history_place place = place_of(live);
	struct conn_options conn_options = live->options.conn;
	struct err ignored = {0}, trouble = {0};
	bool is_ahead = false, done;
	struct conn *conn;

	conn_options.stop = &live->stop;
	if (place.file[0] == '\0' || !conn_open(&conn_options, &conn, &ignored))
		return true;
	(void) source_clock_read(&live->options.progress->clock, conn, &ignored);
	done = check_identity(live, conn, &trouble) && history_look(conn, &place, &is_ahead, &trouble);
	conn_close(conn);
	if (done && is_ahead && live->is_quiet)
		return err_set(err, ERR_RETRY, "the source writes on, and sends nothing behind %s:%" PRIu64, place.file, place.offset);
	live->is_quiet = is_ahead;
	if (done || (trouble.kind != ERR_STOP && !live->is_left))
		return true;
	*err = trouble;
	return false;
}

/* The source sends a heartbeat only when it has nothing else left to send. */
static bool
note_heartbeat(struct live *live, bool is_heartbeat, struct err *err)
{
	if (!is_heartbeat) {
		live->n_heartbeats = 0;
		live->is_quiet = false;
		return true;
	}
	set_lag(live, 0);
	return ++live->n_heartbeats % LOOK_AFTER_HEARTBEATS != 0 || look_for_reset(live, err);
}

static bool
read_one(struct live *live, struct err *err)
{
	struct live_progress *progress = live->options.progress;
	struct bytes packet;
	struct txn *txn;
	bool is_end;

	if (!dump_next(live->dump, &packet, &is_end, err))
		return live_refuse_stream(err);
	if (is_end)
		return err_set(err, ERR_RETRY, "the source closed the binlog stream");
	atomic_store(&progress->heard_ms, clock_mono_ms());
	atomic_fetch_add(&progress->bytes, packet.len);
	atomic_fetch_add(&progress->events, 1);
	if (!note_heartbeat(live, packet.len > 4 && (packet.data[4] == EVENT_HEARTBEAT || packet.data[4] == EVENT_HEARTBEAT_V2),
		err))
		return false;
	if (!assembler_feed(live->assembler, packet, &txn, err))
		return count_damage(live, err);
	return txn == NULL || take(live, txn, err);
}

static bool
read_stream(struct live *live, struct err *err)
{
	assembler_restart(live->assembler); /* a transaction that was cut is asked for from its begin on */
	if (!connect_source(live, err))
		return false;
	if (live->dump == NULL)
		return true;
	do {
		if (atomic_load(&live->stop))
			return err_set(err, ERR_CANCELLED, "stopped");
		if (!read_one(live, err))
			return false;
	} while (!is_until_reached(live));
	return true;
}

/* What the source's own patience has ended, or that of something between, while we held the stream up, is no trouble. */
static bool
is_own_doing(const struct live *live, const struct err *err)
{
	if (live->stalled_ms < STALLED_MS || live->damage != NULL)
		return false;
	log_line(LOG_INFO, live->options.task, "%s, after the queue was full for %.1f s; joining again", err->text,
	    (double) live->stalled_ms / 1000);
	return true;
}

static void *
run(void *context)
{
	struct live *live = context;
	struct live_progress *progress = live->options.progress;
	struct backoff backoff = {.first_ms = BACKOFF_FIRST_MS, .limit_ms = BACKOFF_LIMIT_MS};
	struct err err = {0};

	while (!live->is_reached && !atomic_load(&live->stop)) {
		uint64_t events = atomic_load(&progress->events);
		live->is_reached = read_stream(live, &err);
		set_dump(live, NULL);
		atomic_store(&progress->is_connected, false);
		atomic_store(&progress->lag_ms, LIVE_LAG_UNKNOWN);
		if (live->is_reached || atomic_load(&live->stop) || live->is_left || err.kind != ERR_RETRY)
			break;
		if (atomic_load(&progress->events) > events + 10)
			backoff_reset(&backoff);
		if (is_own_doing(live, &err)) {
			live->stalled_ms = 0;
			continue;
		}
		int64_t wait_ms = backoff_next_ms(&backoff);
		note_trouble(progress, err.text);
		log_line(LOG_WARN, live->options.task, "%s; trying again in %.1f s", err.text, (double) wait_ms / 1000);
		atomic_fetch_add(&progress->reconnects, 1);
		(void) clock_sleep_ms(wait_ms, &live->stop);
	}
	live->outcome = err;
	queue_close(live->options.queue);
	return NULL;
}

struct live *
live_start(const struct live_options *options)
{
	struct live *live = mem_zalloc(sizeof(*live));

	live->options = *options;
	live->identity = mem_strdup(options->identity);
	live->file = mem_strdup(options->file);
	live->pending_ddl = mem_strdup(options->pending_ddl);
	live->executed = gtid_set_copy(options->executed);
	live->assembler = assembler_new(&options->assembler, live->file, options->offset, live->pending_ddl);
	pthread_mutex_init(&live->lock, NULL);
	if (pthread_create(&live->thread, NULL, run, live) != 0)
		(void) mem_alloc(SIZE_MAX); /* no threads left: as out of memory */
	return live;
}

void
live_stop(struct live *live)
{
	if (live == NULL)
		return;
	atomic_store(&live->stop, true);
	queue_close(live->options.queue);
	pthread_mutex_lock(&live->lock);
	if (live->dump != NULL)
		dump_abort(live->dump);
	pthread_mutex_unlock(&live->lock);
	pthread_join(live->thread, NULL);
	assembler_free(live->assembler);
	gtid_set_free(live->executed);
	pthread_mutex_destroy(&live->lock);
	free(live->damage);
	free(live->identity);
	free(live->pending_ddl);
	free(live->file);
	free(live);
}

bool
live_outcome(struct live *live, struct err *err)
{
	if (live->is_reached)
		return true;
	*err = live->outcome;
	return false;
}
