/* SPDX-License-Identifier: Apache-2.0 */
#include "source/marker_row.h"

#include <string.h>

#include "source/origin.h"

/*
 * Columns of dump2db.marker, as sql/dump2db.sql has them.  Column `mark` is "seq:region" and changes at every update,
 * so the after image has it even where images are minimal; the key is in the before image.
 */
enum { MARKER_SERVER_ID = 0, MARKER_MARK = 4, MARKER_COLUMNS = 5 };

static bool
take_row(const struct rows_cursor *rows, struct arena *arena, struct mark *mark, struct err *err)
{
	const struct value *text = rows->after == NULL ? NULL : &rows->after[MARKER_MARK];
	const struct value *key = rows->before == NULL ? NULL : &rows->before[MARKER_SERVER_ID];
	const uint8_t *colon;
	struct bytes origin;

	if (text == NULL || text->kind != VALUE_BYTES)
		return true;
	colon = text->bytes.len == 0 ? NULL : memchr(text->bytes.data, ':', text->bytes.len);
	if (colon == NULL)
		return true;
	origin.data = colon + 1;
	origin.len = (size_t) (text->bytes.data + text->bytes.len - origin.data);
	if (!origin_check(origin, err))
		return false;
	mark->is_marked = true;
	mark->server_id = key != NULL && key->kind == VALUE_INT ? (uint32_t) key->u : 0;
	mark->origin = arena_strndup(arena, (const char *) origin.data, origin.len);
	return true;
}

bool
marker_row_take(struct rows_cursor *rows, struct arena *arena, struct mark *mark, struct err *err)
{
	bool is_end = false;

	if (rows->table->n_columns < MARKER_COLUMNS)
		return err_set(err, ERR_STOP, "table 'dump2db.marker' of the source has %zu columns, this release knows more",
		    rows->table->n_columns);
	/* Creating the rows and raising the epoch are no marks: they stand in transactions that carry nothing else. */
	if (rows->kind != ROWS_UPDATE)
		return true;
	if (!rows_next(rows, &is_end, err))
		return false;
	return is_end || take_row(rows, arena, mark, err);
}
