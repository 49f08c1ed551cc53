/* SPDX-License-Identifier: Apache-2.0 */
#include "task/rename_guard.h"

#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "base/mem.h"
#include "source/ddl_ahead.h"
#include "source/server_state.h"

enum { ER_BAD_DB_ERROR = 1049, ER_NO_SUCH_TABLE = 1146 };

enum finding { UNKNOWN, LIKELY, RENAMED, TEMPORARY };

struct look {
	const struct rename_guard *guard;
	const struct ddl_object *objects;
	size_t n_pairs;
	const struct rename_place *place;
	struct conn *conn;
	struct file_position until; /* the binlog's end, once the catalogue has been read */
	bool *exists;               /* one for each object, on the source */
	enum finding *findings;     /* one for each pair */
};

static bool
is_same(const struct ddl_object *a, const struct ddl_object *b)
{
	return strcmp(a->source_db, b->source_db) == 0 && strcmp(a->source_table, b->source_table) == 0;
}

/* The catalogue hides what the account has no right to: the table itself says which. */
static bool
probe(struct look *look, const struct ddl_object *object, bool *exists, struct err *err)
{
	struct result *result = NULL;
	struct buf sql = {0};

	buf_puts(&sql, "SELECT 1 FROM ");
	literal_put_name(object->source_db, &sql);
	buf_putc(&sql, '.');
	literal_put_name(object->source_table, &sql);
	buf_puts(&sql, " LIMIT 0");
	*exists = conn_query(look->conn, buf_text(&sql), &result, err);
	result_free(result);
	buf_release(&sql);
	if (*exists)
		return true;
	if (err->code != ER_NO_SUCH_TABLE && err->code != ER_BAD_DB_ERROR) {
		(void) err_prefix(err, "whether the source has '%s.%s', which RENAME TABLE names: ", object->source_db, object->source_table);
		return err_hint(err, "Grant the task's source user SELECT on what it carries.");
	}
	err_clear(err);
	return true;
}

/* Asked by the catalogue first, which waits for no lock. */
static bool
read_exists(struct look *look, const struct ddl_object *object, bool *exists, struct err *err)
{
	struct buf sql = {0};
	char *text = NULL;
	bool done;

	buf_puts(&sql, "SELECT 1 FROM information_schema.tables WHERE table_schema = ");
	literal_put_string(object->source_db, strlen(object->source_db), &sql);
	buf_puts(&sql, " AND table_name = ");
	literal_put_string(object->source_table, strlen(object->source_table), &sql);
	done = conn_query_one(look->conn, buf_text(&sql), &text, err);
	*exists = text != NULL;
	free(text);
	buf_release(&sql);
	return done && (*exists || probe(look, object, exists, err));
}

/* What comes of the name later: a statement that changes what the catalogue says, or rows, which only a permanent table has. */
static bool
look_ahead(const struct look *look, const struct ddl_object *object, enum ddl_ahead *found, struct err *err)
{
	const struct marker_position *position = look->place->position;

	return ddl_ahead_find(
	    &(struct ddl_ahead_options){
		.conn = look->guard->source,
		.executed = position->is_gtid ? position->executed : NULL,
		.from = {position->file, position->offset},
		.behind = look->place->end,
		.until = look->until,
		.table = object->source_table,
		.rows_of = object->source_db,
		.stop = look->guard->stop,
	    },
	    found, err);
}

/* Is the name one that another pair of the list takes (`other` 1), or gives up (0)? */
static bool
is_in_list(const struct look *look, size_t at, size_t other)
{
	for (size_t pair = 0; pair < look->n_pairs; pair++)
		if (2 * pair + other != at && is_same(&look->objects[at], &look->objects[2 * pair + other]))
			return true;
	return false;
}

