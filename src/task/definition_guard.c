/* SPDX-License-Identifier: Apache-2.0 */
#include "task/definition_guard.h"

#include <stdlib.h>
#include <string.h>

#include "apply/column_sense.h"
#include "apply/literal.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"
#include "source/ddl_ahead.h"
#include "source/server_state.h"

enum { KEEP_MS = 5000 };

/* A definition that has been compared. */
struct approval {
	char digest[DIGEST_HEX_SIZE];
};

struct definition_guard {
	const char *task;
	const struct conn_options *source;
	const atomic_bool *stop;
	struct conn *conn;   /* for tables that come one after the other: later the name may lead to another server */
	int64_t used_ms;
	struct approval *approved;
	size_t n_approved;
	size_t cap_approved;
};

struct definition_guard *
definition_guard_new(const char *task, const struct conn_options *source, const atomic_bool *stop)
{
	struct definition_guard *guard = mem_zalloc(sizeof(*guard));

	guard->task = task;
	guard->source = source;
	guard->stop = stop;
	return guard;
}

void
definition_guard_free(struct definition_guard *guard)
{
	if (guard == NULL)
		return;
	conn_close(guard->conn);
	free(guard->approved);
	free(guard);
}

static void
put(const char *text, struct buf *out)
{
	buf_puts(out, text == NULL ? "" : text);
	buf_putc(out, '\0');
}

static struct approval
approval_of(const struct target_table *table, const struct table_map *map)
{
	struct approval approval;
	struct buf text = {0};

	put(map->db, &text);
	put(map->name, &text);
	for (size_t i = 0; i < table->n_columns; i++) {
		put(table->columns[i].name, &text);
		put(table->columns[i].column_type, &text);
		put(table->columns[i].charset, &text);
		put(table->columns[i].is_generated ? "generated" : "", &text);
	}
	digest_hex(text.data, text.len, approval.digest);
	buf_release(&text);
	return approval;
}

static bool
is_approved(const struct definition_guard *guard, const struct approval *approval)
{
	for (size_t i = 0; i < guard->n_approved; i++)
		if (strcmp(guard->approved[i].digest, approval->digest) == 0)
			return true;
	return false;
}

static void
approve(struct definition_guard *guard, const struct approval *approval)
{
	if (is_approved(guard, approval))
		return;
	mem_grow(&guard->approved, &guard->cap_approved, guard->n_approved + 1, sizeof(*guard->approved));
	guard->approved[guard->n_approved++] = *approval;
}

static bool
connect_source(struct definition_guard *guard, struct err *err)
{
	struct conn_options options = *guard->source;

	options.stop = guard->stop;
	if (guard->conn != NULL && (!conn_is_usable(guard->conn) || clock_mono_ms() - guard->used_ms > KEEP_MS)) {
		conn_close(guard->conn);
		guard->conn = NULL;
	}
	if (guard->conn == NULL && !conn_open(&options, &guard->conn, err))
		return false;
	guard->used_ms = clock_mono_ms();
	return true;
}

/* The catalogue has been read: what the binlog holds up to here is all that can have made it so. */
static bool
is_ddl_ahead(struct definition_guard *guard, const char *name, bool is_database, const struct marker_position *position,
    const struct file_position *at, bool *is_ahead, struct err *err)
{
	enum ddl_ahead found = DDL_AHEAD_NONE;
	struct server_state state;
	bool done;

	if (!server_state_read(guard->conn, &state, err))
		return false;
	done = ddl_ahead_find(
	    &(struct ddl_ahead_options){
		.conn = guard->source,
		.executed = position->is_gtid ? position->executed : NULL,
		.from = {position->file, position->offset},
		.behind = *at,
		.until = {state.file, state.offset},
		.table = name,
		.is_database = is_database,
		.stop = guard->stop,
	    },
	    &found, err);
	*is_ahead = found == DDL_AHEAD_NAMED;
	server_state_release(&state);
	return done;
}

