/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/skip.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/stored_position.h"
#include "base/mem.h"
#include "cli/connect.h"
#include "cli/json_text.h"
#include "cli/output.h"
#include "cli/place.h"
#include "cli/tasks.h"
#include "sink/mysql/replacement.h"
#include "sink/mysql/skip.h"

enum { MOST_REPLACEMENT_BYTES = 16 << 20, MOST_WHY_BYTES = 2000 };

/* What is asked for, in the form in which the task will look for it. */
struct wish {
	char gtid[GTID_TEXT_SIZE]; /* or "" */
	struct place place;        /* or without a file */
	struct buf replacement;
	bool is_replaced;
};

static bool
exclude(const char *one, const char *other, struct err *err)
{
	return err_set(err, ERR_STOP, "options '--%s' and '--%s' exclude each other", one, other);
}

static bool
check_request_args(const struct skip_args *args, struct err *err)
{
	if (args->gtid != NULL && args->position != NULL)
		return exclude("gtid", "position", err);
	if (args->replace != NULL && args->replace_file != NULL)
		return exclude("replace", "replace-file", err);
	if (args->gtid == NULL && args->position == NULL) {
		(void) err_set(err, ERR_STOP, "the transaction is not named");
		return err_hint(err, "Give --gtid or --position; the error that the task stopped with has both.");
	}
	if (args->why == NULL || args->why[0] == '\0') {
		(void) err_set(err, ERR_STOP, "a reason is needed: --why TEXT");
		return err_hint(err, "It is stored with the request, for whoever asks later why the servers differ.");
	}
	if (strlen(args->why) > MOST_WHY_BYTES)
		return err_set(err, ERR_STOP, "the reason has %zu bytes, the limit is %d", strlen(args->why),
		    (int) MOST_WHY_BYTES);
	return true;
}

static bool
check_args(const struct skip_args *args, struct err *err)
{
	bool is_request = args->gtid != NULL || args->position != NULL || args->replace != NULL ||
			  args->replace_file != NULL || args->why != NULL;

	if (args->task.n != 1) {
		(void) err_set(err, ERR_STOP, "the task is not named");
		return err_hint(err, "Usage: rowferry skip " SKIP_SYNOPSIS "; see 'rowferry skip --help'.");
	}
	if (args->is_list && args->cancel_id != 0)
		return exclude("list", "cancel", err);
	if (args->is_json && !args->is_list)
		return err_set(err, ERR_STOP, "option '--json' goes with '--list' only");
	if (!args->is_list && args->cancel_id == 0)
		return check_request_args(args, err);
	if (is_request)
		return err_set(err, ERR_STOP, "'--%s' takes no request with it", args->is_list ? "list" : "cancel");
	return true;
}

static bool
read_replacement(const char *path, struct buf *out, struct err *err)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	size_t n = 1;

	if (file == NULL)
		return err_set(err, ERR_STOP, "cannot open '%s': %s", path, strerror(errno));
	while (n > 0 && out->len <= MOST_REPLACEMENT_BYTES) {
		buf_reserve(out, BUFSIZ);
		n = fread(out->data + out->len, 1, BUFSIZ, file);
		out->len += n;
	}
	if (ferror(file))
		(void) err_set(err, ERR_STOP, "cannot read '%s': %s", path, strerror(errno));
	else if (out->len > MOST_REPLACEMENT_BYTES)
		(void) err_set(err, ERR_STOP, "'%s' has more than %d bytes, the limit of a replacement", path,
		    (int) MOST_REPLACEMENT_BYTES);
	if (file != stdin)
		(void) fclose(file);
	return err->kind == ERR_NONE;
}

