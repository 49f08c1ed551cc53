/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/event_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/json_text.h"
#include "cli/value_json.h"

enum { MICROSECONDS = 1000000, MICRO_DIGITS = 6 };

static void
put_number(const char *name, uint64_t value, struct buf *out)
{
	json_text_name(name, out);
	buf_put_u64(out, value);
}

static void
put_text(const char *name, const char *text, struct buf *out)
{
	json_text_name(name, out);
	json_text_any((struct bytes){(const uint8_t *) text, strlen(text)}, out);
}

static void
put_any(const char *name, struct bytes text, struct buf *out)
{
	json_text_name(name, out);
	json_text_any(text, out);
}

/* What every line has. */
static void
open_line(const struct seen *seen, const char *kind, struct buf *out)
{
	buf_putc(out, '{');
	put_text("kind", kind, out);
	put_text("file", seen->file, out);
	put_number("offset", seen->offset, out);
	put_number("end", seen->end, out);
	if (seen->inner != 0)
		put_number("inner", seen->inner, out);
	if (seen->event->timestamp != 0) {
		json_text_name("time", out);
		value_json_put_time(seen->event->timestamp, 0, 0, out);
	}
	put_number("server_id", seen->event->server_id, out);
	if (seen->gtid[0] != '\0')
		put_text("gtid", seen->gtid, out);
}

static bool
close_line(struct buf *out)
{
	buf_puts(out, "}\n");
	return true;
}

static bool
put_image(const char *name, const struct table_map *table, const struct value *values, struct buf *out, struct err *err)
{
	char number[24];

	json_text_name(name, out);
	buf_putc(out, '{');
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct column *column = &table->columns[i];
		if (values[i].kind == VALUE_ABSENT)
			continue;
		(void) snprintf(number, sizeof(number), "@%zu", i + 1);
		json_text_name(column->name == NULL ? number : column->name, out);
		if (!value_json_put(&values[i], column, out, err))
			return err_prefix(err, "column '%s' of table '%s.%s': ", column->name == NULL ? number : column->name,
			    table->db, table->name);
	}
	buf_putc(out, '}');
	return true;
}

static const char *
row_kind(enum rows_kind kind)
{
	switch (kind) {
	case ROWS_INSERT:
		return "insert";
	case ROWS_UPDATE:
		return "update";
	case ROWS_DELETE:
		return "delete";
	case ROWS_NONE:
		break;
	}
	return "none";
}

static bool
put_row(const struct seen *seen, const struct rows_cursor *rows, struct buf *out, struct err *err)
{
	open_line(seen, row_kind(rows->kind), out);
	put_text("database", rows->table->db, out);
	put_text("table", rows->table->name, out);
	if (rows->before != NULL && !put_image("before", rows->table, rows->before, out, err))
		return false;
	if (rows->after != NULL && !put_image("after", rows->table, rows->after, out, err))
		return false;
	return close_line(out);
}

static const char *
query_kind(enum query_class class)
{
	switch (class) {
	case QUERY_OTHER:
		return "statement";
	case QUERY_BEGIN:
		return "begin";
	case QUERY_COMMIT:
		return "commit";
	case QUERY_ROLLBACK:
		return "rollback";
	case QUERY_SAVEPOINT:
		return "savepoint";
	case QUERY_ROLLBACK_TO:
		return "rollback_to";
	case QUERY_XA_START:
		return "xa_start";
	case QUERY_XA_END:
		return "xa_end";
	case QUERY_XA_PREPARE:
		return "xa_prepare";
	case QUERY_XA_COMMIT:
		return "xa_commit";
	case QUERY_XA_ROLLBACK:
		return "xa_rollback";
	}
	return "statement";
}

static bool
put_query(const struct seen *seen, const struct query *query, enum query_class class, struct buf *out, struct err *err)
{
	(void) err;
	open_line(seen, query_kind(class), out);
	if (query->db.len != 0)
		put_any("database", query->db, out);
	put_number("thread_id", query->thread_id, out);
	if (query->error_code != 0)
		put_number("error_code", query->error_code, out);
	if (class == QUERY_BEGIN || class == QUERY_COMMIT)
		return close_line(out);
	if (query->has_sql_mode)
		put_number("sql_mode", query->sql_mode, out);
	if (query->has_charset)
		put_number("charset_client", query->charset_client, out);
	put_any("sql", query->sql, out);
	return close_line(out);
}

