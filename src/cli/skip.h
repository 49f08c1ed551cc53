/* SPDX-License-Identifier: Apache-2.0 */
/* rowferry skip: tells a stopped task to pass over one transaction, or to run something else in its place. */
#ifndef CLI_SKIP_H
#define CLI_SKIP_H

#include "cli/command.h"

#define SKIP_SYNOPSIS "(--gtid GTID|--position FILE:OFFSET) --why TEXT TASK | (--list|--cancel ID) TASK"

struct skip_args {
	const char *config; /* NULL: COMMAND_CONFIG_PATH */
	struct operands task;
	const char *gtid;
	const char *position; /* FILE:OFFSET */
	const char *replace;
	const char *replace_file; /* "-": standard input */
	const char *why;
	bool is_list;
	bool is_json;
	uint64_t cancel_id; /* 0: none */
};

/* `args`: struct skip_args. */
int skip_command(const void *args);

#endif
