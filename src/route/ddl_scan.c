/* SPDX-License-Identifier: Apache-2.0 */
#include "route/ddl_scan.h"

#include <ctype.h>
#include <string.h>

static void
read_next(struct scan *scan)
{
	if (!scan->failed && !lexer_next(&scan->lexer, &scan->next, scan->err))
		scan->failed = true;
	if (scan->failed)
		scan->token = scan->next = (struct lex_token){.at = scan->sql.len};
}

bool
scan_init(struct scan *scan, struct bytes sql, const struct ddl_context *context, struct arena *arena,
    struct ddl *ddl, struct err *err)
{
	*scan = (struct scan){.context = context, .sql = sql, .arena = arena, .ddl = ddl, .err = err};
	lexer_init(&scan->lexer, sql, charset_find(ddl->charset), context);
	if (scan->lexer.charset == NULL)
		return err_set(err, ERR_STOP, "a statement in the unknown character set '%s'", ddl->charset);
	read_next(scan);
	scan_advance(scan);
	return !scan->failed;
}

void
scan_advance(struct scan *scan)
{
	scan->end = scan->token.at + scan->token.len;
	scan->token = scan->next;
	read_next(scan);
}

bool
scan_token_is(const struct scan *scan, const struct lex_token *token, const char *word)
{
	size_t len = strlen(word);

	if (token->kind != LEX_WORD || token->is_name || token->len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		uint8_t byte = scan->sql.data[token->at + i];

		if (byte >= 'a' && byte <= 'z')
			byte = (uint8_t) (byte - 'a' + 'A');
		if (byte != (uint8_t) word[i])
			return false;
	}
	return true;
}

bool
scan_is(const struct scan *scan, const char *word)
{
	return scan_token_is(scan, &scan->token, word);
}

bool
scan_next_is(const struct scan *scan, const char *word)
{
	return scan_token_is(scan, &scan->next, word);
}

bool
scan_take(struct scan *scan, const char *word)
{
	if (!scan_is(scan, word))
		return false;
	scan_advance(scan);
	return true;
}

bool
scan_take_two(struct scan *scan, const char *first, const char *second)
{
	if (!scan_is(scan, first) || !scan_next_is(scan, second))
		return false;
	scan_advance(scan);
	scan_advance(scan);
	return true;
}

bool
scan_is_punct(const struct scan *scan, char punct)
{
	return scan->token.kind == LEX_PUNCT && scan->token.punct == punct;
}

bool
scan_next_is_punct(const struct scan *scan, char punct)
{
	return scan->next.kind == LEX_PUNCT && scan->next.punct == punct;
}

bool
scan_take_punct(struct scan *scan, char punct)
{
	if (!scan_is_punct(scan, punct))
		return false;
	scan_advance(scan);
	return true;
}

bool
scan_is_end(const struct scan *scan)
{
	return scan->token.kind == LEX_END || scan_is_punct(scan, ';');
}

void
scan_skip_parens(struct scan *scan)
{
	size_t depth = 0;

	do {
		if (scan_is_punct(scan, '('))
			depth++;
		else if (scan_is_punct(scan, ')'))
			depth--;
		scan_advance(scan);
	} while (depth != 0 && scan->token.kind != LEX_END);
}

/* The statement's text around `at`, for people: one line, bytes that do not print shown as a dot. */
static const char *
excerpt(const struct scan *scan, size_t at, char *text, size_t size)
{
	size_t len = 0;

	for (; at < scan->sql.len && len + 1 < size; at++, len++)
		text[len] = isprint(scan->sql.data[at]) ? (char) scan->sql.data[at] : '.';
	text[len] = '\0';
	return text;
}

void
scan_unclear(struct scan *scan, const char *expected)
{
	char start[41], here[41];

	if (scan->failed)
		return;
	scan->failed = true;
	err_set(scan->err, ERR_STOP, "the statement that begins '%s' is not understood: %s expected at byte %zu ('%s')",
	    excerpt(scan, 0, start, sizeof(start)), expected, scan->token.at,
	    excerpt(scan, scan->token.at, here, sizeof(here)));
	scan->token = scan->next = (struct lex_token){.at = scan->sql.len};
}

void
scan_expect_end(struct scan *scan)
{
	while (scan_take_punct(scan, ';'))
		;
	if (scan->token.kind != LEX_END)
		scan_unclear(scan, "the end");
}

void
scan_skip_rest(struct scan *scan)
{
	while (!scan_is_end(scan))
		scan_advance(scan);
	scan_expect_end(scan);
}

void
scan_if_exists(struct scan *scan)
{
	struct ddl_span *span = &scan->ddl->if_not_exists;

	span->at = scan->token.at;
	if (!scan_is(scan, "IF") || !(scan_next_is(scan, "NOT") || scan_next_is(scan, "EXISTS")))
		return;
	scan_advance(scan);
	scan_take(scan, "NOT");
	if (!scan_take(scan, "EXISTS")) {
		scan_unclear(scan, "EXISTS");
		return;
	}
	span->len = scan->end - span->at;
	scan->ddl->has_if_exists = true;
}
