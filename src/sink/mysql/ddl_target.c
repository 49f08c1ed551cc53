/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_target.h"

#include <stdlib.h>
#include <string.h>

/* The first MariaDB whose COLLATIONS has no numbers for part of its collations (uca1400). */
enum { MARIADB_APPLICABILITY_HAS_ID = 101000 };

static const char variables_sql[] =
    "SHOW SESSION VARIABLES WHERE Variable_name IN ('auto_increment_increment', 'auto_increment_offset', "
    "'character_set_collations', 'check_constraint_checks', 'default_collation_for_utf8mb4', "
    "'default_storage_engine', 'explicit_defaults_for_timestamp', 'max_statement_time', "
    "'restrict_fk_on_non_standard_key', 'sql_generate_invisible_primary_key', 'sql_if_exists', "
    "'sql_require_primary_key', 'system_time_zone', 'system_versioning_alter_history', "
    "'system_versioning_insert_history')";

static bool
load_variables(struct conn *conn, struct ddl_target *target, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!conn_query(conn, variables_sql, &result, err))
		return false;
	target->variables = arena_alloc(&target->arena, result_rows(result) * sizeof(*target->variables));
	while ((row = result_next(result)) != NULL) {
		const char *value = row[1] == NULL ? "" : row[1];

		target->variables[target->n_variables++] = (struct ddl_variable){
		    .name = arena_strndup(&target->arena, row[0], strlen(row[0])),
		    .value = arena_strndup(&target->arena, value, strlen(value)),
		};
	}
	result_free(result);
	return true;
}

static void
want(uint16_t id, struct buf *ids)
{
	uint16_t equal = ddl_collation_equal(id), fallback = ddl_collation_of_charset(id);

	buf_printf(ids, ", %u", id);
	if (equal != 0)
		buf_printf(ids, ", %u", equal);
	if (fallback != 0)
		buf_printf(ids, ", %u", fallback);
}

static void
put_wanted(const struct query *query, struct buf *ids)
{
	buf_printf(ids, "%u", COLLATION_UTF8MB4_GENERAL_CI);
	if (query->has_charset) {
		want(query->charset_client, ids);
		want(query->collation_connection, ids);
		want(query->collation_server, ids);
	}
	if (query->has_charset_database)
		want(query->charset_database, ids);
	if (query->has_default_collation_utf8mb4)
		want(query->default_collation_utf8mb4, ids);
	for (size_t i = 0; i + 4 <= query->character_set_collations.len; i += 4)
		want((uint16_t) bytes_le(query->character_set_collations.data + i + 2, 2), ids);
}

static bool
load_collations(struct conn *conn, const struct query *query, struct ddl_target *target, struct err *err)
{
	bool has_own_table =
	    target->flavour == FLAVOUR_MARIADB && target->version >= MARIADB_APPLICABILITY_HAS_ID;
	struct ddl_collation *items;
	struct buf ids = {0};
	struct result *result;
	const char *const *row;
	bool done;

	put_wanted(query, &ids);
	done = conn_queryf(conn, &result, err,
	    "SELECT ID, %s, CHARACTER_SET_NAME FROM information_schema.%s WHERE ID IN (%s)",
	    has_own_table ? "FULL_COLLATION_NAME" : "COLLATION_NAME",
	    has_own_table ? "COLLATION_CHARACTER_SET_APPLICABILITY" : "COLLATIONS", buf_text(&ids));
	buf_release(&ids);
	if (!done)
		return false;
	items = arena_alloc(&target->arena, result_rows(result) * sizeof(*items));
	target->collations = (struct ddl_collations){items, 0};
	while ((row = result_next(result)) != NULL)
		items[target->collations.n++] = (struct ddl_collation){
		    .id = (uint16_t) strtoul(row[0], NULL, 10),
		    .name = arena_strndup(&target->arena, row[1], strlen(row[1])),
		    .charset = arena_strndup(&target->arena, row[2], strlen(row[2])),
		};
	result_free(result);
	return true;
}

bool
ddl_target_load(struct conn *conn, const struct query *query, struct ddl_target *target, struct err *err)
{
	target->flavour = conn_server(conn)->flavour;
	target->version = conn_server(conn)->version;
	return load_variables(conn, target, err) && load_collations(conn, query, target, err);
}

void
ddl_target_release(struct ddl_target *target)
{
	arena_release(&target->arena);
	*target = (struct ddl_target){0};
}

const char *
ddl_target_variable(const struct ddl_target *target, const char *name)
{
	for (size_t i = 0; i < target->n_variables; i++)
		if (strcmp(target->variables[i].name, name) == 0)
			return target->variables[i].value;
	return NULL;
}
