/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A statement into the target's: what is carried, scanned again, must be of the same class and name the target's
 * objects, all of them and no others.
 *
 * Input: u1 of the server (bit 0 MariaDB, 1 ANSI_QUOTES, 2 NO_BACKSLASH_ESCAPES, 3 everything carried, 4 within a
 * transaction, 5 ended with an error, 6 names without case, 7 a target of the other kind), u1 of the character set
 * and (high bits) the default database, then the statement.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "route/ddl_rewrite.h"

static struct ddl_context
context_of(uint8_t server, uint8_t other)
{
	static const char *const charsets[] = {"utf8mb4", "latin1", "gbk", "big5", "sjis", "gb18030", "cp1251", "ujis"};
	static const char *const dbs[] = {"d", "a", "other", ""};

	return (struct ddl_context){
	    .flavour = (server & 1) != 0 ? FLAVOUR_MARIADB : FLAVOUR_MYSQL,
	    .server_version = (server & 1) != 0 ? 101119 : 90700,
	    .sql_mode = ((server & 2) != 0 ? 4U : 0U) | ((server & 4) != 0 ? 1U << 20 : 0U),
	    .charset = charsets[other & 7],
	    .default_db = dbs[other >> 6],
	    .is_in_transaction = (server & 16) != 0,
	    .error_code = (server & 32) != 0 ? 1051 : 0,
	};
}

/* Made once: the patterns are compiled, and nothing changes them. */
static struct rules *
rules_of(bool has_all, bool is_case_insensitive)
{
	static const char *const databases[] = {"a", "d"};
	static const char *const tables[] = {"a.t", "d.*", "!d.tmp*"};
	static const struct rename_option renames[] = {{"a", "b"}, {"a.t", "c.`x``y`"}, {"d", "e"}};
	struct rules_options options = {.renames = renames, .n_renames = 3, .is_case_insensitive = is_case_insensitive};
	struct rules *rules = NULL;
	struct err err;

	if (has_all) {
		options.databases = databases;
		options.n_databases = 2;
	} else {
		options.tables = tables;
		options.n_tables = 3;
	}
	if (!rules_new(&options, &rules, &err))
		abort();
	return rules;
}

/* Scanned as the target would: in the session that the rewriting asks for. */
static void
check(const struct ddl *ddl, const struct ddl_rewritten *rewritten, const struct ddl_context *source,
    struct arena *arena)
{
	struct ddl_context target = *source;
	struct ddl again;
	struct err err = {0};

	target.charset = rewritten->charset;
	target.default_db = rewritten->default_db;
	target.is_in_transaction = false;
	if (!ddl_scan(rewritten->sql, &target, arena, &again, &err)) {
		/* without the source's name, other text can be as good in UTF-8: nobody scans it on the target */
		if (strstr(err.text, "or, written by the server") != NULL)
			return;
		abort();
	}
	if (again.class != ddl->class || again.n_names != rewritten->n_objects)
		abort();
	for (size_t i = 0; i < again.n_names; i++) {
		const struct ddl_name *name = &again.names[i];
		const struct ddl_object *object = &rewritten->objects[i];

		if (name->role != object->role || strcmp(name->db, object->db) != 0)
			abort();
		if ((name->table == NULL) != (object->table == NULL))
			abort();
		if (name->table != NULL && strcmp(name->table, object->table) != 0)
			abort();
	}
}

static void
rewrite(struct bytes sql, const struct ddl_rewrite_context *context, struct arena *arena)
{
	struct ddl ddl;
	struct ddl_rewritten rewritten;
	struct err err = {0};

	if (!ddl_scan(sql, context->source, arena, &ddl, &err))
		return;
	if (!ddl_rewrite(sql, &ddl, context, arena, &rewritten, &err)) {
		if (err.kind != ERR_STOP || err.text[0] == '\0')
			abort();
		return;
	}
	if (rewritten.verdict == DDL_CARRIED)
		check(&ddl, &rewritten, context->source, arena);
	else if (rewritten.reason[0] == '\0')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rules *rules[4];
	struct arena arena = {0};
	struct ddl_context source;
	struct ddl_rewrite_context context = {
	    .carry = {.tables = true, .views = true, .routines = true, .triggers = true, .events = true, .users = true},
	    .source = &source};
	uint8_t *sql;

	if (size < 2)
		return 0;
	for (size_t i = 0; i < 4 && rules[i] == NULL; i++)
		rules[i] = rules_of((i & 1) != 0, (i & 2) != 0);
	source = context_of(data[0], data[1]);
	context.target_flavour =
	    (data[0] & 1) != (data[0] >> 7) ? FLAVOUR_MARIADB : FLAVOUR_MYSQL; /* the same unless bit 7 is set */
	context.rules = rules[(data[0] >> 3 & 1) | (data[0] >> 5 & 2)];
	size -= 2;
	sql = mem_alloc(size); /* of its own size: reading over its end is seen */
	memcpy(sql, data + 2, size);
	rewrite((struct bytes){sql, size}, &context, &arena);
	free(sql);
	arena_release(&arena);
	return 0;
}
