/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/rows_table.h"

#include "sink/mysql/rows_fault.h"

bool
rows_table_check(const struct applier *applier, const struct target_table *table, struct err *err)
{
	if (!table->is_transactional && !applier->options.allow_nontransactional) {
		(void) err_set(err, ERR_STOP, "table '%s.%s' on the destination has engine %s, which cannot roll back",
		    table->db, table->name, table->engine);
		return err_hint(err, "ALTER it to InnoDB, or allow it with destination.allow_nontransactional for one-way use.");
	}
	if (table->has_triggers && !applier->options.allow_triggers && !applier->options.replay_events) {
		(void) err_set(err, ERR_STOP, "table '%s.%s' on the destination has triggers, which would run a second time",
		    table->db, table->name);
		return err_hint(err, "Drop them there, or keep them from running with destination.replay_events, or allow "
				     "them with destination.allow_triggers.");
	}
	return target_table_refuse_change(table, err);
}

/*
 * Locked first, then read, so that it holds for the whole transaction.  What keeps the lock from being had, a view for one,
 * is told better by reading.
 */
bool
rows_table_load(struct applier *applier, const struct table_map *map, struct table_def **def, struct err *err)
{
	unsigned int number = table_defs_next_number(applier->tables);
	bool is_dry = dry_run_is_on(&applier->dry);
	struct err why = {0};

	if (!is_dry && !proof_lock(&applier->proof, map->target_db, map->target_name, number, &why) && why.kind != ERR_STOP) {
		*err = why;
		return false;
	}
	if (!table_defs_load(applier->tables, applier->conn, map, def, err))
		return false;
	(*def)->table->may_change = applier->options.allow_changed_values;
	if (why.kind != ERR_NONE) {
		if (rows_table_check(applier, (*def)->table, err))
			*err = why;
		if (proof_met_no_table(&why))
			err->kind = ERR_RETRY; /* a table has come there meanwhile */
		rows_fault_hint_engine(err);
		table_defs_drop(applier->tables, map);
		return false;
	}
	return is_dry || proof_complete(&applier->proof, *def, !applier->options.allow_triggers, err);
}
