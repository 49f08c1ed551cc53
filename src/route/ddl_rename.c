/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "route/ddl_plan.h"

/* Every pair is compared with every table on its way; people do not write lists this long. */
enum { PAIRS_LIMIT = 4096 };

/*
 * A table on its way through the list: "a TO tmp, b TO a, tmp TO b" moves a over tmp to b and b to a.  Only where a
 * table starts and ends matters; the names between are the target's as well.
 */
struct move {
	size_t start; /* index of the name it had */
	size_t now;   /* index of the name it has */
};

static bool
is_same_name(const struct plan *plan, size_t a, size_t b)
{
	const struct plan_name *left = &plan->names[a], *right = &plan->names[b];

	return strcmp(left->source_db, right->source_db) == 0 && strcmp(left->source_table, right->source_table) == 0;
}

/* Names come in pairs: from, to.  `way[i]` is the move that pair i belongs to. */
static size_t
follow(const struct plan *plan, struct move *moves, size_t *way)
{
	size_t n_moves = 0;

	for (size_t pair = 0; pair < plan->n_names / 2; pair++) {
		size_t k = n_moves;

		for (size_t i = 0; i < n_moves && k == n_moves; i++)
			if (is_same_name(plan, moves[i].now, 2 * pair))
				k = i;
		if (k == n_moves)
			moves[n_moves++].start = 2 * pair;
		moves[k].now = 2 * pair + 1;
		way[pair] = k;
	}
	return n_moves;
}

bool
plan_rename(struct plan *plan, struct err *err)
{
	size_t n_pairs = plan->n_names / 2, n_moves, n_kept = 0;
	struct move *moves = arena_zalloc(plan->arena, (n_pairs + 1) * sizeof(*moves));
	size_t *way = arena_zalloc(plan->arena, (n_pairs + 1) * sizeof(*way));

	if (n_pairs > PAIRS_LIMIT)
		return err_set(err, ERR_STOP, "a list of %zu tables is above the limit of %d", n_pairs, PAIRS_LIMIT);
	n_moves = follow(plan, moves, way);
	for (size_t i = 0; i < n_moves; i++) {
		const struct plan_name *from = &plan->names[moves[i].start], *to = &plan->names[moves[i].now];

		if (from->is_carried != to->is_carried)
			return from->is_carried ? plan_stop_renamed_out(from, to, err) : plan_stop_renamed_in(from, to, err);
	}
	for (size_t pair = 0; pair < n_pairs; pair++) {
		if (plan->names[moves[way[pair]].start].is_carried) {
			n_kept++;
			continue;
		}
		plan->names[2 * pair].is_dropped = plan->names[2 * pair + 1].is_dropped = true;
		plan->is_reduced = true;
	}
	if (plan->is_reduced)
		plan_note_dropped(plan);
	if (n_kept == 0)
		plan->out->verdict = DDL_LEFT_OUT;
	return true;
}
