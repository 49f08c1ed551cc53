/* SPDX-License-Identifier: Apache-2.0 */
#include "route/lexer.h"

#include <string.h>

enum { SQL_MODE_ANSI_QUOTES = 4, SQL_MODE_NO_BACKSLASH_ESCAPES = 1 << 20 };

void
lexer_init(struct lexer *lexer, struct bytes sql, const struct charset *charset, const struct ddl_context *context)
{
	*lexer = (struct lexer){
	    .sql = sql,
	    .charset = charset,
	    .flavour = context->flavour,
	    .server_version = context->server_version,
	    .has_ansi_quotes = (context->sql_mode & SQL_MODE_ANSI_QUOTES) != 0,
	    .has_no_backslash_escapes = (context->sql_mode & SQL_MODE_NO_BACKSLASH_ESCAPES) != 0,
	};
}

/* The byte `ahead` of the present one; 0 behind the end, as the servers see it. */
static uint8_t
peek(const struct lexer *lexer, size_t ahead)
{
	return ahead < lexer->sql.len - lexer->at ? lexer->sql.data[lexer->at + ahead] : 0;
}

static bool
is_at_end(const struct lexer *lexer)
{
	return lexer->at >= lexer->sql.len;
}

static bool
is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool
is_space(const struct lexer *lexer, uint8_t byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r') || charset_is_high_space(lexer->charset, byte);
}

static bool
is_word(const struct lexer *lexer, uint8_t byte)
{
	return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
	    byte == '$' || (byte >= 0x80 && !charset_is_high_space(lexer->charset, byte));
}

static size_t
char_len(const struct lexer *lexer)
{
	return charset_char_len(lexer->charset, lexer->sql.data + lexer->at, lexer->sql.data + lexer->sql.len);
}

/* Behind the next "*" "/". */
static bool
skip_to_comment_end(struct lexer *lexer, struct err *err)
{
	size_t start = lexer->at;

	for (; !is_at_end(lexer); lexer->at++) {
		if (peek(lexer, 0) == '*' && peek(lexer, 1) == '/') {
			lexer->at += 2;
			return true;
		}
	}
	return err_set(err, ERR_STOP, "the comment at byte %zu of the statement does not end", start);
}

/* A version comment that was not executed may hold ordinary comments (consume_comment()). */
static bool
skip_unexecuted(struct lexer *lexer, struct err *err)
{
	size_t start = lexer->at;

	while (!is_at_end(lexer)) {
		if (peek(lexer, 0) == '*' && peek(lexer, 1) == '/') {
			lexer->at += 2;
			return true;
		}
		if (peek(lexer, 0) == '/' && peek(lexer, 1) == '*') {
			lexer->at += 2;
			if (!skip_to_comment_end(lexer, err))
				return false;
		} else {
			lexer->at++;
		}
	}
	return err_set(err, ERR_STOP, "the comment at byte %zu of the statement does not end", start);
}

/*
 * The version number behind the exclamation mark: five digits, or six (MySQL: only with white space behind
 * them).  0 when there is none, which means: always executed.
 */
static unsigned long
read_version(struct lexer *lexer)
{
	unsigned long version = 0;
	size_t digits = 0;

	while (digits < 6 && is_digit(peek(lexer, digits)))
		digits++;
	if (digits < 5)
		return 0;
	if (digits == 6 && lexer->flavour == FLAVOUR_MYSQL && !is_space(lexer, peek(lexer, 6)))
		digits = 5;
	for (size_t i = 0; i < digits; i++)
		version = version * 10 + (peek(lexer, i) - (unsigned long) '0');
	lexer->at += digits;
	return version;
}

/* MariaDB leaves out what is meant for MySQL 5.7 and later. */
static bool
is_executed(const struct lexer *lexer, unsigned long version, bool is_mariadb_syntax)
{
	if (version > lexer->server_version)
		return false;
	return lexer->flavour == FLAVOUR_MYSQL || is_mariadb_syntax || version < 50700 || version > 99999;
}

/* At a slash and an asterisk. */
static bool
skip_comment(struct lexer *lexer, struct err *err)
{
	bool is_mariadb_syntax = lexer->flavour == FLAVOUR_MARIADB && peek(lexer, 2) == 'M' && peek(lexer, 3) == '!';

	if (peek(lexer, 2) != '!' && !is_mariadb_syntax) {
		lexer->at += 2;
		return skip_to_comment_end(lexer, err);
	}
	lexer->at += is_mariadb_syntax ? 4 : 3;
	if (!is_executed(lexer, read_version(lexer), is_mariadb_syntax))
		return skip_unexecuted(lexer, err);
	if (lexer->in_executed_comment)
		return err_set(err, ERR_STOP, "the statement has an executed comment within another at byte %zu", lexer->at);
	lexer->in_executed_comment = true;
	lexer->edges++;
	return true;
}

