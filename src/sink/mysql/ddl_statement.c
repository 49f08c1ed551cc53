/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_statement.h"

#include <string.h>

#include "mysql/error_kind.h"
#include "route/ddl_plain.h"
#include "route/redact.h"
#include "sink/mysql/ddl_convert.h"
#include "sink/mysql/ddl_default.h"
#include "sink/mysql/ddl_fill.h"
#include "sink/mysql/ddl_recovery.h"
#include "sink/mysql/ddl_session.h"
#include "sink/mysql/ddl_target.h"
#include "sink/mysql/replacement.h"

enum { ATOMIC_SINCE = 80000 }; /* MySQL */

/*
 * There is no way back to a session without a default database.  Where a replacement has none, this one makes
 * sure that a name without a database is refused, and not looked up in the one that was last used.
 */
#define NO_DATABASE "information_schema"

static bool
read_event(
    struct ddl_statement *statement, const struct binlog_format *format, struct txn *txn, struct err *err)
{
	struct event event = {0};
	struct change change;
	bool is_end;

	txn_cursor_init(&statement->cursor, txn);
	if (!txn_next(&statement->cursor, &change, &is_end, err))
		return false;
	if (is_end || change.table != NULL)
		return err_set(err, ERR_STOP, "a transaction without a statement where one was expected");
	event.type = change.event_type;
	event.timestamp = change.timestamp;
	event.body = change.body; /* the cursor is not moved on while it is used */
	statement->timestamp = change.timestamp;
	statement->server_version = format_version(format);
	statement->has_rows = txn->n_changes > 1;
	return query_parse(&event, format, &statement->inflated, &statement->query, err);
}

/* The client's character set by name; NULL (utf8mb4) for events of sources that name none. */
static bool
client_charset(
    const struct query *query, const struct ddl_target *target, const char **charset, struct err *err)
{
	const struct ddl_collation *collation;

	*charset = NULL;
	if (!query->has_charset)
		return true;
	collation = ddl_collations_resolve(&target->collations, query->charset_client);
	if (collation == NULL)
		collation =
		    ddl_collations_find(&target->collations, ddl_collation_of_charset(query->charset_client));
	if (collation == NULL)
		return err_set(err, ERR_STOP,
		    "the target does not know the client's character set, collation number %u",
		    query->charset_client);
	*charset = collation->charset;
	return true;
}

static void
note_objects(struct ddl_statement *statement, const struct ddl_rewritten *rewritten)
{
	statement->names =
	    arena_alloc(&statement->arena, (rewritten->n_objects + 1) * sizeof(*statement->names));
	for (size_t i = 0; i < rewritten->n_objects; i++)
		statement->names[statement->n_names++] = (struct ddl_snapshot_name){
		    rewritten->objects[i].role, rewritten->objects[i].db, rewritten->objects[i].table};
}

/*
 * As a replica takes it: servers without atomic DDL do what they can of a list and log it with the error.  MySQL from 8 on
 * would do nothing of it, with the same error; and what was interrupted on the source ended there by chance.
 */
static bool
fails_alike(const struct applier *applier, unsigned int error_code)
{
	const struct server_info *target = conn_server(applier->conn);

	return error_kind(error_code, "") == ERR_STOP && (target->flavour == FLAVOUR_MARIADB || target->version < ATOMIC_SINCE);
}

static const char *
copy_text(struct ddl_statement *statement, struct bytes text)
{
	return arena_strndup(&statement->arena, (const char *) text.data, text.len);
}

/* *sql: what the source executed; the spans of statement->ddl are its. */
static bool
scan(struct ddl_statement *statement, struct bytes *sql, struct err *err)
{
	struct ddl_context *source = &statement->source;

	if (!ddl_plain(statement->query.sql, source, &statement->arena, sql, &source->charset, err))
		return false;
	source->is_charset_known = true;
	return ddl_scan(*sql, source, &statement->arena, &statement->ddl, err);
}