static bool
ask(struct look *look, size_t at, bool is_from, enum finding *finding, struct err *err)
{
	enum ddl_ahead ahead = DDL_AHEAD_NONE;
	bool is_there;

	if (is_in_list(look, at, is_from ? 1 : 0))
		return true;
	if (!look_ahead(look, &look->objects[at], &ahead, err))
		return false;
	is_there = ahead == DDL_AHEAD_NONE ? look->exists[at] : ahead == DDL_AHEAD_ROWS;
	if (ahead != DDL_AHEAD_NAMED)
		*finding = is_there == is_from ? TEMPORARY : RENAMED;
	else if (is_from && !look->exists[at])
		*finding = LIKELY;
	return true;
}

static bool
stop(const struct ddl_object *from, struct err *err)
{
	(void) err_set(err, ERR_STOP, "the source's catalogue does not tell whether '%s.%s' was renamed, or a temporary table of that "
				      "name", from->source_db, from->source_table);
	return err_hint(err, "MariaDB logs both alike. If it was the table itself, give the statement as its own replacement (rowferry skip "
			     "--replace); if not, pass the transaction over.");
}

static bool
find_pair(struct look *look, size_t pair, struct err *err)
{
	enum finding from = UNKNOWN, to = UNKNOWN;

	if (!ask(look, 2 * pair, true, &from, err))
		return false;
	if (from != TEMPORARY && !ask(look, 2 * pair + 1, false, &to, err))
		return false;
	look->findings[pair] = to == UNKNOWN || from == TEMPORARY ? from : to;
	return true;
}

/* A later pair that was renamed to this one's old name found it free. */
static void
carry_back(struct look *look)
{
	for (size_t pair = look->n_pairs; pair-- > 0;)
		for (size_t later = pair + 1; later < look->n_pairs && look->findings[pair] == UNKNOWN; later++)
			if (look->findings[later] == RENAMED && is_same(&look->objects[2 * pair], &look->objects[2 * later + 1]))
				look->findings[pair] = RENAMED;
}

/* Every name of the list is taken and given up in it. */
static bool
is_circle(const struct look *look)
{
	for (size_t i = 0; i < 2 * look->n_pairs; i++)
		if (!is_in_list(look, i, i % 2 == 0 ? 1 : 0))
			return false;
	return true;
}

static bool
conclude(struct look *look, bool *is_temporary, struct err *err)
{
	for (size_t pair = 0; pair < look->n_pairs; pair++)
		if (!find_pair(look, pair, err))
			return false;
	carry_back(look);
	*is_temporary = look->findings[0] == TEMPORARY;
	for (size_t pair = 0; pair < look->n_pairs; pair++)
		if (look->findings[pair] == UNKNOWN || (look->findings[pair] == TEMPORARY) != *is_temporary)
			return stop(&look->objects[2 * pair], err);
	return true;
}

static bool
look_at_source(struct look *look, bool *is_temporary, struct err *err)
{
	struct server_state state;
	bool done = true;

	for (size_t i = 0; done && i < 2 * look->n_pairs; i++)
		done = read_exists(look, &look->objects[i], &look->exists[i], err);
	if (!done || !server_state_read(look->conn, &state, err))
		return false;
	look->until = (struct file_position){state.file, state.offset};
	done = conclude(look, is_temporary, err);
	server_state_release(&state);
	return done;
}

bool
rename_guard_check(void *context, const struct ddl_object *objects, size_t n_objects, const struct rename_place *place,
    bool *is_temporary, struct err *err)
{
	const struct rename_guard *guard = context;
	struct look look = {.guard = guard, .objects = objects, .n_pairs = n_objects / 2, .place = place};
	struct conn_options options = *guard->source;
	bool done;

	*is_temporary = false;
	if (look.n_pairs == 0 || is_circle(&look))
		return true;
	options.stop = guard->stop;
	if (!conn_open(&options, &look.conn, err))
		return err_prefix(err, "source: ");
	look.exists = mem_zalloc(n_objects * sizeof(*look.exists));
	look.findings = mem_zalloc(look.n_pairs * sizeof(*look.findings));
	done = look_at_source(&look, is_temporary, err);
	free(look.findings);
	free(look.exists);
	conn_close(look.conn);
	return done;
}
