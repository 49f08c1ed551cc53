/* SPDX-License-Identifier: Apache-2.0 */
/* A statement with its tokens in a list, for those that look forth and back. */
#ifndef ROUTE_TOKENS_H
#define ROUTE_TOKENS_H

#include "base/arena.h"
#include "route/lexer.h"

struct tokens {
	struct bytes sql;
	struct lex_token *list; /* in the arena */
	size_t n;
};

/* All of `sql`, which is in context->charset. */
bool tokens_read(struct tokens *tokens, struct bytes sql, const struct ddl_context *context, struct arena *arena,
    struct err *err);
/* The same up to the first unquoted word that is one of `last`; ends with NULL. */
bool tokens_read_up_to(struct tokens *tokens, struct bytes sql, const struct ddl_context *context,
    const char *const *last, struct arena *arena, struct err *err);

/* False for an `i` behind the end. */
bool tokens_is_word(const struct tokens *tokens, size_t i, const char *word);
bool tokens_is_punct(const struct tokens *tokens, size_t i, char punct);

#endif
