/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a check, one file each.  Every part adds its findings to the report; none changes anything on a server. */
#ifndef CLI_CHECK_PARTS_H
#define CLI_CHECK_PARTS_H

#include "apply/stored_position.h"
#include "cli/check_report.h"
#include "cli/variables.h"
#include "config/config.h"
#include "source/server_state.h"

/* One side of a task; `conn` is NULL when it cannot be reached. */
struct check_side {
	struct conn *conn;
	const struct server_info *server;
	struct variables variables;
};

struct check {
	const struct config *config;
	const struct task_options *task;
	struct check_report *report;
	struct check_side source;
	struct check_side destination;
	struct rules *rules;       /* with the source's way of comparing names */
	struct server_state state; /* of the source; has_binlog false when it could not be read */
	bool has_state;
	struct stored_position stored;
};

/* Connection and version of both sides; false: nothing more can be asked. */
void check_connect(struct check *check);
/* The source as such: binlog settings, privileges, filters. */
void check_source(struct check *check);
/* Where the task will begin, and whether the source still has it: the stream is really opened. */
void check_position(struct check *check);
void check_destination(struct check *check);
/* Statements that must be permitted on the databases that changes go to, tried on a table that does not exist. */
void check_privileges(struct check *check);
/* The defaults of the databases that are carried, on both sides. */
void check_databases(struct check *check);
/* The tables that are carried, on both sides. */
void check_tables(struct check *check);

/* Does another task of the configuration read what this one writes? */
bool check_is_two_way(const struct check *check);

#endif