static bool
guard_rename(struct ddl_statement *statement, const struct applier *applier, struct ddl_rewritten *rewritten, struct err *err)
{
	const struct applier_options *options = &applier->options;
	const struct rename_place place = {marker_committed_position(applier->marker), statement->cursor.txn->end};
	bool is_temporary = false;

	if (statement->ddl.class != DDL_RENAME_TABLE || rewritten->verdict == DDL_LEFT_OUT ||
	    options->source_flavour != FLAVOUR_MARIADB || options->rename_guard == NULL)
		return true;
	if (!options->rename_guard(options->rename_context, rewritten->objects, rewritten->n_objects, &place, &is_temporary, err))
		return false;
	if (is_temporary) {
		rewritten->verdict = DDL_LEFT_OUT;
		rewritten->reason = "it is of temporary tables, as the source's catalogue shows";
		rewritten->is_notable = true;
	}
	return true;
}

static bool
rewrite(struct ddl_statement *statement, struct applier *applier, const struct ddl_target *target,
    bool is_in_transaction, struct err *err)
{
	const struct query *query = &statement->query;
	struct ddl_context *source = &statement->source;
	struct ddl_rewritten rewritten;
	struct bytes sql;

	*source = (struct ddl_context){
	    .flavour = applier->options.source_flavour,
	    .server_version = statement->server_version != 0 ? statement->server_version : applier->options.source_version,
	    .sql_mode = query->has_sql_mode ? query->sql_mode : 0,
	    .default_db = arena_strndup(&statement->arena, (const char *) query->db.data, query->db.len),
	    .is_in_transaction = is_in_transaction,
	    .error_code = query->error_code,
	};
	struct ddl_rewrite_context context = {
	    .rules = applier->options.rules,
	    .carry = applier->options.ddl,
	    .source = source,
	    .target_flavour = applier->flavour,
	    .fails_alike = fails_alike(applier, query->error_code),
	};
	if (query->has_invoker) {
		context.invoker_user = copy_text(statement, query->invoker_user);
		context.invoker_host = copy_text(statement, query->invoker_host);
	}
	if (!client_charset(query, target, &source->charset, err) ||
	    !scan(statement, &sql, err) ||
	    !ddl_rewrite(sql, &statement->ddl, &context, &statement->arena, &rewritten, err) ||
	    !guard_rename(statement, applier, &rewritten, err))
		return false;
	statement->is_left_out = rewritten.verdict == DDL_LEFT_OUT;
	statement->reason = rewritten.reason;
	statement->is_notable = rewritten.is_notable;
	statement->is_once = rewritten.is_once;
	if (statement->is_left_out)
		return true;
	if (!name_claims_follow(applier->claims, &statement->ddl, rewritten.objects, rewritten.n_objects, err))
		return err_prefix(err, "%s: ", ddl_class_name(statement->ddl.class));
	statement->text = rewritten.sql;
	statement->expected_error = rewritten.expected_error;
	/* The server's own texts are not in the client's; and it outlives `target`. */
	source->charset = rewritten.charset == NULL ? NULL : arena_strndup(&statement->arena, rewritten.charset, strlen(rewritten.charset));
	statement->default_db = rewritten.default_db;
	if (rewritten.n_objects > 0)
		statement->source_db = rewritten.objects[0].source_db;
	note_objects(statement, &rewritten);
	return true;
}

static bool
plan_session(
    struct ddl_statement *statement, struct applier *applier, const struct ddl_target *target, struct err *err)
{
	struct ddl_charset_defaults defaults;
	struct ddl_session_event event = {
	    .query = &statement->query,
	    .timestamp = statement->timestamp,
	    .source_flavour = applier->options.source_flavour,
	    .source_version = applier->options.source_version,
	    .source_explicit_defaults = applier->options.source_explicit_defaults,
	    .source_zone = &applier->options.source_zone,
	    .charset = statement->source.charset,
	    .class = statement->ddl.class,
	    .has_body = statement->ddl.has_body,
	    .text = statement->text,
	};

	return ddl_session_plan(&event, target, &statement->enter, &statement->leave, &defaults, err) &&
	       ddl_collate(statement->text, &statement->source, statement->ddl.class, &defaults,
		   &target->collations, &statement->arena, &statement->text, err);
}

/*
 * An operator's text is written for the target: its names are the target's, its session the ordinary one.  The
 * switches that let the source do it (foreign keys off) hold for it too.
 */
