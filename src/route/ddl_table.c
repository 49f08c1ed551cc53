/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <strings.h>

#include "route/ddl_scan.h"

static bool
is_nontransactional(const char *engine)
{
	static const char *const names[] = {"MyISAM", "Aria", "Maria", "MEMORY", "HEAP", "MERGE", "MRG_MyISAM", "CSV",
	    "ARCHIVE", "BLACKHOLE", "FEDERATED", "CONNECT", "S3", "ColumnStore", "SEQUENCE", "OQGRAPH", "SPHINX"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i], engine) == 0)
			return true;
	return false;
}

/* "ENGINE [=] name", the last one counts; entered behind ENGINE. */
static void
scan_engine(struct scan *scan)
{
	struct lex_token token;

	scan_take_punct(scan, '=');
	token = scan->token;
	if (token.kind == LEX_STRING)
		token.kind = LEX_QUOTED; /* unquoted the same way: engines are plain words */
	if (token.kind == LEX_WORD || token.kind == LEX_QUOTED) {
		scan->ddl->engine = scan_identifier_text(scan, &token);
		scan->ddl->is_nontransactional_engine = is_nontransactional(scan->ddl->engine);
	}
	scan_advance(scan);
}

/* "UNION [=] (a, b)" of a MERGE table; entered behind UNION. */
static void
scan_union(struct scan *scan)
{
	scan_take_punct(scan, '=');
	if (!scan_take_punct(scan, '('))
		return;
	if (!scan_is_punct(scan, ')')) {
		do {
			scan_table_name(scan, DDL_ROLE_SOURCE, DDL_SCOPE_DEFAULT);
		} while (scan_take_punct(scan, ','));
	}
	if (!scan_take_punct(scan, ')'))
		scan_unclear(scan, "a closing parenthesis");
}

/* MariaDB: "NEXT VALUE FOR s", "nextval(s)" and their like, in default values. */
static bool
scan_sequence_value(struct scan *scan)
{
	if ((scan_is(scan, "NEXT") || scan_is(scan, "PREVIOUS")) && scan_next_is(scan, "VALUE")) {
		scan_advance(scan);
		scan_advance(scan);
		if (scan_take(scan, "FOR"))
			scan_table_name(scan, DDL_ROLE_REFERENCED, DDL_SCOPE_DEFAULT);
		return true;
	}
	if ((scan_is(scan, "NEXTVAL") || scan_is(scan, "LASTVAL") || scan_is(scan, "SETVAL")) && scan_next_is_punct(scan, '(')) {
		scan_advance(scan);
		scan_advance(scan);
		scan_table_name(scan, DDL_ROLE_REFERENCED, DDL_SCOPE_DEFAULT);
		scan->depth++;
		return true;
	}
	return false;
}

/*
 * Passes a token of a definition that is nothing else, and the names that can stand anywhere in one: foreign key
 * parents, sequences in default values.
 */
static void
scan_definition(struct scan *scan)
{
	if (scan_take(scan, "REFERENCES")) {
		scan_table_name(scan, DDL_ROLE_REFERENCED, DDL_SCOPE_OBJECT);
		return;
	}
	scan_fill(scan);
	if (scan->in_default && scan->context->flavour == FLAVOUR_MARIADB && scan_sequence_value(scan))
		return;
	if (scan_is(scan, "DEFAULT")) {
		scan->in_default = true;
		scan->default_depth = scan->depth;
	} else if (scan_is_punct(scan, '(')) {
		scan->depth++;
	} else if (scan_is_punct(scan, ')') && scan->depth > 0) {
		scan->depth--;
	} else if (scan_is_punct(scan, ',') && scan->depth <= scan->default_depth) {
		scan->in_default = false;
	}
	scan_advance(scan);
}

static bool
is_query_start(const struct scan *scan)
{
	if (scan_is(scan, "WITH"))
		return !scan_next_is(scan, "SYSTEM"); /* MariaDB: WITH SYSTEM VERSIONING */
	return scan_is(scan, "SELECT") || scan_is(scan, "VALUES") || scan_is(scan, "TABLE");
}

static void
scan_start_transaction(struct scan *scan)
{
	size_t at = scan->token.at;

	if (scan->ddl->start_transaction.len != 0)
		scan_unclear(scan, "START TRANSACTION only once");
	scan_advance(scan);
	scan_advance(scan);
	scan->ddl->start_transaction = (struct ddl_span){at, scan->end - at};
}

