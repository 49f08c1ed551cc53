/* SPDX-License-Identifier: Apache-2.0 */
#include "route/ddl.h"

#include <string.h>

#include "route/ddl_scan.h"

/*
 * Every statement that a binlog can hold, by its leading words.  Words that may stand between verb and object
 * (OR REPLACE, TEMPORARY, DEFINER = ...) have been passed when the object is looked up.
 */
static const struct statement {
	const char *verb;
	const char *object; /* NULL: any */
	enum ddl_class class;
	void (*grammar)(struct scan *scan);
} statements[] = {
	{"CREATE", "TABLE", DDL_CREATE_TABLE, scan_create_table},
	{"CREATE", "INDEX", DDL_CREATE_INDEX, scan_index},
	{"CREATE", "DATABASE", DDL_CREATE_DATABASE, scan_create_database},
	{"CREATE", "SCHEMA", DDL_CREATE_DATABASE, scan_create_database},
	{"CREATE", "SEQUENCE", DDL_CREATE_SEQUENCE, scan_one_object},
	{"CREATE", "VIEW", DDL_VIEW, scan_one_object},
	{"CREATE", "PROCEDURE", DDL_ROUTINE, scan_one_object},
	{"CREATE", "FUNCTION", DDL_ROUTINE, scan_create_function},
	{"CREATE", "PACKAGE", DDL_ROUTINE, scan_one_object},
	{"CREATE", "LIBRARY", DDL_ROUTINE, scan_one_object},
	{"CREATE", "TRIGGER", DDL_TRIGGER, scan_trigger},
	{"CREATE", "EVENT", DDL_EVENT, scan_one_object},
	{"CREATE", "USER", DDL_USER, scan_nothing},
	{"CREATE", "ROLE", DDL_USER, scan_nothing},
	{"CREATE", "SERVER", DDL_SERVER, scan_nothing},
	{"CREATE", "TABLESPACE", DDL_SERVER, scan_nothing},
	{"CREATE", "LOGFILE", DDL_SERVER, scan_nothing},
	{"CREATE", "RESOURCE", DDL_SERVER, scan_nothing},
	{"CREATE", "REFERENCE", DDL_SERVER, scan_nothing}, /* SPATIAL REFERENCE SYSTEM */

	{"ALTER", "TABLE", DDL_ALTER_TABLE, scan_alter_table},
	{"ALTER", "DATABASE", DDL_ALTER_DATABASE, scan_alter_database},
	{"ALTER", "SCHEMA", DDL_ALTER_DATABASE, scan_alter_database},
	{"ALTER", "SEQUENCE", DDL_ALTER_SEQUENCE, scan_one_object},
	{"ALTER", "VIEW", DDL_VIEW, scan_one_object},
	{"ALTER", "PROCEDURE", DDL_ROUTINE, scan_one_object},
	{"ALTER", "FUNCTION", DDL_ROUTINE, scan_one_object},
	{"ALTER", "LIBRARY", DDL_ROUTINE, scan_one_object},
	{"ALTER", "EVENT", DDL_EVENT, scan_alter_event},
	{"ALTER", "USER", DDL_USER, scan_nothing},
	{"ALTER", "SERVER", DDL_SERVER, scan_nothing},
	{"ALTER", "TABLESPACE", DDL_SERVER, scan_nothing},
	{"ALTER", "LOGFILE", DDL_SERVER, scan_nothing},
	{"ALTER", "RESOURCE", DDL_SERVER, scan_nothing},
	{"ALTER", "INSTANCE", DDL_SERVER, scan_nothing},

	{"DROP", "TABLE", DDL_DROP_TABLE, scan_drop_list},
	{"DROP", "TABLES", DDL_DROP_TABLE, scan_drop_list},
	{"DROP", "INDEX", DDL_DROP_INDEX, scan_index},
	{"DROP", "DATABASE", DDL_DROP_DATABASE, scan_create_database},
	{"DROP", "SCHEMA", DDL_DROP_DATABASE, scan_create_database},
	{"DROP", "SEQUENCE", DDL_DROP_SEQUENCE, scan_drop_list},
	{"DROP", "VIEW", DDL_VIEW, scan_drop_list},
	{"DROP", "PROCEDURE", DDL_ROUTINE, scan_one_object},
	{"DROP", "FUNCTION", DDL_ROUTINE, scan_one_object},
	{"DROP", "PACKAGE", DDL_ROUTINE, scan_one_object},
	{"DROP", "LIBRARY", DDL_ROUTINE, scan_one_object},
	{"DROP", "TRIGGER", DDL_TRIGGER, scan_drop_trigger},
	{"DROP", "EVENT", DDL_EVENT, scan_one_object},
	{"DROP", "USER", DDL_USER, scan_nothing},
	{"DROP", "ROLE", DDL_USER, scan_nothing},
	{"DROP", "SERVER", DDL_SERVER, scan_nothing},
	{"DROP", "TABLESPACE", DDL_SERVER, scan_nothing},
	{"DROP", "LOGFILE", DDL_SERVER, scan_nothing},
	{"DROP", "RESOURCE", DDL_SERVER, scan_nothing},
	{"DROP", "REFERENCE", DDL_SERVER, scan_nothing},
	{"DROP", "PREPARE", DDL_TRANSACTION, scan_nothing},

	{"RENAME", "TABLE", DDL_RENAME_TABLE, scan_rename_table},
	{"RENAME", "TABLES", DDL_RENAME_TABLE, scan_rename_table},
	{"RENAME", "USER", DDL_USER, scan_nothing},
	{"TRUNCATE", NULL, DDL_TRUNCATE_TABLE, scan_truncate},

	{"GRANT", NULL, DDL_USER, scan_grant},
	{"REVOKE", NULL, DDL_USER, scan_grant},
	{"SET", "PASSWORD", DDL_USER, scan_nothing},
	{"SET", "ROLE", DDL_USER, scan_nothing},
	{"SET", "DEFAULT", DDL_USER, scan_nothing},
	{"SET", "RESOURCE", DDL_SERVER, scan_nothing},

	{"ANALYZE", "TABLE", DDL_ADMIN, scan_nothing},
	{"ANALYZE", "TABLES", DDL_ADMIN, scan_nothing},
	{"ANALYZE", "LOCAL", DDL_ADMIN, scan_nothing},
	{"ANALYZE", "NO_WRITE_TO_BINLOG", DDL_ADMIN, scan_nothing},
	{"OPTIMIZE", NULL, DDL_ADMIN, scan_nothing},
	{"REPAIR", NULL, DDL_ADMIN, scan_nothing},
	{"CHECK", NULL, DDL_ADMIN, scan_nothing},
	{"CHECKSUM", NULL, DDL_ADMIN, scan_nothing},
	{"FLUSH", NULL, DDL_ADMIN, scan_nothing},
	{"CACHE", NULL, DDL_ADMIN, scan_nothing},
	{"LOAD", "INDEX", DDL_ADMIN, scan_nothing},
	{"INSTALL", NULL, DDL_SERVER, scan_nothing},
	{"UNINSTALL", NULL, DDL_SERVER, scan_nothing},

	{"INSERT", NULL, DDL_DML, scan_insert},
	{"REPLACE", NULL, DDL_DML, scan_insert},
	{"UPDATE", NULL, DDL_DML, scan_update},
	{"DELETE", NULL, DDL_DML, scan_delete},
	{"LOAD", NULL, DDL_DML, scan_nothing},
	{"ANALYZE", NULL, DDL_DML, scan_nothing}, /* MariaDB: ANALYZE UPDATE ... changes rows */
	{"CALL", NULL, DDL_DML, scan_nothing},
	{"SELECT", NULL, DDL_DML, scan_nothing},
	{"DO", NULL, DDL_DML, scan_nothing},
	{"WITH", NULL, DDL_DML, scan_nothing},
	{"VALUES", NULL, DDL_DML, scan_nothing},
	{"HANDLER", NULL, DDL_DML, scan_nothing},
	{"BINLOG", NULL, DDL_DML, scan_nothing},

	{"BEGIN", NULL, DDL_TRANSACTION, scan_nothing},
	{"START", "TRANSACTION", DDL_TRANSACTION, scan_nothing},
	{"COMMIT", NULL, DDL_TRANSACTION, scan_nothing},
	{"ROLLBACK", NULL, DDL_TRANSACTION, scan_nothing},
	{"SAVEPOINT", NULL, DDL_TRANSACTION, scan_nothing},
	{"RELEASE", NULL, DDL_TRANSACTION, scan_nothing},
	{"XA", NULL, DDL_TRANSACTION, scan_nothing},
	{"LOCK", NULL, DDL_TRANSACTION, scan_nothing},
	{"UNLOCK", NULL, DDL_TRANSACTION, scan_nothing},
};

