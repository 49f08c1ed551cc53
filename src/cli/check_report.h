/* SPDX-License-Identifier: Apache-2.0 */
/* What a check has found, for printing at the end. */
#ifndef CLI_CHECK_REPORT_H
#define CLI_CHECK_REPORT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL };

struct finding {
	const char *task; /* NULL: the configuration as a whole */
	enum verdict verdict;
	const char *id;   /* "source.binlog_format": static */
	const char *what;
	const char *cure; /* a sentence, or "" */
	const char **names; /* the tables, columns... that it is about */
	size_t n_names;
};

/* A zeroed report is empty and ready. */
struct check_report {
	struct arena arena;
	struct finding *items;
	size_t n;
	size_t cap;
	const char *task; /* of what is added from now on */
};

/* Things of one kind that a finding is about: "db.table", "db.table.column (why)". */
struct names {
	struct arena *arena;
	const char **items;
	size_t n;
	size_t cap;
};

void names_add(struct names *names, const char *format, ...) __attribute__((format(printf, 2, 3)));
void names_release(struct names *names); /* the list; the strings are the arena's */

/* `cure`: "" when there is nothing to do. */
void report_add(struct check_report *report, enum verdict verdict, const char *id, const char *cure,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The error's text, its hint as the cure. */
void report_err(struct check_report *report, enum verdict verdict, const char *id, const struct err *err);
/*
 * Nothing when there are no names.  "tables without a key (7): a.b, a.c, a.d, a.e, a.f and 2 more", where `what` is
 * "tables without a key"; JSON has all names.
 */
void report_names(struct check_report *report, enum verdict verdict, const char *id, const struct names *names,
    const char *what, const char *cure);

size_t report_count(const struct check_report *report, enum verdict verdict);
/* One line a finding, and the sum. */
void report_put_table(const struct check_report *report, struct buf *out);
void report_put_json(const struct check_report *report, struct buf *out);
void report_release(struct check_report *report);

#endif
