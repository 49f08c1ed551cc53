/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/skip.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "apply/schema.h"
#include "base/log.h"
#include "base/mem.h"
#include "route/redact.h"
#include "sink/mysql/replacement.h"

void
skip_release(struct skip *skip)
{
	free(skip->replacement);
	*skip = (struct skip){0};
}

/* " WHERE ...": the open requests for this transaction. */
static void
put_where(uint32_t server_id, const struct txn *txn, struct buf *sql)
{
	char gtid[GTID_TEXT_SIZE] = "";

	if (txn->has_gtid)
		(void) gtid_text(&txn->gtid, gtid);
	buf_printf(sql, " WHERE server_id = %" PRIu32 " AND state = 'asked' AND ((gtid <> '' AND gtid = '%s') OR "
			"(file <> '' AND file = ", server_id, gtid);
	literal_put_string(txn->begin.file, strlen(txn->begin.file), sql);
	buf_printf(sql, " AND file_offset = %" PRIu64 "))", txn->begin.offset);
}

bool
skip_find(struct conn *conn, uint32_t server_id, const struct txn *txn, struct skip *skip, struct err *err)
{
	struct buf sql = {0};
	struct result *result;
	const char *const *row;
	bool done;

	*skip = (struct skip){0};
	buf_puts(&sql, "SELECT id, replacement FROM dump2db.skipped");
	put_where(server_id, txn, &sql);
	buf_puts(&sql, " ORDER BY id DESC LIMIT 1");
	done = conn_query(conn, buf_text(&sql), &result, err);
	buf_release(&sql);
	if (!done)
		return false;
	row = result_next(result);
	if (row != NULL) {
		skip->id = strtoull(row[0], NULL, 10);
		skip->replacement = row[1] == NULL ? NULL : mem_strndup(row[1], result_lengths(result)[1]);
	}
	result_free(result);
	return true;
}

/* What a statement has proved an account with is not kept once it has run. */
static void
put_without_secrets(const char *replacement, struct buf *sql)
{
	const struct ddl_context context = {.server_version = UINT32_MAX, .default_db = ""};
	struct buf shown = {0};

	if (replacement == NULL)
		return;
	redact_put((struct bytes){(const uint8_t *) replacement, strlen(replacement)}, &context, SIZE_MAX, &shown);
	if (strcmp(buf_text(&shown), replacement) != 0) {
		buf_puts(sql, ", replacement = _binary");
		literal_put_string(shown.data, shown.len, sql);
	}
	buf_release(&shown);
}

bool
skip_put_used(const struct skip *skip, uint32_t server_id, const struct txn *txn, struct writer *writer,
    struct err *err)
{
	buf_puts(writer_sql(writer), "UPDATE dump2db.skipped SET state = 'used', used_at = NOW(6)");
	put_without_secrets(skip->replacement, writer_sql(writer));
	buf_printf(writer_sql(writer), " WHERE id = %" PRIu64 " AND state = 'asked'", skip->id);
	if (!writer_end_statement(writer, 1, CHECK_REQUEST, err))
		return false;
	buf_puts(writer_sql(writer), SCHEMA_CANCEL_REQUESTS);
	put_where(server_id, txn, writer_sql(writer));
	return writer_end_statement(writer, WRITER_ANY_COUNT, CHECK_ROWS, err);
}

bool
skip_blame(const struct skip *skip, const char *task, struct err *err)
{
	if (err->kind != ERR_STOP)
		return false;
	(void) err_prefix(err, "replacement of request %" PRIu64 " in dump2db.skipped: ", skip->id);
	if (err->code == 0 && err->hint[0] != '\0')
		return false;
	return err_hint(err, "Take it back (rowferry skip %s --cancel %" PRIu64 ") and ask again with a statement that the destination "
			     "takes; name each table with its database.", task, skip->id);
}

bool
skip_put_alone(struct bytes sql, struct writer *writer, struct err *err)
{
	if (!writer_finish(writer, err))
		return false;
	buf_add(writer_sql(writer), sql.data, sql.len);
	return writer_end_statement(writer, WRITER_ANY_COUNT, CHECK_ROWS, err) && writer_finish(writer, err);
}

bool
skip_put_replacement(const struct skip *skip, const char *task, struct conn *conn, struct writer *writer,
    struct err *err)
{
	const struct ddl_context context = {
	    .flavour = conn_server(conn)->flavour,
	    .server_version = conn_server(conn)->version,
	    .default_db = "",
	};
	struct bytes sql = {(const uint8_t *) skip->replacement, 0};
	struct arena arena = {0};
	struct ddl ddl = {0};
	bool done;

	if (skip->replacement == NULL)
		return true;
	sql.len = strlen(skip->replacement);
	done = replacement_scan(sql, &context, &arena, &ddl, err);
	if (done && ddl.class != DDL_DML) {
		done = err_set(err, ERR_STOP, "'%s' would commit by itself and cannot stand in the place of rows",
		    ddl_class_name(ddl.class));
		(void) err_hint(err, "Run it by hand, then pass the transaction over without a replacement.");
	}
	done = done && skip_put_alone(sql, writer, err);
	arena_release(&arena);
	return done || (!writer_failed_on_fence(writer) && skip_blame(skip, task, err));
}