const char *
ddl_class_name(enum ddl_class class)
{
	static const char *const names[DDL_N_CLASSES] = {
		[DDL_CREATE_TABLE] = "CREATE TABLE",
		[DDL_CREATE_TABLE_LIKE] = "CREATE TABLE LIKE",
		[DDL_CREATE_TABLE_SELECT] = "CREATE TABLE SELECT",
		[DDL_ALTER_TABLE] = "ALTER TABLE",
		[DDL_DROP_TABLE] = "DROP TABLE",
		[DDL_RENAME_TABLE] = "RENAME TABLE",
		[DDL_TRUNCATE_TABLE] = "TRUNCATE TABLE",
		[DDL_CREATE_INDEX] = "CREATE INDEX",
		[DDL_DROP_INDEX] = "DROP INDEX",
		[DDL_CREATE_DATABASE] = "CREATE DATABASE",
		[DDL_ALTER_DATABASE] = "ALTER DATABASE",
		[DDL_DROP_DATABASE] = "DROP DATABASE",
		[DDL_CREATE_SEQUENCE] = "CREATE SEQUENCE",
		[DDL_ALTER_SEQUENCE] = "ALTER SEQUENCE",
		[DDL_DROP_SEQUENCE] = "DROP SEQUENCE",
		[DDL_VIEW] = "VIEW",
		[DDL_ROUTINE] = "ROUTINE",
		[DDL_TRIGGER] = "TRIGGER",
		[DDL_EVENT] = "EVENT",
		[DDL_USER] = "USER",
		[DDL_ADMIN] = "ADMIN",
		[DDL_SERVER] = "SERVER",
		[DDL_DML] = "DML",
		[DDL_TEMPORARY] = "TEMPORARY",
		[DDL_EMPTY] = "EMPTY",
		[DDL_TRANSACTION] = "TRANSACTION",
	};

	return (unsigned int) class < DDL_N_CLASSES ? names[class] : "unknown";
}

