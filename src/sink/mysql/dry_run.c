/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/dry_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sink/mysql/ddl_statement.h"

struct dry_name {
	char *db;
	char *table; /* NULL: the database as a whole */
};

void
dry_run_release(struct dry_run *dry)
{
	for (size_t i = 0; i < dry->n_defined; i++) {
		free(dry->defined[i].db);
		free(dry->defined[i].table);
	}
	free(dry->defined);
}

static void
remember(struct dry_run *dry, const struct ddl_snapshot_name *name)
{
	mem_grow(&dry->defined, &dry->cap_defined, dry->n_defined + 1, sizeof(struct dry_name));
	dry->defined[dry->n_defined++] = (struct dry_name){
	    .db = mem_strdup(name->db),
	    .table = name->name == NULL ? NULL : mem_strdup(name->name),
	};
}

void
dry_run_print_statement(struct dry_run *dry, const struct ddl_statement *statement)
{
	struct buf text = {0};

	if (statement->default_db[0] != '\0')
		buf_printf(&text, "USE `%s`;\n", statement->default_db);
	if (statement->enter.len > 0) {
		buf_add(&text, statement->enter.data, statement->enter.len);
		buf_puts(&text, ";\n");
	}
	buf_add(&text, statement->text.data, statement->text.len);
	buf_putc(&text, ';');
	dry->print(dry->context, text.data, text.len);
	buf_release(&text);
	for (size_t i = 0; i < statement->n_names; i++)
		remember(dry, &statement->names[i]);
}

void
dry_run_note(struct dry_run *dry, const char *format, ...)
{
	struct buf text = {0};
	char *line = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&line, format, args) < 0)
		line = mem_alloc(SIZE_MAX); /* says so and aborts */
	va_end(args);
	buf_printf(&text, "-- %s", line);
	dry->print(dry->context, text.data, text.len);
	buf_release(&text);
	free(line);
}

bool
dry_run_has_defined(const struct dry_run *dry, const char *db, const char *table)
{
	for (size_t i = 0; i < dry->n_defined; i++)
		if (strcmp(dry->defined[i].db, db) == 0 &&
		    (dry->defined[i].table == NULL || strcmp(dry->defined[i].table, table) == 0))
			return true;
	return false;
}

bool
dry_run_passes_over(struct dry_run *dry, const struct table_map *map, struct err *err)
{
	if (!dry_run_is_on(dry) || err->kind != ERR_STOP || !dry_run_has_defined(dry, map->target_db, map->target_name))
		return false;
	dry_run_note(dry, "rows of '%s.%s' that cannot be shown: %s", map->target_db, map->target_name, err->text);
	err_clear(err);
	return true;
}
