/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/savepoint.h"

#include "apply/literal.h"
#include "binlog/query_event.h"
#include "route/ddl_savepoint.h"

static bool
put_savepoint(struct applier *applier, const struct query *query, struct err *err)
{
	const struct ddl_context context = {
	    .flavour = applier->options.source_flavour,
	    .server_version = applier->options.source_version,
	    .sql_mode = query->has_sql_mode ? query->sql_mode : 0,
	    .default_db = "",
	};
	struct arena arena = {0};
	const char *name;
	bool is_rollback, done;

	done = ddl_savepoint(query->sql, &context, &arena, &is_rollback, &name, err);
	if (done) {
		if (is_rollback)
			proof_begin(&applier->proof); /* it gives locks back */
		buf_puts(writer_sql(applier->writer), is_rollback ? "ROLLBACK TO " : "SAVEPOINT ");
		literal_put_name(name, writer_sql(applier->writer));
		done = writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err);
	}
	arena_release(&arena);
	return done;
}

/* SAVEPOINT and ROLLBACK TO: MySQL logs them where something else forbids to leave the undone rows out. */
bool
savepoint_apply(struct applier *applier, const struct binlog_format *format, const struct change *change, bool is_behind_ddl,
    struct err *err)
{
	struct event event = {.type = change->event_type, .body = change->body};
	struct query query;

	if (!query_parse(&event, format, &applier->scratch, &query, err))
		return false;
	switch (query_classify(query.sql)) {
	case QUERY_SAVEPOINT:
	case QUERY_ROLLBACK_TO:
		return put_savepoint(applier, &query, err);
	case QUERY_OTHER:
		if (is_behind_ddl)
			return true;
		break;
	case QUERY_BEGIN:
	case QUERY_COMMIT:
	case QUERY_ROLLBACK:
	case QUERY_XA_START:
	case QUERY_XA_END:
	case QUERY_XA_PREPARE:
	case QUERY_XA_COMMIT:
	case QUERY_XA_ROLLBACK:
		break;
	}
	(void) err_set(err, ERR_STOP, "the source has logged a statement inside a transaction of rows: '%.*s'",
	    (int) (query.sql.len < 200 ? query.sql.len : 200), (const char *) query.sql.data);
	return err_hint(err, "Set binlog_format = ROW on the source and for its sessions.");
}
