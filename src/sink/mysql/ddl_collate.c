/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_collate.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "route/tokens.h"

struct text {
	struct tokens tokens;
	bool is_create_table; /* then what stands outside the parentheses are options of one table */
};

static bool
is_word(const struct text *text, size_t i, const char *word)
{
	return tokens_is_word(&text->tokens, i, word);
}

static bool
is_punct(const struct text *text, size_t i, char punct)
{
	return tokens_is_punct(&text->tokens, i, punct);
}

/* The token behind "CHARSET", "CHARACTER SET" and an equals sign; 0: something else stands at `i`. */
static size_t
behind_charset(const struct text *text, size_t i)
{
	if (is_word(text, i, "CHARSET"))
		i++;
	else if ((is_word(text, i, "CHARACTER") || is_word(text, i, "CHAR")) && is_word(text, i + 1, "SET"))
		i += 2;
	else
		return 0;
	return is_punct(text, i, '=') ? i + 1 : i;
}

/* Word, `quoted` or 'string'. */
static bool
is_name(const struct text *text, size_t i, const char *name)
{
	const struct lex_token *token = &text->tokens.list[i];
	size_t edge = i < text->tokens.n && (token->kind == LEX_STRING || token->kind == LEX_QUOTED) ? 1 : 0;

	if (i >= text->tokens.n || token->len < 2 * edge || token->kind == LEX_PUNCT || token->kind == LEX_NUMBER)
		return false;
	return token->len - 2 * edge == strlen(name) &&
	       strncasecmp((const char *) text->tokens.sql.data + token->at + edge, name, strlen(name)) == 0;
}

static bool
names_charset(const struct text *text, size_t i, const char *charset)
{
	return is_name(text, i, charset) || (strcmp(charset, "utf8mb3") == 0 && is_name(text, i, "utf8"));
}

static int
depth_at(const struct text *text, size_t at)
{
	int depth = 0;

	for (size_t i = 0; i < at; i++)
		depth += is_punct(text, i, '(') - is_punct(text, i, ')');
	return depth;
}

/*
 * Walks from `at` to one end of what the attribute at `at` belongs to: a column, a list's member, a table's
 * options.
 */
static bool
meets_collate(const struct text *text, size_t at, bool is_forward, bool commas_end)
{
	int depth = 0;

	for (size_t i = at; i < text->tokens.n; i = is_forward ? i + 1 : i - 1) {
		depth += is_punct(text, i, is_forward ? '(' : ')') - is_punct(text, i, is_forward ? ')' : '(');
		if (depth < 0 || (depth == 0 && commas_end && is_punct(text, i, ',')))
			return false;
		if (depth == 0 && is_word(text, i, "COLLATE"))
			return true;
	}
	return false; /* going back, `i` has wrapped */
}

static bool
is_bare(const struct text *text, size_t at)
{
	bool commas_end = !text->is_create_table || depth_at(text, at) > 0;

	return !meets_collate(text, at + 1, true, commas_end) &&
	       (at == 0 || !meets_collate(text, at - 1, false, commas_end));
}

static bool
lacks(const struct ddl_charset_default *missing, enum flavour flavour, struct err *err)
{
	struct buf name = {0};

	ddl_collation_put_name(missing->wanted, &name);
	(void) err_set(err, ERR_STOP,
	    "the statement names character set %s without a collation, which on the source means %s: "
	    "the target does not have it",
	    missing->charset, buf_text(&name));
	buf_release(&name);
	return err_hint(err, "Say in ddl.collations what is to stand for it; %s on the source avoids it.",
	    flavour == FLAVOUR_MARIADB ? "character_set_collations = ''"
				       : "default_collation_for_utf8mb4 = utf8mb4_general_ci");
}

/* The text up to `at` as it stands, then `insert`; what is left of the source begins at `*copied`. */
static void
splice(struct bytes sql, size_t at, size_t skip, const char *insert, size_t *copied, struct buf *out)
{
	buf_add(out, sql.data + *copied, at - *copied);
	buf_puts(out, insert);
	*copied = at + skip;
}

static bool
complete(const struct text *text, size_t i, const struct ddl_charset_defaults *defaults, enum flavour flavour,
    size_t *copied, struct buf *out, struct err *err)
{
	size_t name = behind_charset(text, i);

	for (size_t k = 0; k < defaults->n && name != 0; k++) {
		const struct ddl_charset_default *one = &defaults->items[k];

		if (!names_charset(text, name, one->charset) || !is_bare(text, name))
			continue;
		if (one->collation == NULL)
			return lacks(one, flavour, err);
		splice(text->tokens.sql, text->tokens.list[name].at + text->tokens.list[name].len, 0, " COLLATE ", copied, out);
		buf_puts(out, one->collation->name);
	}
	return true;
}

static void
rename_collation(const struct text *text, size_t i, const struct ddl_collations *collations, size_t *copied,
    struct buf *out)
{
	size_t name = i + 1 + is_punct(text, i + 1, '=');

	if (!is_word(text, i, "COLLATE"))
		return;
	for (size_t k = 0; k < collations->n_renames; k++)
		if (is_name(text, name, collations->renames[k].from)) {
			const struct lex_token *token = &text->tokens.list[name];

			splice(text->tokens.sql, token->at, token->len, collations->renames[k].to, copied, out);
			return;
		}
}

bool
ddl_collate(struct bytes sql, const struct ddl_context *context, enum ddl_class class,
    const struct ddl_charset_defaults *defaults, const struct ddl_collations *collations, struct arena *arena,
    struct bytes *out, struct err *err)
{
	struct buf result = {0};
	struct text text;
	size_t copied = 0;

	*out = sql;
	if (defaults->n == 0 && collations->n_renames == 0)
		return true;
	if (!tokens_read(&text.tokens, sql, context, arena, err))
		return false;
	text.is_create_table = class == DDL_CREATE_TABLE || class == DDL_CREATE_TABLE_SELECT;
	for (size_t i = 0; i < text.tokens.n; i++) {
		if (!complete(&text, i, defaults, context->flavour, &copied, &result, err)) {
			buf_release(&result);
			return false;
		}
		rename_collation(&text, i, collations, &copied, &result);
	}
	if (result.len == 0)
		return true;
	buf_add(&result, sql.data + copied, sql.len - copied);
	*out = (struct bytes){arena_dup(arena, result.data, result.len), result.len};
	buf_release(&result);
	return true;
}