static bool
take_replacement(const struct skip_args *args, struct wish *wish, struct err *err)
{
	struct buf *text = &wish->replacement;

	wish->is_replaced = args->replace != NULL || args->replace_file != NULL;
	if (args->replace != NULL)
		buf_puts(text, args->replace);
	if (args->replace_file != NULL && !read_replacement(args->replace_file, text, err))
		return false;
	while (text->len > 0 && strchr(" \t\r\n;", text->data[text->len - 1]) != NULL)
		text->len--;
	if (wish->is_replaced && memchr(buf_text(text), '\0', text->len) != NULL)
		return err_set(err, ERR_STOP, "the replacement has a NUL in it");
	if (wish->is_replaced && text->len == 0) {
		(void) err_set(err, ERR_STOP, "the replacement is empty");
		return err_hint(err, "To run nothing in its place, leave --replace away.");
	}
	return true;
}

/* The task looks at it again before it runs it. */
static bool
check_replacement(const struct wish *wish, const struct conn *conn, struct err *err)
{
	const struct ddl_context context = {
	    .flavour = conn_server(conn)->flavour,
	    .server_version = conn_server(conn)->version,
	    .default_db = "",
	};
	struct bytes sql = {(const uint8_t *) wish->replacement.data, wish->replacement.len};
	struct arena arena = {0};
	struct ddl ddl = {0};
	bool done = !wish->is_replaced || replacement_scan(sql, &context, &arena, &ddl, err);

	arena_release(&arena);
	return done;
}

static bool
check_gtid(const struct skip_args *args, const struct stored_position *stored, struct wish *wish, struct err *err)
{
	struct gtid gtid;

	if (!gtid_parse(args->gtid, stored->source_flavour, &gtid, err)) {
		(void) err_prefix(err, "--gtid: ");
		return err_hint(err, "The source of task '%s' is %s: %s.", stored->task,
		    stored->source_flavour == FLAVOUR_MARIADB ? "MariaDB" : "MySQL",
		    stored->source_flavour == FLAVOUR_MARIADB ? "DOMAIN-SERVER-NUMBER" : "UUID:NUMBER");
	}
	(void) gtid_text(&gtid, wish->gtid);
	if (stored->has_position && gtid_set_has(stored->position.executed, &gtid)) {
		(void) err_set(err, ERR_STOP, "transaction '%s' lies behind the position of task '%s' already", wish->gtid,
		    stored->task);
		return err_hint(err, "Name the one that the task stopped at; see 'rowferry status'.");
	}
	return true;
}

static bool
check_position(const struct skip_args *args, const struct stored_position *stored, struct wish *wish, struct err *err)
{
	const struct marker_position *position = &stored->position;

	if (!place_parse(args->position, true, &wish->place, err))
		return err_prefix(err, "--position: ");
	if (!stored->has_position || position->file[0] == '\0' ||
	    place_compare(wish->place.file, wish->place.offset, position->file, position->offset) >= 0)
		return true;
	(void) err_set(err, ERR_STOP, "'%s' lies behind the position of task '%s' already, which is '%s:%" PRIu64 "'",
	    args->position, stored->task, position->file, position->offset);
	return err_hint(err, "Name the place where the transaction begins that the task stopped at; see 'rowferry status'.");
}

/* The stored position says which task this is, and what lies behind it. */
static bool
check_stored(const struct task_options *task, const struct stored_position *stored, const struct conn *conn,
    struct err *err)
{
	if (!stored->has_schema || !stored->has_task) {
		(void) err_set(err, ERR_STOP, "task '%s' has never run against '%s': there is nothing to pass over", task->name,
		    conn_name(conn));
		return err_hint(err, "Is '%s' its configuration?", task->file);
	}
	if (strcmp(stored->task, task->name) != 0)
		return err_set(err, ERR_STOP, "server_id %" PRIu32 " belongs to task '%s' on '%s', not to '%s'",
		    task->server_id, stored->task, conn_name(conn), task->name);
	return true;
}

