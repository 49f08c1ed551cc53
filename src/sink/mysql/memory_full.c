/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/memory_full.h"

#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"

enum { ER_RECORD_FILE_FULL = 1114 };

/* The name in the server's message; false: there is none. */
static bool
put_name(const char *text, struct buf *sql)
{
	static const char before[] = "The table '", after[] = "' is full";
	const char *name = strstr(text, before), *end;

	if (name == NULL)
		return false;
	name += sizeof(before) - 1;
	end = strstr(name, after);
	if (end == NULL)
		return false;
	literal_put_string(name, (size_t) (end - name), sql);
	return true;
}

void
memory_full_judge(struct conn *conn, struct err *err)
{
	struct buf sql = {0};
	struct err ignored = {0};
	char *is_memory = NULL;

	if (err->kind != ERR_WAIT || err->code != ER_RECORD_FILE_FULL)
		return;
	buf_puts(&sql, "SELECT MIN(engine = 'MEMORY') FROM information_schema.tables WHERE table_name = ");
	if (put_name(err->text, &sql) && conn_query_one(conn, buf_text(&sql), &is_memory, &ignored) && is_memory != NULL &&
	    strcmp(is_memory, "1") == 0) {
		err->kind = ERR_STOP;
		(void) err_hint(err, "It is a MEMORY table: raise max_heap_table_size on the destination, for all sessions, run ALTER TABLE "
				     "... ENGINE=MEMORY on it, and start the task again.");
	}
	free(is_memory);
	buf_release(&sql);
}
