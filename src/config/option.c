/* SPDX-License-Identifier: Apache-2.0 */
#include "config/option.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_LONGEST = 64 }; /* names that are compared for likeness */

const struct option *
option_find(const struct option_table *table, const char *path)
{
	for (size_t i = 0; i < table->n; i++) {
		if (strcmp(table->options[i].path, path) == 0)
			return &table->options[i];
	}
	return NULL;
}

bool
option_is_in(const struct option *option, const char *prefix)
{
	size_t len = strlen(prefix);

	if (len == 0)
		return strchr(option->path, '.') == NULL;
	return strncmp(option->path, prefix, len) == 0 && option->path[len] == '.' &&
	       strchr(option->path + len + 1, '.') == NULL;
}

const char *
option_leaf(const struct option *option)
{
	const char *dot = strrchr(option->path, '.');

	return dot == NULL ? option->path : dot + 1;
}

static void
put_choices(const struct option *option, struct buf *out)
{
	for (const char *const *choice = option->choices; *choice != NULL; choice++)
		buf_printf(out, "%s\"%s\"",
		    choice == option->choices ? ""
		    : choice[1] == NULL       ? " or "
					      : ", ",
		    *choice);
}

static void
put_range(const struct option *option, const char *what, struct buf *out)
{
	buf_printf(out, "%s from %" PRIu64 " to %" PRIu64, what, option->min, option->max);
}

void
option_put_allowed(const struct option *option, struct buf *out)
{
	switch (option->type) {
	case OPTION_BOOL:
	case OPTION_SWITCH:
		buf_puts(out, "true or false");
		break;
	case OPTION_INTEGER:
		put_range(option, "an integer", out);
		break;
	case OPTION_SIZE:
		buf_puts(out, "a size from \"");
		option_put_size(option->min, out);
		buf_puts(out, "\" to \"");
		option_put_size(option->max, out);
		buf_putc(out, '"');
		break;
	case OPTION_STRING:
		buf_printf(out, "a string in double quotes, %" PRIu64 " to %" PRIu64 " bytes long", option->min,
		    option->max);
		break;
	case OPTION_PATH:
		buf_puts(out, "a path in double quotes");
		break;
	case OPTION_CHOICE:
		put_choices(option, out);
		break;
	case OPTION_FLAGS:
		buf_puts(out, "a list of ");
		put_choices(option, out);
		break;
	case OPTION_STRINGS:
		buf_puts(out, "a list of strings: [\"...\", \"...\"]");
		break;
	case OPTION_INTEGERS:
		put_range(option, "a list of integers", out);
		break;
	case OPTION_GROUP:
		buf_puts(out, "a group: { ... }");
		break;
	case OPTION_GROUPS:
		buf_puts(out, "a list of groups: ( { ... }, { ... } )");
		break;
	}
}

size_t
option_choice(const struct option *option, const char *text)
{
	size_t i = 0;

	while (option->choices[i] != NULL && strcmp(option->choices[i], text) != 0)
		i++;
	return i;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Insertions, deletions and changes of one letter, and swaps of two, that lead from one name to the other. */
static size_t
distance(const char *from, const char *to)
{
	size_t rows[3][NAME_LONGEST + 1];
	size_t n_from = strlen(from), n_to = strlen(to);

	if (n_from > NAME_LONGEST || n_to > NAME_LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= n_to; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n_from; i++) {
		size_t *row = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= n_to; j++) {
			int a = tolower((unsigned char) from[i - 1]), b = tolower((unsigned char) to[j - 1]);

			row[j] = least(last[j - 1] + (a != b), least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && from[i - 2] == to[j - 1] && from[i - 1] == to[j - 2])
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return rows[n_from % 3][n_to];
}

/* A third of the letters may differ; two names that share less are no suggestion. */
static bool
is_nearer(const char *name, const char *candidate, size_t *best)
{
	size_t d = distance(name, candidate);
	size_t allowed = (least(strlen(name), strlen(candidate)) + 2) / 3;

	/* "batch" for "batch_bytes", "server" for "server_id" */
	if (d != 0 && strlen(name) >= 3 && strncmp(candidate, name, strlen(name)) == 0)
		d = allowed;
	if (d > allowed || d >= *best)
		return false;
	*best = d;
	return true;
}

const char *
option_nearest_choice(const struct option *option, const char *text)
{
	const char *nearest = NULL;
	size_t best = SIZE_MAX;

	for (const char *const *choice = option->choices; *choice != NULL; choice++)
		nearest = is_nearer(text, *choice, &best) ? *choice : nearest;
	return nearest;
}

const char *
option_nearest_key(const struct option_table *table, const char *prefix, const char *name)
{
	const char *nearest = NULL;
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < table->n; i++) {
		if (option_is_in(&table->options[i], prefix) &&
		    is_nearer(name, option_leaf(&table->options[i]), &best))
			nearest = option_leaf(&table->options[i]);
	}
	if (nearest != NULL)
		return nearest;
	for (size_t i = 0; i < table->n; i++) {
		if (strcmp(option_leaf(&table->options[i]), name) == 0)
			return table->options[i].path;
	}
	return NULL;
}

bool
option_parse_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGT";
	uint64_t value = 0;
	const char *at = text;

	for (; isdigit((unsigned char) *at); at++) {
		if (__builtin_mul_overflow(value, (uint64_t) 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t) (*at - '0'), &value))
			return false;
	}
	if (at == text)
		return false;
	at += *at == ' ';
	const char *unit = *at == '\0' ? NULL : strchr(units, toupper((unsigned char) *at));
	if (unit != NULL) {
		unsigned int shift = 10 * ((unsigned int) (unit - units) + 1);

		if (value > UINT64_MAX >> shift)
			return false;
		value <<= shift;
		at++;
		at += *at == 'i' && at[1] == 'B' ? 2 : *at == 'B';
	}
	*bytes = value;
	return *at == '\0';
}

void
option_put_size(uint64_t bytes, struct buf *out)
{
	static const char units[] = {'K', 'M', 'G', 'T'};
	size_t unit = 0;

	while (unit < sizeof(units) && bytes != 0 && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	buf_printf(out, "%" PRIu64, bytes);
	if (unit > 0)
		buf_putc(out, units[unit - 1]);
}
