/* SPDX-License-Identifier: Apache-2.0 */
#include "route/ddl_rewrite.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "route/charset.h"
#include "route/ddl_invoker.h"
#include "route/ddl_plan.h"
#include "route/lexer.h"

/* One change of the text: `len` bytes at `at` become `text`. */
struct edit {
	size_t at, len;
	struct bytes text;
};

struct edits {
	struct edit *list;
	size_t n;
};

/* By place; what is inserted goes in front of what is replaced. */
static int
compare_edits(const void *a, const void *b)
{
	const struct edit *left = a, *right = b;

	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return left->len < right->len ? -1 : left->len > right->len;
}

/* "`db`.`table`" in the character set of the statement. */
static bool
put_name(const struct plan *plan, const struct plan_name *name, struct buf *out, struct err *err)
{
	const struct charset *charset = charset_find(plan->ddl->charset);
	struct buf utf8 = {0};
	bool ok;

	plan_quote_name(&utf8, name->db);
	if (name->table != NULL) {
		buf_putc(&utf8, '.');
		plan_quote_name(&utf8, name->table);
	}
	ok = charset != NULL &&
	    charset_from_utf8(charset, (struct bytes){(const uint8_t *) utf8.data, utf8.len}, out, err);
	buf_release(&utf8);
	return ok;
}

/* Which database on the target a name is looked up in that names none; NULL: it must name one. */
static const char *
implied_db(const struct plan *plan, const struct ddl_name *name)
{
	const struct rules *rules = plan->context->rules;
	const char *default_db = plan->context->source->default_db;
	const struct plan_name *object = &plan->names[0];

	if (name->scope == DDL_SCOPE_DEFAULT) {
		if (rules_db_scope(rules, default_db) == RULES_NO_TABLES)
			return NULL; /* the target need not have it */
		return rules_db(rules, default_db, plan->arena);
	}
	for (size_t i = 0; i < plan->n_names; i++)
		if (plan->names[i].name->role == DDL_ROLE_RENAMED_TO)
			object = &plan->names[i];
	return object->db;
}

static bool
is_unchanged(const struct plan *plan, const struct plan_name *name)
{
	const char *source_table = name->name->table;
	const char *db = name->name->has_db ? name->name->db : implied_db(plan, name->name);

	if (name->name->len == 0 || db == NULL || strcmp(db, name->db) != 0)
		return false;
	return source_table == NULL || strcmp(source_table, name->table) == 0;
}

static void
add_edit(struct plan *plan, struct edits *edits, size_t at, size_t len, const char *text, size_t text_len)
{
	edits->list[edits->n++] = (struct edit){at, len, {arena_dup(plan->arena, text, text_len), text_len}};
}

static bool
add_name_edit(struct plan *plan, struct edits *edits, const struct plan_name *name, struct err *err)
{
	struct buf text = {0};
	bool ok;

	ok = put_name(plan, name, &text, err);
	if (ok)
		add_edit(plan, edits, name->name->at, name->name->len, text.data, text.len);
	buf_release(&text);
	return ok;
}

static void
add_if_exists(struct plan *plan, struct edits *edits)
{
	static const char create[] = "IF NOT EXISTS ", drop[] = "IF EXISTS ";
	bool is_create = plan->ddl->verb == DDL_VERB_CREATE;
	const struct ddl_span *span = &plan->ddl->if_not_exists;

	if (plan->add_if_exists && !plan->ddl->has_if_exists)
		add_edit(plan, edits, span->at, 0, is_create ? create : drop,
		    is_create ? sizeof(create) - 1 : sizeof(drop) - 1);
}

/*
 * START TRANSACTION goes: it is for a replica of the source's own kind, which commits the table and its rows as one;
 * here the table is there first, and the rows follow in a transaction of their own.  SET STATEMENT goes where
 * the target does not know it.
 */
static bool
collect_edits(struct plan *plan, struct edits *edits, struct err *err)
{
	const struct ddl *ddl = plan->ddl;
	bool has_foreign_prefix = plan->context->target_flavour == FLAVOUR_MYSQL && ddl->set_statement.len != 0;

	if (has_foreign_prefix)
		add_edit(plan, edits, ddl->set_statement.at, ddl->set_statement.len, "", 0);
	add_if_exists(plan, edits);
	for (size_t i = 0; i < plan->n_names; i++)
		if (!is_unchanged(plan, &plan->names[i]) && !add_name_edit(plan, edits, &plan->names[i], err))
			return false;
	if (ddl->start_transaction.len != 0)
		add_edit(plan, edits, ddl->start_transaction.at, ddl->start_transaction.len, "", 0);
	return true;
}

