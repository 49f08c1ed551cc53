/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether diffs fit the document that the target has, as SQL.
 *
 * JSON_REPLACE and its like leave a document as it is where apply_json_diffs() in sql/json_diff.cc rejects a diff, and
 * they take a scalar for an array of one.  Each diff is judged on the document as those before it leave it; where none
 * of them can have touched the place, that is the column itself.
 */
#include "binlog/json.h"

#include "base/arena.h"
#include "binlog/json_path.h"
#include "binlog/json_sql.h"

struct last_leg {
	bool is_cell;
	struct bytes parent; /* the path up to it */
};

static bool
find_last_leg(struct bytes path, struct last_leg *last, struct err *err)
{
	struct arena arena = {0};
	struct reader in;
	bool is_end = false, done;

	reader_init(&in, path.data + 1, path.len - 1);
	do {
		const uint8_t *at = in.at;
		struct json_leg leg;

		done = json_path_next(&in, &arena, &leg, &is_end, err);
		if (done && !is_end)
			*last = (struct last_leg){leg.is_cell, {path.data, (size_t) (at - path.data)}};
	} while (done && !is_end);
	arena_release(&arena);
	return done;
}

/* Up to the first cell that is counted from the end: it may be any. */
static size_t
certain_len(struct bytes path)
{
	static const char last[] = "[last";
	const uint8_t *at = path.len == 0 ? NULL : memmem(path.data, path.len, last, sizeof(last) - 1);

	return at == NULL ? path.len : (size_t) (at - path.data);
}

static bool
begins_with(struct bytes text, struct bytes prefix)
{
	return prefix.len <= text.len && memcmp(text.data, prefix.data, prefix.len) == 0;
}

/* True where there is doubt ("$.a" begins "$.ab", too): that only makes the expression longer. */
static bool
touches(const struct json_diff *earlier, const struct last_leg *last, struct bytes path)
{
	bool is_moving = last->is_cell && earlier->op != JSON_DIFF_REPLACE;
	struct bytes subject = is_moving ? last->parent : earlier->path;
	struct bytes place = {path.data, certain_len(path)};

	subject.len = certain_len(subject);
	return begins_with(place, subject) || (place.len < path.len && begins_with(subject, place));
}

static bool
is_touched(struct bytes list, struct bytes path, bool *is, struct err *err)
{
	struct json_diff diff;
	struct last_leg last;
	struct reader in;
	bool is_end;

	*is = false;
	reader_init(&in, list.data, list.len);
	while (!*is) {
		if (!json_diff_next(&in, &diff, &is_end, err))
			return false;
		if (is_end)
			return true;
		if (!find_last_leg(diff.path, &last, err))
			return false;
		*is = touches(&diff, &last, path);
	}
	return true;
}

static void
put_has_path(const struct buf *document, struct bytes path, struct buf *out)
{
	buf_puts(out, "JSON_CONTAINS_PATH(");
	buf_add(out, document->data, document->len);
	buf_puts(out, ",'one',");
	json_sql_put_string(path, out);
	buf_putc(out, ')');
}

static void
put_condition(const struct json_diff *diff, const struct last_leg *last, const struct buf *document, struct buf *out)
{
	bool is_insert = diff->op == JSON_DIFF_INSERT;

	if (!is_insert || !last->is_cell) {
		buf_puts(out, is_insert ? " AND NOT " : " AND ");
		put_has_path(document, diff->path, out);
	}
	if (!is_insert && !last->is_cell)
		return;
	buf_puts(out, " AND JSON_TYPE(JSON_EXTRACT(");
	buf_add(out, document->data, document->len);
	buf_putc(out, ',');
	json_sql_put_string(last->parent, out);
	buf_puts(out, last->is_cell ? "))='ARRAY'" : "))='OBJECT'");
}

/* `earlier`: the list up to the diff. */
static bool
put_one(const struct json_diff *diff, struct bytes earlier, struct bytes column_sql, struct buf *out, struct err *err)
{
	struct buf document = {0};
	struct last_leg last = {0};
	bool is = false, done;

	done = find_last_leg(diff->path, &last, err) && is_touched(earlier, diff->path, &is, err) &&
	       json_diff_put_sql(is ? earlier : (struct bytes){0}, column_sql, &document, err);
	if (done)
		put_condition(diff, &last, &document, out);
	buf_release(&document);
	return done;
}

bool
json_diff_put_fit(struct bytes list, struct bytes column_sql, struct buf *out, struct err *err)
{
	size_t begin = out->len;
	struct json_diff diff;
	struct reader in;
	bool is_end;

	reader_init(&in, list.data, list.len);
	for (;;) {
		struct bytes earlier = {list.data, (size_t) (in.at - list.data)};

		if (!json_diff_next(&in, &diff, &is_end, err))
			break;
		if (is_end)
			return true;
		if (!put_one(&diff, earlier, column_sql, out, err))
			break;
	}
	out->len = begin;
	return false;
}