static void
skip_line(struct lexer *lexer)
{
	while (!is_at_end(lexer) && peek(lexer, 0) != '\n')
		lexer->at++;
}

/* "--" starts a comment only with white space or a control character behind it. */
static bool
is_dash_comment(const struct lexer *lexer)
{
	return peek(lexer, 0) == '-' && peek(lexer, 1) == '-' &&
	    (is_space(lexer, peek(lexer, 2)) || peek(lexer, 2) < 0x20 || peek(lexer, 2) == 0x7f);
}

/* White space and comments; `*moved` when there were any. */
static bool
skip_blanks(struct lexer *lexer, bool *moved, struct err *err)
{
	size_t start = lexer->at;

	while (!is_at_end(lexer)) {
		uint8_t byte = peek(lexer, 0);

		if (is_space(lexer, byte)) {
			lexer->at++;
		} else if (byte == '#' || is_dash_comment(lexer)) {
			skip_line(lexer);
		} else if (byte == '/' && peek(lexer, 1) == '*') {
			if (!skip_comment(lexer, err))
				return false;
		} else if (lexer->in_executed_comment && byte == '*' && peek(lexer, 1) == '/') {
			lexer->at += 2;
			lexer->in_executed_comment = false;
			lexer->edges++;
		} else {
			break;
		}
	}
	*moved = lexer->at != start;
	return true;
}

/*
 * From the opening quote to behind the closing one; a doubled quote stands for itself.  In a string a lead byte
 * whose followers do not fit counts as one byte (my_ismbchar()); in a name the servers differ, so it stops.
 */
static bool
skip_quoted(struct lexer *lexer, bool is_name, struct err *err)
{
	uint8_t quote = peek(lexer, 0);
	size_t start = lexer->at++;

	while (!is_at_end(lexer)) {
		uint8_t byte = peek(lexer, 0);
		size_t len = char_len(lexer);

		if (len == 0 && is_name)
			return err_set(err, ERR_STOP, "the name at byte %zu of the statement is no valid text", start);
		if (byte == '\\' && !is_name && !lexer->has_no_backslash_escapes) {
			lexer->at++; /* the escaped character follows, which may have several bytes */
			len = is_at_end(lexer) ? 0 : char_len(lexer);
		} else if (byte == quote && peek(lexer, 1) == quote && lexer->at + 1 < lexer->sql.len) {
			len = 2;
		} else if (byte == quote) {
			lexer->at++;
			return true;
		}
		lexer->at += len == 0 ? 1 : len;
	}
	return err_set(err, ERR_STOP, "the quoted text at byte %zu of the statement does not end", start);
}

static void
read_word(struct lexer *lexer, struct lex_token *token)
{
	token->kind = LEX_NUMBER;
	while (!is_at_end(lexer) && is_word(lexer, peek(lexer, 0))) {
		size_t len = char_len(lexer);

		if (!is_digit(peek(lexer, 0)))
			token->kind = LEX_WORD;
		lexer->at += len == 0 ? 1 : len;
	}
	if (peek(lexer, 0) == '.' && is_word(lexer, peek(lexer, 1)))
		token->is_name = true;
}

static bool
is_name_quote(const struct lexer *lexer, uint8_t byte)
{
	return byte == '`' || (byte == '"' && lexer->has_ansi_quotes);
}

bool
lexer_next(struct lexer *lexer, struct lex_token *token, struct err *err)
{
	bool moved = false;
	uint8_t byte;

	if (!skip_blanks(lexer, &moved, err))
		return false;
	*token = (struct lex_token){.at = lexer->at, .edges = lexer->edges};
	token->is_name = (lexer->is_after_dot && !moved) || lexer->is_after_at;
	lexer->is_after_dot = lexer->is_after_at = false;
	if (is_at_end(lexer)) {
		if (lexer->in_executed_comment)
			return err_set(err, ERR_STOP, "the statement ends within an executed comment");
		return true;
	}
	byte = peek(lexer, 0);
	if (is_name_quote(lexer, byte)) {
		token->kind = LEX_QUOTED;
		if (!skip_quoted(lexer, true, err))
			return false;
	} else if (byte == '\'' || byte == '"') {
		token->kind = LEX_STRING;
		if (!skip_quoted(lexer, false, err))
			return false;
	} else if (is_word(lexer, byte)) {
		read_word(lexer, token);
	} else {
		token->kind = LEX_PUNCT;
		token->punct = (char) byte;
		lexer->at++;
		lexer->is_after_dot = byte == '.';
		lexer->is_after_at = byte == '@';
	}
	token->len = lexer->at - token->at;
	return true;
}
