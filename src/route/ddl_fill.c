/* SPDX-License-Identifier: Apache-2.0 */
/* What ALTER TABLE lets the server fill in or take away by itself: values, numbers, rows that are there twice. */
#include <string.h>

#include "route/ddl_scan.h"

/* Functions whose value is another one at each server, in each session, or at each call. */
static const char *const own_values[] = {"CONNECTION_ID", "CURRENT_ROLE", "CURRENT_USER", "DATABASE", "ENCRYPT", "FOUND_ROWS",
    "GET_LOCK", "IS_FREE_LOCK", "IS_USED_LOCK", "LAST_INSERT_ID", "LASTVAL", "LOAD_FILE", "NEXTVAL", "PS_CURRENT_THREAD_ID",
    "RAND", "RANDOM_BYTES", "RELEASE_LOCK", "ROW_COUNT", "SCHEMA", "SESSION_USER", "SETVAL", "SYSDATE", "SYSTEM_USER",
    "SYS_GUID", "USER", "UUID", "UUID_SHORT", "UUID_V4", "UUID_V7", "VERSION", "WSREP_LAST_SEEN_GTID",
    "WSREP_LAST_WRITTEN_GTID"};

static const char *
as_call(const struct scan *scan, const char *name)
{
	size_t len = strlen(name);
	char *text = arena_zalloc(scan->arena, len + sizeof("()"));

	memcpy(text, name, len);
	memcpy(text + len, "()", sizeof("()"));
	return text;
}

/* "s.nextval" of MariaDB in Oracle mode: behind the dot it is a name to the lexer. */
static bool
is_oracle_sequence(const struct scan *scan)
{
	struct lex_token word = scan->next;

	word.is_name = false;
	return scan_is_punct(scan, '.') && (scan_token_is(scan, &word, "NEXTVAL") || scan_token_is(scan, &word, "CURRVAL"));
}

static const char *
own_value(const struct scan *scan)
{
	for (size_t i = 0; i < sizeof(own_values) / sizeof(own_values[0]); i++)
		if (scan_is(scan, own_values[i]) &&
		    (scan_next_is_punct(scan, '(') || strncmp(own_values[i], "CURRENT_", 8) == 0))
			return as_call(scan, own_values[i]);
	if (scan_is_punct(scan, '@'))
		return "a variable";
	if (is_oracle_sequence(scan) ||
	    ((scan_is(scan, "NEXT") || scan_is(scan, "PREVIOUS")) && scan_next_is(scan, "VALUE")))
		return "a sequence";
	return NULL;
}

static void
note_own_value(struct scan *scan)
{
	const char *found = own_value(scan);
	struct ddl *ddl = scan->ddl;

	if (found == NULL)
		return;
	/* Two columns: one of them without the condition would be enough. */
	ddl->own_column = ddl->own_value == NULL || ddl->own_column == scan->column ? scan->column : NULL;
	ddl->own_value = found;
}

/* AUTO_INCREMENT as a column's, not "AUTO_INCREMENT [=] 5" of the table; SERIAL as a type, or "SERIAL DEFAULT VALUE". */
static bool
gives_numbers(const struct scan *scan)
{
	if (scan_is(scan, "AUTO_INCREMENT"))
		return !scan_next_is_punct(scan, '=') && scan->next.kind != LEX_NUMBER;
	if (!scan_is(scan, "SERIAL"))
		return false;
	return scan_next_is(scan, "DEFAULT") ||
	    (scan->n_passed == 1 && !scan_next_is_punct(scan, '(') && !scan_next_is(scan, "USING"));
}

/* "IF NOT EXISTS" of a column: true where it stands here. */
static bool
take_condition(struct scan *scan)
{
	if (!scan_is(scan, "IF") || !scan_next_is(scan, "NOT"))
		return false;
	scan_advance(scan);
	scan_advance(scan);
	scan_take(scan, "EXISTS");
	return true;
}

static const char *
column_here(struct scan *scan)
{
	return scan_is_identifier(scan) ? scan_identifier_text(scan, &scan->token) : NULL;
}

static void
pass_name(struct scan *scan)
{
	if (scan_is_identifier(scan))
		scan_advance(scan);
}

bool
scan_fill_action(struct scan *scan)
{
	bool is_change = scan_is(scan, "CHANGE");

	scan->is_adding = scan_is(scan, "ADD");
	scan->is_changing = is_change || scan_is(scan, "MODIFY");
	scan->in_column_list = scan->is_adding && scan_next_is_punct(scan, '(');
	scan->n_passed = 0;
	if (scan->is_changing || scan_is(scan, "CONVERT"))
		scan->ddl->changes_columns = true;
	if (!scan->is_adding && !scan->is_changing)
		return false;
	scan_advance(scan);
	scan_take(scan, "COLUMN");
	if (scan->is_adding) {
		scan->column = take_condition(scan) ? column_here(scan) : NULL;
		scan->in_column_list |= scan_is_punct(scan, '(');
		return true;
	}
	scan_take_two(scan, "IF", "EXISTS");
	scan->column = column_here(scan);
	pass_name(scan);
	if (is_change)
		pass_name(scan);
	scan->n_passed = 1;
	scan_change_begin(scan);
	return true;
}

void
scan_fill(struct scan *scan)
{
	struct ddl *ddl = scan->ddl;

	if (!scan->is_adding && !scan->is_changing)
		return;
	if (scan->is_changing)
		scan_change(scan);
	if (scan->is_adding && scan->in_default)
		note_own_value(scan);
	if (gives_numbers(scan)) {
		ddl->gives_numbers = true;
		ddl->numbered_column = scan->column;
	}
	if (scan_is(scan, "UNIQUE") || scan_is(scan, "PRIMARY") || (scan->is_changing && scan_is(scan, "KEY")))
		ddl->adds_unique_key = true;
	/* In "ADD (a INT, b INT)" each column begins behind a parenthesis or a comma. */
	if (scan->in_column_list && ((scan->depth == 0 && scan_is_punct(scan, '(')) || (scan->depth == 1 && scan_is_punct(scan, ','))))
		scan->n_passed = 0;
	else
		scan->n_passed++;
}