/* An option of CREATE or ALTER TABLE at depth 0 that matters. */
static bool
scan_table_option(struct scan *scan)
{
	if (scan_take(scan, "ENGINE")) {
		scan_engine(scan);
		return true;
	}
	if (scan_is(scan, "UNION") && (scan_next_is_punct(scan, '=') || scan_next_is_punct(scan, '('))) {
		scan_advance(scan);
		scan_union(scan);
		return true;
	}
	return false;
}

/*
 * Columns, options, partitions, and perhaps a query.  A query stands at depth 0 or in parentheses that hold
 * nothing else: "CREATE TABLE t ENGINE=x ((SELECT ...))".
 */
static void
scan_table_body(struct scan *scan)
{
	bool is_fresh = false; /* only opening parentheses since depth 0 */

	while (!scan_is_end(scan)) {
		bool is_outside = scan->depth == 0;

		if ((is_outside || is_fresh) && is_query_start(scan)) {
			scan->ddl->class = DDL_CREATE_TABLE_SELECT;
			scan->ddl->has_body = true;
		}
		is_fresh = (is_outside || is_fresh) && scan_is_punct(scan, '(');
		if (is_outside && scan_is(scan, "START") && scan_next_is(scan, "TRANSACTION"))
			scan_start_transaction(scan); /* options may follow: "START TRANSACTION ENGINE=InnoDB" */
		else if (!is_outside || !scan_table_option(scan))
			scan_definition(scan);
	}
	scan_expect_end(scan);
}

static bool
scan_like(struct scan *scan)
{
	bool in_parens = scan_is_punct(scan, '(') && scan_next_is(scan, "LIKE");

	if (!in_parens && !scan_is(scan, "LIKE"))
		return false;
	if (in_parens)
		scan_advance(scan);
	scan_advance(scan);
	scan->ddl->class = DDL_CREATE_TABLE_LIKE;
	scan_table_name(scan, DDL_ROLE_SOURCE, DDL_SCOPE_DEFAULT);
	if (in_parens && !scan_take_punct(scan, ')'))
		scan_unclear(scan, "a closing parenthesis");
	scan_expect_end(scan);
	return true;
}

void
scan_create_table(struct scan *scan)
{
	scan_if_exists(scan);
	scan_table_name(scan, DDL_ROLE_OBJECT, DDL_SCOPE_DEFAULT);
	if (!scan_like(scan))
		scan_table_body(scan);
}

/* MariaDB: how long to wait for locks. */
static void
skip_wait(struct scan *scan)
{
	if (scan_take(scan, "WAIT"))
		scan_advance(scan);
	else
		scan_take(scan, "NOWAIT");
}

/* "RENAME [TO|AS|=] name", but not RENAME COLUMN, INDEX or KEY; entered behind RENAME. */
static void
scan_alter_rename(struct scan *scan)
{
	if (scan_take(scan, "COLUMN") || scan_take(scan, "INDEX") || scan_take(scan, "KEY"))
		return;
	if (!scan_take(scan, "TO") && !scan_take(scan, "AS"))
		scan_take_punct(scan, '=');
	scan_table_name(scan, DDL_ROLE_RENAMED_TO, DDL_SCOPE_DEFAULT);
}

/* To behind the keyword, within this action. */
static void
skip_to(struct scan *scan, const char *word)
{
	while (!scan_is_end(scan) && !scan_is(scan, word) && !scan_is_punct(scan, ','))
		scan_advance(scan);
	if (!scan_take(scan, word))
		scan_unclear(scan, word);
}

/* Actions that are known by their first words. */
static bool
scan_action(struct scan *scan)
{
	if (scan_take_two(scan, "EXCHANGE", "PARTITION")) { /* p WITH TABLE t */
		skip_to(scan, "TABLE");
		scan_table_name(scan, DDL_ROLE_EXCHANGED, DDL_SCOPE_DEFAULT);
		return true;
	}
	if (scan_take_two(scan, "CONVERT", "PARTITION")) { /* p TO TABLE t */
		skip_to(scan, "TABLE");
		scan_table_name(scan, DDL_ROLE_EXCHANGED, DDL_SCOPE_DEFAULT);
		return true;
	}
	if (scan_take_two(scan, "CONVERT", "TABLE")) { /* t TO PARTITION p */
		scan_table_name(scan, DDL_ROLE_EXCHANGED, DDL_SCOPE_DEFAULT);
		return true;
	}
	if ((scan_is(scan, "DISCARD") || scan_is(scan, "IMPORT")) &&
	    (scan_next_is(scan, "TABLESPACE") || scan_next_is(scan, "PARTITION"))) {
		scan_advance(scan);
		scan->ddl->moves_files = true;
		return true;
	}
	if (scan_take(scan, "RENAME")) {
		scan_alter_rename(scan);
		return true;
	}
	return scan_table_option(scan);
}

