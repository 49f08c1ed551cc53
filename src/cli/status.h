/* SPDX-License-Identifier: Apache-2.0 */
/* rowferry status: what the tasks report of themselves, and the position that the target holds. */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

#include "cli/command.h"

struct status_args {
	const char *config;    /* NULL: COMMAND_CONFIG_PATH */
	struct operands tasks; /* none: every task of the configuration */
	bool is_json;
	uint64_t watch_s; /* 0: once */
};

/* `args`: struct status_args. */
int status_command(const void *args);

#endif
