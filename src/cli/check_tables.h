/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that look at tables share. */
#ifndef CLI_CHECK_TABLES_H
#define CLI_CHECK_TABLES_H

#include "cli/catalog.h"
#include "cli/check_parts.h"

/* A table that the task carries, and where it goes. */
struct carried {
	const struct catalog_table *source;
	const char *target_db;
	const char *target_name;
	const struct catalog_table *target; /* NULL: not there, or the destination cannot be asked */
	bool is_working;
};

struct carried_tables {
	struct catalog source_catalog;
	struct catalog target_catalog;
	struct carried *items;
	size_t n;
	bool has_target; /* the destination could be asked */
};

/* Columns by name and type, order, collations. */
void check_columns(struct check *check, const struct carried_tables *tables);
/* Types, collations and kinds of tables that the destination's version does not have. */
void check_features(struct check *check, const struct carried_tables *tables);
/* Generated columns, functional indexes and CHECKs. */
void check_expressions(struct check *check, const struct carried_tables *tables);
/* Foreign keys that change rows by themselves. */
void check_cascades(struct check *check, const struct carried_tables *tables);
/* Events that the destination itself runs. */
void check_events(struct check *check, const struct carried_tables *tables);

#endif
