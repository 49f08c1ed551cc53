/* SPDX-License-Identifier: Apache-2.0 */
#include "route/redact.h"

#include <string.h>
#include <strings.h>

#include "route/lexer.h"

struct redactor {
	const uint8_t *sql;
	bool has_identified; /* AS, USING and REPLACE mean other things elsewhere */
	bool is_set_password;
	bool is_secret; /* what comes next, if it is a text */
	size_t n_words;
};

static bool
is_one_of(const uint8_t *text, size_t len, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == len && strncasecmp((const char *) text, *words, len) == 0)
			return true;
	return false;
}

static void
see_word(struct redactor *redactor, const struct lex_token *token)
{
	static const char *const always[] = {"BY", "PASSWORD", "MASTER_PASSWORD", "SOURCE_PASSWORD", "CONNECTION", NULL};
	static const char *const when_identified[] = {"AS", "USING", "REPLACE", NULL};
	static const char *const identified[] = {"IDENTIFIED", "VIA", NULL};
	static const char *const set[] = {"SET", NULL}, *const password[] = {"PASSWORD", NULL};
	const uint8_t *word = redactor->sql + token->at;

	redactor->has_identified |= is_one_of(word, token->len, identified);
	redactor->is_set_password |= redactor->n_words == 1 && is_one_of(word, token->len, password);
	if (redactor->n_words++ == 0 && !is_one_of(word, token->len, set))
		redactor->n_words++;
	redactor->is_secret = is_one_of(word, token->len, always) ||
			      (redactor->has_identified && is_one_of(word, token->len, when_identified));
}

/* 0x..., which the lexer takes for a word. */
static bool
is_hex(const struct redactor *redactor, const struct lex_token *token)
{
	return token->kind == LEX_WORD && token->len > 2 && redactor->sql[token->at] == '0' &&
	       (redactor->sql[token->at + 1] | 0x20) == 'x';
}

static bool
holds(const uint8_t *text, size_t len, const char *word)
{
	for (size_t i = 0; i + strlen(word) <= len; i++)
		if (strncasecmp((const char *) text + i, word, strlen(word)) == 0)
			return true;
	return false;
}

/* A text of options within the text: Spider's COMMENT 'password "x"', CONNECT's OPTION_LIST='Password=x', an address. */
static bool
names_secret(const struct redactor *redactor, const struct lex_token *token)
{
	const uint8_t *text = redactor->sql + token->at;

	return holds(text, token->len, "password") || (holds(text, token->len, "://") && holds(text, token->len, "@"));
}

static bool
is_to_hide(struct redactor *redactor, const struct lex_token *token)
{
	if (token->kind == LEX_STRING && names_secret(redactor, token))
		return true;
	if (token->kind == LEX_STRING || is_hex(redactor, token) || (token->kind == LEX_QUOTED && redactor->sql[token->at] == '"'))
		return redactor->is_secret; /* 'a' 'b' is one text: it stays */
	if (token->kind == LEX_WORD)
		see_word(redactor, token);
	else if (token->kind == LEX_PUNCT && token->punct == '=')
		redactor->is_secret |= redactor->is_set_password;
	else if (token->kind != LEX_PUNCT || token->punct != '(')
		redactor->is_secret = false;
	return false;
}

void
redact_put(struct bytes sql, const struct ddl_context *context, size_t limit, struct buf *out)
{
	struct redactor redactor = {.sql = sql.data};
	size_t done = 0, start = out->len;
	struct lex_token token = {0};
	struct err ignored = {0};
	struct lexer lexer;

	lexer_init(&lexer, sql, charset_find(context->charset), context);
	while (out->len - start < limit) {
		if (!lexer_next(&lexer, &token, &ignored)) {
			buf_puts(out, "***");
			return;
		}
		buf_add(out, sql.data + done, token.at - done);
		if (token.kind == LEX_END)
			return;
		if (is_to_hide(&redactor, &token))
			buf_puts(out, "'***'");
		else
			buf_add(out, sql.data + token.at, token.len);
		done = token.at + token.len;
	}
	if (done == sql.len && out->len - start == limit)
		return;
	out->len = start + limit;
	buf_puts(out, "...");
}