static void
put_commit_time(const char *name, int64_t us, struct buf *out)
{
	if (us == 0)
		return;
	json_text_name(name, out);
	value_json_put_time(us / MICROSECONDS, (uint32_t) (us % MICROSECONDS), MICRO_DIGITS, out);
}

static bool
put_gtid(const struct seen *seen, const struct gtid_event *gtid, struct buf *out, struct err *err)
{
	(void) err;
	open_line(seen, gtid->has_gtid ? "gtid" : "anonymous_gtid", out);
	put_commit_time("committed", gtid->immediate_us, out);
	put_commit_time("first_committed", gtid->original_us, out);
	if (gtid->thread_id != 0)
		put_number("thread_id", gtid->thread_id, out);
	if (gtid->transaction_length != 0)
		put_number("transaction_length", gtid->transaction_length, out);
	return close_line(out);
}

static bool
put_gtids(const struct seen *seen, const struct gtid_set *set, struct buf *out, struct err *err)
{
	struct buf text = {0};

	(void) err;
	open_line(seen, "previous_gtids", out);
	gtid_set_put(set, &text);
	put_text("gtids", buf_text(&text), out);
	buf_release(&text);
	return close_line(out);
}

static bool
put_rotate(const struct seen *seen, struct buf *out, struct err *err)
{
	struct bytes file;
	uint64_t position;

	if (!rotate_parse(seen->event, &file, &position, err))
		return false;
	put_any("next_file", file, out);
	put_number("next_offset", position, out);
	return true;
}

/* ROWS_QUERY: u1 length, which is not to be trusted above 255, and the statement.  ANNOTATE_ROWS: the statement. */
static void
put_annotation(const struct event *event, struct buf *out)
{
	struct bytes sql = event->body;

	if (event->type == EVENT_ROWS_QUERY && sql.len > 0) {
		sql.data++;
		sql.len--;
	}
	put_any("sql", sql, out);
}

/* u2 number, u1 length, message; MySQL only since 5.1.24, so a short one is no mistake. */
static void
put_incident(const struct event *event, struct buf *out)
{
	struct reader reader;
	uint16_t number;
	struct bytes message;

	reader_init(&reader, event->body.data, event->body.len);
	number = reader_u16(&reader);
	message = reader_span(&reader, reader_u8(&reader));
	put_number("incident", number, out);
	if (!reader.failed)
		put_any("message", message, out);
}

static void
put_format(const struct seen *seen, struct buf *out)
{
	put_text("server_version", seen->format->server_version, out);
	put_text("flavour", seen->format->flavour == FLAVOUR_MARIADB ? "mariadb" : "mysql", out);
	put_text("checksum", seen->format->checksum == CHECKSUM_OFF ? "none" : "crc32", out);
	json_text_name("in_use", out);
	buf_puts(out, (seen->event->flags & EVENT_FLAG_IN_USE) ? "true" : "false");
}

static void
put_xid(const struct event *event, struct buf *out)
{
	struct reader reader;
	uint64_t xid;

	reader_init(&reader, event->body.data, event->body.len);
	xid = reader_u64(&reader);
	if (!reader.failed)
		put_number("xid", xid, out);
}

static const char *
other_kind(const struct event *event)
{
	switch (event->type) {
	case EVENT_XID:
		return "commit";
	case EVENT_ROWS_QUERY:
	case EVENT_MARIADB_ANNOTATE_ROWS:
		return "annotation";
	default:
		return event_type_name(event->type);
	}
}

static bool
put_other(const struct seen *seen, struct buf *out, struct err *err)
{
	const struct event *event = seen->event;

	open_line(seen, other_kind(event), out);
	switch (event->type) {
	case EVENT_FORMAT_DESCRIPTION:
		put_format(seen, out);
		break;
	case EVENT_ROTATE:
		if (!put_rotate(seen, out, err))
			return false;
		break;
	case EVENT_XID:
		put_xid(event, out);
		break;
	case EVENT_ROWS_QUERY:
	case EVENT_MARIADB_ANNOTATE_ROWS:
		put_annotation(event, out);
		break;
	case EVENT_INCIDENT:
		put_incident(event, out);
		break;
	case EVENT_STOP:
		break;
	default: /* what has no form of its own is shown as it is */
		if (seen->trouble != NULL) {
			put_text("database", seen->table->db, out);
			put_text("table", seen->table->name, out);
			put_text("trouble", seen->trouble, out);
		}
		put_number("type", event->type, out);
		json_text_name("body", out);
		json_text_base64(event->body, out);
		break;
	}
	return close_line(out);
}

const struct event_printer event_json_printer = {put_row, put_query, put_gtid, put_gtids, put_other};
