/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/default_proof.h"

#include <stdlib.h>

#include "apply/column_default.h"
#include "base/mem.h"

/* Absent, and not known yet to take the source's default. */
static bool
is_open(const struct rows_cursor *rows, const struct target_table *table, size_t i)
{
	if ((rows->after_map[i / 8] >> (i % 8) & 1) != 0 || !column_default_counts(table, i))
		return false;
	return !table->columns[table->column_of[i]].is_default_proved;
}

bool
default_proof_check(struct applier *applier, const struct txn *txn, const struct rows_cursor *rows,
    struct target_table *table, struct err *err)
{
	const struct applier_options *options = &applier->options;
	struct default_question question = {.table = table, .map = rows->table};
	bool *is_absent = NULL;
	bool done;

	if (rows->kind != ROWS_INSERT || options->default_guard == NULL || table->is_sequence)
		return true;
	for (size_t i = 0; i < rows->table->n_columns; i++) {
		if (!is_open(rows, table, i))
			continue;
		if (is_absent == NULL)
			is_absent = mem_zalloc(rows->table->n_columns * sizeof(*is_absent));
		is_absent[i] = true;
	}
	if (is_absent == NULL)
		return true;
	question.is_absent = is_absent;
	question.position = marker_committed_position(applier->marker);
	question.at = &txn->begin;
	done = options->default_guard(options->guard_context, &question, err);
	for (size_t i = 0; done && i < rows->table->n_columns; i++)
		if (is_absent[i])
			table->columns[table->column_of[i]].is_default_proved = true;
	free(is_absent);
	return done;
}
