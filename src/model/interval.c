/* SPDX-License-Identifier: Apache-2.0 */
#include "model/interval.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
interval_list_release(struct interval_list *list)
{
	free(list->items);
	*list = (struct interval_list){0};
}

/* Number of the first range that ends at or behind `number`; list->n if none does. */
static size_t
find(const struct interval_list *list, uint64_t number)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list->items[middle].last < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Replaces the `cut` ranges at `at` by one. */
static void
replace(struct interval_list *list, size_t at, size_t cut, struct interval by)
{
	mem_grow(&list->items, &list->cap, list->n + 1, sizeof(*list->items));
	memmove(list->items + at + 1, list->items + at + cut, (list->n - at - cut) * sizeof(*list->items));
	list->items[at] = by;
	list->n = list->n + 1 - cut;
}

void
interval_list_add(struct interval_list *list, struct interval add)
{
	struct interval *last = list->n == 0 ? NULL : &list->items[list->n - 1];
	size_t at, end;

	if (last != NULL && add.first == last->last + 1) {
		last->last = add.last;
		return;
	}
	/* What ends just before add.first touches it; numbers begin at 1, so there is no 0 to wrap. */
	at = find(list, add.first == 0 ? 0 : add.first - 1);
	for (end = at; end < list->n && list->items[end].first <= add.last + 1; end++) {
		if (list->items[end].first < add.first)
			add.first = list->items[end].first;
		if (list->items[end].last > add.last)
			add.last = list->items[end].last;
	}
	replace(list, at, end - at, add);
}

void
interval_list_push(struct interval_list *list, struct interval add)
{
	mem_grow(&list->items, &list->cap, list->n + 1, sizeof(*list->items));
	list->items[list->n++] = add;
}

static int
compare(const void *a, const void *b)
{
	uint64_t left = ((const struct interval *) a)->first, right = ((const struct interval *) b)->first;

	return left < right ? -1 : left > right;
}

void
interval_list_normalise(struct interval_list *list)
{
	size_t kept = 0;

	if (list->n == 0)
		return;
	qsort(list->items, list->n, sizeof(*list->items), compare);
	for (size_t i = 1; i < list->n; i++) {
		struct interval *last = &list->items[kept], next = list->items[i];
		if (next.first > last->last + 1)
			list->items[++kept] = next;
		else if (next.last > last->last)
			last->last = next.last;
	}
	list->n = kept + 1;
}

/* By sorting both together: lists with many ranges on both sides then take no quadratic time. */
void
interval_list_add_list(struct interval_list *list, const struct interval_list *other)
{
	if (other->n == 1) {
		interval_list_add(list, other->items[0]);
		return;
	}
	for (size_t i = 0; i < other->n; i++)
		interval_list_push(list, other->items[i]);
	interval_list_normalise(list);
}

/* Puts what is left of `range` without `other` behind `out`; `*at` is where the search in `other` goes on. */
static void
put_difference(struct interval range, const struct interval_list *other, size_t *at, struct interval_list *out)
{
	for (; *at < other->n && other->items[*at].first <= range.last; (*at)++) {
		struct interval cut = other->items[*at];
		if (cut.last < range.first)
			continue;
		if (cut.first > range.first)
			interval_list_push(out, (struct interval){range.first, cut.first - 1});
		range.first = cut.last + 1;
		if (range.first > range.last)
			return; /* this cut may reach into the next range too: it stays */
	}
	interval_list_push(out, range);
}

void
interval_list_subtract(struct interval_list *list, const struct interval_list *other)
{
	struct interval_list left = {0};
	size_t at = 0;

	for (size_t i = 0; i < list->n; i++)
		put_difference(list->items[i], other, &at, &left);
	interval_list_release(list);
	*list = left;
}

bool
interval_list_has(const struct interval_list *list, struct interval range)
{
	size_t at = find(list, range.first);

	return at < list->n && list->items[at].first <= range.first && list->items[at].last >= range.last;
}

bool
interval_list_is_superset(const struct interval_list *list, const struct interval_list *of)
{
	for (size_t i = 0; i < of->n; i++)
		if (!interval_list_has(list, of->items[i]))
			return false;
	return true;
}

bool
interval_list_is_equal(const struct interval_list *a, const struct interval_list *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->items, b->items, a->n * sizeof(*a->items)) == 0);
}
