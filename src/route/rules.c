/* SPDX-License-Identifier: Apache-2.0 */
#include "route/rules.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "route/fold.h"
#include "route/pattern.h"
#include "route/renames.h"

/* pt-online-schema-change puts more underscores in front while a name is taken; both readings are tried. */
static const char *const built_in_working[] = {
	"_(.+)_(?:new|old)",
	"_+([^_].*)_(?:new|old)",
	"_(.+)_(?:gho|ghc|del)",
	"_(.+)_[0-9]{14}_del", /* gh-ost --timestamp-old-table */
};

struct selector {
	struct pattern *db;
	struct pattern *table; /* NULL: every table of the database */
	bool is_exclusion;
};

struct rules {
	struct selector *selectors;
	size_t n_selectors;
	struct renames *renames;
	struct pattern **working;
	size_t n_working;
	bool has_inclusions;
	bool is_case_insensitive;
	locale_t locale; /* for names without case; else 0 */
};

bool
rules_is_system_db(const char *db)
{
	static const char *const names[] = {"mysql", "sys", "information_schema", "performance_schema", "dump2db"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i], db) == 0)
			return true;
	return false;
}

static bool
add_selector(struct rules *rules, const char *text, bool has_table, struct err *err)
{
	struct selector *selector = &rules->selectors[rules->n_selectors++];
	size_t len = 0;

	selector->is_exclusion = text[0] == '!';
	if (selector->is_exclusion)
		text++;
	else
		rules->has_inclusions = true;
	if (!pattern_part_len(text, &len, err) ||
	    !pattern_new(text, len, rules->is_case_insensitive, &selector->db, err))
		return false;
	text += len;
	if (!has_table)
		return *text == '\0' || err_set(err, ERR_STOP, "a database has one name, without a dot");
	if (*text != '.')
		return err_set(err, ERR_STOP, "a table is written 'database.table'");
	text++;
	if (!pattern_part_len(text, &len, err) ||
	    !pattern_new(text, len, rules->is_case_insensitive, &selector->table, err))
		return false;
	return text[len] == '\0' || err_set(err, ERR_STOP, "a table is written 'database.table', with one dot");
}

static bool
add_selectors(struct rules *rules, const struct rules_options *options, struct err *err)
{
	rules->selectors = mem_zalloc((options->n_databases + options->n_tables + 1) * sizeof(*rules->selectors));
	for (size_t i = 0; i < options->n_databases; i++)
		if (!add_selector(rules, options->databases[i], false, err))
			return err_prefix(err, "database pattern '%s': ", options->databases[i]);
	for (size_t i = 0; i < options->n_tables; i++)
		if (!add_selector(rules, options->tables[i], true, err))
			return err_prefix(err, "table pattern '%s': ", options->tables[i]);
	return true;
}

/*
 * "databases" that already hold all of "tables" are a misunderstanding: one of the lists was meant to narrow the
 * other, and which one cannot be guessed.
 */
static bool
check_overlap(const struct rules *rules, const struct rules_options *options, struct err *err)
{
	for (size_t i = 0; i < options->n_tables; i++) {
		const struct selector *table = &rules->selectors[options->n_databases + i];
		const char *name = pattern_literal(table->db);

		for (size_t k = 0; name != NULL && !table->is_exclusion && k < options->n_databases; k++) {
			const struct selector *db = &rules->selectors[k];

			if (db->is_exclusion || !pattern_matches(db->db, name, false))
				continue;
			err_set(err, ERR_STOP, "table pattern '%s' adds nothing: database pattern '%s' carries all of '%s'",
			    options->tables[i], options->databases[k], name);
			return err_hint(err, "Leave the database out of 'databases' to carry only the tables named.");
		}
	}
	return true;
}

static bool
add_working(struct rules *rules, const struct rules_options *options, struct err *err)
{
	const char *const *texts = options->working_patterns;
	size_t n = options->n_working_patterns;

	if (texts == NULL) {
		texts = built_in_working;
		n = sizeof(built_in_working) / sizeof(built_in_working[0]);
	}
	rules->working = mem_zalloc((n + 1) * sizeof(struct pattern *));
	for (size_t i = 0; i < n; i++) {
		if (!pattern_new_group(texts[i], rules->is_case_insensitive, &rules->working[i], err))
			return err_prefix(err, "pattern of working tables: ");
		rules->n_working++;
	}
	return true;
}

bool
rules_new(const struct rules_options *options, struct rules **rules, struct err *err)
{
	struct rules *made = mem_zalloc(sizeof(*made));

	made->is_case_insensitive = options->is_case_insensitive;
	if ((made->is_case_insensitive && !fold_locale(&made->locale, err)) ||
	    !add_selectors(made, options, err) || !check_overlap(made, options, err) ||
	    !renames_new(options, &made->renames, err) || !add_working(made, options, err)) {
		rules_free(made);
		return false;
	}
	*rules = made;
	return true;
}

void
rules_free(struct rules *rules)
{
	if (rules == NULL)
		return;
	for (size_t i = 0; i < rules->n_selectors; i++) {
		pattern_free(rules->selectors[i].db);
		pattern_free(rules->selectors[i].table);
	}
	for (size_t i = 0; i < rules->n_working; i++)
		pattern_free(rules->working[i]);
	renames_free(rules->renames);
	free(rules->selectors);
	free(rules->working);
	if (rules->locale != (locale_t) 0)
		freelocale(rules->locale);
	free(rules);
}

static bool
selector_matches(const struct selector *selector, const char *db, const char *table)
{
	bool if_unclear = !selector->is_exclusion;

	return pattern_matches(selector->db, db, if_unclear) &&
	    (selector->table == NULL || pattern_matches(selector->table, table, if_unclear));
}

