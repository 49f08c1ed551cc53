/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner's inside, for the ddl*.c files only: a token, the one behind it, and a sticky error.  A scan that
 * failed sees LEX_END for ever, so that the grammar functions need not ask.
 */
#ifndef ROUTE_DDL_SCAN_H
#define ROUTE_DDL_SCAN_H

#include "route/ddl.h"
#include "route/lexer.h"

struct scan {
	const struct ddl_context *context;
	struct bytes sql;
	struct lexer lexer;
	struct lex_token token; /* the present one */
	struct lex_token next;
	size_t end;             /* behind the token before the present one */
	struct arena *arena;
	struct ddl *ddl;
	size_t cap_names;
	size_t depth;           /* of parentheses, in the definition of a table */
	bool in_default;        /* between DEFAULT and the comma that ends the column's definition */
	size_t default_depth;
	bool is_adding;         /* the action of ALTER TABLE is ADD */
	bool is_changing;       /* it is MODIFY or CHANGE */
	const char *column;     /* of this column; or ADD IF NOT EXISTS; NULL */
	bool in_column_list;    /* ADD (a INT, b INT) */
	struct ddl_change *change; /* the column's new type, if is_changing */
	size_t n_passed;        /* tokens since the column's definition began */
	struct err *err;
	bool failed;
};

/* Takes the text's character set from `ddl`. */
bool scan_init(struct scan *scan, struct bytes sql, const struct ddl_context *context, struct arena *arena,
    struct ddl *ddl, struct err *err);
void scan_advance(struct scan *scan);

/* Is the token (the present, the next one) this keyword (upper case)? */
bool scan_token_is(const struct scan *scan, const struct lex_token *token, const char *word);
bool scan_is(const struct scan *scan, const char *word);
bool scan_next_is(const struct scan *scan, const char *word);
/* The same, and passes it. */
bool scan_take(struct scan *scan, const char *word);
/* Both in a row, or none. */
bool scan_take_two(struct scan *scan, const char *first, const char *second);
bool scan_is_punct(const struct scan *scan, char punct);
bool scan_next_is_punct(const struct scan *scan, char punct);
bool scan_take_punct(struct scan *scan, char punct);
bool scan_is_end(const struct scan *scan);
/* From an opening parenthesis to behind its closing one. */
void scan_skip_parens(struct scan *scan);
/* To the end, which must be the end. */
void scan_skip_rest(struct scan *scan);
/* Fails unless nothing follows but semicolons. */
void scan_expect_end(struct scan *scan);
/* The statement is not what it was taken for. */
void scan_unclear(struct scan *scan, const char *expected);

/* "IF [NOT] EXISTS". */
void scan_if_exists(struct scan *scan);

/*
 * What a server fills in by itself (ddl_fill.c).  Takes the words that open an action of ALTER TABLE and the names of
 * columns that it changes; false where the action is another one, and nothing was taken.
 */
bool scan_fill_action(struct scan *scan);
/* Looks at a token of a definition. */
void scan_fill(struct scan *scan);

/* The new types of columns (ddl_change.c): entered at the first word of one. */
void scan_change_begin(struct scan *scan);
/* Looks at a token of its definition. */
void scan_change(struct scan *scan);

/* Names: [db.]table or .table, then one identifier that may be skipped. */
struct ddl_name *scan_table_name(struct scan *scan, enum ddl_role role, enum ddl_scope scope);
struct ddl_name *scan_db_name(struct scan *scan);
void scan_name_list(struct scan *scan, enum ddl_role role);
void scan_skip_identifier(struct scan *scan);
bool scan_is_identifier(const struct scan *scan);
/* A name of length 0 for the default database, behind the token that was passed last. */
void scan_implicit_db(struct scan *scan);
/* The identifier at the present token as text. */
const char *scan_identifier_text(struct scan *scan, const struct lex_token *token);

/* Grammars, entered behind the words that named the class. */
void scan_create_table(struct scan *scan);
void scan_alter_table(struct scan *scan);
void scan_drop_list(struct scan *scan);
void scan_rename_table(struct scan *scan);
void scan_truncate(struct scan *scan);
void scan_index(struct scan *scan);
void scan_create_database(struct scan *scan);
void scan_alter_database(struct scan *scan);
void scan_one_object(struct scan *scan);
void scan_create_function(struct scan *scan);
void scan_trigger(struct scan *scan);
void scan_drop_trigger(struct scan *scan);
void scan_alter_event(struct scan *scan);
void scan_grant(struct scan *scan);
void scan_insert(struct scan *scan);
void scan_update(struct scan *scan);
void scan_delete(struct scan *scan);
void scan_nothing(struct scan *scan);

#endif
