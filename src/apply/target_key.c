/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/target_key.h"

#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "base/mem.h"

enum { KEY_MOST_PARTS = 32 };

/* One key while its parts come in; `cost` tells the better of two: fewer is better. */
struct candidate {
	char *name;
	size_t columns[KEY_MOST_PARTS];
	size_t n_columns;
	unsigned int cost;
	bool is_usable;
};

enum part_field {
	PART_TABLE,
	PART_KEY,
	PART_COLUMN,
	PART_PREFIX,
	PART_NULLABLE,
	PART_NON_UNIQUE,
	PART_TYPE,
	PART_UNUSED
};

enum key_cost {
	COST_COLUMN = 1,
	COST_PREFIX = 100,
	COST_HASH = 1000,   /* MariaDB, unique over a whole BLOB: the optimizer cannot look rows up by it */
	COST_UNUSED = 1000, /* invisible (MySQL), ignored (MariaDB): nor by these */
};

static size_t
find_column(const struct target_table *table, const char *name)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (strcmp(table->columns[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

static void
take_part(const struct target_table *table, const char *const *row, struct candidate *key)
{
	size_t column = row[PART_COLUMN] == NULL ? SIZE_MAX : find_column(table, row[PART_COLUMN]);

	if (column == SIZE_MAX || key->n_columns == KEY_MOST_PARTS ||
	    (row[PART_NULLABLE] != NULL && strcmp(row[PART_NULLABLE], "YES") == 0)) {
		key->is_usable =
		    false; /* a functional part, or values that may be NULL and then are not unique */
		return;
	}
	/* A versioned table's keys end in row_end, which the server adds; rows are found among the current
	 * ones. */
	if (table->columns[column].is_row_time)
		return;
	/* Computed here, in another session than the source's: its value may be that of another row there. */
	if (table->columns[column].is_generated)
		key->is_usable = false;
	key->columns[key->n_columns++] = column;
	key->cost += COST_COLUMN;
	if (row[PART_PREFIX] != NULL)
		key->cost += COST_PREFIX;
}

static bool
is_better(const struct candidate *key, const struct candidate *than)
{
	if (!key->is_usable || key->n_columns == 0)
		return false;
	if (!than->is_usable)
		return true;
	if (strcmp(than->name, "PRIMARY") == 0)
		return false;
	return strcmp(key->name, "PRIMARY") == 0 || key->cost < than->cost;
}

/* Ends the key being read, keeps it when it is the best so far, begins the next one. */
static void
next_key(struct candidate *key, struct candidate *best, const char *name)
{
	if (key->name != NULL && is_better(key, best)) {
		free(best->name);
		*best = *key;
		key->name = NULL;
	}
	free(key->name);
	*key = (struct candidate){.name = name == NULL ? NULL : mem_strdup(name), .is_usable = name != NULL};
}

static void
count_hidden(struct target_table *table, const char *const *row, bool is_first)
{
	bool is_unique = strcmp(row[PART_NON_UNIQUE], "0") == 0;

	if (row[PART_COLUMN] == NULL) {
		table->n_hidden++;
		table->is_sensitive = true;
	}
	if (is_first && is_unique && strcmp(row[PART_TYPE], "HASH") == 0 &&
	    strcasecmp(table->engine, "MEMORY") != 0)
		table->n_hidden++;
}

static void
choose(struct result *result, struct target_table *table)
{
	struct candidate key = {0}, best = {0};
	const char *const *row;

	while ((row = result_next(result)) != NULL) {
		if (strcmp(row[PART_TABLE], table->name) != 0)
			continue;
		bool is_first = key.name == NULL || strcmp(key.name, row[PART_KEY]) != 0;
		if (is_first)
			next_key(&key, &best, row[PART_KEY]);
		count_hidden(table, row, is_first);
		if (strcmp(row[PART_NON_UNIQUE], "0") != 0) {
			key.is_usable = false;
			continue;
		}
		if (is_first && strcmp(row[PART_TYPE], "HASH") == 0)
			key.cost += COST_HASH;
		if (is_first && row[PART_UNUSED] != NULL && strcmp(row[PART_UNUSED], "YES") == 0)
			key.cost += COST_UNUSED;
		take_part(table, row, &key);
	}
	next_key(&key, &best, NULL);
	if (best.is_usable) {
		table->n_key = best.n_columns;
		table->key = arena_dup(&table->arena, best.columns, best.n_columns * sizeof(best.columns[0]));
		table->key_name = arena_strndup(&table->arena, best.name, strlen(best.name));
	}
	free(best.name);
}

bool
target_key_load(struct conn *conn, struct target_table *table, struct err *err)
{
	const struct server_info *server = conn_server(conn);
	const char *unused = "NULL";
	struct buf sql = {0};
	struct result *result = NULL;
	bool is_done;

	if (server->flavour == FLAVOUR_MYSQL && server->version >= 80000)
		unused = "IF(IS_VISIBLE = 'NO', 'YES', 'NO')";
	if (server->flavour == FLAVOUR_MARIADB && server->version >= 100600)
		unused = "IGNORED";
	buf_printf(&sql,
	    "SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART, NULLABLE, NON_UNIQUE, INDEX_TYPE, %s "
	    "FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ",
	    unused);
	literal_put_string(table->db, strlen(table->db), &sql);
	buf_puts(&sql, " AND TABLE_NAME = ");
	literal_put_string(table->name, strlen(table->name), &sql);
	buf_puts(&sql, " ORDER BY INDEX_NAME, SEQ_IN_INDEX");
	is_done = conn_query(conn, buf_text(&sql), &result, err);
	if (is_done)
		choose(result, table);
	result_free(result);
	buf_release(&sql);
	return is_done;
}
