/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A statement into its class and names.
 *
 * Input: u1 of the server (bit 0 MariaDB, 1 ANSI_QUOTES, 2 NO_BACKSLASH_ESCAPES, 3 old, 4 within a transaction),
 * u1 of the character set, then the statement.  Names must lie within the statement, one behind the other.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "route/ddl.h"

static struct ddl_context
context_of(uint8_t server, uint8_t charset)
{
	static const char *const charsets[] = {
	    "utf8mb4", "latin1", "gbk", "big5", "sjis", "gb18030", "swe7", "cp1251", "ujis", "ucs2"};
	bool is_mariadb = (server & 1) != 0, is_old = (server & 8) != 0;

	return (struct ddl_context){
	    .flavour = is_mariadb ? FLAVOUR_MARIADB : FLAVOUR_MYSQL,
	    .server_version = is_mariadb ? (is_old ? 101119 : 110806) : (is_old ? 50624 : 90700),
	    .sql_mode = ((server & 2) != 0 ? 4U : 0U) | ((server & 4) != 0 ? 1U << 20 : 0U),
	    .charset = charsets[charset % (sizeof(charsets) / sizeof(charsets[0]))],
	    .default_db = "d",
	    .is_in_transaction = (server & 16) != 0,
	};
}

static void
check(const struct ddl *ddl, size_t size)
{
	size_t end = 0;

	if ((unsigned int) ddl->class >= DDL_N_CLASSES || ddl->charset == NULL)
		abort();
	for (size_t i = 0; i < ddl->n_names; i++) {
		const struct ddl_name *name = &ddl->names[i];

		if (name->at < end || name->len > size || name->at > size - name->len)
			abort();
		end = name->at + name->len;
		if (name->db == NULL || name->db[0] == '\0' || (name->table != NULL && name->table[0] == '\0'))
			abort();
	}
	if (ddl->start_transaction.at + ddl->start_transaction.len > size ||
	    ddl->set_statement.at + ddl->set_statement.len > size ||
	    ddl->if_not_exists.at + ddl->if_not_exists.len > size)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct ddl_context context;
	struct ddl ddl;
	struct err err = {0};
	uint8_t *sql;

	if (size < 2)
		return 0;
	context = context_of(data[0], data[1]);
	size -= 2;
	sql = mem_alloc(size); /* of its own size: reading over its end is seen */
	memcpy(sql, data + 2, size);
	if (ddl_scan((struct bytes){sql, size}, &context, &arena, &ddl, &err))
		check(&ddl, size);
	else if (err.kind != ERR_STOP || err.text[0] == '\0')
		abort();
	free(sql);
	arena_release(&arena);
	return 0;
}
