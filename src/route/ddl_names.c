/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "route/ddl_scan.h"

/* Servers end at 64 characters of 4 bytes. */
enum { NAME_LIMIT_BYTES = 1024 };

bool
scan_is_identifier(const struct scan *scan)
{
	switch (scan->token.kind) {
	case LEX_WORD:
	case LEX_QUOTED:
		return true;
	case LEX_NUMBER: /* "db.1": behind a dot digits alone are a name */
		return scan->token.is_name;
	case LEX_END:
	case LEX_STRING:
	case LEX_PUNCT:
		return false;
	}
	return false;
}

/* Takes the quotes off; a doubled one stands for itself. */
static struct bytes
unquote(struct scan *scan, const struct lex_token *token)
{
	const uint8_t *at = scan->sql.data + token->at + 1;
	const uint8_t *end = scan->sql.data + token->at + token->len - 1;
	uint8_t quote = scan->sql.data[token->at];
	uint8_t *copy = arena_alloc(scan->arena, token->len);
	size_t len = 0;

	while (at < end) {
		size_t char_len = charset_char_len(scan->lexer.charset, at, end);

		if (*at == quote)
			at++;
		if (char_len == 0)
			char_len = 1;
		for (size_t i = 0; i < char_len && at < end; i++)
			copy[len++] = *at++;
	}
	return (struct bytes){copy, len};
}

const char *
scan_identifier_text(struct scan *scan, const struct lex_token *token)
{
	struct bytes text = {scan->sql.data + token->at, token->len};
	const char *utf8 = "";

	if (token->kind == LEX_QUOTED)
		text = unquote(scan, token);
	/* As it is written anew it may have other quotes, or none. */
	if (text.len > NAME_LIMIT_BYTES) {
		err_set(scan->err, ERR_STOP, "a name of %zu bytes in the statement is above the limit of %d", text.len,
		    NAME_LIMIT_BYTES);
		scan->failed = true;
		return utf8;
	}
	if (!scan->failed && !charset_to_utf8(scan->lexer.charset, text, scan->arena, &utf8, scan->err)) {
		scan->failed = true;
		return "";
	}
	return utf8;
}

/* The present identifier's text; passes it. */
static const char *
take_identifier(struct scan *scan)
{
	const char *text = "";

	if (!scan_is_identifier(scan)) {
		scan_unclear(scan, "a name");
		return text;
	}
	text = scan_identifier_text(scan, &scan->token);
	if (!scan->failed && (text[0] == '\0' || strncmp(text, "#mysql50#", 9) == 0))
		scan_unclear(scan, "an ordinary name");
	scan_advance(scan);
	return text;
}

void
scan_skip_identifier(struct scan *scan)
{
	if (!scan_is_identifier(scan))
		scan_unclear(scan, "a name");
	scan_advance(scan);
}

static struct ddl_name *
add_name(struct scan *scan)
{
	struct ddl *ddl = scan->ddl;

	if (ddl->n_names == scan->cap_names) {
		size_t cap = scan->cap_names == 0 ? 4 : scan->cap_names * 2;
		struct ddl_name *names = arena_zalloc(scan->arena, cap * sizeof(*names));

		if (ddl->n_names != 0)
			memcpy(names, ddl->names, ddl->n_names * sizeof(*names));
		ddl->names = names;
		scan->cap_names = cap;
	}
	return &ddl->names[ddl->n_names++];
}

static const char *
implied_db(const struct scan *scan, enum ddl_scope scope)
{
	if (scope == DDL_SCOPE_OBJECT && scan->ddl->n_names != 0)
		return scan->ddl->names[0].db;
	return scan->context->default_db;
}

/* A name that is half in an executed comment could not be replaced as one. */
static void
check_edges(struct scan *scan, size_t edges, size_t last_edges)
{
	if (edges != last_edges)
		scan_unclear(scan, "a name that is not cut by a version comment");
}

struct ddl_name *
scan_table_name(struct scan *scan, enum ddl_role role, enum ddl_scope scope)
{
	size_t at = scan->token.at, edges = scan->token.edges, last_edges = edges;
	const char *first = NULL, *second = NULL;
	struct ddl_name *name;

	if (!scan_is_punct(scan, '.'))
		first = take_identifier(scan);
	if (scan_is_punct(scan, '.')) {
		scan_advance(scan);
		last_edges = scan->token.edges;
		second = take_identifier(scan);
	}
	check_edges(scan, edges, last_edges);
	if (scan->failed)
		return NULL;
	name = add_name(scan);
	name->role = role;
	name->scope = scope;
	name->has_db = first != NULL && second != NULL;
	name->table = second != NULL ? second : first;
	name->at = at;
	name->len = scan->end - at;
	name->db = name->has_db ? first : NULL;
	if (!name->has_db)
		name->db = scan->ddl->n_names == 1 ? scan->context->default_db : implied_db(scan, scope);
	return name;
}

struct ddl_name *
scan_db_name(struct scan *scan)
{
	size_t at = scan->token.at;
	const char *db = take_identifier(scan);
	struct ddl_name *name;

	if (scan->failed)
		return NULL;
	name = add_name(scan);
	*name = (struct ddl_name){.db = db, .has_db = true, .at = at, .len = scan->end - at};
	return name;
}

void
scan_implicit_db(struct scan *scan)
{
	if (!scan->failed)
		*add_name(scan) = (struct ddl_name){.db = scan->context->default_db, .at = scan->end};
}

void
scan_name_list(struct scan *scan, enum ddl_role role)
{
	do {
		scan_table_name(scan, role, DDL_SCOPE_DEFAULT);
	} while (scan_take_punct(scan, ','));
}