/*
 * RENAME can follow other actions without a comma only where the grammar of the servers allows table options to
 * be strung together; RENAME, ENGINE= and UNION= are therefore looked for at every place of depth 0, since
 * RENAME and UNION are reserved words and ENGINE is no name when "=" follows.
 */
static bool
scan_inner_action(struct scan *scan)
{
	if (scan_take(scan, "RENAME")) {
		scan_alter_rename(scan);
		return true;
	}
	if (scan_is(scan, "UNION") || (scan_is(scan, "ENGINE") && scan_next_is_punct(scan, '=')))
		return scan_table_option(scan);
	return false;
}

/* A foreign key's parent without a database is looked up where the table ends up (tried on all servers). */
static void
look_up_behind_rename(struct ddl *ddl)
{
	const char *db = NULL;

	for (size_t i = 0; i < ddl->n_names; i++)
		if (ddl->names[i].role == DDL_ROLE_RENAMED_TO)
			db = ddl->names[i].db;
	for (size_t i = 0; i < ddl->n_names; i++)
		if (db != NULL && ddl->names[i].scope == DDL_SCOPE_OBJECT && !ddl->names[i].has_db)
			ddl->names[i].db = db;
}

void
scan_alter_table(struct scan *scan)
{
	bool is_action_start = true;

	scan_if_exists(scan);
	scan_table_name(scan, DDL_ROLE_OBJECT, DDL_SCOPE_DEFAULT);
	skip_wait(scan);
	while (!scan_is_end(scan)) {
		bool is_outside = scan->depth == 0;
		bool is_start = is_action_start;

		is_action_start = is_outside && scan_is_punct(scan, ',');
		if (is_start && scan_fill_action(scan))
			continue;
		if (!is_outside || !(is_start ? scan_action(scan) : scan_inner_action(scan)))
			scan_definition(scan);
	}
	look_up_behind_rename(scan->ddl);
	scan_expect_end(scan);
}

/* DROP TABLE, VIEW, SEQUENCE. */
void
scan_drop_list(struct scan *scan)
{
	scan_if_exists(scan);
	scan_name_list(scan, DDL_ROLE_OBJECT);
	if (!scan_take(scan, "RESTRICT"))
		scan_take(scan, "CASCADE");
	skip_wait(scan);
	scan_expect_end(scan);
}

void
scan_rename_table(struct scan *scan)
{
	scan_if_exists(scan);
	do {
		scan_table_name(scan, DDL_ROLE_OBJECT, DDL_SCOPE_DEFAULT);
		skip_wait(scan);
		if (!scan_take(scan, "TO"))
			scan_unclear(scan, "TO");
		scan_table_name(scan, DDL_ROLE_RENAMED_TO, DDL_SCOPE_DEFAULT);
	} while (scan_take_punct(scan, ','));
	scan_expect_end(scan);
}

void
scan_truncate(struct scan *scan)
{
	scan_take(scan, "TABLE");
	scan_table_name(scan, DDL_ROLE_OBJECT, DDL_SCOPE_DEFAULT);
	skip_wait(scan);
	if (!scan_take_two(scan, "DROP", "STORAGE")) /* MariaDB in Oracle mode */
		scan_take_two(scan, "REUSE", "STORAGE");
	scan_expect_end(scan);
}

/* CREATE and DROP INDEX: "index ... ON table ..." */
void
scan_index(struct scan *scan)
{
	scan_if_exists(scan);
	scan_skip_identifier(scan);
	while (!scan_is_end(scan) && !scan_is(scan, "ON"))
		scan_advance(scan);
	if (!scan_take(scan, "ON"))
		scan_unclear(scan, "ON");
	scan_table_name(scan, DDL_ROLE_OBJECT, DDL_SCOPE_DEFAULT);
	scan_skip_rest(scan);
}
