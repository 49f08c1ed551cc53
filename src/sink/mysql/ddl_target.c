/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_target.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply/literal.h"

/* The first MariaDB whose COLLATIONS has no numbers for part of its collations (uca1400). */
enum { MARIADB_APPLICABILITY_HAS_ID = 101000 };

static const char variables_sql[] =
    "SHOW SESSION VARIABLES WHERE Variable_name IN ('auto_increment_increment', 'auto_increment_offset', "
    "'character_set_collations', 'check_constraint_checks', 'default_collation_for_utf8mb4', "
    "'default_storage_engine', 'explicit_defaults_for_timestamp', 'max_statement_time', "
    "'restrict_fk_on_non_standard_key', 'sql_generate_invisible_primary_key', 'sql_if_exists', "
    "'sql_require_primary_key', 'system_versioning_alter_history', "
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
	for (size_t i = 0; i < ddl_n_collation_pairs; i++)
		want(ddl_collation_pairs[i].mysql.id, ids);
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

static void
put_names(const struct ddl_carry *carry, struct buf *names)
{
	for (size_t i = 0; i < carry->n_collations; i++) {
		buf_puts(names, ", ");
		literal_put_string(carry->collations[i].to, strlen(carry->collations[i].to), names);
	}
}

static bool
query_collations(const struct ddl_target *target, struct conn *conn, const struct query *query,
    const struct ddl_carry *carry, struct result **result, struct err *err)
{
	bool has_own_table =
	    target->flavour == FLAVOUR_MARIADB && target->version >= MARIADB_APPLICABILITY_HAS_ID;
	const char *name = has_own_table ? "FULL_COLLATION_NAME" : "COLLATION_NAME";
	struct buf ids = {0}, names = {0};
	bool done;

	put_wanted(query, &ids);
	put_names(carry, &names);
	done = conn_queryf(conn, result, err,
	    "SELECT ID, %s, CHARACTER_SET_NAME FROM information_schema.%s WHERE ID IN (%s) OR %s IN (''%s)", name,
	    has_own_table ? "COLLATION_CHARACTER_SET_APPLICABILITY" : "COLLATIONS", buf_text(&ids), name,
	    buf_text(&names));
	buf_release(&ids);
	buf_release(&names);
	return done;
}

/* The operator's word: under the number that the source would use, too. */
static bool
add_stand_ins(struct ddl_target *target, const struct ddl_carry *carry, struct ddl_collation *items, struct err *err)
{
	size_t n = target->collations.n, at;

	for (size_t i = 0; i < carry->n_collations; i++) {
		const struct rename_option *rename = &carry->collations[i];

		for (at = 0; at < n && strcasecmp(items[at].name, rename->to) != 0; at++)
			continue;
		if (at == n) {
			(void) err_set(err, ERR_STOP, "ddl.collations: '%s' is to become '%s', which the target does not have",
			    rename->from, rename->to);
			return err_hint(err, "Name a collation that SHOW COLLATION lists there.");
		}
		items[target->collations.n] = items[at];
		items[target->collations.n++].id = ddl_collation_number(rename->from);
	}
	return true;
}

/* What a name in a statement's text becomes: the operator's word, then the documented equals. */
static void
add_renames(struct ddl_target *target, const struct ddl_carry *carry)
{
	struct ddl_collations *collations = &target->collations;
	struct rename_option *renames =
	    arena_alloc(&target->arena, (carry->n_collations + ddl_n_collation_pairs) * sizeof(*renames));

	collations->renames = renames;
	for (size_t i = 0; i < carry->n_collations; i++)
		renames[collations->n_renames++] = carry->collations[i];
	for (size_t i = 0; i < ddl_n_collation_pairs; i++) {
		const struct ddl_collation_pair *pair = &ddl_collation_pairs[i];
		bool has_mysql = ddl_collations_find(collations, pair->mysql.id) != NULL;
		bool has_mariadb = ddl_collations_find(collations, pair->mariadb.id) != NULL;

		if (has_mysql && !has_mariadb)
			renames[collations->n_renames++] = (struct rename_option){pair->mariadb.name, pair->mysql.name};
		else if (has_mariadb && !has_mysql)
			renames[collations->n_renames++] = (struct rename_option){pair->mysql.name, pair->mariadb.name};
	}
}

static bool
load_collations(struct conn *conn, const struct query *query, const struct ddl_carry *carry,
    struct ddl_target *target, struct err *err)
{
	struct ddl_collation *items;
	struct result *result;
	const char *const *row;

	if (!query_collations(target, conn, query, carry, &result, err))
		return false;
	items = arena_alloc(&target->arena, (result_rows(result) + carry->n_collations) * sizeof(*items));
	target->collations = (struct ddl_collations){.items = items};
	while ((row = result_next(result)) != NULL)
		items[target->collations.n++] = (struct ddl_collation){
		    .id = (uint16_t) strtoul(row[0], NULL, 10),
		    .name = arena_strndup(&target->arena, row[1], strlen(row[1])),
		    .charset = arena_strndup(&target->arena, row[2], strlen(row[2])),
		};
	result_free(result);
	if (!add_stand_ins(target, carry, items, err))
		return false;
	add_renames(target, carry);
	return true;
}

bool
ddl_target_is_system_zone(const struct query *query)
{
	return query->has_time_zone && query->time_zone.len == 6 &&
	       strncasecmp((const char *) query->time_zone.data, "SYSTEM", 6) == 0;
}

bool
ddl_target_load(struct conn *conn, const struct query *query, const struct ddl_carry *carry,
    struct ddl_target *target, struct err *err)
{
	target->flavour = conn_server(conn)->flavour;
	target->version = conn_server(conn)->version;
	return load_variables(conn, target, err) && load_collations(conn, query, carry, target, err) &&
	       (!ddl_target_is_system_zone(query) || system_zone_read(conn, &target->zone, err));
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
