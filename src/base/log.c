/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/visible.h"

/* The one process-wide sink: set before threads start, its descriptor swapped only under the lock. */
static struct {
	pthread_mutex_t lock;
	char *path;
	int fd;
	enum log_level level;
} sink = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = STDERR_FILENO, .level = LOG_INFO};

static const char *const level_names[] = {"debug", "info", "warning", "error"};

static int
open_for_append(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

bool
log_open(const char *path, enum log_level level, struct err *err)
{
	sink.level = level;
	if (path == NULL || path[0] == '\0')
		return true;
	int fd = open_for_append(path);
	if (fd < 0)
		return err_set(err, ERR_STOP, "cannot open log file '%s': %s", path, strerror(errno));
	sink.fd = fd;
	sink.path = mem_strdup(path);
	return true;
}

void
log_reopen(void)
{
	if (sink.path == NULL)
		return;
	int fd = open_for_append(sink.path);
	if (fd < 0)
		return;
	pthread_mutex_lock(&sink.lock);
	close(sink.fd);
	sink.fd = fd;
	pthread_mutex_unlock(&sink.lock);
}

void
log_close(void)
{
	if (sink.path != NULL)
		close(sink.fd);
	free(sink.path);
	sink.path = NULL;
	sink.fd = STDERR_FILENO;
}

static void
put_time(struct buf *line)
{
	int64_t now_us = clock_wall_us();
	time_t seconds = now_us / 1000000;
	struct tm tm;
	char text[32];

	(void) gmtime_r(&seconds, &tm);
	(void) strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(line, "%s.%03dZ ", text, (int) (now_us % 1000000 / 1000));
}

static void
write_line(const struct buf *line)
{
	size_t done = 0;

	pthread_mutex_lock(&sink.lock);
	while (done < line->len) {
		ssize_t n = write(sink.fd, line->data + done, line->len - done);
		if (n < 0 && errno != EINTR)
			break; /* nowhere is left to say it */
		done += n < 0 ? 0 : (size_t) n;
	}
	pthread_mutex_unlock(&sink.lock);
}

void
log_line(enum log_level level, const char *task, const char *format, ...)
{
	struct buf line = {0};
	va_list args;
	char *text = NULL;

	if (level < sink.level)
		return;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return;
	put_time(&line);
	buf_printf(&line, "%s ", level_names[level]);
	if (task != NULL)
		buf_printf(&line, "%s: ", task);
	/* One event, one line; and names that a source made up do not talk to the terminal. */
	visible_put(text, (size_t) len, &line);
	buf_putc(&line, '\n');
	write_line(&line);
	buf_release(&line);
	free(text);
}

void
log_err(enum log_level level, const char *task, const struct err *err)
{
	if (err->hint[0] != '\0')
		log_line(level, task, "%s. %s", err->text, err->hint);
	else
		log_line(level, task, "%s", err->text);
}
