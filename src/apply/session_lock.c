/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/session_lock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { POLL_MS = 50, SAY_AFTER_MS = 2000, SAY_EVERY_MS = 30000, ER_NO_SUCH_THREAD = 1094, ER_KILL_DENIED = 1095 };

enum { ER_BAD_DB = 1049, ER_NO_SUCH_TABLE = 1146 };

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

/* "app@10.1.2.3:5000", or "another user" where this user may not see it.  Caller frees. */
static char *
user_of(struct conn *conn, uint64_t session)
{
	char *sql = mem_printf("SELECT CONCAT(USER, '@', HOST) FROM information_schema.PROCESSLIST WHERE ID = %" PRIu64, session);
	struct err ignored = {0};
	char *user = NULL;

	(void) conn_query_one(conn, sql, &user, &ignored);
	free(sql);
	return user == NULL ? mem_strdup("another user") : user;
}

static bool
kill_holder(struct conn *conn, uint64_t holder, struct err *err)
{
	char *user;

	if (conn_execf(conn, NULL, err, "KILL %" PRIu64, holder))
		return true;
	if (err->code == ER_NO_SUCH_THREAD) { /* it ended by itself */
		err_clear(err);
		return true;
	}
	if (err->code != ER_KILL_DENIED)
		return err_prefix(err, "cannot end session %" PRIu64 " of the task's earlier owner: ", holder);
	user = user_of(conn, holder);
	(void) err_set(err, ERR_WAIT,
	    "session %" PRIu64 " of '%s' holds the lock of the task's owner, and this user may not end it: every owner must be the same user",
	    holder, user);
	free(user);
	return false;
}

/* Caller frees; NULL on error. */
static char *
lock_name(struct conn *conn, uint32_t server_id, unsigned int number, struct err *err)
{
	char *key = NULL, *name;

	if (!conn_query_one(conn, "SELECT MAX(lock_key) FROM dump2db.version", &key, err)) {
		if (err->code != ER_BAD_DB && err->code != ER_NO_SUCH_TABLE)
			return NULL;
		err_clear(err); /* no owner has been there yet */
	}
	name = mem_printf("rowferry.%" PRIu32 ".%u.%s", server_id, number, key == NULL ? "" : key);
	free(key);
	return name;
}

bool
session_lock_holder(struct conn *conn, uint32_t server_id, unsigned int number, uint64_t *holder, struct err *err)
{
	char *name = lock_name(conn, server_id, number, err);
	bool done = name != NULL && find_holder(conn, name, holder, err);

	free(name);
	return done;
}

bool
session_lock_take(struct conn *conn, uint32_t server_id, unsigned int number, const atomic_bool *stop, const char *task,
    struct err *err)
{
	char *name = lock_name(conn, server_id, number, err);
	int64_t start_ms = clock_mono_ms(), say_ms = start_ms + SAY_AFTER_MS;
	bool is_taken = false, done = name != NULL;
	uint64_t holder, killed = 0;

	while (done && (done = try_take(conn, name, &is_taken, err)) && !is_taken) {
		done = find_holder(conn, name, &holder, err);
		if (done && holder != 0 && holder != killed) {
			done = kill_holder(conn, holder, err);
			killed = holder;
			if (done)
				log_line(LOG_INFO, task, "ending session %" PRIu64 " of an earlier owner on '%s'", holder, conn_name(conn));
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