/* "DEFINER = user@host", entered behind DEFINER; a host without quotes may hold dots. */
static void
skip_definer(struct scan *scan)
{
	scan_take_punct(scan, '=');
	scan_advance(scan);
	if (scan_is_punct(scan, '('))
		scan_skip_parens(scan); /* CURRENT_USER() */
	if (!scan_take_punct(scan, '@'))
		return;
	scan_advance(scan);
	while (scan_take_punct(scan, '.'))
		scan_advance(scan);
}

/* One word, or clause, that may stand between CREATE, ALTER or DROP and the kind of object. */
static bool
take_modifier(struct scan *scan, bool *is_temporary)
{
	static const char *const plain[] = {"ONLINE", "OFFLINE", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR",
	    "AGGREGATE", "UNDO", "EXTERNAL", "JSON", "RELATIONAL", "DUALITY", "MATERIALIZED"};

	if (scan_take_two(scan, "OR", "REPLACE")) {
		scan->ddl->has_or_replace = true;
		return true;
	}
	if (scan_take(scan, "TEMPORARY"))
		return *is_temporary = true;
	if (scan_take(scan, "DEFINER")) {
		skip_definer(scan);
		return true;
	}
	if (scan_take(scan, "ALGORITHM")) {
		scan_take_punct(scan, '=');
		scan_advance(scan);
		return true;
	}
	if (scan_take_two(scan, "SQL", "SECURITY")) {
		scan_advance(scan);
		return true;
	}
	if (scan_take(scan, "IGNORE"))
		return scan->ddl->is_ignore = true;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (scan_take(scan, plain[i]))
			return true;
	return false;
}

/* MariaDB: "SET STATEMENT variable = value, ... FOR statement". */
static void
skip_set_statement(struct scan *scan)
{
	size_t at = scan->token.at, edges = scan->token.edges;

	if (!scan_take_two(scan, "SET", "STATEMENT"))
		return;
	while (!scan_is(scan, "FOR") && scan->token.kind != LEX_END) {
		if (scan_is_punct(scan, '('))
			scan_skip_parens(scan);
		else
			scan_advance(scan);
	}
	if (scan->token.kind == LEX_END || scan->token.edges != edges)
		scan_unclear(scan, "FOR");
	scan_advance(scan);
	scan->ddl->set_statement = (struct ddl_span){at, scan->end - at};
}

/* The row of the table, and the scan behind the words that it names. */
static const struct statement *
find_statement(struct scan *scan, bool *is_temporary)
{
	struct lex_token verb = scan->token;
	bool has_modifiers = scan_is(scan, "CREATE") || scan_is(scan, "ALTER") || scan_is(scan, "DROP");

	scan->ddl->verb = scan_is(scan, "CREATE") ? DDL_VERB_CREATE
	    : scan_is(scan, "ALTER")          ? DDL_VERB_ALTER
	    : scan_is(scan, "DROP")           ? DDL_VERB_DROP
	                                      : DDL_VERB_OTHER;
	scan_advance(scan);
	while (has_modifiers && take_modifier(scan, is_temporary))
		;
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		const struct statement *statement = &statements[i];

		if (!scan_token_is(scan, &verb, statement->verb))
			continue;
		if (statement->object == NULL)
			return statement;
		if (scan_take(scan, statement->object))
			return statement;
	}
	return NULL;
}

