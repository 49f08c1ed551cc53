/* SPDX-License-Identifier: Apache-2.0 */
/* Databases, sequences, views, programs, grants: statements with one name or two near their beginning. */
#include "route/ddl_scan.h"

void
scan_nothing(struct scan *scan)
{
	scan->ddl->is_global_grant = true;
}

/* CREATE and DROP DATABASE. */
void
scan_create_database(struct scan *scan)
{
	scan_if_exists(scan);
	scan_db_name(scan);
	scan_skip_rest(scan);
}

static bool
is_database_option(const struct scan *scan, const struct lex_token *token)
{
	static const char *const words[] = {"DEFAULT", "CHARACTER", "CHARSET", "COLLATE", "ENCRYPTION", "READ", "COMMENT",
	    "UPGRADE"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (scan_token_is(scan, token, words[i]))
			return true;
	return false;
}

/*
 * The name may be missing, and CHARSET, ENCRYPTION, COMMENT and UPGRADE may be names: they are when an option
 * follows them.
 */
void
scan_alter_database(struct scan *scan)
{
	bool is_option = is_database_option(scan, &scan->token);

	if (is_option && !is_database_option(scan, &scan->next))
		scan_implicit_db(scan);
	else if (is_option && (scan_is(scan, "DEFAULT") || scan_is(scan, "CHARACTER") || scan_is(scan, "COLLATE")))
		scan_implicit_db(scan); /* reserved words */
	else if (is_option && scan_next_is(scan, "DEFAULT"))
		scan_unclear(scan, "a name or an option, not what could be both");
	else
		scan_db_name(scan);
	scan_skip_rest(scan);
}

/* [IF [NOT] EXISTS] name, and what follows does not matter, or is a query or a program. */
void
scan_one_object(struct scan *scan)
{
	enum ddl_class class = scan->ddl->class;

	if (class == DDL_ROUTINE)
		scan_take(scan, "BODY"); /* CREATE PACKAGE BODY; no server lets a package be called that unquoted */
	scan_if_exists(scan);
	scan_table_name(scan, DDL_ROLE_OBJECT, DDL_SCOPE_DEFAULT);
	if (class == DDL_CREATE_SEQUENCE || class == DDL_ALTER_SEQUENCE)
		scan_skip_rest(scan);
	else
		scan->ddl->has_body = scan->ddl->verb != DDL_VERB_DROP;
}

/* A stored function has parameters; a loadable one goes on with RETURNS ... SONAME and belongs to the server. */
void
scan_create_function(struct scan *scan)
{
	scan_one_object(scan);
	if (scan_is(scan, "RETURNS"))
		scan->ddl->class = DDL_SERVER;
}

/* [IF NOT EXISTS] name BEFORE INSERT ON table ... */
void
scan_trigger(struct scan *scan)
{
	scan_if_exists(scan);
	scan_table_name(scan, DDL_ROLE_OBJECT, DDL_SCOPE_DEFAULT);
	while (!scan_is_end(scan) && !scan_is(scan, "ON"))
		scan_advance(scan);
	if (!scan_take(scan, "ON"))
		scan_unclear(scan, "ON");
	scan_table_name(scan, DDL_ROLE_ON, DDL_SCOPE_OBJECT);
	scan->ddl->has_body = true;
}

void
scan_drop_trigger(struct scan *scan)
{
	scan_if_exists(scan);
	scan_table_name(scan, DDL_ROLE_OBJECT, DDL_SCOPE_DEFAULT);
	scan_expect_end(scan);
}

/* The new name stands before the body. */
void
scan_alter_event(struct scan *scan)
{
	scan_if_exists(scan);
	scan_table_name(scan, DDL_ROLE_OBJECT, DDL_SCOPE_DEFAULT);
	while (!scan_is_end(scan) && !scan_is(scan, "DO")) {
		if (scan_take_two(scan, "RENAME", "TO"))
			scan_table_name(scan, DDL_ROLE_RENAMED_TO, DDL_SCOPE_DEFAULT);
		else
			scan_advance(scan);
	}
	scan->ddl->has_body = scan_is(scan, "DO");
}

/* GRANT role TO user, GRANT ... ON *.* and GRANT PROXY name no object; anything else names databases or tables. */
void
scan_grant(struct scan *scan)
{
	bool is_proxy = scan_is(scan, "PROXY");

	while (!scan_is_end(scan) && !scan_is(scan, "ON")) {
		if (scan_is_punct(scan, '('))
			scan_skip_parens(scan);
		else
			scan_advance(scan);
	}
	scan->ddl->is_global_grant = true;
	if (!scan_take(scan, "ON"))
		return;
	scan->ddl->is_global_grant = is_proxy || (scan_take_punct(scan, '*') && scan_is_punct(scan, '.'));
}

static bool
take_dml_modifier(struct scan *scan)
{
	return scan_take(scan, "LOW_PRIORITY") || scan_take(scan, "HIGH_PRIORITY") || scan_take(scan, "DELAYED") ||
	    scan_take(scan, "QUICK") || scan_take(scan, "IGNORE") || scan_take(scan, "INTO") || scan_take(scan, "FROM");
}

/* The table of an INSERT or REPLACE. */
void
scan_insert(struct scan *scan)
{
	while (take_dml_modifier(scan))
		;
	scan->ddl->has_body = true;
	if (scan_is_identifier(scan))
		scan_table_name(scan, DDL_ROLE_OBJECT, DDL_SCOPE_DEFAULT);
}

/*
 * The table of an UPDATE or DELETE of one table.  Where several could be meant, none is named: then nobody can say
 * that the statement does not matter.
 */
void
scan_update(struct scan *scan)
{
	scan_insert(scan);
	if (!scan_is(scan, "SET"))
		scan->ddl->n_names = 0;
}

/*
 * Older MySQL logs "DELETE FROM `db`.`table`", outside of any transaction, when it opens a MEMORY table for the
 * first time after a restart: that is what later servers log as TRUNCATE TABLE.
 */
static bool
is_emptied_memory_table(const struct scan *scan)
{
	const struct ddl *ddl = scan->ddl;

	return scan->context->flavour == FLAVOUR_MYSQL && !scan->context->is_in_transaction && scan->context->default_db[0] == '\0' &&
	    scan->token.kind == LEX_END && ddl->n_names == 1 && ddl->names[0].has_db &&
	    ddl->names[0].at == sizeof("DELETE FROM ") - 1;
}

void
scan_delete(struct scan *scan)
{
	scan_insert(scan);
	if (!scan_is_end(scan) && !scan_is(scan, "WHERE") && !scan_is(scan, "ORDER") && !scan_is(scan, "LIMIT"))
		scan->ddl->n_names = 0;
	if (is_emptied_memory_table(scan)) {
		scan->ddl->class = DDL_TRUNCATE_TABLE;
		scan->ddl->has_body = false;
	}
}
