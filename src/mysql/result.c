/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "mysql/conn_private.h"

const char *const *
result_next(struct result *result)
{
	return (const char *const *) mysql_fetch_row(result->res);
}

const size_t *
result_lengths(const struct result *result)
{
	_Static_assert(sizeof(unsigned long) == sizeof(size_t), "lengths are given out as they are");
	return (const size_t *) mysql_fetch_lengths(result->res);
}

unsigned int
result_columns(const struct result *result)
{
	return mysql_num_fields(result->res);
}

const char *
result_column_name(const struct result *result, unsigned int column)
{
	return mysql_fetch_field_direct(result->res, column)->name;
}

size_t
result_rows(const struct result *result)
{
	return (size_t) mysql_num_rows(result->res);
}

void
result_free(struct result *result)
{
	if (result == NULL)
		return;
	mysql_free_result(result->res);
	free(result);
}
