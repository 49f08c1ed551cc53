/* SPDX-License-Identifier: Apache-2.0 */
/* rowferry check: what would fail, asked of the real servers before the start. */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "cli/command.h"

struct check_args {
	const char *config;    /* NULL: COMMAND_CONFIG_PATH */
	struct operands tasks; /* none: every task of the configuration */
	bool is_json;
};

/* `args`: struct check_args. */
int check_command(const void *args);

#endif