/* ERR_STOP only for a difference; whatever keeps the source from being asked may pass. */
static bool
cannot_ask(const struct table_map *map, struct err *err)
{
	if (err->kind == ERR_STOP)
		err->kind = ERR_RETRY;
	return err_prefix(err, "definition of '%s.%s' on the source: ", map->db, map->name);
}

/* Of the columns that the question names, or of what the map leaves open. */
static bool
is_alike(const struct default_question *question, const struct target_table *origin, struct err *err)
{
	if (question->is_absent != NULL)
		return column_default_check(origin, question->table, question->map, question->is_absent, err);
	return column_sense_check(origin, question->table, question->map, err);
}

static bool
compare(struct definition_guard *guard, const struct default_question *question, struct target_table *origin, struct err *err)
{
	const struct table_map *map = question->map;
	struct err difference = {0}, ignored = {0};
	bool is_ahead;

	if (origin == NULL) {
		log_line(LOG_WARN, guard->task,
		    "table '%s.%s': the source shows no definition to compare the destination's with (SELECT on it not granted, or dropped)",
		    map->db, map->name);
		return true;
	}
	/* Another one than the rows were written with: a statement is still to come. */
	if (!target_table_fit(origin, map, &ignored) || is_alike(question, origin, &difference))
		return true;
	if (!is_ddl_ahead(guard, map->name, false, question->position, question->at, &is_ahead, err))
		return cannot_ask(map, err);
	if (is_ahead)
		return true;
	*err = difference;
	return false;
}

bool
definition_guard_defaults(void *context, const struct default_question *question, struct err *err)
{
	struct definition_guard *guard = context;
	struct target_table *origin = NULL;
	bool done;

	if (!connect_source(guard, err) || !target_table_load(guard->conn, question->map->db, question->map->name, &origin, err))
		return cannot_ask(question->map, err);
	done = compare(guard, question, origin, err);
	target_table_free(origin);
	return done;
}

bool
definition_guard_check(void *context, const struct target_table *table, const struct table_map *map,
    const struct marker_position *position, const struct file_position *at, struct err *err)
{
	struct definition_guard *guard = context;
	struct approval approval = approval_of(table, map);
	struct target_table *origin = NULL;
	bool done;

	if (!column_sense_is_open(table, map))
		return true;
	if (!connect_source(guard, err) || !target_table_load(guard->conn, map->db, map->name, &origin, err) ||
	    (origin != NULL && !column_sense_load_json(guard->conn, origin, err))) {
		target_table_free(origin);
		if (is_approved(guard, &approval))
			err_clear(err);
		return err->kind == ERR_NONE || cannot_ask(map, err);
	}
	done = compare(guard, &(struct default_question){.table = table, .map = map, .position = position, .at = at}, origin, err);
	if (done)
		approve(guard, &approval);
	target_table_free(origin);
	return done;
}

static bool
ask_default(struct definition_guard *guard, const char *db, char **collation, struct err *err)
{
	struct buf sql = {0};
	bool done;

	buf_puts(&sql, "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = ");
	literal_put_string(db, strlen(db), &sql);
	done = conn_query_one(guard->conn, buf_text(&sql), collation, err);
	buf_release(&sql);
	return done;
}

bool
definition_guard_database(void *context, const char *db, const struct marker_position *position,
    const struct file_position *at, char **collation, struct err *err)
{
	struct definition_guard *guard = context;
	bool is_ahead = false;
	bool done = connect_source(guard, err) && ask_default(guard, db, collation, err) &&
	    (*collation == NULL || position == NULL || is_ddl_ahead(guard, db, true, position, at, &is_ahead, err));

	if (done && !is_ahead)
		return true;
	free(*collation);
	*collation = NULL;
	if (!done && err->kind == ERR_STOP)
		err->kind = ERR_RETRY;
	return done || err_prefix(err, "default of database '%s' on the source: ", db);
}
