/* SPDX-License-Identifier: Apache-2.0 */
#include "route/ddl_invoker.h"

#include "base/buf.h"
#include "route/charset.h"
#include "route/tokens.h"

struct text {
	struct plan *plan;
	struct tokens tokens; /* of a program only the head, up to the word that says its kind */
	size_t first;         /* the verb, behind SET STATEMENT ... FOR */
	size_t copied;
	struct buf out;
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

static bool
read_tokens(struct text *text, struct err *err)
{
	static const char *const programs[] = {
	    "VIEW", "PROCEDURE", "FUNCTION", "PACKAGE", "TRIGGER", "EVENT", "LIBRARY", NULL};
	const struct plan *plan = text->plan;
	struct ddl_context context = *plan->context->source;
	struct bytes sql = plan->out->sql;

	context.charset = plan->ddl->charset;
	if (plan->ddl->class == DDL_USER ? !tokens_read(&text->tokens, sql, &context, plan->arena, err)
					 : !tokens_read_up_to(&text->tokens, sql, &context, programs, plan->arena, err))
		return false;
	if (is_word(text, 0, "SET") && is_word(text, 1, "STATEMENT"))
		while (text->first < text->tokens.n && !is_word(text, text->first++, "FOR"))
			;
	return true;
}

/* The text up to `at` as it stands; what is left of the source begins `skip` bytes behind. */
static void
copy_to(struct text *text, size_t at, size_t skip)
{
	buf_add(&text->out, text->tokens.sql.data + text->copied, at - text->copied);
	text->copied = at + skip;
}

/* Behind the token before `i`. */
static size_t
gap_before(const struct text *text, size_t i)
{
	return i == 0 ? 0 : text->tokens.list[i - 1].at + text->tokens.list[i - 1].len;
}

static bool
is_role(const struct text *text)
{
	return text->plan->context->source->flavour == FLAVOUR_MARIADB && text->plan->context->invoker_host[0] == '\0';
}

/* MariaDB notes CURRENT_ROLE as an account without a host, in the same place. */
static bool
check_invoker(const struct text *text, const char *what, bool wants_role, struct err *err)
{
	if (text->plan->context->invoker_user != NULL && is_role(text) == wants_role)
		return true;
	err_set(err, ERR_STOP, "%s depends on who ran the statement, and the event does not name that %s", what,
	    wants_role ? "role" : "account");
	return err_hint(err, "Replace the statement by one that names the %s.", wants_role ? "role" : "account");
}

/* `user`@`host`: every sql_mode takes backticks. */
static bool
put_account(struct text *text, const char *what, bool wants_role, struct err *err)
{
	const struct ddl_rewrite_context *context = text->plan->context;
	const struct charset *charset = charset_find(text->plan->ddl->charset);
	struct buf utf8 = {0};
	bool done;

	if (!check_invoker(text, what, wants_role, err))
		return false;
	plan_quote_name(&utf8, context->invoker_user);
	if (!wants_role) {
		buf_putc(&utf8, '@');
		plan_quote_name(&utf8, context->invoker_host);
	}
	done = charset_from_utf8(charset, (struct bytes){(const uint8_t *) utf8.data, utf8.len}, &text->out, err);
	buf_release(&utf8);
	return done;
}

/* Tokens of "CURRENT_USER", "CURRENT_USER()", MySQL's "USER()", MariaDB's "CURRENT_ROLE"; 0: something else stands there. */
static size_t
current_len(const struct text *text, size_t i, bool *wants_role)
{
	bool has_parens = is_punct(text, i + 1, '(') && is_punct(text, i + 2, ')');

	*wants_role = text->plan->context->source->flavour == FLAVOUR_MARIADB && is_word(text, i, "CURRENT_ROLE");
	if (!*wants_role && !is_word(text, i, "CURRENT_USER") && !(is_word(text, i, "USER") && has_parens))
		return 0;
	return has_parens ? 3 : 1;
}

static bool
name_current(struct text *text, size_t *i, struct err *err)
{
	bool wants_role;
	size_t n = current_len(text, *i, &wants_role), at = text->tokens.list[*i].at;

	if (n == 0)
		return true;
	*i += n - 1;
	copy_to(text, at, text->tokens.list[*i].at + text->tokens.list[*i].len - at);
	if (gap_before(text, *i + 1 - n) == at) /* "TO`a`" is no mistake, but "`b`" `a` would be without a gap */
		buf_putc(&text->out, ' ');
	return put_account(text, wants_role ? "CURRENT_ROLE" : "CURRENT_USER", wants_role, err);
}

/* CREATE [OR REPLACE] [ALGORITHM = x] [DEFINER = account] ...: where the third is missing it is put. */
static bool
name_definer(struct text *text, struct err *err)
{
	size_t at = text->first + 1;

	for (size_t i = at; i < text->tokens.n; i++) {
		if (!is_word(text, i, "DEFINER") || !is_punct(text, i + 1, '='))
			continue;
		i += 2;
		return i >= text->tokens.n || name_current(text, &i, err);
	}
	if (is_word(text, at, "OR") && is_word(text, at + 1, "REPLACE"))
		at += 2;
	if (is_word(text, at, "ALGORITHM"))
		at += is_punct(text, at + 1, '=') ? 3 : 2;
	copy_to(text, gap_before(text, at), 0);
	buf_puts(&text->out, " DEFINER=");
	return put_account(text, "the definer", false, err);
}

/* CREATE and ALTER where there is a definer; ALTER EVENT without one makes its invoker the definer. */
static bool
has_definer(const struct text *text)
{
	const struct ddl *ddl = text->plan->ddl;
	size_t last = text->tokens.n - 1;

	if (text->tokens.n == 0 || is_word(text, last, "LIBRARY"))
		return false;
	return ddl->verb == DDL_VERB_CREATE ||
	    (ddl->verb == DDL_VERB_ALTER && (is_word(text, last, "VIEW") || is_word(text, last, "EVENT")));
}

/* SET PASSWORD = ..., SET DEFAULT ROLE r: of the account that runs it. */
static bool
name_owner(struct text *text, struct err *err)
{
	bool is_password = is_word(text, text->first + 1, "PASSWORD");
	bool is_default_role =
	    is_word(text, text->first + 1, "DEFAULT") && text->plan->context->source->flavour == FLAVOUR_MARIADB;
	size_t at = is_password ? text->first + 2 : text->tokens.n;

	if (!is_word(text, text->first, "SET") || (!is_password && !is_default_role))
		return true;
	for (size_t i = text->first; i < text->tokens.n; i++)
		if (is_word(text, i, "FOR"))
			return true;
	copy_to(text, gap_before(text, at), 0);
	buf_puts(&text->out, " FOR ");
	return put_account(text, is_password ? "SET PASSWORD" : "SET DEFAULT ROLE", false, err);
}

static size_t
find_with_admin(const struct text *text)
{
	for (size_t i = text->first; i < text->tokens.n; i++)
		if (is_word(text, i, "WITH") && is_word(text, i + 1, "ADMIN"))
			return i;
	return text->tokens.n;
}

static bool
put_admin(struct text *text, size_t with, struct err *err)
{
	size_t end = gap_before(text, text->tokens.n);

	if (with == text->tokens.n)
		return put_account(text, "the admin of a new role", false, err);
	for (size_t i = with + 2; i < text->tokens.n; i++) {
		bool wants_role;
		size_t n = current_len(text, i, &wants_role);

		if (n != 0)
			return put_account(text, wants_role ? "CURRENT_ROLE" : "CURRENT_USER", wants_role, err);
	}
	buf_add(&text->out, text->tokens.sql.data + text->tokens.list[with + 2].at, end - text->tokens.list[with + 2].at);
	return true;
}

/*
 * MariaDB's roles have an admin, by default who creates them, and nobody else can grant them: neither can rowferry later.
 * So it stays an admin beside the named one.  A role that may be there already is created as it stands.
 */
static bool
name_admin(struct text *text, size_t names, struct err *err)
{
	size_t with = find_with_admin(text), names_at = text->tokens.list[names].at;
	size_t names_end = gap_before(text, with);
	bool may_be_there = is_word(text, names, "IF") || text->plan->context->source->error_code != 0;

	if (text->plan->context->target_flavour == FLAVOUR_MYSQL) {
		err_set(err, ERR_STOP, "the admin of a new role cannot be named on MySQL");
		return err_hint(err, "Replace the statement by CREATE ROLE alone, and grant the role to its admin on the target.");
	}
	copy_to(text, text->tokens.list[text->first].at, 0);
	buf_puts(&text->out, may_be_there ? "" : "BEGIN NOT ATOMIC ");
	copy_to(text, names_end, text->tokens.sql.len - names_end);
	if (!may_be_there) {
		buf_puts(&text->out, "; GRANT ");
		buf_add(&text->out, text->tokens.sql.data + names_at, names_end - names_at);
	}
	buf_puts(&text->out, may_be_there ? " WITH ADMIN " : " TO ");
	if (!put_admin(text, with, err))
		return false;
	buf_puts(&text->out, may_be_there ? "" : " WITH ADMIN OPTION; END");
	return true;
}

static bool
name_accounts(struct text *text, struct err *err)
{
	size_t role = text->first + 1;

	if (is_word(text, role, "OR") && is_word(text, role + 1, "REPLACE"))
		role += 2;
	while (text->tokens.n > 0 && is_punct(text, text->tokens.n - 1, ';'))
		text->tokens.n--;
	if (is_word(text, text->first, "CREATE") && is_word(text, role, "ROLE") && role + 1 < text->tokens.n &&
	    text->plan->context->source->flavour == FLAVOUR_MARIADB)
		return name_admin(text, role + 1, err);
	for (size_t i = text->first; i < text->tokens.n; i++)
		if (!name_current(text, &i, err))
			return false;
	return name_owner(text, err);
}

bool
plan_name_invoker(struct plan *plan, struct err *err)
{
	struct text text = {.plan = plan};
	enum ddl_class class = plan->ddl->class;
	bool done = true;

	if (class != DDL_USER && class != DDL_VIEW && class != DDL_ROUTINE && class != DDL_TRIGGER && class != DDL_EVENT)
		return true;
	if (!read_tokens(&text, err))
		return false;
	if (class == DDL_USER)
		done = name_accounts(&text, err);
	else if (has_definer(&text))
		done = name_definer(&text, err);
	if (done && text.out.len != 0) {
		copy_to(&text, text.tokens.sql.len, 0);
		plan->out->sql = (struct bytes){arena_dup(plan->arena, text.out.data, text.out.len), text.out.len};
	}
	buf_release(&text.out);
	return done;
}