static bool
is_excluded(const struct rules *rules, const char *db, const char *table)
{
	for (size_t i = 0; i < rules->n_selectors; i++)
		if (rules->selectors[i].is_exclusion && selector_matches(&rules->selectors[i], db, table))
			return true;
	return rules_is_system_db(db);
}

static bool
is_selected(const struct rules *rules, const char *db, const char *table)
{
	if (is_excluded(rules, db, table))
		return false;
	for (size_t i = 0; i < rules->n_selectors; i++)
		if (!rules->selectors[i].is_exclusion && selector_matches(&rules->selectors[i], db, table))
			return true;
	return !rules->has_inclusions;
}

/* All, some or none of the database's tables, for selectors of one kind. */
static enum rules_scope
scope_of(const struct rules *rules, const char *db, bool is_exclusion)
{
	enum rules_scope scope = RULES_NO_TABLES;

	for (size_t i = 0; i < rules->n_selectors; i++) {
		const struct selector *selector = &rules->selectors[i];

		if (selector->is_exclusion != is_exclusion || !pattern_matches(selector->db, db, !is_exclusion))
			continue;
		if (selector->table == NULL || pattern_is_any(selector->table))
			return RULES_ALL_TABLES;
		scope = RULES_SOME_TABLES;
	}
	return scope;
}

enum rules_scope
rules_db_scope(const struct rules *rules, const char *db)
{
	enum rules_scope included = rules->has_inclusions ? scope_of(rules, db, false) : RULES_ALL_TABLES;
	enum rules_scope excluded = scope_of(rules, db, true);

	if (excluded == RULES_ALL_TABLES || rules_is_system_db(db))
		return RULES_NO_TABLES;
	return excluded == RULES_SOME_TABLES && included == RULES_ALL_TABLES ? RULES_SOME_TABLES : included;
}

bool
rules_has_db(const struct rules *rules, const char *db)
{
	return rules_db_scope(rules, db) == RULES_ALL_TABLES;
}

const char *
rules_db(const struct rules *rules, const char *db, struct arena *arena)
{
	const char *to = renames_db(rules->renames, db);

	if (to == NULL)
		to = rules_source_name(rules, db, arena);
	return arena_strndup(arena, to, strlen(to));
}

/* One reading of a working table's name; NULL where the pattern does not fit. */
static const char *
read_base(const struct pattern *pattern, const char *table, struct arena *arena, size_t *at)
{
	size_t len = 0;

	return pattern_group(pattern, table, at, &len) ? arena_strndup(arena, table + *at, len) : NULL;
}

/* Is any reading of its name the working table of a selected one? */
static bool
is_working(const struct rules *rules, const char *db, const char *table, struct arena *arena)
{
	for (size_t i = 0; i < rules->n_working; i++) {
		size_t at = 0;
		const char *base = read_base(rules->working[i], table, arena, &at);

		if (base != NULL && is_selected(rules, db, base))
			return true;
	}
	return false;
}

static const char *
replace_base(const char *table, size_t at, size_t len, const char *to, struct arena *arena)
{
	size_t to_len = strlen(to), tail_len = strlen(table + at + len);
	char *name = arena_alloc(arena, at + to_len + tail_len + 1);

	memcpy(name, table, at);
	memcpy(name + at, to, to_len);
	memcpy(name + at + to_len, table + at + len, tail_len + 1);
	return name;
}

/* The name of a working table whose base, by any reading, has a name of its own on the target. */
static bool
rename_with_base(const struct rules *rules, const char *db, const char *table, struct arena *arena,
    const char **target_db, const char **target_table)
{
	for (size_t i = 0; i < rules->n_working; i++) {
		size_t at = 0;
		const char *base = read_base(rules->working[i], table, arena, &at);

		if (base == NULL || !renames_table(rules->renames, db, base, target_db, target_table))
			continue;
		*target_table = replace_base(table, at, strlen(base), *target_table, arena);
		return true;
	}
	return false;
}

void
rules_target_name(const struct rules *rules, const char *db, const char *table, struct arena *arena,
    const char **target_db, const char **target_table)
{
	const char *to_db = NULL, *to_table = NULL;

	table = rules_source_name(rules, table, arena);
	if (renames_is_empty(rules->renames) ||
	    (!renames_table(rules->renames, db, table, &to_db, &to_table) &&
	        !rename_with_base(rules, db, table, arena, &to_db, &to_table))) {
		*target_db = rules_db(rules, db, arena);
		*target_table = arena_strndup(arena, table, strlen(table));
		return;
	}
	*target_db = arena_strndup(arena, to_db, strlen(to_db));
	*target_table = arena_strndup(arena, to_table, strlen(to_table));
}

enum rules_verdict
rules_table(const struct rules *rules, const char *db, const char *table, struct arena *arena,
    const char **target_db, const char **target_table)
{
	enum rules_verdict verdict = RULES_CARRIED;

	if (!is_selected(rules, db, table)) {
		if (is_excluded(rules, db, table) || !is_working(rules, db, table, arena))
			return RULES_LEFT_OUT;
		verdict = RULES_WORKING;
	}
	rules_target_name(rules, db, table, arena, target_db, target_table);
	return verdict;
}

bool
rules_has_renames(const struct rules *rules)
{
	return !renames_is_empty(rules->renames);
}

const char *
rules_source_name(const struct rules *rules, const char *name, struct arena *arena)
{
	return rules->is_case_insensitive ? fold_name(rules->locale, name, arena) : name;
}