static struct bytes
to_arena(struct plan *plan, struct buf *text)
{
	struct bytes sql = {arena_dup(plan->arena, text->data, text->len), text->len};

	buf_release(text);
	return sql;
}

/* What is inserted keeps off the word before it; two backticks side by side would be one within a name. */
static void
put_edit(struct buf *text, const struct edit *edit, struct bytes sql)
{
	size_t end = edit->at + edit->len;
	char before = text->len == 0 ? ' ' : text->data[text->len - 1];

	if (edit->text.len != 0 && before != ' ' && (edit->len == 0 || before == '`'))
		buf_putc(text, ' ');
	buf_add(text, edit->text.data, edit->text.len);
	if (end < sql.len && sql.data[end] == '`' && text->len != 0 && text->data[text->len - 1] == '`')
		buf_putc(text, ' ');
}

static bool
write_edited(struct plan *plan, struct bytes sql, struct err *err)
{
	struct edits edits = {arena_zalloc(plan->arena, (plan->n_names + 3) * sizeof(struct edit)), 0};
	struct buf text = {0};
	size_t at = 0;

	if (!collect_edits(plan, &edits, err))
		return false;
	plan->out->sql = sql;
	if (edits.n == 0)
		return true;
	qsort(edits.list, edits.n, sizeof(*edits.list), compare_edits);
	for (size_t i = 0; i < edits.n; i++) {
		const struct edit *edit = &edits.list[i];

		buf_add(&text, sql.data + at, edit->at - at);
		put_edit(&text, edit, sql);
		at = edit->at + edit->len;
	}
	buf_add(&text, sql.data + at, sql.len - at);
	plan->out->sql = to_arena(plan, &text);
	return true;
}

/*
 * A list that loses members is written anew: comments between them, RESTRICT, and how long to wait for locks
 * mean nothing to the target.
 */
static bool
write_reduced(struct plan *plan, struct err *err)
{
	bool is_rename = plan->ddl->class == DDL_RENAME_TABLE;
	const char *verb = is_rename                  ? "RENAME TABLE "
	    : plan->ddl->class == DDL_DROP_TABLE      ? "DROP TABLE "
	    : plan->ddl->class == DDL_DROP_SEQUENCE   ? "DROP SEQUENCE "
	                                              : "DROP VIEW ";
	struct buf text = {0};
	bool is_first = true;

	buf_puts(&text, verb);
	if (plan->ddl->has_if_exists || plan->add_if_exists)
		buf_puts(&text, "IF EXISTS ");
	for (size_t i = 0; i < plan->n_names; i++) {
		const struct plan_name *name = &plan->names[i];

		if (name->is_dropped)
			continue;
		if (!is_first)
			buf_puts(&text, name->name->role == DDL_ROLE_RENAMED_TO ? " TO " : ", ");
		is_first = false;
		if (!put_name(plan, name, &text, err)) {
			buf_release(&text);
			return false;
		}
	}
	plan->out->sql = to_arena(plan, &text);
	return true;
}

/* The database that names without one, and what a body holds, are looked up in. */
static const char *
default_db(const struct plan *plan)
{
	const char *source = plan->context->source->default_db;
	bool is_there = rules_db_scope(plan->context->rules, source) != RULES_NO_TABLES;
	bool is_needed = plan->ddl->has_body;

	if (plan->is_reduced)
		return "";
	for (size_t i = 0; i < plan->n_names; i++) {
		const struct plan_name *name = &plan->names[i];

		if (!name->name->has_db && name->name->scope == DDL_SCOPE_DEFAULT && is_unchanged(plan, name))
			is_needed = true;
	}
	if (!is_needed)
		return "";
	return is_there || plan->n_names == 0 ? rules_db(plan->context->rules, source, plan->arena) : plan->names[0].db;
}

static void
list_objects(struct plan *plan)
{
	struct ddl_rewritten *out = plan->out;

	out->objects = arena_zalloc(plan->arena, (plan->n_names + 1) * sizeof(*out->objects));
	for (size_t i = 0; i < plan->n_names; i++) {
		const struct plan_name *name = &plan->names[i];

		if (!name->is_dropped)
			out->objects[out->n_objects++] = (struct ddl_object){
			    name->name->role, name->source_db, name->source_table, name->db, name->table};
	}
}

