/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_default.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply/literal.h"
#include "route/lexer.h"

/* The first MariaDB whose COLLATIONS shows part of its collations without their character set (uca1400). */
enum { MARIADB_APPLICABILITY_HAS_FULL = 101000 };

/* What has been seen of a statement, token by token. */
struct walk {
	struct bytes sql;
	enum ddl_class class;
	enum flavour flavour; /* of the source */
	const char *charset, *collation;
	struct lex_token before[3]; /* the last ones, the newest first */
	int depth;
	size_t columns_end; /* behind the parenthesis that ends the list of columns; 0: it has not come */
	bool is_named;      /* an option of the table names its character set */
	bool is_over;       /* a query or the partitions have begun: no options of the table follow */
	size_t copied;
	struct buf out;
};

static bool
is_word(const struct walk *walk, const struct lex_token *token, const char *word)
{
	return token->kind == LEX_WORD && !token->is_name && token->len == strlen(word) &&
	    strncasecmp((const char *) walk->sql.data + token->at, word, token->len) == 0;
}

static bool
is_punct(const struct lex_token *token, char punct)
{
	return token->kind == LEX_PUNCT && token->punct == punct;
}

/* "CHARSET", "CHARACTER SET" or "CHAR SET" ends `n` tokens ago. */
static bool
is_charset(const struct walk *walk, size_t n)
{
	const struct lex_token *token = walk->before;

	if (is_word(walk, &token[n], "CHARSET"))
		return true;
	return n + 1 < sizeof(walk->before) / sizeof(walk->before[0]) && is_word(walk, &token[n], "SET") &&
	    (is_word(walk, &token[n + 1], "CHARACTER") || is_word(walk, &token[n + 1], "CHAR"));
}

/* CHARACTER SET DEFAULT is the database's collation on MySQL; on MariaDB its character set, with that one's collation of old. */
static void
put_default(struct walk *walk)
{
	bool has_general_ci = strncmp(walk->charset, "ut", 2) == 0 || strcmp(walk->charset, "ucs2") == 0;

	buf_puts(&walk->out, walk->charset);
	if (walk->flavour == FLAVOUR_MYSQL)
		buf_printf(&walk->out, " COLLATE %s", walk->collation);
	else if (has_general_ci)
		buf_printf(&walk->out, " COLLATE %s_general_ci", walk->charset);
}

/* CHARACTER SET [=] DEFAULT */
static void
put_for_default(struct walk *walk, const struct lex_token *token)
{
	size_t n = is_punct(&walk->before[0], '=') ? 1 : 0;

	if (!is_word(walk, token, "DEFAULT") || !is_charset(walk, n))
		return;
	buf_add(&walk->out, walk->sql.data + walk->copied, token->at - walk->copied);
	put_default(walk);
	walk->copied = token->at + token->len;
}

static void
look_at(struct walk *walk, const struct lex_token *token)
{
	if (walk->depth == 0 && walk->columns_end != 0) {
		walk->is_over = walk->is_over || is_word(walk, token, "PARTITION") || is_word(walk, token, "SELECT") ||
		    is_word(walk, token, "AS");
		walk->is_named = walk->is_named ||
		    (!walk->is_over && (is_charset(walk, 0) || is_word(walk, token, "CHARSET") || is_word(walk, token, "COLLATE")));
	}
	if (is_punct(token, '('))
		walk->depth++;
	else if (is_punct(token, ')') && --walk->depth == 0 && walk->columns_end == 0)
		walk->columns_end = token->at + token->len;
	if (walk->depth == 0 && !walk->is_over)
		put_for_default(walk, token);
	walk->before[2] = walk->before[1];
	walk->before[1] = walk->before[0];
	walk->before[0] = *token;
}

/* Options may stand in any order: the first place will do. */
static void
put_option(struct walk *walk)
{
	if (walk->class != DDL_CREATE_TABLE || walk->is_named || walk->columns_end == 0)
		return;
	buf_add(&walk->out, walk->sql.data, walk->columns_end);
	buf_printf(&walk->out, " COLLATE=%s", walk->collation);
	walk->copied = walk->columns_end;
}

bool
ddl_default_put(struct bytes sql, const struct ddl_context *context, enum ddl_class class, const char *charset,
    const char *collation, struct arena *arena, struct bytes *out, struct err *err)
{
	struct walk walk = {.sql = sql, .class = class, .flavour = context->flavour, .charset = charset, .collation = collation};
	struct lexer lexer;
	struct lex_token token;
	bool done;

	*out = sql;
	lexer_init(&lexer, sql, charset_find(context->charset == NULL ? "utf8mb4" : context->charset), context);
	while ((done = lexer_next(&lexer, &token, err)) && token.kind != LEX_END)
		look_at(&walk, &token);
	if (done) {
		put_option(&walk);
		if (walk.out.len != 0) {
			buf_add(&walk.out, sql.data + walk.copied, sql.len - walk.copied);
			*out = (struct bytes){arena_dup(arena, walk.out.data, walk.out.len), walk.out.len};
		}
	}
	buf_release(&walk.out);
	return done;
}

