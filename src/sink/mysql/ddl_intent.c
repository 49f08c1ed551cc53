/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_intent.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "route/redact.h"

enum { KEPT_ROWS = 100 };

static void
put_text(struct buf *sql, const char *text)
{
	buf_puts(sql, ", ");
	literal_put_string(text, strlen(text), sql);
}

bool
ddl_intent_put(struct applier *applier, const struct txn *txn, const struct ddl_intent *intent,
    struct bytes text, const char *default_db, struct err *err)
{
	struct buf *sql = writer_sql(applier->writer);
	struct buf objects = {0};

	buf_printf(sql,
	    "INSERT INTO dump2db.ddl (server_id, seq, connection_id, file_offset, state, origin, class, gtid, "
	    "file, default_db, statement_hash, request, objects, statement) VALUES (%" PRIu32 ", %" PRIu64 ", %" PRIu32
	    ", %" PRIu64 ", 'started'",
	    applier->options.server_id, intent->seq, conn_thread_id(applier->conn), intent->offset);
	put_text(sql, txn->mark.is_marked ? txn->mark.origin : applier->options.region);
	put_text(sql, ddl_class_name(intent->recorded.class));
	put_text(sql, intent->gtid);
	put_text(sql, intent->file);
	put_text(sql, default_db);
	put_text(sql, intent->hash);
	buf_printf(sql, ", %" PRIu64, intent->request);
	ddl_case_put_json(&intent->recorded, &objects);
	put_text(sql, buf_text(&objects));
	buf_release(&objects);
	/* In whatever character set the client had: bytes. */
	buf_puts(sql, ", _binary");
	literal_put_string(text.data, text.len < DDL_INTENT_KEPT_BYTES ? text.len : DDL_INTENT_KEPT_BYTES, sql);
	buf_putc(sql, ')');
	return writer_end_statement(applier->writer, 1, CHECK_ROWS, err);
}

bool
ddl_intent_put_state(struct applier *applier, uint64_t seq, const char *state, struct err *err)
{
	buf_printf(writer_sql(applier->writer),
	    "UPDATE dump2db.ddl SET state = '%s', done_at = NOW(6) WHERE server_id = %" PRIu32
	    " AND seq = %" PRIu64,
	    state, applier->options.server_id, seq);
	return writer_end_statement(applier->writer, 1, CHECK_ROWS, err);
}

bool
ddl_intent_put_all_closed(struct applier *applier, const char *state, struct err *err)
{
	buf_printf(writer_sql(applier->writer),
	    "UPDATE dump2db.ddl SET state = '%s', done_at = NOW(6) WHERE server_id = %" PRIu32 " AND state = 'started'",
	    state, applier->options.server_id);
	return writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err);
}

static bool
commit_or_roll_back(struct applier *applier, bool is_put, struct err *err)
{
	if (is_put && applier_commit(applier, err))
		return true;
	applier_rollback(applier, err);
	return false;
}

bool
ddl_intent_close(struct applier *applier, uint64_t seq, const char *state, struct err *err)
{
	bool is_put = applier_begin_fence(applier, NULL, err) && ddl_intent_put_state(applier, seq, state, err);

	return commit_or_roll_back(applier, is_put, err);
}

bool
ddl_intent_close_all(struct applier *applier, const char *state, struct err *err)
{
	bool is_put = applier_begin_fence(applier, NULL, err) && ddl_intent_put_all_closed(applier, state, err);

	return commit_or_roll_back(applier, is_put, err);
}

bool
ddl_intent_put_prune(struct applier *applier, uint64_t oldest_kept, struct err *err)
{
	if (oldest_kept == 0)
		return true;
	buf_printf(writer_sql(applier->writer),
	    "DELETE FROM dump2db.ddl WHERE server_id = %" PRIu32 " AND seq < %" PRIu64
	    " AND state <> 'started'",
	    applier->options.server_id, oldest_kept);
	return writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err);
}

bool
ddl_intent_oldest_kept(struct applier *applier, uint64_t *seq, struct err *err)
{
	struct result *result;
	const char *const *row;

	*seq = 0;
	if (!conn_queryf(applier->conn, &result, err,
		"SELECT seq FROM dump2db.ddl WHERE server_id = %" PRIu32
		" AND state <> 'started' ORDER BY seq DESC LIMIT 1 OFFSET %d",
		applier->options.server_id, KEPT_ROWS - 1))
		return false;
	row = result_next(result);
	if (row != NULL)
		*seq = strtoull(row[0], NULL, 10);
	result_free(result);
	return true;
}

/* The class by its name in the table; false when another release has written one that we do not know. */
static bool
read_class(const char *name, enum ddl_class *class)
{
	for (int i = 0; i < DDL_N_CLASSES; i++) {
		if (strcmp(ddl_class_name((enum ddl_class) i), name) != 0)
			continue;
		*class = (enum ddl_class) i;
		return true;
	}
	return false;
}

static bool
read_row(const char *const *row, struct arena *arena, struct ddl_intent *intent, struct err *err)
{
	const struct ddl_context context = {.server_version = UINT32_MAX, .default_db = ""};
	struct buf text = {0};
	const char **texts[] = {&intent->gtid, &intent->file, &intent->hash, &intent->statement};

	intent->seq = strtoull(row[0], NULL, 10);
	intent->offset = strtoull(row[1], NULL, 10);
	intent->request = strtoull(row[8], NULL, 10);
	for (size_t i = 0; i < 4; i++)
		*texts[i] = arena_strndup(arena, row[4 + i], strlen(row[4 + i]));
	redact_put((struct bytes){(const uint8_t *) intent->statement, strlen(intent->statement)}, &context, DDL_INTENT_TEXT_BYTES,
	    &text);
	intent->statement = arena_strndup(arena, buf_text(&text), text.len);
	buf_release(&text);
	if (!read_class(row[2], &intent->recorded.class))
		return err_set(err, ERR_STOP,
		    "dump2db.ddl has class '%s' for seq %" PRIu64 ", which this release does not know", row[2],
		    intent->seq);
	return ddl_case_read_json(row[3], arena, &intent->recorded, err);
}

bool
ddl_intent_find_open(
    struct applier *applier, struct arena *arena, struct ddl_intent *intent, bool *is_found, struct err *err)
{
	struct result *result;
	const char *const *row;
	bool done = true;

	*intent = (struct ddl_intent){0};
	if (!conn_queryf(applier->conn, &result, err,
		"SELECT seq, file_offset, class, objects, gtid, file, statement_hash, LEFT(statement, %d), request FROM "
		"dump2db.ddl WHERE "
		"server_id = %" PRIu32 " AND state = 'started' ORDER BY seq DESC LIMIT 1",
		DDL_INTENT_TEXT_BYTES, applier->options.server_id))
		return false;
	row = result_next(result);
	*is_found = row != NULL;
	if (row != NULL)
		done = read_row(row, arena, intent, err);
	result_free(result);
	return done;
}
