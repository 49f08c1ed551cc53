/* SPDX-License-Identifier: Apache-2.0 */
#include "route/tokens.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"

bool
tokens_is_word(const struct tokens *tokens, size_t i, const char *word)
{
	const struct lex_token *token = &tokens->list[i];

	return i < tokens->n && token->kind == LEX_WORD && !token->is_name && token->len == strlen(word) &&
	    strncasecmp((const char *) tokens->sql.data + token->at, word, token->len) == 0;
}

bool
tokens_is_punct(const struct tokens *tokens, size_t i, char punct)
{
	return i < tokens->n && tokens->list[i].kind == LEX_PUNCT && tokens->list[i].punct == punct;
}

static bool
is_one_of(const struct tokens *tokens, size_t i, const char *const *words)
{
	for (; *words != NULL; words++)
		if (tokens_is_word(tokens, i, *words))
			return true;
	return false;
}

bool
tokens_read_up_to(struct tokens *tokens, struct bytes sql, const struct ddl_context *context, const char *const *last,
    struct arena *arena, struct err *err)
{
	struct buf list = {0};
	struct lexer lexer;
	struct lex_token token;
	bool done;

	*tokens = (struct tokens){.sql = sql};
	lexer_init(&lexer, sql, charset_find(context->charset), context);
	while ((done = lexer_next(&lexer, &token, err)) && token.kind != LEX_END) {
		buf_add(&list, &token, sizeof(token));
		tokens->list = (struct lex_token *) (void *) list.data;
		tokens->n = list.len / sizeof(token);
		if (is_one_of(tokens, tokens->n - 1, last))
			break;
	}
	tokens->list = arena_dup(arena, list.data, list.len);
	buf_release(&list);
	return done;
}

bool
tokens_read(struct tokens *tokens, struct bytes sql, const struct ddl_context *context, struct arena *arena, struct err *err)
{
	static const char *const none[] = {NULL};

	return tokens_read_up_to(tokens, sql, context, none, arena, err);
}
