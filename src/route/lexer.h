/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements to tokens, as the servers cut them (sql/sql_lex.cc).  A token is a span of the statement; nothing is
 * copied.  The lexer accepts more than a server does: what it reads was accepted by one.
 */
#ifndef ROUTE_LEXER_H
#define ROUTE_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/reader.h"
#include "model/flavour.h"
#include "route/charset.h"
#include "route/ddl.h"

enum lex_kind {
	LEX_END,
	LEX_WORD,   /* unquoted: keyword or identifier */
	LEX_NUMBER, /* digits only */
	LEX_QUOTED, /* `identifier`, or "identifier" with ANSI_QUOTES, or [identifier] with MSSQL */
	LEX_STRING,
	LEX_PUNCT,  /* one character */
};

struct lex_token {
	enum lex_kind kind;
	char punct;   /* LEX_PUNCT */
	bool is_name; /* beside a dot or behind an @: not a keyword, whatever it spells */
	size_t at, len;
	size_t edges; /* how many starts and ends of executed comments lie before it */
};

struct lexer {
	struct bytes sql;
	size_t at;
	const struct charset *charset;
	enum flavour flavour;
	unsigned int server_version;
	bool has_ansi_quotes, has_no_backslash_escapes;
	bool has_brackets; /* MariaDB's sql_mode MSSQL */
	struct buf *plain; /* where the text goes without its comments (ddl_plain.h); NULL: nowhere */
	bool in_executed_comment;
	bool is_after_dot, is_after_at; /* what came immediately before */
	size_t edges;
};

/* `charset` may differ from the context's: it is the text's. */
void lexer_init(struct lexer *lexer, struct bytes sql, const struct charset *charset,
    const struct ddl_context *context);

/* The next token; LEX_END at the end.  ERR_STOP where a comment, string or name does not end. */
bool lexer_next(struct lexer *lexer, struct lex_token *token, struct err *err);

#endif
