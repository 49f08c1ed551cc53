/* SPDX-License-Identifier: Apache-2.0 */
#include "route/lexer.h"

#include <string.h>

enum { SQL_MODE_ANSI_QUOTES = 4, SQL_MODE_MSSQL = 1 << 10, SQL_MODE_NO_BACKSLASH_ESCAPES = 1 << 20 };

/*
 * MySQL: version comments of six digits came in the course of 8.0.  Before 8.0, and in old MariaDBs, a version comment that is
 * not executed is logged as an ordinary one, with what it holds; later servers take the comments within it apart.
 */
enum { MYSQL_8 = 80000, MYSQL_8_ENDS = 80100, MARIADB_TAKES_APART = 101100 };

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
	    .has_brackets = context->flavour == FLAVOUR_MARIADB && (context->sql_mode & SQL_MODE_MSSQL) != 0,
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

/* The text without its comments: `len` bytes from `at` on. */
static void
keep(const struct lexer *lexer, size_t at, size_t len)
{
	if (lexer->plain != NULL)
		buf_add(lexer->plain, lexer->sql.data + at, len);
}

static void
keep_space(const struct lexer *lexer)
{
	if (lexer->plain != NULL)
		buf_putc(lexer->plain, ' ');
}

/*
 * The version number behind the exclamation mark: five digits, or six (MySQL since 8.0: only with white space behind
 * them; tried on 5.6, 9.7, MariaDB 10.11 and 11.8).  0 when there is none, which means: always executed.
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
	if (digits == 6 && lexer->flavour == FLAVOUR_MYSQL && (lexer->server_version < MYSQL_8 || !is_space(lexer, peek(lexer, 6))))
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

/* " 50700": what an old server has made of the start of a version comment. */
static bool
looks_like_version(const struct lexer *lexer)
{
	size_t digits = 0;

	while (digits < 5 && is_digit(peek(lexer, 3 + digits)))
		digits++;
	return peek(lexer, 2) == ' ' && digits == 5;
}

static bool
holds_comment_start(const struct lexer *lexer, size_t at, size_t len)
{
	return memmem(lexer->sql.data + at, len, "/*", 2) != NULL;
}

/*
 * An ordinary comment stays where every server reads it as one: without the start of another one, and not the other
 * family's executed comment or a hint.
 */
static bool
skip_plain_comment(struct lexer *lexer, struct err *err)
{
	size_t start = lexer->at;
	bool may_be_versioned = looks_like_version(lexer), holds_start;

	lexer->at += 2;
	if (!skip_to_comment_end(lexer, err))
		return false;
	holds_start = holds_comment_start(lexer, start + 2, lexer->at - start - 4);
	if (holds_start && may_be_versioned &&
	    lexer->server_version < (lexer->flavour == FLAVOUR_MYSQL ? (unsigned int) MYSQL_8 : (unsigned int) MARIADB_TAKES_APART)) {
		(void) err_set(err, ERR_STOP, "the comment at byte %zu of the statement holds the start of another one, and its server "
					      "logs version comments in the same way", start);
		return err_hint(err, "Look at its objects on the source and replace the statement by one without comments.");
	}
	if (holds_start || lexer->sql.data[start + 2] == '!' || lexer->sql.data[start + 2] == 'M' || lexer->sql.data[start + 2] == '+')
		keep_space(lexer);
	else
		keep(lexer, start, lexer->at - start);
	return true;
}

/* MySQL 8.0 learnt the sixth digit on its way: where it decides, nobody knows what was executed. */
static bool
check_six_digits(const struct lexer *lexer, size_t at, struct err *err)
{
	size_t digits = 0;

	while (digits < 6 && at + digits < lexer->sql.len && is_digit(lexer->sql.data[at + digits]))
		digits++;
	if (lexer->flavour != FLAVOUR_MYSQL || lexer->server_version < MYSQL_8 || lexer->server_version >= MYSQL_8_ENDS || digits != 6)
		return true;
	(void) err_set(err, ERR_STOP, "the version comment at byte %zu of the statement has six digits, which not every MySQL 8.0 reads", at);
	return err_hint(err, "Look at its objects on the source and replace the statement by one without comments.");
}

/* At a slash and an asterisk. */
static bool
skip_comment(struct lexer *lexer, struct err *err)
{
	bool is_mariadb_syntax = lexer->flavour == FLAVOUR_MARIADB && peek(lexer, 2) == 'M' && peek(lexer, 3) == '!';

	if (peek(lexer, 2) != '!' && !is_mariadb_syntax)
		return skip_plain_comment(lexer, err);
	keep_space(lexer);
	if (!check_six_digits(lexer, lexer->at + 3, err))
		return false;
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
			keep(lexer, lexer->at++, 1);
		} else if (byte == '#' || is_dash_comment(lexer)) {
			size_t comment = lexer->at;

			skip_line(lexer);
			keep(lexer, comment, lexer->at - comment);
		} else if (byte == '/' && peek(lexer, 1) == '*') {
			if (!skip_comment(lexer, err))
				return false;
		} else if (lexer->in_executed_comment && byte == '*' && peek(lexer, 1) == '/') {
			keep_space(lexer);
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
	uint8_t quote = peek(lexer, 0) == '[' ? ']' : peek(lexer, 0);
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
	return byte == '`' || (byte == '"' && lexer->has_ansi_quotes) || (byte == '[' && lexer->has_brackets);
}

/* [a]]`b] as `a]``b`. */
static void
keep_bracketed(const struct lexer *lexer, size_t at, size_t len)
{
	buf_putc(lexer->plain, '`');
	for (size_t i = at + 1; i + 1 < at + len; i++) {
		char byte = (char) lexer->sql.data[i];

		if (byte == '`')
			buf_putc(lexer->plain, '`');
		buf_putc(lexer->plain, byte);
		i += byte == ']'; /* doubled */
	}
	buf_putc(lexer->plain, '`');
}

static void
keep_token(const struct lexer *lexer, const struct lex_token *token)
{
	if (lexer->plain != NULL && token->kind == LEX_QUOTED && lexer->sql.data[token->at] == '[')
		keep_bracketed(lexer, token->at, token->len);
	else
		keep(lexer, token->at, token->len);
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
	keep_token(lexer, token);
	return true;
}