static bool
check_open(struct conn *conn, const struct task_options *task, const struct wish *wish, struct err *err)
{
	struct skip_request *requests;
	struct arena arena = {0};
	size_t n = 0;
	bool done = skip_list(conn, task->server_id, "asked", &arena, &requests, &n, err);

	for (size_t i = 0; done && i < n; i++) {
		const struct skip_request *old = &requests[i];
		bool is_same = wish->place.file == NULL ? strcmp(old->gtid, wish->gtid) == 0
							: strcmp(old->file, wish->place.file) == 0 &&
							      old->offset == wish->place.offset;
		if (!is_same)
			continue;
		done = err_set(err, ERR_STOP, "request %" PRIu64 " asks for this transaction already", old->id);
		(void) err_hint(err, "Cancel it first: rowferry skip %s --cancel %" PRIu64 ".", task->name, old->id);
	}
	arena_release(&arena);
	return done;
}

/* "anna@host", of the person behind sudo where there is one. */
static char *
who_asks(void)
{
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *user = getpwuid(getuid());
	char host[256] = "";

	(void) gethostname(host, sizeof(host) - 1);
	if (sudo != NULL && sudo[0] != '\0')
		return mem_printf("%s@%s", sudo, host);
	return user == NULL ? mem_printf("%ld@%s", (long) getuid(), host) : mem_printf("%s@%s", user->pw_name, host);
}

/* The task's last error names what it stopped at; another name is no mistake, but worth a word. */
static void
compare_with_error(const struct task_options *task, const char *name)
{
	struct conn *conn = NULL;
	struct err err = {0};
	char *text = NULL;
	char *sql = mem_printf("SELECT last_error FROM dump2db.progress WHERE state = 'failed' AND server_id = %" PRIu32,
	    task->server_id);

	if (connect_status(task, &conn, &err) && conn_query_one(conn, sql, &text, &err) && text != NULL &&
	    strstr(text, name) == NULL)
		output_message("warning: the task stopped at something else: %s", text);
	free(text);
	free(sql);
	conn_close(conn);
}

static bool
ask(const struct skip_args *args, const struct task_options *task, const char *source, struct conn *conn,
    struct wish *wish, struct err *err)
{
	const char *replacement = wish->is_replaced ? buf_text(&wish->replacement) : NULL;
	char *who;
	uint64_t id;
	bool done;

	if (!check_open(conn, task, wish, err))
		return false;
	who = who_asks();
	done = skip_ask(conn, task->server_id, source, wish->gtid, wish->place.file == NULL ? "" : wish->place.file,
	    wish->place.offset, replacement, who, args->why, &id, err);
	free(who);
	if (!done)
		return false;
	compare_with_error(task, args->gtid != NULL ? wish->gtid : args->position);
	(void) printf("request %" PRIu64 ": task '%s' will %s '%s' when it comes to it\n", id, task->name,
	    wish->is_replaced ? "run the replacement of" : "pass over",
	    args->gtid != NULL ? wish->gtid : args->position);
	return true;
}

static bool
request(const struct skip_args *args, const struct task_options *task, struct conn *conn, struct err *err)
{
	struct stored_position stored;
	struct wish wish = {0};
	bool done;

	if (!stored_position_read(conn, task->server_id, &stored, err))
		return false;
	done = check_stored(task, &stored, conn, err) &&
	       (args->gtid != NULL ? check_gtid(args, &stored, &wish, err) : check_position(args, &stored, &wish, err)) &&
	       take_replacement(args, &wish, err) && check_replacement(&wish, conn, err) &&
	       ask(args, task, stored.source_identity, conn, &wish, err);
	stored_position_release(&stored);
	buf_release(&wish.replacement);
	free(wish.place.file);
	return done;
}

static void
put_json_text(const char *name, const char *text, struct buf *out)
{
	json_text_name(name, out);
	if (text == NULL)
		buf_puts(out, "null");
	else
		json_text_cstring(text, out);
}

