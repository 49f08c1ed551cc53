/* SPDX-License-Identifier: Apache-2.0 */
#include "ddl_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"

const struct ddl_context on_mysql = DDL_CONTEXT(FLAVOUR_MYSQL, 90700, .default_db = "d");
const struct ddl_context on_mysql56 = DDL_CONTEXT(FLAVOUR_MYSQL, 50624, .charset = "utf8", .default_db = "d");
const struct ddl_context on_mariadb = DDL_CONTEXT(FLAVOUR_MARIADB, 101119, .charset = "utf8mb4", .default_db = "d");
const struct ddl_context on_nowhere = DDL_CONTEXT(FLAVOUR_MYSQL, 90700, .default_db = "");
const struct ddl_context on_ansi = DDL_CONTEXT(FLAVOUR_MYSQL, 90700, .sql_mode = 4, .default_db = "d");
const struct ddl_context on_no_escapes = DDL_CONTEXT(FLAVOUR_MYSQL, 90700, .sql_mode = 1 << 20, .default_db = "d");

/*
 * What a scan found, as one line: "ALTER TABLE O(a.t) R(~d.u) if-exists".  A tilde stands before a database
 * that the statement does not name.
 */
static const char *
render(const struct ddl *ddl, struct buf *out)
{
	static const char roles[] = {'O', 'R', 'F', 'S', 'X', 'N'};

	buf_puts(out, ddl_class_name(ddl->class));
	for (size_t i = 0; i < ddl->n_names; i++) {
		const struct ddl_name *name = &ddl->names[i];

		buf_printf(out, " %c(%s%s%s%s)", roles[name->role], name->has_db ? "" : "~", name->db,
		    name->table == NULL ? "" : ".", name->table == NULL ? "" : name->table);
	}
	if (ddl->has_if_exists)
		buf_puts(out, " if-exists");
	if (ddl->has_or_replace)
		buf_puts(out, " or-replace");
	if (ddl->engine != NULL)
		buf_printf(out, " engine=%s%s", ddl->engine, ddl->is_nontransactional_engine ? "!" : "");
	if (ddl->moves_files)
		buf_puts(out, " files");
	if (ddl->own_value != NULL)
		buf_printf(out, " own=%s", ddl->own_value);
	if (ddl->own_column != NULL)
		buf_printf(out, " unless=%s", ddl->own_column);
	if (ddl->gives_numbers)
		buf_printf(out, " numbers=%s", ddl->numbered_column == NULL ? "" : ddl->numbered_column);
	if (ddl->is_ignore)
		buf_printf(out, " ignore%s%s", ddl->adds_unique_key ? "+unique" : "", ddl->changes_columns ? "+columns" : "");
	if (ddl->start_transaction.len != 0)
		buf_puts(out, " start-transaction");
	if (ddl->set_statement.len != 0)
		buf_puts(out, " set-statement");
	return buf_text(out);
}

/* Every name's span, on its own, must be that name. */
static void
check_spans(struct bytes sql, const struct ddl *ddl, const struct ddl_context *context, struct arena *arena)
{
	struct ddl_context in = *context;

	in.charset = ddl->charset;
	for (size_t i = 0; i < ddl->n_names; i++) {
		const struct ddl_name *name = &ddl->names[i];
		struct buf again = {0};
		struct ddl one;
		struct err err = {0};

		if (name->len == 0)
			continue;
		buf_puts(&again, name->table == NULL ? "DROP DATABASE " : "TRUNCATE TABLE ");
		buf_add(&again, sql.data + name->at, name->len);
		if (!ddl_scan((struct bytes){(const uint8_t *) again.data, again.len}, &in, arena, &one, &err))
			fail_msg("%s", err.text);
		assert_int_equal(one.n_names, 1);
		assert_int_equal(one.names[0].has_db, name->has_db);
		if (name->has_db)
			assert_string_equal(one.names[0].db, name->db);
		if (name->table != NULL)
			assert_string_equal(one.names[0].table, name->table);
		buf_release(&again);
	}
}

void
ddl_expect_in(const struct ddl_context *context, struct bytes sql, const char *expected)
{
	struct arena arena = {0};
	struct buf line = {0};
	struct ddl ddl;
	struct err err = {0};

	if (ddl_scan(sql, context, &arena, &ddl, &err)) {
		if (strcmp(render(&ddl, &line), expected) != 0)
			fail_msg("%.*s\n  expected: %s\n  found:    %s", (int) sql.len, (const char *) sql.data,
			    expected, line.data);
		check_spans(sql, &ddl, context, &arena);
	} else {
		assert_int_equal(err.kind, ERR_STOP);
		buf_printf(&line, "error: %s", err.text);
		if (strcmp(buf_text(&line), expected) != 0)
			fail_msg("%.*s\n  expected: %s\n  found:    %s", (int) sql.len, (const char *) sql.data,
			    expected, line.data);
	}
	buf_release(&line);
	arena_release(&arena);
}

void
ddl_expect_all(const struct ddl_context *context, const struct ddl_sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ddl_expect_in(context, (struct bytes){(const uint8_t *) samples[i].sql, strlen(samples[i].sql)},
		    samples[i].expected);
}