static bool
take_replacement(
    struct ddl_statement *statement, struct applier *applier, const char *replacement, struct err *err)
{
	const struct server_info *server = conn_server(applier->conn);
	char *source_db =
	    arena_strndup(&statement->arena, (const char *) statement->query.db.data, statement->query.db.len);
	struct ddl_context context = {
	    .flavour = server->flavour,
	    .server_version = server->version,
	    .default_db = source_db[0] == '\0' ? NO_DATABASE
					       : rules_db(applier->options.rules, source_db, &statement->arena),
	};
	struct ddl *ddl = &statement->ddl;

	statement->is_replacement = true;
	statement->reason = "";
	statement->text =
	    (struct bytes){arena_dup(&statement->arena, replacement, strlen(replacement)), strlen(replacement)};
	if (!replacement_scan(statement->text, &context, &statement->arena, ddl, err))
		return err_prefix(err, "the replacement: ");
	statement->names = arena_alloc(&statement->arena, (ddl->n_names + 1) * sizeof(*statement->names));
	statement->default_db = context.default_db;
	for (size_t i = 0; i < ddl->n_names; i++)
		statement->names[statement->n_names++] =
		    (struct ddl_snapshot_name){ddl->names[i].role, ddl->names[i].db, ddl->names[i].table};
	if (statement->query.has_flags2 && (statement->query.flags2 & DDL_FLAG_NO_FOREIGN_KEYS) != 0) {
		buf_puts(&statement->enter, "SET foreign_key_checks = 0");
		buf_puts(&statement->leave, "SET foreign_key_checks = 1");
	}
	return true;
}

/* What an open intent is of has passed this, and may have been executed since; a replacement has not. */
static bool
check_fill(const struct ddl_statement *statement, struct applier *applier, const struct txn *txn, struct err *err)
{
	if (applier->recovery != NULL && applier->recovery->intent.request == 0 && ddl_recovery_is_of(applier->recovery, txn))
		return true;
	return ddl_fill_check(applier, statement, err) && ddl_convert_check(applier, statement, err);
}

static void
redact(const struct ddl_statement *statement, size_t limit, struct buf *out)
{
	struct ddl_context context = statement->source;

	if (statement->is_replacement) {
		context.charset = NULL;
		context.sql_mode = 0;
	}
	redact_put(statement->text, &context, limit, out);
}

static void
hide_secrets(struct ddl_statement *statement)
{
	struct bytes text = statement->text;
	struct buf shown = {0};

	redact(statement, SIZE_MAX, &shown);
	statement->has_secret = shown.len != text.len || memcmp(shown.data, text.data, text.len) != 0;
	statement->shown = text;
	if (statement->has_secret)
		statement->shown = (struct bytes){arena_dup(&statement->arena, shown.data, shown.len), shown.len};
	digest_hex(statement->shown.data, statement->shown.len, statement->hash);
	buf_release(&shown);
}

bool
ddl_statement_load(struct ddl_statement *statement, struct applier *applier, const struct binlog_format *format,
    struct txn *txn, const char *replacement, struct err *err)
{
	struct ddl_target target = {0};
	bool done = read_event(statement, format, txn, err);

	if (!done)
		return false;
	if (replacement != NULL)
		done = take_replacement(statement, applier, replacement, err);
	else
		done = ddl_target_load(applier->conn, &statement->query, &applier->options.ddl, &target, err) &&
		       rewrite(statement, applier, &target, txn->kind == TXN_ROWS, err) &&
		       (statement->is_left_out ||
			   (ddl_default_name(statement, applier, &target, &txn->begin, err) && plan_session(statement, applier, &target, err) && check_fill(statement, applier, txn, err)));
	ddl_target_release(&target);
	if (done && !statement->is_left_out)
		hide_secrets(statement);
	return done;
}

void
ddl_statement_put_text(const struct ddl_statement *statement, struct buf *out)
{
	redact(statement, DDL_INTENT_TEXT_BYTES, out);
}

void
ddl_statement_release(struct ddl_statement *statement)
{
	txn_cursor_release(&statement->cursor);
	buf_release(&statement->inflated);
	buf_release(&statement->enter);
	buf_release(&statement->leave);
	arena_release(&statement->arena);
}
