/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/output.h"
#include "cli/status_put.h"
#include "cli/tasks.h"

#define CLEAR_SCREEN "\033[H\033[2J"

static bool
print(const struct status_args *args, const struct status_look *looks, size_t n, struct err *err)
{
	struct buf out = {0};
	bool done;

	if (args->watch_s != 0 && !args->is_json && isatty(STDOUT_FILENO))
		(void) fputs(CLEAR_SCREEN, stdout);
	if (args->is_json)
		status_put_json(looks, n, &out);
	else
		status_put_table(looks, n, &out);
	done = output_report(&out, err);
	buf_release(&out);
	return done;
}

static bool
look_at_all(const struct status_args *args, struct status_look *looks, size_t n, struct err *err)
{
	for (;;) {
		for (size_t i = 0; i < n; i++)
			status_look_again(&looks[i]);
		if (!print(args, looks, n, err))
			return false;
		if (args->watch_s == 0)
			return true;
		(void) clock_sleep_ms((int64_t) args->watch_s * 1000, NULL);
	}
}

/* 0 when every task is well; --watch goes on until it is interrupted. */
static int
show(const struct status_args *args, const struct tasks *tasks)
{
	struct status_look *looks = mem_zalloc((tasks->n + 1) * sizeof(*looks));
	struct err err = {0};
	int status = EXIT_DONE;

	for (size_t i = 0; i < tasks->n; i++)
		status_look_init(&looks[i], tasks->items[i]);
	if (!look_at_all(args, looks, tasks->n, &err)) {
		command_complain(&err);
		status = EXIT_NO;
	}
	for (size_t i = 0; i < tasks->n; i++) {
		if (!status_is_well(&looks[i]))
			status = EXIT_NO;
		status_look_release(&looks[i]);
	}
	free(looks);
	return status;
}

int
status_command(const void *context)
{
	const struct status_args *args = context;
	struct tasks tasks;
	struct err err = {0};
	int status;

	if (!tasks_load(args->config, &args->tasks, &tasks, &err)) {
		command_complain(&err);
		return EXIT_USAGE;
	}
	conn_library_init();
	status = show(args, &tasks);
	conn_library_end();
	tasks_release(&tasks);
	return status;
}