/* Versions of MariaDB's comments that MySQL takes for ordinary ones, and leaves as they are: MariaDB would run them. */
static const char foreign_comment[] = "/*M!";

static bool
is_foreign_comment_near(const struct plan *plan)
{
	const struct bytes *sql = &plan->out->sql;

	return plan->context->source->flavour == FLAVOUR_MYSQL && plan->context->target_flavour == FLAVOUR_MARIADB &&
	    memmem(sql->data, sql->len, foreign_comment, sizeof(foreign_comment) - 1) != NULL;
}

/* Between two tokens there is nothing but white space and comments. */
static void
blunt(uint8_t *gap, size_t len)
{
	uint8_t *at;

	while ((at = memmem(gap, len, foreign_comment, sizeof(foreign_comment) - 1)) != NULL) {
		memset(at + 2, ' ', 2);
		len -= (size_t) (at - gap);
		gap = at;
	}
}

static bool
blunt_foreign_comments(struct plan *plan, struct err *err)
{
	const struct ddl_context *source = plan->context->source;
	struct bytes *sql = &plan->out->sql;
	uint8_t *copy = arena_dup(plan->arena, sql->data, sql->len);
	struct lexer lexer;
	struct lex_token token;
	size_t end = 0;

	lexer_init(&lexer, *sql, charset_find(plan->ddl->charset), source);
	do {
		if (!lexer_next(&lexer, &token, err))
			return false;
		blunt(copy + end, token.at - end);
		end = token.at + token.len;
	} while (token.kind != LEX_END);
	sql->data = copy;
	return true;
}

/* Programs are no tables: their database alone is renamed. */
static bool
names_tables(const struct ddl *ddl, const struct ddl_name *name)
{
	if (name->role == DDL_ROLE_ON)
		return true;
	return ddl->class != DDL_ROUTINE && ddl->class != DDL_EVENT && ddl->class != DDL_TRIGGER;
}

static bool
plan_init(struct plan *plan, struct err *err)
{
	const struct rules *rules = plan->context->rules;
	const struct ddl *ddl = plan->ddl;

	plan->n_names = ddl->n_names;
	plan->names = arena_zalloc(plan->arena, (ddl->n_names + 1) * sizeof(*plan->names));
	for (size_t i = 0; i < ddl->n_names; i++) {
		const struct ddl_name *name = &ddl->names[i];
		struct plan_name *to = &plan->names[i];
		const char *db, *table;

		to->name = name;
		if (name->db[0] == '\0')
			return err_set(err, ERR_STOP, "'%s' names no database, and the session had none",
			    name->table == NULL ? "" : name->table);
		to->source_db = rules_source_name(rules, name->db, plan->arena);
		to->source_table = name->table == NULL ? NULL : rules_source_name(rules, name->table, plan->arena);
		if (name->table == NULL || !names_tables(ddl, name)) {
			to->db = rules_db(rules, name->db, plan->arena);
			to->table = name->table;
			to->is_carried = rules_db_scope(rules, name->db) != RULES_NO_TABLES;
			continue;
		}
		to->is_carried = rules_table(rules, name->db, name->table, plan->arena, &db, &table) != RULES_LEFT_OUT;
		rules_target_name(rules, name->db, name->table, plan->arena, &to->db, &to->table);
	}
	return true;
}

bool
ddl_rewrite(struct bytes sql, const struct ddl *ddl, const struct ddl_rewrite_context *context,
    struct arena *arena, struct ddl_rewritten *rewritten, struct err *err)
{
	struct plan plan = {.ddl = ddl, .context = context, .arena = arena, .out = rewritten};

	*rewritten = (struct ddl_rewritten){.verdict = DDL_CARRIED, .reason = "", .default_db = "", .charset = ddl->charset};
	if (!plan_init(&plan, err) || !plan_decide(&plan, err))
		return err_prefix(err, "%s: ", ddl_class_name(ddl->class));
	if (rewritten->verdict == DDL_LEFT_OUT)
		return true;
	if (plan.is_reduced ? !write_reduced(&plan, err) : !write_edited(&plan, sql, err))
		return err_prefix(err, "%s: ", ddl_class_name(ddl->class));
	if (!plan.is_reduced && !plan_name_invoker(&plan, err))
		return err_prefix(err, "%s: ", ddl_class_name(ddl->class));
	if (is_foreign_comment_near(&plan) && !blunt_foreign_comments(&plan, err))
		return err_prefix(err, "%s: ", ddl_class_name(ddl->class));
	rewritten->default_db = default_db(&plan);
	list_objects(&plan);
	return true;
}
