/* SPDX-License-Identifier: Apache-2.0 */
#include "route/renames.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "route/pattern.h"

struct rename {
	struct pattern *db, *table; /* table NULL: the whole database */
	struct pattern *to_db, *to_table;
};

struct renames {
	struct rename *list;
	size_t n;
};

/* One literal part of "db.table"; `*rest` is what follows its dot, NULL at the end. */
static bool
take_part(const char *text, bool is_case_insensitive, struct pattern **part, const char **rest, struct err *err)
{
	size_t len = 0;

	if (!pattern_part_len(text, &len, err) || !pattern_new(text, len, is_case_insensitive, part, err))
		return false;
	if (pattern_literal(*part) == NULL)
		return err_set(err, ERR_STOP, "'%.*s' is a pattern, and only single names can be renamed", (int) len, text);
	*rest = text[len] == '\0' ? NULL : text + len + 1;
	return true;
}

static bool
take_name(const char *text, bool is_case_insensitive, struct pattern **db, struct pattern **table, struct err *err)
{
	const char *rest = NULL;

	if (!take_part(text, is_case_insensitive, db, &rest, err))
		return false;
	if (rules_is_system_db(pattern_literal(*db)))
		return err_set(err, ERR_STOP, "database '%s' belongs to the server", pattern_literal(*db));
	if (rest == NULL)
		return true;
	if (!take_part(rest, is_case_insensitive, table, &rest, err))
		return false;
	if (rest != NULL)
		return err_set(err, ERR_STOP, "'%s' has more than two parts", text);
	return true;
}

static bool
is_same(const struct pattern *a, const struct pattern *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return pattern_matches(a, pattern_literal(b), true);
}

static bool
add(struct renames *renames, const struct rename_option *option, bool is_case_insensitive, struct err *err)
{
	struct rename *new = &renames->list[renames->n++];

	if (!take_name(option->from, is_case_insensitive, &new->db, &new->table, err) ||
	    !take_name(option->to, is_case_insensitive, &new->to_db, &new->to_table, err))
		return false;
	if ((new->table == NULL) != (new->to_table == NULL))
		return err_set(err, ERR_STOP, "a database becomes a database, and a table a table");
	for (const struct rename *old = renames->list; old < new; old++) {
		if (is_same(old->db, new->db) && is_same(old->table, new->table))
			return err_set(err, ERR_STOP, "it is renamed twice");
		if (is_same(old->to_db, new->to_db) && is_same(old->to_table, new->to_table))
			return err_set(err, ERR_STOP, "another one gets that name");
	}
	return true;
}

bool
renames_new(const struct rules_options *options, struct renames **renames, struct err *err)
{
	struct renames *made = mem_zalloc(sizeof(*made));

	made->list = mem_zalloc((options->n_renames + 1) * sizeof(*made->list));
	for (size_t i = 0; i < options->n_renames; i++) {
		const struct rename_option *option = &options->renames[i];

		if (!add(made, option, options->is_case_insensitive, err)) {
			renames_free(made);
			return err_prefix(err, "rename of '%s' to '%s': ", option->from, option->to);
		}
	}
	*renames = made;
	return true;
}

void
renames_free(struct renames *renames)
{
	if (renames == NULL)
		return;
	for (size_t i = 0; i < renames->n; i++) {
		pattern_free(renames->list[i].db);
		pattern_free(renames->list[i].table);
		pattern_free(renames->list[i].to_db);
		pattern_free(renames->list[i].to_table);
	}
	free(renames->list);
	free(renames);
}

bool
renames_is_empty(const struct renames *renames)
{
	return renames->n == 0;
}

const char *
renames_db(const struct renames *renames, const char *db)
{
	for (const struct rename *rename = renames->list; rename < renames->list + renames->n; rename++)
		if (rename->table == NULL && pattern_matches(rename->db, db, true))
			return pattern_literal(rename->to_db);
	return NULL;
}

bool
renames_table(const struct renames *renames, const char *db, const char *table, const char **to_db,
    const char **to_table)
{
	for (const struct rename *rename = renames->list; rename < renames->list + renames->n; rename++) {
		if (rename->table == NULL || !pattern_matches(rename->db, db, true) ||
		    !pattern_matches(rename->table, table, true))
			continue;
		*to_db = pattern_literal(rename->to_db);
		*to_table = pattern_literal(rename->to_table);
		return true;
	}
	return false;
}
