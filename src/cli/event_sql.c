/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/event_sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply/session.h"
#include "apply/statement.h"
#include "base/mem.h"
#include "base/visible.h"
#include "cli/pseudo_table.h"

struct event_sql {
	struct target_table *table; /* of the last row */
	uint64_t offset, inner;     /* of the event whose place was printed last */
};

struct event_sql *
event_sql_new(void)
{
	return mem_zalloc(sizeof(struct event_sql));
}

void
event_sql_free(struct event_sql *sql)
{
	if (sql == NULL)
		return;
	target_table_free(sql->table);
	free(sql);
}

/* "-- binlog.000001:1234 2026-01-31 12:00:00 UTC, server 1: " */
static void
put_place(const struct seen *seen, struct buf *out)
{
	time_t time = seen->event->timestamp;
	struct tm tm = {0};
	char text[32];

	buf_puts(out, "-- ");
	visible_put(seen->file, strlen(seen->file), out);
	buf_printf(out, ":%" PRIu64, seen->offset);
	if (time != 0) {
		(void) gmtime_r(&time, &tm);
		(void) strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
		buf_printf(out, " %s UTC", text);
	}
	buf_printf(out, ", server %" PRIu32 ": ", seen->event->server_id);
}

/* Text inside a comment: every line of it begins as one. */
static void
put_comment(struct bytes text, struct buf *out)
{
	struct buf shown = {0};

	visible_put_lines((const char *) text.data, text.len, &shown);
	for (size_t i = 0; i < shown.len; i++) {
		buf_putc(out, shown.data[i]);
		if (shown.data[i] == '\n')
			buf_puts(out, "-- ");
	}
	buf_release(&shown);
	buf_putc(out, '\n');
}

static bool
put_statement(const struct rows_cursor *rows, const struct target_table *table, struct buf *out, struct err *err)
{
	switch (rows->kind) {
	case ROWS_INSERT:
		return statement_put_insert_head(rows, table, out, err) &&
		       statement_put_insert_row(rows, table, table->flavour, out, err);
	case ROWS_UPDATE:
		return statement_put_update(rows, table, table->flavour, out, err);
	case ROWS_DELETE:
		return statement_put_delete(rows, table, table->flavour, out, err);
	case ROWS_NONE:
		break;
	}
	return true;
}

static struct target_table *
table_of(struct event_sql *sql, const struct seen *seen)
{
	if (sql->table != NULL && sql->table->fitted == seen->table)
		return sql->table;
	target_table_free(sql->table);
	sql->table = pseudo_table_new(seen->table, seen->format->flavour);
	return sql->table;
}

static bool
put_row(const struct seen *seen, const struct rows_cursor *rows, struct buf *out, struct err *err)
{
	struct event_sql *sql = seen->context;

	if (sql->offset != seen->offset || sql->inner != seen->inner) {
		put_place(seen, out);
		buf_printf(out, "%s\n", event_type_name(seen->event->type));
		sql->offset = seen->offset;
		sql->inner = seen->inner;
	}
	if (!put_statement(rows, table_of(sql, seen), out, err))
		return false;
	buf_puts(out, ";\n");
	return true;
}

static bool
put_query(const struct seen *seen, const struct query *query, enum query_class class, struct buf *out, struct err *err)
{
	(void) err;
	put_place(seen, out);
	buf_printf(out, "connection %" PRIu32 "\n", query->thread_id);
	if (class == QUERY_OTHER && query->db.len != 0) {
		char *db = mem_strndup((const char *) query->db.data, query->db.len);
		buf_puts(out, "USE ");
		literal_put_name(db, out);
		buf_puts(out, ";\n");
		free(db);
	}
	buf_add(out, query->sql.data, query->sql.len);
	buf_puts(out, ";\n");
	return true;
}

static bool
put_gtid(const struct seen *seen, const struct gtid_event *gtid, struct buf *out, struct err *err)
{
	(void) err;
	put_place(seen, out);
	buf_printf(out, "gtid %s\n", gtid->has_gtid ? seen->gtid : "(anonymous)");
	if (seen->event->type == EVENT_MARIADB_GTID && !gtid->is_standalone)
		buf_puts(out, "BEGIN;\n"); /* MySQL logs it */
	return true;
}

static bool
put_gtids(const struct seen *seen, const struct gtid_set *set, struct buf *out, struct err *err)
{
	(void) err;
	put_place(seen, out);
	buf_puts(out, "earlier files have ");
	gtid_set_put(set, out);
	buf_putc(out, '\n');
	return true;
}

static bool
put_rotate(const struct seen *seen, struct buf *out, struct err *err)
{
	struct bytes file;
	uint64_t position;

	if (!rotate_parse(seen->event, &file, &position, err))
		return false;
	buf_puts(out, "goes on in ");
	put_comment(file, out);
	return true;
}

static bool
put_other(const struct seen *seen, struct buf *out, struct err *err)
{
	struct bytes text = seen->event->body;

	put_place(seen, out);
	switch (seen->event->type) {
	case EVENT_FORMAT_DESCRIPTION:
		buf_printf(out, "written by %s\n", seen->format->server_version);
		buf_puts(out, "SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = '" SESSION_SQL_MODE "';\n");
		return true;
	case EVENT_ROTATE:
		return put_rotate(seen, out, err);
	case EVENT_XID:
		buf_puts(out, "xid\nCOMMIT;\n");
		return true;
	case EVENT_ROWS_QUERY: /* u1 length, which says too little above 255 */
		text.data += text.len != 0;
		text.len -= text.len != 0;
		put_comment(text, out);
		return true;
	case EVENT_MARIADB_ANNOTATE_ROWS:
		put_comment(text, out);
		return true;
	default: /* a number from outside */
		if (seen->trouble != NULL) {
			buf_puts(out, "NOT READABLE: ");
			put_comment((struct bytes){(const uint8_t *) seen->trouble, strlen(seen->trouble)}, out);
			return true;
		}
		buf_printf(out, "%s (event type %u, %zu bytes)\n", event_type_name(seen->event->type), seen->event->type,
		    text.len);
		return true;
	}
}

const struct event_printer event_sql_printer = {put_row, put_query, put_gtid, put_gtids, put_other};
