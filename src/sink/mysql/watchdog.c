/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/watchdog.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "apply/session_work.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { LOOK_MS = 250, PROBE_AFTER_MS = 15000, PROBE_EVERY_MS = 15000, PROBE_TIMEOUT_S = 10, SAY_EVERY_MS = 60000,
	STOP_GRACE_MS = 4000 };

struct watchdog {
	const char *task;
	struct conn_options options;
	struct conn *conn;
	uint32_t session;
	const atomic_bool *is_ending; /* of the task */
	pthread_t thread;
	atomic_bool stop;
};

/* The client library's own numbers: nobody answered. */
static bool
is_client_error(const struct err *err)
{
	return err->code >= 2000 && err->code < 3000;
}

/*
 * What the session is doing.  It counts as at work unless it cannot be answered any more: a refusal of another kind
 * proves that the server lives.
 */
static void
look_at_session(const struct watchdog *watchdog, struct session_work *work)
{
	struct conn_options options = watchdog->options;
	struct err err = {0};
	struct conn *probe;

	*work = (struct session_work){0};
	if (options.io_timeout_s == 0)
		options.io_timeout_s = PROBE_TIMEOUT_S;
	options.stop = &watchdog->stop;
	if (!conn_open(&options, &probe, &err)) {
		work->is_at_work = !is_client_error(&err);
		return;
	}
	if (!session_work_read(probe, watchdog->session, work, &err))
		work->is_at_work = !is_client_error(&err);
	conn_close(probe);
}

static void
say_work(const struct watchdog *watchdog, const struct session_work *work, int64_t busy_ms, int64_t *say_at_ms)
{
	if (busy_ms < *say_at_ms || work->text[0] == '\0')
		return;
	*say_at_ms = busy_ms + SAY_EVERY_MS;
	log_line(LOG_INFO, watchdog->task, "session %" PRIu32 " on '%s' has been at work for %" PRId64 " s: %s",
	    watchdog->session, conn_name(watchdog->conn), busy_ms / 1000, work->text);
}

/* *since_ms: when the task was first seen to be ending, 0: not yet. */
static bool
has_to_end(const struct watchdog *watchdog, int64_t busy_ms, int64_t *since_ms)
{
	int64_t now_ms = clock_mono_ms();

	if (watchdog->is_ending == NULL || !atomic_load(watchdog->is_ending))
		return false;
	if (*since_ms == 0)
		*since_ms = now_ms;
	return busy_ms > 0 && now_ms - *since_ms >= STOP_GRACE_MS;
}

static void *
run(void *context)
{
	struct watchdog *watchdog = context;
	int64_t probe_at_ms = PROBE_AFTER_MS, say_at_ms = 0, ending_ms = 0;
	struct session_work work;

	while (clock_sleep_ms(LOOK_MS, &watchdog->stop)) {
		int64_t busy_ms = conn_busy_ms(watchdog->conn);
		if (has_to_end(watchdog, busy_ms, &ending_ms)) {
			log_line(LOG_WARN, watchdog->task, "told to stop while session %" PRIu32 " on '%s' has been at work for %" PRId64
							   " s; cutting it, the next start finds out what became of it",
			    watchdog->session, conn_name(watchdog->conn), busy_ms / 1000);
			conn_abort(watchdog->conn);
			break;
		}
		if (busy_ms < PROBE_AFTER_MS) {
			probe_at_ms = PROBE_AFTER_MS;
			say_at_ms = 0;
		}
		if (busy_ms < probe_at_ms)
			continue;
		look_at_session(watchdog, &work);
		/* An answer that came while we asked counts. */
		if (work.is_at_work || conn_busy_ms(watchdog->conn) < busy_ms) {
			say_work(watchdog, &work, busy_ms, &say_at_ms);
			probe_at_ms = conn_busy_ms(watchdog->conn) + PROBE_EVERY_MS;
			continue;
		}
		log_line(LOG_WARN, watchdog->task, "session %" PRIu32 " on '%s' has been silent for %" PRId64
						   " s and is not at work any more; cutting it",
		    watchdog->session, conn_name(watchdog->conn), busy_ms / 1000);
		conn_abort(watchdog->conn);
		break;
	}
	return NULL;
}

struct watchdog *
watchdog_start(const char *task, const struct conn_options *options, struct conn *conn, const atomic_bool *stop)
{
	struct watchdog *watchdog = mem_zalloc(sizeof(*watchdog));

	watchdog->task = task;
	watchdog->options = *options;
	watchdog->conn = conn;
	watchdog->is_ending = stop;
	watchdog->session = conn_thread_id(conn);
	if (pthread_create(&watchdog->thread, NULL, run, watchdog) != 0)
		(void) mem_alloc(SIZE_MAX); /* no threads left: as out of memory */
	return watchdog;
}

void
watchdog_stop(struct watchdog *watchdog)
{
	if (watchdog == NULL)
		return;
	atomic_store(&watchdog->stop, true);
	pthread_join(watchdog->thread, NULL);
	free(watchdog);
}
