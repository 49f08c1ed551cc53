/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/result.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

struct result {
	MYSQL_RES *res; /* for its columns */
	struct arena arena;
	struct result_row *rows;
	size_t n, cap, at;
};

struct result_row {
	const char **fields;
	size_t *lengths;
};

struct result *
result_new(MYSQL_RES *res)
{
	struct result *result = mem_zalloc(sizeof(*result));

	result->res = res;
	return result;
}

static void
keep_row(struct result *result, MYSQL_ROW fields, const unsigned long *lengths)
{
	unsigned int n = mysql_num_fields(result->res);
	struct result_row row = {arena_alloc(&result->arena, n * sizeof(*row.fields)), arena_alloc(&result->arena, n * sizeof(*row.lengths))};

	for (unsigned int i = 0; i < n; i++) {
		row.lengths[i] = lengths[i];
		row.fields[i] = fields[i] == NULL ? NULL : arena_strndup(&result->arena, fields[i], lengths[i]);
	}
	mem_grow(&result->rows, &result->cap, result->n + 1, sizeof(*result->rows));
	result->rows[result->n++] = row;
}

static size_t
row_bytes(unsigned int n, const unsigned long *lengths)
{
	size_t bytes = n * (sizeof(char *) + sizeof(size_t));

	for (unsigned int i = 0; i < n; i++)
		bytes += lengths[i];
	return bytes;
}

/* Freeing a result that has not been read to its end would read it to its end. */
static bool
refuse_bytes(struct conn *conn, struct err *err)
{
	conn->is_broken = true;
	conn_abort(conn);
	return err_set(err, ERR_STOP, "server '%s' gives an answer of more than %d bytes", conn->name, (int) ANSWER_LIMIT_BYTES);
}

/* `result` NULL: the rows are not kept.  Time is the watch's. */
static bool
read_all(struct conn *conn, MYSQL_RES *res, struct result *result, struct err *err)
{
	unsigned int n = mysql_num_fields(res);
	MYSQL_ROW fields;
	size_t bytes = 0;

	while ((fields = mysql_fetch_row(res)) != NULL) {
		const unsigned long *lengths = mysql_fetch_lengths(res);
		bytes += row_bytes(n, lengths);
		if (bytes > ANSWER_LIMIT_BYTES)
			return refuse_bytes(conn, err);
		if (result != NULL)
			keep_row(result, fields, lengths);
	}
	return mysql_errno(conn->mysql) == 0 || conn_error(conn, "", err);
}

bool
result_read(struct conn *conn, struct result *result, struct err *err)
{
	return read_all(conn, result->res, result, err);
}

bool
result_drop(struct conn *conn, MYSQL_RES *res, struct err *err)
{
	return read_all(conn, res, NULL, err);
}

const char *const *
result_next(struct result *result)
{
	return result->at == result->n ? NULL : result->rows[result->at++].fields;
}

const size_t *
result_lengths(const struct result *result)
{
	return result->rows[result->at - 1].lengths;
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
	return result->n;
}

void
result_free(struct result *result)
{
	if (result == NULL)
		return;
	mysql_free_result(result->res);
	free(result->rows);
	arena_release(&result->arena);
	free(result);
}
