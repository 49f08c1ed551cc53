/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/output.h"
#include "cli/tasks.h"
#include "mysql/conn.h"
#include "task/task.h"

enum { POLL_MS = 100 };

/* Set by signal handlers: the only thing that they do. */
static volatile sig_atomic_t asked_to_stop;
static volatile sig_atomic_t asked_to_reopen;

static void
on_stop(int number)
{
	(void) number;
	asked_to_stop = 1;
}

static void
on_reopen(int number)
{
	(void) number;
	asked_to_reopen = 1;
}

static void
catch_signals(void)
{
	struct sigaction stop = {.sa_handler = on_stop}, reopen = {.sa_handler = on_reopen};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	(void) sigaction(SIGTERM, &stop, NULL);
	(void) sigaction(SIGINT, &stop, NULL);
	(void) sigaction(SIGHUP, &reopen, NULL);
	(void) sigaction(SIGPIPE, &ignore, NULL);
}

/* The statements that a target would get, on standard output. */
static void
print_sql(void *context, const char *sql, size_t len)
{
	(void) context;
	(void) output_raw(stdout, sql, len);
	(void) fputc('\n', stdout);
	(void) fflush(stdout);
}

/* The file holds our number as long as we run; a second process that finds it locked does not start. */
static bool
take_pid_file(const char *path, int *fd, struct err *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char *text = mem_printf("%ld\n", (long) getpid());
	bool done = true;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (*fd < 0)
		done = err_set(err, ERR_STOP, "cannot open pid file '%s': %s", path, strerror(errno));
	else if (fcntl(*fd, F_SETLK, &lock) != 0)
		done = err_set(err, ERR_STOP, "pid file '%s' is held by a process that runs", path);
	else if (ftruncate(*fd, 0) != 0 || write(*fd, text, strlen(text)) < 0)
		done = err_set(err, ERR_STOP, "cannot write pid file '%s': %s", path, strerror(errno));
	free(text);
	return done;
}

static bool
check_tasks(const struct tasks *tasks, const struct run_args *args, struct err *err)
{
	if (args->until != NULL && tasks->n > 1 && strcmp(args->until, "now") != 0)
		return err_set(err, ERR_STOP, "--until '%s' is a place in one source: name one task", args->until);
	return true;
}

static bool
are_all_ended(struct task *const *running, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!task_is_ended(running[i]))
			return false;
	return true;
}

static void
wait_for_end(struct task *const *running, size_t n)
{
	bool has_passed_on = false;

	while (!are_all_ended(running, n)) {
		if (asked_to_stop && !has_passed_on) {
			for (size_t i = 0; i < n; i++)
				task_ask_stop(running[i]);
			has_passed_on = true;
		}
		if (asked_to_reopen) {
			asked_to_reopen = 0;
			log_reopen();
		}
		(void) clock_sleep_ms(POLL_MS, NULL);
	}
}

/* Stopped on request, or at the place to stop at: 0.  Any task that needs an operator: 1. */
static int
run_tasks(const struct tasks *tasks, const struct run_args *args)
{
	struct task_run run = {
	    .node = tasks->config->node,
	    .until = args->until,
	    .dry_run = args->is_dry_run ? print_sql : NULL,
	};
	struct task **running = mem_zalloc(tasks->n * sizeof(struct task *));
	int status = EXIT_DONE;
	struct err err;

	if (tasks->config->cluster.driver != CLUSTER_NONE)
		log_line(LOG_WARN, NULL, "cluster.driver has no effect: this release elects no owner");
	for (size_t i = 0; i < tasks->n; i++)
		running[i] = task_start(tasks->items[i], &run);
	wait_for_end(running, tasks->n);
	for (size_t i = 0; i < tasks->n; i++)
		if (task_join(running[i], &err) == TASK_FAILED)
			status = EXIT_NO;
	free(running);
	return status;
}

int
run_command(const void *opaque)
{
	const struct run_args *args = opaque;
	struct tasks tasks = {0};
	struct err err = {0};
	int pid_fd = -1, status = EXIT_USAGE;

	catch_signals();
	if (!tasks_load(args->config, &args->tasks, &tasks, &err) || !check_tasks(&tasks, args, &err) ||
	    !log_open(tasks.config->log.file, tasks.config->log.level, &err) ||
	    (args->pid_file != NULL && !take_pid_file(args->pid_file, &pid_fd, &err))) {
		command_complain(&err);
		goto out;
	}
	conn_library_init();
	status = run_tasks(&tasks, args);
	conn_library_end();
	if (args->pid_file != NULL)
		(void) unlink(args->pid_file);
out:
	if (pid_fd >= 0)
		close(pid_fd);
	log_close();
	tasks_release(&tasks);
	return status;
}
