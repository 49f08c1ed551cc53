/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every key that a configuration may have, as data: drives parsing, defaults, unknown keys, error texts, and
 * the tests that hold the manual page and the samples against it.
 *
 * A path's parts are joined by dots: "source.tls.ca".  A group has a row of its own and its members' rows come
 * behind it, in the order of the manual page.  Members of an OPTION_GROUPS ("route.rename.from") have their
 * offset within one element.
 */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum option_type {
	OPTION_BOOL,
	OPTION_SWITCH,   /* true or false, in an enum: 0 not said, 1 on, 2 off */
	OPTION_INTEGER,  /* min to max, in an unsigned member of 4 or 8 bytes */
	OPTION_SIZE,     /* bytes: an integer or "64M"; min to max */
	OPTION_STRING,   /* min to max bytes long */
	OPTION_PATH,     /* a string; a relative one counts from the directory of the file that names it */
	OPTION_CHOICE,   /* one of the choices, as its index in an enum */
	OPTION_FLAGS,    /* a list of choices; each sets its own of as many bools in a row */
	OPTION_STRINGS,  /* a list of strings of min to max bytes; pointer and count */
	OPTION_INTEGERS, /* a list of integers from min to max, as uint32_t; pointer and count */
	OPTION_GROUP,
	OPTION_GROUPS, /* a list of groups; pointer and count; min: size of one element */
};

struct option {
	const char *path;
	enum option_type type;
	bool is_required; /* within its group, where the group is given */
	bool is_secret;   /* makes the file worth protecting */
	uint64_t min;
	uint64_t max;
	const char *const *choices; /* NULL-terminated */
	const char *fallback; /* the default, as it would be written (strings without quotes); NULL: none */
	size_t at;            /* offset of the member in the table's struct; its width */
	size_t width;
	size_t count_at; /* of the size_t with the number of elements */
	const char *help;
};

struct option_table {
	const char *name; /* "rowferry.conf", "task" */
	const struct option *options;
	size_t n;
};

extern const struct option_table global_option_table; /* fills struct config_draft */
extern const struct option_table task_option_table;   /* fills struct task_draft */

/* NULL when there is no such path. */
const struct option *option_find(const struct option_table *table, const char *path);
/* Is `option` a direct member of the group `prefix` ("" for the file)? */
bool option_is_in(const struct option *option, const char *prefix);
/* "port" of "source.port". */
const char *option_leaf(const struct option *option);

/* "an integer from 1 to 65535": what is allowed, to be put behind "expected". */
void option_put_allowed(const struct option *option, struct buf *out);
/* The index of a choice, or the number of choices when it is none of them. */
size_t option_choice(const struct option *option, const char *text);

/* The candidate nearest in spelling to what was written, or NULL when none is near. */
const char *option_nearest_choice(const struct option *option, const char *text);
/* The same among a group's keys; then any key of the table that ends like it (a path is returned). */
const char *option_nearest_key(const struct option_table *table, const char *prefix, const char *name);

/* "64M", "10", "1 GiB", "4k": false when it is no size or does not fit. */
bool option_parse_size(const char *text, uint64_t *bytes);
/* In the largest unit that divides it: "64M". */
void option_put_size(uint64_t bytes, struct buf *out);

#endif