static void
put_field(struct buf *sql, const char *text)
{
	buf_puts(sql, ", ");
	literal_put_string(text, strlen(text), sql);
}

bool
skip_ask(struct conn *conn, uint32_t server_id, const char *source, const char *gtid, const char *file, uint64_t offset,
    const char *replacement, const char *who, const char *why, uint64_t *id, struct err *err)
{
	struct buf sql = {0};
	char *text = NULL;
	bool done;

	buf_printf(&sql, "INSERT INTO dump2db.skipped (server_id, state, file_offset, source, gtid, file, who, why, what, "
			 "replacement) VALUES (%" PRIu32 ", 'asked', %" PRIu64, server_id, offset);
	put_field(&sql, source);
	put_field(&sql, gtid);
	put_field(&sql, file);
	put_field(&sql, who);
	put_field(&sql, why);
	put_field(&sql, replacement == NULL ? "pass over" : "replace");
	if (replacement == NULL)
		buf_puts(&sql, ", NULL");
	else
		put_field(&sql, replacement);
	buf_putc(&sql, ')');
	done = conn_exec_len(conn, sql.data, sql.len, NULL, err) &&
	       conn_query_one(conn, "SELECT LAST_INSERT_ID()", &text, err);
	*id = text == NULL ? 0 : strtoull(text, NULL, 10);
	free(text);
	buf_release(&sql);
	return done;
}

static const char *
dup_field(struct arena *arena, const char *text, size_t len)
{
	return text == NULL ? NULL : arena_strndup(arena, text, len);
}

static void
take_request(struct result *result, const char *const *row, struct arena *arena, struct skip_request *request)
{
	const size_t *lens = result_lengths(result);

	request->id = strtoull(row[0], NULL, 10);
	request->state = dup_field(arena, row[1], lens[1]);
	request->gtid = dup_field(arena, row[2], lens[2]);
	request->file = dup_field(arena, row[3], lens[3]);
	request->offset = strtoull(row[4], NULL, 10);
	request->replacement = dup_field(arena, row[5], lens[5]);
	request->who = dup_field(arena, row[6], lens[6]);
	request->why = dup_field(arena, row[7], lens[7]);
	request->asked_at = dup_field(arena, row[8], lens[8]);
	request->used_at = dup_field(arena, row[9], lens[9]);
	request->source = dup_field(arena, row[10], lens[10]);
}

bool
skip_list(struct conn *conn, uint32_t server_id, const char *state, struct arena *arena, struct skip_request **requests,
    size_t *n, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!conn_queryf(conn, &result, err,
		"SELECT id, state, gtid, file, file_offset, replacement, who, why, asked_at, used_at, source FROM "
		"dump2db.skipped WHERE server_id = %" PRIu32 "%s%s%s ORDER BY id DESC",
		server_id, state == NULL ? "" : " AND state = '", state == NULL ? "" : state, state == NULL ? "" : "'"))
		return false;
	*requests = arena_alloc(arena, (result_rows(result) + 1) * sizeof(**requests));
	for (*n = 0; (row = result_next(result)) != NULL; (*n)++)
		take_request(result, row, arena, &(*requests)[*n]);
	result_free(result);
	return true;
}

bool
skip_cancel(struct conn *conn, uint32_t server_id, uint64_t id, struct err *err)
{
	uint64_t affected;

	if (!conn_execf(conn, &affected, err,
		SCHEMA_CANCEL_REQUESTS " WHERE id = %" PRIu64 " AND server_id = %" PRIu32
		" AND state = 'asked'",
		id, server_id))
		return false;
	if (affected == 1)
		return true;
	(void) err_set(err, ERR_STOP, "the task has no open request %" PRIu64, id);
	return err_hint(err, "See 'rowferry skip --list': a request that was used or cancelled cannot be cancelled.");
}

bool
skip_is_behind(const struct skip_request *request, const struct marker_position *position, enum flavour source_flavour,
    const char *source)
{
	const struct file_position asked = {request->file, request->offset}, now = {position->file, position->offset};
	struct err ignored = {0};
	struct gtid gtid;

	if (request->gtid[0] != '\0')
		return gtid_parse(request->gtid, source_flavour, &gtid, &ignored) && gtid_set_has(position->executed, &gtid);
	if (request->source[0] != '\0' && strcmp(request->source, source) != 0)
		return true;
	return now.file[0] != '\0' && file_position_compare(&asked, &now) < 0;
}

bool
skip_drop_behind(struct conn *conn, uint32_t server_id, const char *task, const struct marker_position *position,
    enum flavour source_flavour, const char *source, struct err *err)
{
	struct skip_request *requests;
	struct arena arena = {0};
	size_t n = 0;
	bool done = skip_list(conn, server_id, "asked", &arena, &requests, &n, err);

	for (size_t i = 0; done && i < n; i++) {
		uint64_t affected;

		if (!skip_is_behind(&requests[i], position, source_flavour, source))
			continue;
		done = conn_execf(conn, &affected, err,
		    SCHEMA_CANCEL_REQUESTS " WHERE id = %" PRIu64 " AND state = 'asked'", requests[i].id);
		if (done && affected == 1)
			log_line(LOG_WARN, task,
			    "request %" PRIu64 " in dump2db.skipped is cancelled: its transaction has been passed without it",
			    requests[i].id);
	}
	arena_release(&arena);
	return done;
}
