/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/variables.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

bool
variables_read(struct conn *conn, struct variables *variables, struct err *err)
{
	struct result *result;
	const char *const *row;

	*variables = (struct variables){0};
	if (!conn_query(conn, "SHOW GLOBAL VARIABLES", &result, err))
		return false;
	variables->pairs = mem_alloc((result_rows(result) + 1) * 2 * sizeof(*variables->pairs));
	while ((row = result_next(result)) != NULL) {
		const char *value = row[1] == NULL ? "" : row[1];
		variables->pairs[variables->n * 2] = arena_strndup(&variables->arena, row[0], strlen(row[0]));
		variables->pairs[variables->n * 2 + 1] = arena_strndup(&variables->arena, value, strlen(value));
		variables->n++;
	}
	result_free(result);
	return true;
}

void
variables_release(struct variables *variables)
{
	free(variables->pairs);
	arena_release(&variables->arena);
	*variables = (struct variables){0};
}

const char *
variables_get(const struct variables *variables, const char *name)
{
	for (size_t i = 0; i < variables->n; i++)
		if (strcasecmp(variables->pairs[i * 2], name) == 0)
			return variables->pairs[i * 2 + 1];
	return NULL;
}

uint64_t
variables_number(const struct variables *variables, const char *name)
{
	const char *value = variables_get(variables, name);

	return value == NULL ? 0 : strtoull(value, NULL, 10);
}

bool
variables_is_on(const struct variables *variables, const char *name)
{
	const char *value = variables_get(variables, name);

	return value != NULL && (strcasecmp(value, "ON") == 0 || strcmp(value, "1") == 0 || strcasecmp(value, "YES") == 0);
}
