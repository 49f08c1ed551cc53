/* SPDX-License-Identifier: Apache-2.0 */
/* The commands and their options.  man/rowferry.1 says the same at greater length; a test compares the two. */
#include "cli/check.h"
#include "cli/inspect.h"
#include "cli/run.h"
#include "cli/skip.h"
#include "cli/status.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CONFIG_OPTION(type) \
	{'c', "config", "FILE", COMMAND_TEXT, offsetof(type, config), 0, 0, \
	    "read FILE (default " COMMAND_CONFIG_PATH ")"}

enum { MOST_PORTS = 65535, MOST_WATCH_S = 86400, ANY_OPERANDS = 100000 };

static const struct command_option run_options[] = {
    CONFIG_OPTION(struct run_args),
    {0, "until", "WHERE", COMMAND_TEXT, offsetof(struct run_args, until), 0, 0,
	"stop at 'now', a GTID set or FILE:OFFSET of the source"},
    {0, "dry-run", NULL, COMMAND_SWITCH, offsetof(struct run_args, is_dry_run), 0, 0,
	"print the SQL instead of running it; the position does not move"},
    {0, "pid-file", "FILE", COMMAND_TEXT, offsetof(struct run_args, pid_file), 0, 0,
	"write the process id to FILE while running"},
};

static const struct command_option check_options[] = {
    CONFIG_OPTION(struct check_args),
    {0, "json", NULL, COMMAND_SWITCH, offsetof(struct check_args, is_json), 0, 0, "print JSON instead of a table"},
};

static const struct command_option status_options[] = {
    CONFIG_OPTION(struct status_args),
    {0, "json", NULL, COMMAND_SWITCH, offsetof(struct status_args, is_json), 0, 0,
	"print JSON, one object a line with --watch"},
    {'w', "watch", "SECONDS", COMMAND_NUMBER, offsetof(struct status_args, watch_s), 1, MOST_WATCH_S,
	"print again every SECONDS, with rates"},
};

static const struct command_option skip_options[] = {
    CONFIG_OPTION(struct skip_args),
    {0, "gtid", "GTID", COMMAND_TEXT, offsetof(struct skip_args, gtid), 0, 0, "the transaction, by its GTID"},
    {0, "position", "FILE:OFFSET", COMMAND_TEXT, offsetof(struct skip_args, position), 0, 0,
	"the transaction, by the place in the source's binlog where it begins"},
    {0, "replace", "SQL", COMMAND_TEXT, offsetof(struct skip_args, replace), 0, 0,
	"run this statement in its place"},
    {0, "replace-file", "FILE", COMMAND_TEXT, offsetof(struct skip_args, replace_file), 0, 0,
	"run the statement in FILE in its place ('-': standard input)"},
    {0, "why", "TEXT", COMMAND_TEXT, offsetof(struct skip_args, why), 0, 0,
	"the reason, recorded with the request; required"},
    {0, "list", NULL, COMMAND_SWITCH, offsetof(struct skip_args, is_list), 0, 0,
	"list the requests of the task, used and open"},
    {0, "cancel", "ID", COMMAND_NUMBER, offsetof(struct skip_args, cancel_id), 1, UINT64_MAX,
	"take back the open request ID"},
    {0, "json", NULL, COMMAND_SWITCH, offsetof(struct skip_args, is_json), 0, 0, "with --list: print JSON"},
};

static const struct command_option inspect_binlog_options[] = {
    {0, "json", NULL, COMMAND_SWITCH, offsetof(struct inspect_args, is_json), 0, 0,
	"print one JSON object a line (the default)"},
    {0, "sql", NULL, COMMAND_SWITCH, offsetof(struct inspect_args, is_sql), 0, 0, "print SQL"},
    {0, "from", "WHERE", COMMAND_TEXT, offsetof(struct inspect_args, from), 0, 0,
	"begin at OFFSET of the first file; at FILE or FILE:OFFSET of a source"},
    {0, "until", "WHERE", COMMAND_TEXT, offsetof(struct inspect_args, until), 0, 0,
	"end at OFFSET of the last file; at 'now' or FILE:OFFSET of a source"},
    {'n', "limit", "NUMBER", COMMAND_NUMBER, offsetof(struct inspect_args, limit), 1, UINT64_MAX,
	"end after NUMBER lines (JSON) or statements (SQL)"},
    {0, "database", "PATTERN", COMMAND_TEXT, offsetof(struct inspect_args, database), 0, 0,
	"only changes in databases like PATTERN (* and ? are wildcards)"},
    {0, "table", "PATTERN", COMMAND_TEXT, offsetof(struct inspect_args, table), 0, 0,
	"only rows of tables like PATTERN"},
    {'c', "config", "FILE", COMMAND_TEXT, offsetof(struct inspect_args, config), 0, 0,
	"read from the source of TASK, as FILE describes it"},
    {0, "host", "HOST", COMMAND_TEXT, offsetof(struct inspect_args, host), 0, 0, "read from the server at HOST"},
    {0, "port", "PORT", COMMAND_NUMBER, offsetof(struct inspect_args, port), 1, MOST_PORTS,
	"its port (default 3306)"},
    {0, "socket", "PATH", COMMAND_TEXT, offsetof(struct inspect_args, socket), 0, 0,
	"read from the server behind this local socket"},
    {0, "user", "USER", COMMAND_TEXT, offsetof(struct inspect_args, user), 0, 0, "the user to connect as"},
    {0, "password-file", "FILE", COMMAND_TEXT, offsetof(struct inspect_args, password_file), 0, 0,
	"the password is the first line of FILE"},
    {0, "server-id", "NUMBER", COMMAND_NUMBER, offsetof(struct inspect_args, server_id), 1, UINT32_MAX,
	"join the source under this server_id (default: one at random)"},
};

