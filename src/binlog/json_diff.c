/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partial updates of JSON: Json_diff_vector::read_binary() and apply_json_diffs() in sql/json_diff.cc.  Each diff:
 *
 *	u1 operation; packed length, path; unless it removes: packed length, binary JSON
 */
#include "binlog/json.h"

#include <inttypes.h>

#include "binlog/json_sql.h"
#include "binlog/json_view.h"

static struct bytes
read_part(struct reader *list)
{
	uint64_t len = reader_packed(list);

	if (len > reader_left(list))
		list->failed = true;
	return reader_span(list, list->failed ? 0 : (size_t) len);
}

bool
json_diff_next(struct reader *list, struct json_diff *diff, bool *is_end, struct err *err)
{
	size_t left = reader_left(list);
	uint8_t op;

	*diff = (struct json_diff){0};
	*is_end = left == 0 && !list->failed;
	if (*is_end)
		return true;
	op = reader_u8(list);
	if (op > JSON_DIFF_REMOVE)
		return err_set(err, ERR_STOP, "JSON diff has operation %u, known are 0 to %d", op, JSON_DIFF_REMOVE);
	diff->op = (enum json_diff_op) op;
	diff->path = read_part(list);
	if (diff->op != JSON_DIFF_REMOVE)
		diff->value = read_part(list);
	if (list->failed)
		return err_set(err, ERR_STOP, "JSON diff is cut short: it claims more than the %zu bytes left", left);
	/* The root is never the subject: the server then logs the whole document. */
	if (diff->path.len < 2 || diff->path.data[0] != '$')
		return err_set(err, ERR_STOP, "JSON diff has the path '%.*s'",
		    (int) (diff->path.len > 80 ? 80 : diff->path.len),
		    diff->path.len == 0 ? "" : (const char *) diff->path.data);
	return true;
}

/* Names of members end in a letter, a digit or a quote. */
static const char *
function_of(const struct json_diff *diff)
{
	switch (diff->op) {
	case JSON_DIFF_REPLACE:
		return "JSON_REPLACE(";
	case JSON_DIFF_INSERT:
		return diff->path.data[diff->path.len - 1] == ']' ? "JSON_ARRAY_INSERT(" : "JSON_INSERT(";
	case JSON_DIFF_REMOVE:
		break;
	}
	return "JSON_REMOVE(";
}

/*
 * Diffs that need the same function share one call, which takes its paths from left to right; so the opening
 * names, outermost (last) first, are the changes of function.
 */
static bool
put_openings(struct bytes list, struct buf *out, struct err *err)
{
	size_t begin = out->len;
	const char *last = NULL;
	struct json_diff diff;
	struct reader in;
	bool is_end;

	reader_init(&in, list.data, list.len);
	while (json_diff_next(&in, &diff, &is_end, err)) {
		if (is_end)
			return true;
		if (function_of(&diff) != last) {
			last = function_of(&diff);
			buf_splice(out, begin, 0, last, strlen(last));
		}
	}
	return false;
}

static bool
put_arguments(struct bytes list, struct buf *out, struct err *err)
{
	const char *last = NULL;
	struct json_diff diff;
	struct reader in;
	bool is_end;

	reader_init(&in, list.data, list.len);
	while (json_diff_next(&in, &diff, &is_end, err)) {
		if (last != NULL && (is_end || function_of(&diff) != last))
			buf_putc(out, ')');
		if (is_end)
			return true;
		last = function_of(&diff);
		buf_putc(out, ',');
		json_sql_put_string(diff.path, out);
		if (diff.op == JSON_DIFF_REMOVE)
			continue;
		buf_putc(out, ',');
		if (!json_sql_put_argument(diff.value, out, err))
			return false;
	}
	return false;
}

bool
json_diff_put_sql(struct bytes list, struct bytes column_sql, struct buf *out, struct err *err)
{
	size_t begin = out->len;

	if (put_openings(list, out, err)) {
		buf_add(out, column_sql.data, column_sql.len);
		if (put_arguments(list, out, err))
			return true;
	}
	out->len = begin;
	return false;
}
