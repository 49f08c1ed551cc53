/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run --dry-run: statements are printed instead of being run.  What a DDL has defined in the stream is not on the
 * target, so rows behind it are shown only as far as the target's present definition fits them.
 */
#ifndef SINK_MYSQL_DRY_RUN_H
#define SINK_MYSQL_DRY_RUN_H

#include "sink/mysql/applier.h"

struct ddl_statement;

struct dry_run {
	void (*print)(void *context, const char *sql, size_t len); /* NULL: statements are run */
	void *context;
	struct dry_name *defined; /* by the DDL that was printed */
	size_t n_defined;
	size_t cap_defined;
};

void dry_run_release(struct dry_run *dry);
static inline bool
dry_run_is_on(const struct dry_run *dry)
{
	return dry->print != NULL;
}

void dry_run_print_statement(struct dry_run *dry, const struct ddl_statement *statement);
/* "-- text" */
void dry_run_note(struct dry_run *dry, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Has a DDL that was printed defined the table, or its database? */
bool dry_run_has_defined(const struct dry_run *dry, const char *db, const char *table);
/* Rows whose table could not be read: true, and a note, where that is because such a DDL has not been run. */
bool dry_run_passes_over(struct dry_run *dry, const struct table_map *map, struct err *err);

#endif
