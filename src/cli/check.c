/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/check_parts.h"
#include "cli/connect.h"
#include "cli/denied.h"
#include "cli/output.h"
#include "cli/tasks.h"

/* Versions that the tests run against lie between these. */
enum {
	MYSQL_FIRST = 50600,
	MYSQL_LAST = 90799,
	MARIADB_FIRST = 101100,
	MARIADB_LAST = 110899,
	MARIADB_OLDEST = 100200,
	CLOCK_SLACK_S = 2,
	US_PER_SECOND = 1000000,
};

static void
check_version(struct check *check, const char *id, const struct check_side *side)
{
	const struct server_info *server = side->server;
	bool is_mariadb = server->flavour == FLAVOUR_MARIADB;
	unsigned int first = is_mariadb ? MARIADB_FIRST : MYSQL_FIRST, last = is_mariadb ? MARIADB_LAST : MYSQL_LAST;
	unsigned int oldest = is_mariadb ? MARIADB_OLDEST : MYSQL_FIRST;
	const char *name = is_mariadb ? "MariaDB" : "MySQL";

	if (server->version < oldest)
		report_add(check->report, VERDICT_FAIL, id, "Upgrade the server.", "'%s' is %s %s, which is too old",
		    conn_name(side->conn), name, server->version_text);
	else if (server->version < first || server->version > last)
		report_add(check->report, VERDICT_WARN, id, "Try it with a copy of the data first.",
		    "'%s' is %s %s, which this release was not tried with", conn_name(side->conn), name, server->version_text);
	else
		report_add(check->report, VERDICT_OK, id, "", "'%s' is %s %s", conn_name(side->conn), name,
		    server->version_text);
}

static void
check_side(struct check *check, const char *id, bool (*connect_to)(const struct task_options *, struct conn **, struct err *),
    struct check_side *side)
{
	struct err err = {0};

	if (connect_to(check->task, &side->conn, &err) && variables_read(side->conn, &side->variables, &err)) {
		side->server = conn_server(side->conn);
		check_version(check, id, side);
		return;
	}
	conn_close(side->conn);
	side->conn = NULL;
	if (err.hint[0] == '\0')
		(void) err_hint(&err, "See that the server runs, and that address, user, password and tls are right.");
	report_err(check->report, VERDICT_FAIL, id, &err);
}

static void
check_status_server(struct check *check)
{
	struct names denied = {.arena = &check->report->arena};
	struct conn *conn;
	struct err err = {0};

	if (!check->task->has_status)
		return;
	if (connect_status(check->task, &conn, &err)) {
		denied_add_all(conn, "dump2db", denied_schema, &denied, &err);
		report_names(check->report, VERDICT_WARN, "status.dump2db", &denied,
		    "privileges that the status server's user lacks",
		    "Grant them on dump2db.* there: without them the task runs, and reports nothing.");
		report_add(check->report, VERDICT_OK, "status.connect", "", "the status server '%s' answers", conn_name(conn));
		if (!check->task->status_binlog && !conn_exec(conn, "SET SESSION sql_log_bin = 0", NULL, &err))
			report_add(check->report, VERDICT_WARN, "status.binlog",
			    "Grant BINLOG ADMIN (MariaDB) or SYSTEM_VARIABLES_ADMIN (MySQL), or set status.binlog = true.",
			    "the user may not set sql_log_bin: reports enter the status server's binlog, every 10 s at most");
	} else {
		report_add(check->report, VERDICT_WARN, "status.connect", "Without it the task runs, and reports nothing.", "%s",
		    err.text);
	}
	names_release(&denied);
	conn_close(conn);
}

/* What a server's clock shows more than ours: an answer that took its time leaves that much open. */
struct clock_look {
	double least_s, most_s;
};

