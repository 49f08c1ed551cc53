/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/replacement.h"

#include <string.h>
#include <strings.h>

#include "route/lexer.h"

#define OWN_DATABASE "dump2db"

/* What the tokens tell. */
struct look {
	bool is_several; /* something stands behind a semicolon */
	bool names_own;  /* our own tables */
	bool is_barred;  /* by its verb */
};

/* What they do to the transaction and the session is not in their text. */
static const char *const barred_verbs[] = {"CALL", "HANDLER", "BINLOG"};

static bool
is_word(struct bytes sql, const struct lex_token *token, const char *word)
{
	size_t len = strlen(word);
	size_t quote = token->kind == LEX_QUOTED ? 1 : 0;

	return (token->kind == LEX_WORD || token->kind == LEX_QUOTED) && token->len == len + 2 * quote &&
	       strncasecmp((const char *) sql.data + token->at + quote, word, len) == 0;
}

/* `verb_from`: the verb is the first word from there on. */
static bool
look_at(struct bytes sql, const struct ddl_context *context, size_t verb_from, struct look *look, struct err *err)
{
	struct lexer lexer;
	struct lex_token token;
	bool is_ended = false, is_verb_next = true;

	*look = (struct look){.is_several = false};
	lexer_init(&lexer, sql, charset_find("utf8mb4"), context);
	while (lexer_next(&lexer, &token, err)) {
		bool is_semicolon = token.kind == LEX_PUNCT && token.punct == ';';

		if (token.kind == LEX_END)
			return true;
		look->is_several |= is_ended && !is_semicolon;
		is_ended |= is_semicolon;
		look->names_own |= is_word(sql, &token, OWN_DATABASE);
		for (size_t i = 0; is_verb_next && token.at >= verb_from && i < sizeof(barred_verbs) / sizeof(barred_verbs[0]); i++)
			look->is_barred |= is_word(sql, &token, barred_verbs[i]);
		is_verb_next &= token.at < verb_from;
	}
	return false;
}

/* A program's statements end with semicolons too.  It runs alone: the server itself refuses what stands behind it. */
static bool
is_program(const struct ddl *ddl)
{
	return ddl->class == DDL_ROUTINE || ddl->class == DDL_TRIGGER || ddl->class == DDL_EVENT;
}

static bool
refuse(struct err *err, const char *what)
{
	(void) err_set(err, ERR_STOP, "a replacement %s", what);
	return err_hint(err, "Give one statement that changes rows or definitions; or run what is needed by hand and pass the "
			     "transaction over.");
}

static bool
check_class(const struct ddl *ddl, struct err *err)
{
	switch (ddl->class) {
	case DDL_EMPTY:
		return refuse(err, "of comments only does nothing");
	case DDL_TRANSACTION:
		return refuse(err, "must not begin, end or lock anything: it runs in the task's own transaction");
	case DDL_ADMIN:
	case DDL_TEMPORARY:
		return refuse(err, "that changes neither rows nor definitions is not run");
	default:
		return true;
	}
}

bool
replacement_scan(struct bytes sql, const struct ddl_context *context, struct arena *arena, struct ddl *ddl,
    struct err *err)
{
	struct look look;
	bool is_clear = ddl_scan(sql, context, arena, ddl, err);
	struct err lexing = {0};

	if (!look_at(sql, context, ddl->set_statement.at + ddl->set_statement.len, &look, is_clear ? err : &lexing))
		return false;
	if (look.is_several && !(is_clear && is_program(ddl)))
		return refuse(err, "is one statement, and this is more than one");
	if (!is_clear)
		return false;
	if (look.names_own)
		return refuse(err, "must leave rowferry's own tables in '" OWN_DATABASE "' alone");
	if (look.is_barred)
		return refuse(err, "by CALL, HANDLER or BINLOG is not run: what it does to the transaction is not in its text");
	return check_class(ddl, err);
}
