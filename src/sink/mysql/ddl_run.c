/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_run.h"

#include <stdio.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "apply/literal.h"
#include "base/clock.h"
#include "base/log.h"

enum { ER_BAD_DB = 1049 };

/* Told to stop, we let a short one end: then there is nothing to find out at the next start. */
enum { TICK_MS = 200, STOP_GRACE_MS = 3000 };

struct wait {
	struct applier *applier;
	int64_t stop_ms; /* when we were first seen to be stopping; 0: not yet */
	bool is_given_up;
};

/*
 * None of its objects lies in the default database, which the target need not have: a replica runs it all the same.  A
 * name in it that names no database must not be found in another one.
 */
static bool
needs_database(const struct ddl_statement *statement)
{
	for (size_t i = 0; i < statement->n_names; i++)
		if (strcasecmp(statement->names[i].db, statement->default_db) == 0)
			return true;
	return statement->is_replacement || statement->n_names == 0;
}

bool
ddl_use_database(struct applier *applier, const struct ddl_statement *statement, struct err *err)
{
	struct buf sql = {0};
	bool done;

	if (statement->default_db[0] == '\0')
		return true;
	buf_puts(&sql, "USE ");
	literal_put_name(statement->default_db, &sql);
	done = conn_exec_len(applier->conn, sql.data, sql.len, NULL, err);
	buf_release(&sql);
	if (!done && err->code == ER_BAD_DB && !needs_database(statement)) {
		err_clear(err);
		return conn_exec(applier->conn, "USE information_schema", NULL, err);
	}
	if (!done && err->kind == ERR_STOP)
		(void) err_hint(err, "The statement's default database must be on the target: create it there "
				     "and start the task "
				     "again.");
	return done;
}

/* Whether the session is still alive, and what it is at, is the watchdog's to see; a lost one ends the wait with an error. */
static bool
keep_waiting(void *context)
{
	struct wait *wait = context;
	const struct applier_options *options = &wait->applier->options;
	int64_t now_ms;

	if (options->stop == NULL || !atomic_load(options->stop))
		return true;
	now_ms = clock_mono_ms();
	if (wait->stop_ms == 0)
		wait->stop_ms = now_ms;
	wait->is_given_up = now_ms - wait->stop_ms >= STOP_GRACE_MS;
	return !wait->is_given_up;
}

static bool
execute(struct applier *applier, const char *sql, size_t len, struct err *err)
{
	struct wait wait = {.applier = applier};

	if (conn_exec_long(applier->conn, sql, len, TICK_MS, keep_waiting, &wait, err))
		return true;
	if (wait.is_given_up)
		return err_set(err, ERR_CANCELLED,
		    "stopped while a DDL was running; the next start finds out what became of it");
	if (!conn_is_usable(applier->conn))
		err->kind = ERR_UNCERTAIN;
	return false;
}

static bool
enter_session(
    struct applier *applier, const struct ddl_statement *statement, const char *finish, struct err *err)
{
	if (statement->enter.len > 0 &&
	    !conn_exec_len(applier->conn, statement->enter.data, statement->enter.len, NULL, err))
		return err_prefix(err, "the session for the statement: ");
	return finish == NULL || conn_exec(applier->conn, "SET character_set_client = utf8mb4", NULL, err);
}

static bool
leave_session(struct applier *applier, const struct ddl_statement *statement, struct err *err)
{
	return (statement->leave.len == 0 ||
		   conn_exec_len(applier->conn, statement->leave.data, statement->leave.len, NULL, err)) &&
	       applier_reset_session(applier, err);
}

/* "... syntax to use near 'what follows' at line 1". */
static void
hide_what_follows(struct err *err)
{
	char *near = strstr(err->text, " near '");

	if (near != NULL)
		(void) snprintf(near, sizeof(err->text) - (size_t) (near - err->text), " near '***'");
}

static bool
refuse(const struct ddl_statement *statement, struct err *err)
{
	struct buf text = {0};

	if (err->kind != ERR_STOP)
		return false;
	if (statement->has_secret)
		hide_what_follows(err);
	ddl_statement_put_text(statement, &text);
	(void) err_prefix(err, "the target refuses %s '%s': ", ddl_class_name(statement->ddl.class), buf_text(&text));
	buf_release(&text);
	return err_hint(err, "Put right what is in its way and start the task again, or pass this statement "
			     "over, or give another "
			     "one to run instead, with `rowferry skip`.");
}

/* What ended with an error on the source, having done a part of it, must end with that. */
static bool
check_outcome(const struct ddl_statement *statement, bool done, struct err *err)
{
	unsigned int expected = statement->expected_error;

	if (expected == 0)
		return done;
	if (!done && err->code == expected) {
		err_clear(err);
		return true;
	}
	if (done)
		(void) err_set(err, ERR_STOP, "it was executed without an error");
	return err_prefix(err, "expected error %u, with which it ended on the source: ", expected);
}

bool
ddl_run(struct applier *applier, const struct ddl_statement *statement, const char *finish, struct err *err)
{
	const char *sql = finish != NULL ? finish : (const char *) statement->text.data;
	size_t len = finish != NULL ? strlen(finish) : statement->text.len;
	struct err leaving = {0};
	bool done, is_usable;

	done = enter_session(applier, statement, finish, err) && execute(applier, sql, len, err);
	is_usable = conn_is_usable(applier->conn);
	if (is_usable && leave_session(applier, statement, &leaving))
		return check_outcome(statement, done, err) || refuse(statement, err);
	if (is_usable)
		*err = leaving;
	if (err->kind != ERR_CANCELLED)
		err->kind = ERR_UNCERTAIN;
	return false;
}
