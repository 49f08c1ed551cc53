/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One part of a name pattern: "shop" or "`shop`" (literal), "shop_*" (wildcard: * any text, ? one character),
 * "/^shop_[0-9]+$/" (regular expression, matched against the whole name).
 */
#ifndef ROUTE_PATTERN_H
#define ROUTE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct pattern;

/*
 * How many bytes of `text` the first part of a "db.table" takes: to the first dot that is not within backticks
 * or slashes.  ERR_STOP when a quote or expression does not end, or something follows it.
 */
bool pattern_part_len(const char *text, size_t *len, struct err *err);

bool pattern_new(const char *text, size_t len, bool is_case_insensitive, struct pattern **pattern, struct err *err);
/* A regular expression without slashes, with at least one group. */
bool pattern_new_group(const char *regex, bool is_case_insensitive, struct pattern **pattern, struct err *err);
void pattern_free(struct pattern *pattern); /* NULL is fine */

/* `if_unclear` is the answer where the regular expression hits PCRE2's limits.  Any thread. */
bool pattern_matches(const struct pattern *pattern, const char *name, bool if_unclear);
/* For pattern_new_group(): where group 1 stands in the name. */
bool pattern_group(const struct pattern *pattern, const char *name, size_t *at, size_t *len);

/* "*": matches every name. */
bool pattern_is_any(const struct pattern *pattern);
/* The literal name; NULL for anything else. */
const char *pattern_literal(const struct pattern *pattern);

#endif
