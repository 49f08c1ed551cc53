/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration, and the tasks of it that the arguments name. */
#ifndef CLI_TASKS_H
#define CLI_TASKS_H

#include "cli/command.h"
#include "config/config.h"

struct tasks {
	struct config *config;
	const struct task_options **items; /* in the order named; all where none is named */
	size_t n;
};

/*
 * `path` NULL: COMMAND_CONFIG_PATH.  Warnings and mistakes of the configuration go to standard error; false: `err` says the
 * rest.  A name that is no task's is ERR_STOP.
 */
bool tasks_load(const char *path, const struct operands *names, struct tasks *tasks, struct err *err);
void tasks_release(struct tasks *tasks);

#endif
