/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source before MySQL 9.6 logs only what the statement itself changed; what its foreign keys changed by CASCADE
 * or SET NULL must happen on the destination again, by the same keys.  MySQL 9.6 logs those rows too, and marks them so
 * that the destination's keys stay out of it.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "cli/check_tables.h"

enum { LOGS_CASCADES_SINCE = 90600 };

static const struct carried *
find_source(const struct carried_tables *tables, const char *name)
{
	for (size_t i = 0; i < tables->n; i++) {
		char *full = mem_printf("%s.%s", tables->items[i].source->db, tables->items[i].source->name);
		bool is_same = strcmp(full, name) == 0;
		free(full);
		if (is_same)
			return &tables->items[i];
	}
	return NULL;
}

static bool
has_cascade(const struct catalog_table *table, const char *parent, const struct catalog_foreign_key *like)
{
	for (size_t i = 0; i < table->n_cascades; i++)
		if (strcasecmp(table->cascades[i].parent, parent) == 0 &&
		    strcasecmp(table->cascades[i].update_rule, like->update_rule) == 0 &&
		    strcasecmp(table->cascades[i].delete_rule, like->delete_rule) == 0)
			return true;
	return false;
}

static void
compare(const struct carried_tables *tables, const struct carried *item, struct names *lacking, struct names *foreign)
{
	for (size_t i = 0; i < item->source->n_cascades; i++) {
		const struct catalog_foreign_key *key = &item->source->cascades[i];
		const struct carried *parent = find_source(tables, key->parent);
		char *name = parent == NULL ? mem_strdup("") : mem_printf("%s.%s", parent->target_db, parent->target_name);
		if (parent == NULL)
			names_add(foreign, "%s.%s (parent %s)", item->source->db, item->source->name, key->parent);
		else if (item->target != NULL && !has_cascade(item->target, name, key))
			names_add(lacking, "%s.%s (parent %s)", item->target_db, item->target_name, name);
		free(name);
	}
}

static void
collect_extra(const struct carried *item, struct names *extra)
{
	if (item->target != NULL && item->target->n_cascades > item->source->n_cascades)
		names_add(extra, "%s.%s", item->target_db, item->target_name);
}

void
check_cascades(struct check *check, const struct carried_tables *tables)
{
	const struct server_info *source = check->source.server;
	bool is_logged = source->flavour == FLAVOUR_MYSQL && source->version >= LOGS_CASCADES_SINCE;
	struct names lacking = {.arena = &check->report->arena}, foreign = {.arena = &check->report->arena};
	struct names extra = {.arena = &check->report->arena};

	for (size_t i = 0; i < tables->n; i++) {
		if (!is_logged)
			compare(tables, &tables->items[i], &lacking, &foreign);
		collect_extra(&tables->items[i], &extra);
	}
	report_names(check->report, VERDICT_FAIL, "foreign_keys.missing", &lacking,
	    "tables without the source's foreign key that changes rows (CASCADE, SET NULL), which the source does not log",
	    "Give them the same foreign key on the destination.");
	report_names(check->report, VERDICT_WARN, "foreign_keys.parent", &foreign,
	    "tables that are changed by foreign keys (CASCADE, SET NULL) from parents that are not carried",
	    "Carry the parents too: such changes are not in the source's binlog.");
	report_names(check->report, VERDICT_WARN, "foreign_keys.extra", &extra,
	    "tables with more foreign keys that change rows (CASCADE, SET NULL) than on the source",
	    "Drop those that the source does not have.");
	names_release(&lacking);
	names_release(&foreign);
	names_release(&extra);
}
