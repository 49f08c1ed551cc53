/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/watchdog.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { LOOK_MS = 1000, PROBE_AFTER_MS = 15000, PROBE_EVERY_MS = 15000, PROBE_TIMEOUT_S = 10 };

struct watchdog {
	const char *task;
	struct conn_options options;
	struct conn *conn;
	uint32_t session;
	pthread_t thread;
	atomic_bool stop;
};

static bool
is_at_work(const struct watchdog *watchdog, struct conn *probe, bool *is_there, struct err *err)
{
	struct result *result;

	if (!conn_queryf(probe, &result, err,
		"SELECT 1 FROM information_schema.processlist WHERE id = %" PRIu32 " AND command <> 'Sleep'",
		watchdog->session))
		return false;
	*is_there = result_rows(result) > 0;
	result_free(result);
	return true;
}

/* The client library's own numbers: nobody answered. */
static bool
is_client_error(const struct err *err)
{
	return err->code >= 2000 && err->code < 3000;
}

/* False only where the session cannot be answered any more; a refusal of another kind proves that the server lives. */
static bool
is_session_alive(const struct watchdog *watchdog)
{
	struct conn_options options = watchdog->options;
	struct err err = {0};
	struct conn *probe;
	bool is_there = true;

	options.connect_timeout_s = options.io_timeout_s = PROBE_TIMEOUT_S;
	if (!conn_open(&options, &probe, &err))
		return !is_client_error(&err);
	if (!is_at_work(watchdog, probe, &is_there, &err))
		is_there = !is_client_error(&err);
	conn_close(probe);
	return is_there;
}

static void *
run(void *context)
{
	struct watchdog *watchdog = context;
	int64_t probe_at_ms = PROBE_AFTER_MS;

	while (clock_sleep_ms(LOOK_MS, &watchdog->stop)) {
		int64_t busy_ms = conn_busy_ms(watchdog->conn);
		if (busy_ms < PROBE_AFTER_MS)
			probe_at_ms = PROBE_AFTER_MS;
		if (busy_ms < probe_at_ms)
			continue;
		/* An answer that came while we asked counts. */
		if (is_session_alive(watchdog) || conn_busy_ms(watchdog->conn) < busy_ms) {
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
watchdog_start(const char *task, const struct conn_options *options, struct conn *conn)
{
	struct watchdog *watchdog = mem_zalloc(sizeof(*watchdog));

	watchdog->task = task;
	watchdog->options = *options;
	watchdog->conn = conn;
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
