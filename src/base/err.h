/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What went wrong, and what the caller may do about it.
 *
 * A function that can fail takes a `struct err *` last and returns bool; true means done.  The kind is for
 * programs (may I try again?), the text and the hint are for people.  Whoever decides what happens next
 * logs it, once.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

enum err_kind {
	ERR_NONE = 0,
	ERR_STOP,      /* an operator must act; trying again would fail again */
	ERR_RETRY,     /* passing: lost connection, deadlock, lock timeout, server restarting */
	ERR_WAIT,      /* lasting but curable from outside: read-only target, disk full; wait and say so */
	ERR_FENCED,    /* another owner has taken the task: end the session, give way */
	ERR_UNCERTAIN, /* COMMIT was sent and no answer came: only a start sequence can tell */
	ERR_CANCELLED, /* this process was asked to stop */
};

struct err {
	enum err_kind kind;
	unsigned int code; /* the server's error number, 0 when the error is ours */
	char sqlstate[6];
	char text[1024]; /* one line, lower case, no full stop; cut with "..." where longer */
	char hint[512];  /* a sentence that says what to do, or "" */
};

/* Sets kind and text, clears code, sqlstate and hint; always returns false so that callers can return it. */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds what to do.  Returns false, as err_set() does. */
bool err_hint(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts context in front: "table 'a.b': " + text.  Returns false. */
bool err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds to the end of the text.  Returns false. */
bool err_suffix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

void err_clear(struct err *err);

#endif