static void
scan_statement(struct scan *scan)
{
	const struct statement *statement;
	bool is_temporary = false;

	skip_set_statement(scan);
	if (scan_is_end(scan)) {
		scan_expect_end(scan);
		return;
	}
	if (scan_is_punct(scan, '(')) { /* "(SELECT ...)" */
		scan->ddl->class = DDL_DML;
		return;
	}
	statement = find_statement(scan, &is_temporary);
	if (statement == NULL) {
		scan_unclear(scan, "a statement that binlogs hold");
		return;
	}
	scan->ddl->class = is_temporary ? DDL_TEMPORARY : statement->class;
	if (!is_temporary)
		statement->grammar(scan);
}

static bool
scan_in(const char *charset, struct bytes sql, const struct ddl_context *context, struct arena *arena,
    struct ddl *ddl, struct err *err)
{
	struct scan scan;

	*ddl = (struct ddl){.class = DDL_EMPTY, .charset = charset};
	if (!scan_init(&scan, sql, context, arena, ddl, err))
		return false;
	scan_statement(&scan);
	return !scan.failed;
}

static bool
starts_with(struct bytes sql, const char *text)
{
	size_t len = strlen(text);

	return sql.len >= len && memcmp(sql.data, text, len) == 0;
}

static bool
ends_with(struct bytes sql, const char *text)
{
	size_t len = strlen(text);

	return sql.len >= len && memcmp(sql.data + sql.len - len, text, len) == 0;
}

static bool
starts_with_table(struct bytes sql)
{
	static const char *const starts[] = {"CREATE TABLE `", "CREATE TABLE IF NOT EXISTS `", "CREATE OR REPLACE TABLE `"};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (starts_with(sql, starts[i]))
			return true;
	return false;
}

/*
 * Statements that the server wrote in UTF-8, whatever it says about the client's character set.  Nothing that stands in a
 * text proves it, a client may have written the same; on MariaDB the place does: a CREATE TABLE of a client commits by itself,
 * one among the rows of a transaction is that of CREATE ... SELECT.  MySQL 5.6 writes every DROP TABLE anew.
 */
static bool
is_server_text(struct bytes sql, const struct ddl_context *context)
{
	if (starts_with(sql, "CREATE "))
		return context->flavour == FLAVOUR_MARIADB && context->is_in_transaction && starts_with_table(sql);
	return context->flavour == FLAVOUR_MYSQL && context->server_version < 50700 && starts_with(sql, "DROP TABLE ") &&
	    ends_with(sql, "/* generated by server */");
}

/*
 * CREATE TABLE ... LIKE a temporary table, and MySQL's CREATE ... SELECT, are written by the server as well, in the form of SHOW
 * CREATE TABLE, and nothing marks them: MySQL takes START TRANSACTION in a client's CREATE TABLE, too, and logs the client's
 * text in a transaction.
 */
static bool
could_be_server_text(struct bytes sql)
{
	static const char columns[] = "` (\n  ";

	return starts_with_table(sql) && memmem(sql.data, sql.len, columns, sizeof(columns) - 1) != NULL && !charset_is_ascii(sql) &&
	    charset_is_utf8(sql);
}

const char *
ddl_text_charset(struct bytes sql, const struct ddl_context *context, struct err *err)
{
	const char *charset = context->charset == NULL ? "utf8mb4" : context->charset;

	if (context->is_charset_known || !charset_needs_conversion(charset_find(charset)))
		return charset;
	if (is_server_text(sql, context))
		return "utf8mb4";
	if (!could_be_server_text(sql))
		return charset;
	(void) err_set(err, ERR_STOP, "the text of CREATE TABLE could be in '%s', as the event says, or, written by the server, in UTF-8",
	    charset);
	(void) err_hint(err, "Look at the table on the source and replace the statement by one in UTF-8.");
	return NULL;
}

bool
ddl_scan(struct bytes sql, const struct ddl_context *context, struct arena *arena, struct ddl *ddl, struct err *err)
{
	const char *charset = ddl_text_charset(sql, context, err);

	return charset != NULL && scan_in(charset, sql, context, arena, ddl, err);
}
