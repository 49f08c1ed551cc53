/* SPDX-License-Identifier: Apache-2.0 */
/* rowferry run: carries out tasks, in the foreground. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/command.h"

struct run_args {
	const char *config;   /* NULL: COMMAND_CONFIG_PATH */
	struct operands tasks; /* none: every task of the configuration */
	const char *until;    /* "now", a GTID set, FILE:OFFSET; NULL: never */
	bool is_dry_run;
	const char *pid_file; /* NULL: none */
};

/* `args`: struct run_args. */
int run_command(const void *args);

#endif