/* MySQL and MariaDB have come to call utf8 utf8mb3. */
static bool
is_same(const char *a, const char *b)
{
	a += strncasecmp(a, "utf8mb3_", 8) == 0 ? 8 : strncasecmp(a, "utf8_", 5) == 0 ? 5 : 0;
	b += strncasecmp(b, "utf8mb3_", 8) == 0 ? 8 : strncasecmp(b, "utf8_", 5) == 0 ? 5 : 0;
	return strcasecmp(a, b) == 0;
}

/* What the target calls it, or what stands for it there. */
static const char *
target_name(const struct ddl_target *target, const char *collation)
{
	for (size_t i = 0; i < target->collations.n_renames; i++)
		if (strcasecmp(target->collations.renames[i].from, collation) == 0)
			return target->collations.renames[i].to;
	return collation;
}

/* The target's name of the collation that `like` is or is equal to, and its character set; NULL when it has none. */
static bool
find_collation(struct conn *conn, const char *like, struct arena *arena, const char **name, const char **charset,
    struct err *err)
{
	const struct server_info *server = conn_server(conn);
	bool has_full = server->flavour == FLAVOUR_MARIADB && server->version >= MARIADB_APPLICABILITY_HAS_FULL;
	struct result *result;
	const char *const *row;

	*name = NULL;
	if (!conn_queryf(conn, &result, err, "SELECT %s, CHARACTER_SET_NAME FROM information_schema.%s",
		has_full ? "FULL_COLLATION_NAME" : "COLLATION_NAME", "COLLATION_CHARACTER_SET_APPLICABILITY"))
		return false;
	while (*name == NULL && (row = result_next(result)) != NULL) {
		if (!is_same(row[0], like))
			continue;
		*name = arena_strndup(arena, row[0], strlen(row[0]));
		*charset = arena_strndup(arena, row[1], strlen(row[1]));
	}
	result_free(result);
	return true;
}

static bool
target_default(struct conn *conn, const char *db, char **collation, struct err *err)
{
	struct buf sql = {0};
	bool done;

	buf_puts(&sql, "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = ");
	literal_put_string(db, strlen(db), &sql);
	done = conn_query_one(conn, buf_text(&sql), collation, err);
	buf_release(&sql);
	return done;
}

/* Sets *wanted to the collation that has to be named, in the arena; NULL for none.  The source's binlog is looked at last: it takes long. */
static bool
find_difference(struct ddl_statement *statement, struct applier *applier, const struct ddl_target *target,
    const char **wanted, struct err *err)
{
	const struct applier_options *options = &applier->options;
	char *there = NULL, *here = NULL;
	bool done = options->database_default(options->guard_context, statement->source_db, NULL, NULL, &there, err) &&
	    target_default(applier->conn, statement->names[0].db, &here, err);

	*wanted = NULL;
	if (done && there != NULL && here != NULL && !is_same(here, target_name(target, there)))
		*wanted = arena_strndup(&statement->arena, target_name(target, there), strlen(target_name(target, there)));
	free(there);
	free(here);
	return done;
}

static bool
is_of_then(struct ddl_statement *statement, struct applier *applier, const struct file_position *at, bool *is_known,
    struct err *err)
{
	const struct applier_options *options = &applier->options;
	char *there = NULL;
	bool done = options->database_default(options->guard_context, statement->source_db,
	    marker_committed_position(applier->marker), at, &there, err);

	*is_known = there != NULL;
	free(there);
	return done;
}

bool
ddl_default_name(struct ddl_statement *statement, struct applier *applier, const struct ddl_target *target,
    const struct file_position *at, struct err *err)
{
	const struct applier_options *options = &applier->options;
	enum ddl_class class = statement->ddl.class;
	const char *wanted, *name = NULL, *charset = NULL;
	struct bytes probe;
	bool is_known = false;

	if (options->database_default == NULL || statement->n_names == 0 || statement->source_db == NULL ||
	    (class != DDL_CREATE_TABLE && class != DDL_ALTER_TABLE))
		return true;
	if (!ddl_default_put(statement->text, &statement->source, class, "x", "x", &statement->arena, &probe, err))
		return false;
	if (probe.data == statement->text.data)
		return true; /* nothing is left open */
	if (!find_difference(statement, applier, target, &wanted, err))
		return false;
	if (wanted != NULL && !find_collation(applier->conn, wanted, &statement->arena, &name, &charset, err))
		return false;
	if (name == NULL || !is_of_then(statement, applier, at, &is_known, err) || !is_known)
		return err->kind == ERR_NONE;
	return ddl_default_put(statement->text, &statement->source, class, charset, name, &statement->arena,
	    &statement->text, err);
}