static const struct command inspect_children[] = {
    {
	.name = "binlog",
	.summary = "prints binlog files, or a live source, as JSON lines or SQL",
	.synopsis = "FILE...|-c FILE TASK|--host HOST",
	.description = "Prints what a binlog holds: one line for each row and each other event, with its GTID and its\n"
		       "exact place. Files are read without any server ('-' is standard input);\n"
		       "a live source from its present end on, where --from names no other place.\n"
		       "Columns are named where the source logs names (binlog_row_metadata = FULL), @1, @2, ... where not.\n",
	.options = inspect_binlog_options,
	.n_options = COUNT(inspect_binlog_options),
	.most_operands = ANY_OPERANDS,
	.operands_at = offsetof(struct inspect_args, operands),
	.args_size = sizeof(struct inspect_args),
	.run = inspect_binlog_command,
    },
    {0},
};

static const struct command commands[] = {
    {
	.name = "run",
	.summary = "carries out tasks, in the foreground",
	.synopsis = "[TASK...]",
	.description = "Runs the named tasks, or all of the configuration, until it is told to stop (SIGTERM, SIGINT)\n"
		       "or, with --until, until each has reached that place.\n",
	.options = run_options,
	.n_options = COUNT(run_options),
	.most_operands = ANY_OPERANDS,
	.operands_at = offsetof(struct run_args, tasks),
	.args_size = sizeof(struct run_args),
	.run = run_command,
    },
    {
	.name = "check",
	.summary = "tells beforehand what would fail, and the cure",
	.synopsis = "[TASK...]",
	.description = "Asks the servers of the named tasks, or of all, and prints one line a finding: OK, WARN or FAIL,\n"
		       "what it is, and what to do. Changes nothing on either server. The exit status is 0 when\n"
		       "nothing fails, 1 when something does, 2 when the configuration cannot be read.\n",
	.options = check_options,
	.n_options = COUNT(check_options),
	.most_operands = ANY_OPERANDS,
	.operands_at = offsetof(struct check_args, tasks),
	.args_size = sizeof(struct check_args),
	.run = check_command,
    },
    {
	.name = "status",
	.summary = "shows state, lag and position of tasks",
	.synopsis = "[TASK...]",
	.description = "Shows what the tasks report in dump2db on their status server, and the position that the target\n"
		       "holds. A dash stands for what was not measured.\n",
	.options = status_options,
	.n_options = COUNT(status_options),
	.most_operands = ANY_OPERANDS,
	.operands_at = offsetof(struct status_args, tasks),
	.args_size = sizeof(struct status_args),
	.run = status_command,
    },
    {
	.name = "skip",
	.summary = "passes over or replaces one transaction, deliberately",
	.synopsis = SKIP_SYNOPSIS,
	.description = "Tells a task to pass over the one transaction named by --gtid or --position, or to run something\n"
		       "else in its place. The request, who made it and why stay recorded in dump2db.skipped.\n",
	.options = skip_options,
	.n_options = COUNT(skip_options),
	.most_operands = 1,
	.operands_at = offsetof(struct skip_args, task),
	.args_size = sizeof(struct skip_args),
	.run = skip_command,
    },
    {
	.name = "inspect",
	.summary = "looks into binlogs",
	.children = inspect_children,
    },
    {0},
};

const struct command command_root = {
    .name = "rowferry",
    .summary = "replicates tables between MySQL and MariaDB servers",
    .children = commands,
};
