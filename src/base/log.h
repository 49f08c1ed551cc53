/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines for operators: "2026-01-31T12:00:00.123Z info shop: joined 'db1:3306' as replica 1001".
 * Any thread; one line is one write.  The sink is set once before threads start.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below `level` are dropped; `path` NULL or "" means standard error.  The file is opened for append. */
bool log_open(const char *path, enum log_level level, struct err *err);
/* Opens the file again under its name, for log rotation.  Keeps the old one when that fails. */
void log_reopen(void);
void log_close(void);

/* `task` is the task's name or NULL. */
void log_line(enum log_level level, const char *task, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Text and hint of an error on one line. */
void log_err(enum log_level level, const char *task, const struct err *err);

#endif
