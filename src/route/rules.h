/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a task carries, and under which name: pure rules on names.
 *
 * Patterns: a literal name ("shop"), a wildcard with * and ? ("shop_*"), or a regular expression between
 * slashes ("/^shop_[0-9]+$/", PCRE2, matched against the whole name).  A table pattern is "db.table", each part
 * by these rules.  Backticks around a part make it literal, dots, stars and all.  The server's
 * lower_case_table_names decides whether case counts.
 *
 * A table is carried when its database matches one of `databases` or itself one of `tables`, and no "!" pattern
 * excludes it; with no such pattern at all, everything is.  Where a regular expression hits PCRE2's limits on
 * a name, the name counts as carried: a table too many makes the target complain, one too few nobody sees.
 *
 * Working tables of online schema changes (_t_new, _t_old of pt-online-schema-change; _t_gho, _t_ghc, _t_del of
 * gh-ost; configurable regular expressions with the base table's name as group 1) are carried when their base
 * table is carried, and renamed with it.
 */
#ifndef ROUTE_RULES_H
#define ROUTE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct rename_option {
	const char *from; /* "db" or "db.table", literal */
	const char *to;   /* "db" or "db.table" */
};

struct rules_options {
	const char *const *databases; /* patterns; none and no tables: every database but the server's own; "!..." excludes */
	size_t n_databases;
	const char *const *tables; /* "db.table" patterns; "!..." excludes */
	size_t n_tables;
	const struct rename_option *renames;
	size_t n_renames;
	const char *const *working_patterns; /* regular expressions without slashes; NULL: the built-in ones */
	size_t n_working_patterns;
	/* lower_case_table_names is not 0 on the source; names that are not renamed are then lower case on the target */
	bool is_case_insensitive;
};

struct rules;

/* Copies what it needs.  ERR_STOP names the pattern that cannot be read, or that says nothing. */
bool rules_new(const struct rules_options *options, struct rules **rules, struct err *err);
void rules_free(struct rules *rules); /* NULL is fine */

/* mysql, sys, information_schema, performance_schema, dump2db: never carried, whatever the patterns say. */
bool rules_is_system_db(const char *db);

/* How much of a database is carried. */
enum rules_scope {
	RULES_NO_TABLES,
	RULES_SOME_TABLES,
	RULES_ALL_TABLES,
};
enum rules_scope rules_db_scope(const struct rules *rules, const char *db);
/* Is a database itself carried?  Only when all of its tables could be. */
bool rules_has_db(const struct rules *rules, const char *db);

enum rules_verdict {
	RULES_CARRIED,
	RULES_WORKING, /* carried because its base table is */
	RULES_LEFT_OUT,
};

/*
 * The verdict on a table, and its name on the target (strings live in `arena`; untouched when left out).
 * Any thread.
 */
enum rules_verdict rules_table(const struct rules *rules, const char *db, const char *table, struct arena *arena,
    const char **target_db, const char **target_table);
/* The target's name of a database. */
const char *rules_db(const struct rules *rules, const char *db, struct arena *arena);
/* The target's name of a table, carried or not. */
void rules_target_name(const struct rules *rules, const char *db, const char *table, struct arena *arena,
    const char **target_db, const char **target_table);
/* Is any database or table called otherwise on the target? */
bool rules_has_renames(const struct rules *rules);
/*
 * A name as the source stores it and its row events have it: lower case where lower_case_table_names is not 0,
 * whatever a statement says.  In the arena, or `name` itself.
 */
const char *rules_source_name(const struct rules *rules, const char *name, struct arena *arena);

#endif
