/* SPDX-License-Identifier: Apache-2.0 */
/* Transaction numbers as a sorted list of disjoint ranges that do not touch: 1-5, 7-7, 9-20. */
#ifndef MODEL_INTERVAL_H
#define MODEL_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Both ends belong to it; last is below 2^63, so that last + 1 never wraps. */
struct interval {
	uint64_t first;
	uint64_t last;
};

/* A zeroed list is empty and ready. */
struct interval_list {
	struct interval *items;
	size_t n;
	size_t cap;
};

void interval_list_release(struct interval_list *list);

/* Merges with what overlaps or touches; fast at the end of the list, where most numbers belong. */
void interval_list_add(struct interval_list *list, struct interval add);
void interval_list_add_list(struct interval_list *list, const struct interval_list *other);
void interval_list_subtract(struct interval_list *list, const struct interval_list *other);

/* Is every number of `range` in the list? */
bool interval_list_has(const struct interval_list *list, struct interval range);
bool interval_list_is_superset(const struct interval_list *list, const struct interval_list *of);
bool interval_list_is_equal(const struct interval_list *a, const struct interval_list *b);

/*
 * For parsers of outside text, where thousands of ranges may come in any order: push appends without
 * sorting, and nothing else may be asked of the list until it has been put in order.
 */
void interval_list_push(struct interval_list *list, struct interval add);
void interval_list_normalise(struct interval_list *list);

#endif