static void
put_json(const struct skip_request *request, bool is_behind, struct buf *out)
{
	json_text_next(out);
	buf_printf(out, "{\"id\":%" PRIu64, request->id);
	put_json_text("state", request->state, out);
	put_json_text("gtid", request->gtid[0] == '\0' ? NULL : request->gtid, out);
	put_json_text("file", request->file[0] == '\0' ? NULL : request->file, out);
	if (request->file[0] != '\0')
		buf_printf(out, ",\"offset\":%" PRIu64, request->offset);
	put_json_text("replacement", request->replacement, out);
	put_json_text("who", request->who, out);
	put_json_text("why", request->why, out);
	put_json_text("asked_at", request->asked_at, out);
	put_json_text("used_at", request->used_at, out);
	buf_printf(out, ",\"behind\":%s", is_behind ? "true" : "false");
	buf_putc(out, '}');
}

static void
put_line(const struct skip_request *request, bool is_behind, struct buf *out)
{
	buf_printf(out, "%" PRIu64 "  %-9s  ", request->id, request->state);
	if (request->gtid[0] != '\0')
		buf_puts(out, request->gtid);
	else
		buf_printf(out, "%s:%" PRIu64, request->file, request->offset);
	buf_printf(out, "  %s  asked %s by %s: %s%s\n", request->replacement == NULL ? "passed over" : "replaced",
	    request->asked_at, request->who, request->why,
	    is_behind ? " (its transaction has been passed without it: the next start cancels it)" : "");
}

/* Still open, although nothing will ask for it. */
static bool
is_behind(const struct skip_request *request, const struct stored_position *stored)
{
	return strcmp(request->state, "asked") == 0 && stored->has_position &&
	       skip_is_behind(request, &stored->position, stored->source_flavour, stored->source_identity);
}

static bool
list(const struct skip_args *args, const struct task_options *task, struct conn *conn, struct err *err)
{
	struct stored_position stored;
	struct skip_request *requests;
	struct arena arena = {0};
	struct buf out = {0};
	size_t n;
	bool done;

	if (!stored_position_read(conn, task->server_id, &stored, err))
		return false;
	done = skip_list(conn, task->server_id, NULL, &arena, &requests, &n, err);

	if (done && args->is_json)
		buf_putc(&out, '[');
	for (size_t i = 0; done && i < n; i++) {
		if (args->is_json)
			put_json(&requests[i], is_behind(&requests[i], &stored), &out);
		else
			put_line(&requests[i], is_behind(&requests[i], &stored), &out);
	}
	if (done && args->is_json)
		buf_puts(&out, "]\n");
	else if (done && n == 0)
		buf_printf(&out, "task '%s' has no requests\n", task->name);
	done = done && output_report(&out, err);
	buf_release(&out);
	arena_release(&arena);
	stored_position_release(&stored);
	return done;
}

static bool
cancel(const struct skip_args *args, const struct task_options *task, struct conn *conn, struct err *err)
{
	if (!skip_cancel(conn, task->server_id, args->cancel_id, err))
		return false;
	(void) printf("request %" PRIu64 " of task '%s' is cancelled\n", args->cancel_id, task->name);
	return true;
}

static bool
carry_out(const struct skip_args *args, const struct task_options *task, struct err *err)
{
	struct conn *conn;
	bool done;

	if (!connect_destination(task, &conn, err))
		return false;
	done = task->destination.binlog != BINLOG_OFF || conn_exec(conn, "SET SESSION sql_log_bin = 0", NULL, err);
	if (done && args->is_list)
		done = list(args, task, conn, err);
	else if (done && args->cancel_id != 0)
		done = cancel(args, task, conn, err);
	else
		done = done && request(args, task, conn, err);
	conn_close(conn);
	return done;
}

int
skip_command(const void *context)
{
	const struct skip_args *args = context;
	struct tasks tasks = {0};
	struct err err = {0};
	int status = EXIT_DONE;

	conn_library_init();
	if (!check_args(args, &err) || !tasks_load(args->config, &args->task, &tasks, &err))
		status = EXIT_USAGE;
	else if (!carry_out(args, tasks.items[0], &err))
		status = EXIT_NO;
	if (status != EXIT_DONE)
		command_complain(&err);
	tasks_release(&tasks);
	conn_library_end();
	return status;
}
