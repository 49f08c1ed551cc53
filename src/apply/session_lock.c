/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/session_lock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { POLL_MS = 50, SAY_AFTER_MS = 2000, SAY_EVERY_MS = 30000, ER_NO_SUCH_THREAD = 1094 };

static bool
try_take(struct conn *conn, const char *name, bool *is_taken, struct err *err)
{
	char *sql = mem_printf("SELECT GET_LOCK('%s', 0)", name);
	char *value = NULL;
	bool done = conn_query_one(conn, sql, &value, err);

	*is_taken = done && value != NULL && strcmp(value, "1") == 0;
	free(value);
	free(sql);
	return done;
}

/* The holder's connection id; 0 when nobody holds it. */
static bool
find_holder(struct conn *conn, const char *name, uint64_t *holder, struct err *err)
{
	char *sql = mem_printf("SELECT IS_USED_LOCK('%s')", name);
	char *value = NULL;
	bool done = conn_query_one(conn, sql, &value, err);

	*holder = value == NULL ? 0 : strtoull(value, NULL, 10);
	free(value);
	free(sql);
	return done;
}

static bool
kill_holder(struct conn *conn, uint64_t holder, struct err *err)
{
	if (conn_execf(conn, NULL, err, "KILL %" PRIu64, holder))
		return true;
	if (err->code == ER_NO_SUCH_THREAD) { /* it ended by itself */
		err_clear(err);
		return true;
	}
	(void) err_prefix(err, "cannot end session %" PRIu64 " of the task's earlier owner: ", holder);
	return err->kind == ERR_STOP ? err_hint(err, "Run every owner of a task as the same destination user.") : false;
}

static char *
lock_name(uint32_t server_id, unsigned int number)
{
	return mem_printf("rowferry.%" PRIu32 ".%u", server_id, number);
}

bool
session_lock_holder(struct conn *conn, uint32_t server_id, unsigned int number, uint64_t *holder, struct err *err)
{
	char *name = lock_name(server_id, number);
	bool done = find_holder(conn, name, holder, err);

	free(name);
	return done;
}

bool
session_lock_take(struct conn *conn, uint32_t server_id, unsigned int number, const atomic_bool *stop, const char *task,
    struct err *err)
{
	char *name = lock_name(server_id, number);
	int64_t start_ms = clock_mono_ms(), say_ms = start_ms + SAY_AFTER_MS;
	bool is_taken = false, done = true;
	uint64_t holder, killed = 0;

	while (done && (done = try_take(conn, name, &is_taken, err)) && !is_taken) {
		done = find_holder(conn, name, &holder, err);
		if (done && holder != 0 && holder != killed) {
			log_line(LOG_INFO, task, "ending session %" PRIu64 " of an earlier owner on '%s'", holder, conn_name(conn));
			done = kill_holder(conn, holder, err);
			killed = holder;
		}
		if (done && clock_mono_ms() >= say_ms) {
			log_line(LOG_WARN, task, "session %" PRIu64 " of an earlier owner is still at work on '%s'; waiting for its end",
			    killed, conn_name(conn));
			say_ms = clock_mono_ms() + SAY_EVERY_MS;
		}
		if (done && !clock_sleep_ms(POLL_MS, stop))
			done = err_set(err, ERR_CANCELLED, "stopped while waiting for an earlier owner's session to end");
	}
	free(name);
	return done;
}
