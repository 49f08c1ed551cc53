/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_judge_rename.h"

#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "base/mem.h"

/* What a name holds at a step: an item of `before`, or nothing. */
struct place {
	const struct ddl_seen *name; /* the first item with this name: says where */
	const struct ddl_seen *holds;
};

struct board {
	struct place *places;
	size_t n;
};

static bool
is_same_name(const struct ddl_seen *a, const struct ddl_seen *b)
{
	return strcmp(a->db, b->db) == 0 && strcmp(a->name, b->name) == 0;
}

static struct place *
place_of(const struct board *board, const struct ddl_seen *name)
{
	for (size_t i = 0; i < board->n; i++)
		if (is_same_name(board->places[i].name, name))
			return &board->places[i];
	return NULL;
}

/* Each name once, holding what it held before the statement. */
static void
board_init(struct board *board, const struct ddl_snapshot *before)
{
	board->places = mem_zalloc((before->n + 1) * sizeof(*board->places));
	board->n = 0;
	for (size_t i = 0; i < before->n; i++) {
		const struct ddl_seen *seen = &before->items[i];

		if (place_of(board, seen) == NULL)
			board->places[board->n++] = (struct place){seen, seen->exists ? seen : NULL};
	}
}

/* The object and its new name stand side by side in the list. */
static void
board_step(struct board *board, const struct ddl_snapshot *before, size_t step)
{
	struct place *from = place_of(board, &before->items[2 * step]);
	struct place *to = place_of(board, &before->items[2 * step + 1]);

	if (from == to || from->holds == NULL) /* IF EXISTS passes over what is not there */
		return;
	to->holds = from->holds;
	from->holds = NULL;
}

static bool
is_as_before(const struct board *board)
{
	for (size_t i = 0; i < board->n; i++)
		if (board->places[i].holds != (board->places[i].name->exists ? board->places[i].name : NULL))
			return false;
	return true;
}

static bool
holds_same_ids(const struct ddl_seen *a, const struct ddl_seen *b)
{
	for (size_t i = 0; i < a->n_ids; i++)
		if (a->n_ids != b->n_ids || a->ids[i].id != b->ids[i].id)
			return false;
	return true;
}

/* Could the present state be this one? */
static bool
is_like(const struct board *board, const struct ddl_snapshot *now)
{
	for (size_t i = 0; i < now->n; i++) {
		const struct ddl_seen *held = place_of(board, &now->items[i])->holds;

		if ((held != NULL) != now->items[i].exists)
			return false;
		if (held != NULL && held->has_ids && now->items[i].has_ids &&
		    !holds_same_ids(held, &now->items[i]))
			return false;
	}
	return true;
}

static void
put_name(const struct ddl_seen *seen, struct buf *out)
{
	literal_put_name(seen->db, out);
	buf_putc(out, '.');
	literal_put_name(seen->name, out);
}

static void
put_rest(const struct ddl_snapshot *before, size_t step, struct buf *finish)
{
	for (size_t i = step; i < before->n / 2; i++) {
		buf_puts(finish, i == step ? "RENAME TABLE " : ", ");
		put_name(&before->items[2 * i], finish);
		buf_puts(finish, " TO ");
		put_name(&before->items[2 * i + 1], finish);
	}
}

static bool
is_list_of_pairs(const struct ddl_snapshot *before)
{
	for (size_t i = 0; i < before->n; i++)
		if (before->items[i].role != (i % 2 == 0 ? DDL_ROLE_OBJECT : DDL_ROLE_RENAMED_TO))
			return false;
	return before->n % 2 == 0;
}

enum ddl_finding
ddl_judge_rename(
    const struct ddl_snapshot *before, const struct ddl_snapshot *now, struct buf *finish, struct buf *why)
{
	size_t steps = before->n / 2, found = 0, fitting = 0, as_before = 0;
	struct board board;

	if (!is_list_of_pairs(before)) {
		buf_puts(why, "what was noted about its objects is not complete");
		return DDL_UNDECIDED;
	}
	board_init(&board, before);
	for (size_t step = 0; step <= steps; step++) {
		if (step > 0)
			board_step(&board, before, step - 1);
		if (!is_like(&board, now))
			continue;
		fitting++;
		as_before += is_as_before(&board);
		found = step;
	}
	free(board.places);
	if (fitting > 1 && fitting == as_before)
		return DDL_RUN_AGAIN; /* nothing has changed, run or not */
	if (fitting != 1) {
		buf_printf(why,
		    fitting == 0 ? "the tables stand as after no number of its %zu renames"
				 : "the tables do not tell how many of its %zu renames were made",
		    steps);
		return DDL_UNDECIDED;
	}
	if (found == 0 || found == steps)
		return found == 0 ? DDL_NOT_EXECUTED : DDL_EXECUTED;
	put_rest(before, found, finish);
	return DDL_PARTLY;
}
