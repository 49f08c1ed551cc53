/* SPDX-License-Identifier: Apache-2.0 */
/* The global variables of a server, read once. */
#ifndef CLI_VARIABLES_H
#define CLI_VARIABLES_H

#include "base/arena.h"
#include "mysql/conn.h"

struct variables {
	struct arena arena;
	const char **pairs; /* name, value, name, value, ... */
	size_t n;
};

bool variables_read(struct conn *conn, struct variables *variables, struct err *err);
void variables_release(struct variables *variables);

/* NULL when the server has no such variable. */
const char *variables_get(const struct variables *variables, const char *name);
/* 0 when it has none. */
uint64_t variables_number(const struct variables *variables, const char *name);
/* ON, 1 or YES. */
bool variables_is_on(const struct variables *variables, const char *name);

#endif