static bool
look_at_clock(struct conn *conn, struct clock_look *look)
{
	struct err err = {0};
	char *text = NULL;
	int64_t asked_us = clock_wall_us();
	bool done = conn_query_one(conn, "SELECT UNIX_TIMESTAMP(NOW(6))", &text, &err) && text != NULL;
	double seconds = done ? strtod(text, NULL) : 0;

	look->least_s = seconds - (double) clock_wall_us() / US_PER_SECOND;
	look->most_s = seconds - (double) asked_us / US_PER_SECOND;
	free(text);
	return done;
}

static void
check_clocks(struct check *check)
{
	struct clock_look source, destination;
	double apart;

	if (check->source.conn == NULL || check->destination.conn == NULL || !look_at_clock(check->source.conn, &source) ||
	    !look_at_clock(check->destination.conn, &destination))
		return;
	/* What they are apart at least. */
	apart = fmax(source.least_s - destination.most_s, destination.least_s - source.most_s);
	if (apart > CLOCK_SLACK_S)
		report_add(check->report, VERDICT_WARN, "clocks", "Set both servers' clocks by NTP.",
		    "the clocks of source and destination are %.1f s apart: defaults such as NOW() in DDL differ, and lag "
		    "is measured wrongly",
		    apart);
	else
		report_add(check->report, VERDICT_OK, "clocks", "", "the clocks of source and destination agree");
}

/* With names that differ in case only, two tables of one server would be one of the other. */
static void
check_name_case(struct check *check)
{
	const char *there = variables_get(&check->source.variables, "lower_case_table_names");
	const char *here = variables_get(&check->destination.variables, "lower_case_table_names");

	if (there != NULL && here != NULL && strcmp(there, here) != 0)
		report_add(check->report, VERDICT_WARN, "names.case", "Use names that differ in more than case.",
		    "lower_case_table_names is %s on the source and %s on the destination", there, here);
}

void
check_connect(struct check *check)
{
	check_side(check, "source.connect", connect_source, &check->source);
	check_side(check, "destination.connect", connect_destination, &check->destination);
	check_status_server(check);
	check_clocks(check);
	check_name_case(check);
}

static bool
make_rules(struct check *check, struct err *err)
{
	struct rules_options options = check->task->rules;

	options.is_case_insensitive = variables_number(&check->source.variables, "lower_case_table_names") != 0;
	return rules_new(&options, &check->rules, err);
}

static void
release_side(struct check_side *side)
{
	conn_close(side->conn);
	variables_release(&side->variables);
}

static void
check_task(const struct config *config, const struct task_options *task, struct check_report *report)
{
	struct check check = {.config = config, .task = task, .report = report};
	struct err err = {0};

	report->task = task->name;
	check_connect(&check);
	if (make_rules(&check, &err)) {
		check_source(&check);
		check_destination(&check);
		check_position(&check);
		check_tables(&check);
	} else {
		report_err(report, VERDICT_FAIL, "config.rules", &err);
	}
	server_state_release(&check.state);
	stored_position_release(&check.stored);
	rules_free(check.rules);
	release_side(&check.source);
	release_side(&check.destination);
}

static int
print(const struct check_args *args, const struct check_report *report)
{
	struct buf out = {0};
	struct err err = {0};
	int status = report_count(report, VERDICT_FAIL) == 0 ? EXIT_DONE : EXIT_NO;

	if (args->is_json)
		report_put_json(report, &out);
	else
		report_put_table(report, &out);
	if (!output_report(&out, &err)) {
		command_complain(&err);
		status = EXIT_NO;
	}
	buf_release(&out);
	return status;
}

int
check_command(const void *context)
{
	const struct check_args *args = context;
	struct check_report report = {0};
	struct tasks tasks;
	struct err err = {0};
	int status;

	if (!tasks_load(args->config, &args->tasks, &tasks, &err)) {
		command_complain(&err);
		return EXIT_USAGE;
	}
	conn_library_init();
	for (size_t i = 0; i < tasks.n; i++)
		check_task(tasks.config, tasks.items[i], &report);
	status = print(args, &report);
	conn_library_end();
	report_release(&report);
	tasks_release(&tasks);
	return status;
}
