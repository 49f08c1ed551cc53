/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "mysql/conn_private.h"

enum {
	ANSWER_LIMIT_BYTES = 256 << 20, /* a catalogue of a hundred thousand tables has a tenth of it */
	ROWS_TIME_S = 600,              /* for all rows together, where no answer has a deadline */
	MS_PER_SECOND = 1000,
};

struct result_row {
	const char **fields;
	size_t *lengths;
};

static void
keep_row(struct result *result, MYSQL_ROW fields, const unsigned long *lengths)
{
	unsigned int n = mysql_num_fields(result->res);
	struct result_row row = {arena_alloc(&result->arena, n * sizeof(*row.fields)), arena_alloc(&result->arena, n * sizeof(*row.lengths))};

	for (unsigned int i = 0; i < n; i++) {
		row.lengths[i] = lengths[i];
		row.fields[i] = fields[i] == NULL ? NULL : arena_strndup(&result->arena, fields[i], lengths[i]);
		result->bytes += lengths[i] + sizeof(*row.fields) + sizeof(*row.lengths);
	}
	mem_grow(&result->rows, &result->cap, result->n + 1, sizeof(*result->rows));
	result->rows[result->n++] = row;
}

/* Freeing a result that has not been read to its end would read it to its end. */
static bool
give_up(struct conn *conn)
{
	conn->is_broken = true;
	conn_abort(conn);
	return false;
}

bool
result_read(struct conn *conn, struct result *result, struct err *err)
{
	int64_t since_ms = clock_mono_ms(), most_s = conn->answer_timeout_s == 0 ? ROWS_TIME_S : (int64_t) conn->answer_timeout_s;
	MYSQL_ROW fields;

	while ((fields = mysql_fetch_row(result->res)) != NULL) {
		keep_row(result, fields, mysql_fetch_lengths(result->res));
		if (result->bytes > ANSWER_LIMIT_BYTES) {
			(void) err_set(err, ERR_STOP, "server '%s' gives an answer of more than %d bytes", conn->name,
			    (int) ANSWER_LIMIT_BYTES);
			return give_up(conn);
		}
		if (conn->stop != NULL && atomic_load(conn->stop)) {
			(void) err_set(err, ERR_CANCELLED, "stopped");
			return give_up(conn);
		}
		if (clock_mono_ms() - since_ms > most_s * MS_PER_SECOND) {
			(void) err_set(err, ERR_RETRY, "server '%s' has not ended an answer within %d s", conn->name, (int) most_s);
			return give_up(conn);
		}
	}
	return mysql_errno(conn->mysql) == 0 || conn_error(conn, "", err);
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
