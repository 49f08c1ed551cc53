/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ddl_marks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Columns of dump2db.ddl, as sql/dump2db.sql has them. */
enum { COLUMN_SERVER_ID, COLUMN_SEQ, COLUMN_STATE, COLUMN_ORIGIN, COLUMN_CONNECTION_ID, COLUMNS };

/* One for each rowferry that is in the middle of a DDL on the source. */
enum { MOST_MARKS = 1000 };

static void
add(struct ddl_marks *marks, const struct ddl_mark *mark)
{
	mem_grow(&marks->items, &marks->cap, marks->n + 1, sizeof(*marks->items));
	marks->items[marks->n++] = *mark;
}

static bool
is_same_author(const struct ddl_author *a, const struct ddl_author *b)
{
	return a->server_id == b->server_id && memcmp(a->uuid, b->uuid, sizeof(a->uuid)) == 0;
}

static void
drop(struct ddl_marks *marks, const struct ddl_author *author, uint32_t server_id, uint64_t seq)
{
	for (size_t i = 0; i < marks->n; i++) {
		const struct ddl_mark *mark = &marks->items[i];

		if (mark->server_id == server_id && mark->seq == seq && is_same_author(&mark->author, author))
			marks->items[i--] = marks->items[--marks->n];
	}
}

void
ddl_marks_drop_server(struct ddl_marks *marks, uint32_t server_id)
{
	for (size_t i = 0; i < marks->n; i++)
		if (marks->items[i].author.server_id == server_id)
			marks->items[i--] = marks->items[--marks->n];
}

static bool
is_started(const struct value *state)
{
	return state->kind == VALUE_BYTES && state->bytes.len == 7 && memcmp(state->bytes.data, "started", 7) == 0;
}

static bool
take_row(struct ddl_marks *marks, const struct rows_cursor *rows, const struct ddl_author *author, struct err *err)
{
	const struct value *row = rows->kind == ROWS_INSERT ? rows->after : rows->before;
	struct bytes origin = row[COLUMN_ORIGIN].bytes;

	if (row[COLUMN_SERVER_ID].kind != VALUE_INT || row[COLUMN_SEQ].kind != VALUE_INT)
		return true;
	if (rows->kind != ROWS_INSERT) { /* done, or removed: it covers nothing any more */
		drop(marks, author, (uint32_t) row[COLUMN_SERVER_ID].u, row[COLUMN_SEQ].u);
		return true;
	}
	if (!is_started(&row[COLUMN_STATE]) || row[COLUMN_ORIGIN].kind != VALUE_BYTES ||
	    row[COLUMN_CONNECTION_ID].kind != VALUE_INT)
		return true;
	if (!origin_check(origin, err))
		return false;
	if (marks->n == MOST_MARKS)
		return err_set(err, ERR_STOP, "dump2db.ddl of the source has more than %d statements under way", MOST_MARKS);
	struct ddl_mark mark = {
	    .server_id = (uint32_t) row[COLUMN_SERVER_ID].u,
	    .seq = row[COLUMN_SEQ].u,
	    .author = *author,
	    .connection_id = row[COLUMN_CONNECTION_ID].u,
	};
	if (origin.len != 0)
		memcpy(mark.origin, origin.data, origin.len); /* ORIGIN_LONGEST leaves room for the NUL */
	add(marks, &mark);
	return true;
}

bool
ddl_marks_take(struct ddl_marks *marks, struct rows_cursor *rows, const struct ddl_author *author, struct err *err)
{
	bool is_end = false;

	if (rows->table->n_columns < COLUMNS)
		return err_set(err, ERR_STOP, "table 'dump2db.ddl' of the source has %zu columns, this release knows more",
		    rows->table->n_columns);
	while (rows_next(rows, &is_end, err) && !is_end)
		if (!take_row(marks, rows, author, err))
			return false;
	return is_end;
}

const struct ddl_mark *
ddl_marks_find(const struct ddl_marks *marks, const struct ddl_author *author, uint64_t connection_id)
{
	for (size_t i = 0; i < marks->n; i++)
		if (marks->items[i].connection_id == connection_id && is_same_author(&marks->items[i].author, author))
			return &marks->items[i];
	return NULL;
}

void
ddl_marks_release(struct ddl_marks *marks)
{
	free(marks->items);
	*marks = (struct ddl_marks){0};
}

void
ddl_marks_put(const struct ddl_marks *marks, struct buf *out)
{
	for (size_t i = 0; i < marks->n; i++) {
		const struct ddl_mark *mark = &marks->items[i];

		buf_printf(out, "%" PRIu32 "/%" PRIu64 "/%" PRIu64 "/%" PRIu32 "/", mark->server_id, mark->seq, mark->connection_id,
		    mark->author.server_id);
		buf_put_hex(out, mark->author.uuid, sizeof(mark->author.uuid));
		buf_printf(out, "/%s;", mark->origin);
	}
}

static bool
take_uuid(const char *hex, uint8_t uuid[16])
{
	unsigned int byte;

	for (size_t i = 0; i < 16; i++) {
		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return false;
		uuid[i] = (uint8_t) byte;
	}
	return true;
}

void
ddl_marks_parse(struct ddl_marks *marks, const char *text)
{
	struct ddl_mark mark;
	char uuid[33];

	for (; *text != '\0'; text += strcspn(text, ";"), text += *text == ';') {
		memset(&mark, 0, sizeof(mark));
		if (sscanf(text, "%" SCNu32 "/%" SCNu64 "/%" SCNu64 "/%" SCNu32 "/%32[0-9a-f]/%64[^;]", &mark.server_id, &mark.seq,
			&mark.connection_id, &mark.author.server_id, uuid, mark.origin) >= 5 &&
		    strlen(uuid) == 32 && take_uuid(uuid, mark.author.uuid))
			add(marks, &mark);
	}
}
