/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of some databases as information_schema describes them, read in a few queries. */
#ifndef CLI_CATALOG_H
#define CLI_CATALOG_H

#include "base/arena.h"
#include "cli/check_report.h"
#include "mysql/conn.h"

struct catalog_column {
	const char *name;
	const char *data_type;   /* "varchar" */
	const char *column_type; /* "varchar(20)" */
	const char *collation;   /* "" for none */
	const char *extra;       /* "auto_increment", "VIRTUAL GENERATED", "INVISIBLE" ... */
	bool is_nullable;
	bool has_default;
	const char *default_text; /* as the server shows it; NULL: none */
	bool is_json; /* MariaDB's: a longtext with a CHECK */
};

struct catalog_foreign_key {
	const char *parent;      /* referenced table, "db.name" */
	const char *update_rule; /* "CASCADE", ... */
	const char *delete_rule;
};

struct catalog_table {
	const char *db;
	const char *name;
	const char *type;   /* "BASE TABLE", "SYSTEM VERSIONED", "SEQUENCE" */
	const char *engine; /* "" when the server does not tell */
	bool has_key;       /* primary, or unique without NULLs */
	const char *trigger; /* the first one; NULL: none */
	struct catalog_column *columns;
	size_t n_columns;
	struct catalog_foreign_key *cascades; /* with CASCADE, SET NULL or SET DEFAULT only */
	size_t n_cascades;
};

/* A zeroed catalogue is empty. */
struct catalog {
	struct arena arena;
	enum flavour flavour; /* of the server */
	struct catalog_table *tables; /* by database and name; views are not among them */
	size_t n;
};

/* `databases`: their names; none: an empty catalogue. */
bool catalog_read(struct conn *conn, const struct names *databases, struct catalog *catalog, struct err *err);
void catalog_release(struct catalog *catalog);

/* NULL when there is none.  `is_case_insensitive`: the server does not tell names apart by case. */
struct catalog_table *catalog_find(const struct catalog *catalog, const char *db, const char *name,
    bool is_case_insensitive);
const struct catalog_column *catalog_find_column(const struct catalog_table *table, const char *name);
bool catalog_is_generated(const struct catalog_column *column);

#endif
