/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "binlog/gtid_event.h"
#include "binlog/payload.h"
#include "binlog/query_event.h"
#include "binlog/table_map_event.h"

enum { EVENT_LIMIT_BYTES = 64 << 20, MAGIC_LEN = 4, N_TABLES = 8 };

/* Printable bytes as they are, others as \xx. */
static void
put_quoted(struct buf *out, struct bytes bytes)
{
	buf_putc(out, '\'');
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.data[i] >= ' ' && bytes.data[i] < 0x7f && bytes.data[i] != '\'' &&
		    bytes.data[i] != '\\')
			buf_putc(out, (char) bytes.data[i]);
		else
			buf_printf(out, "\\%02x", bytes.data[i]);
	}
	buf_putc(out, '\'');
}

static void
put_fraction(struct buf *out, uint32_t micro, unsigned int decimals)
{
	char digits[16];

	if (decimals == 0)
		return;
	(void) snprintf(digits, sizeof(digits), "%06" PRIu32, micro);
	buf_printf(out, ".%.*s", (int) decimals, digits);
}

static void
put_clock(struct buf *out, const struct value *value)
{
	buf_printf(out, "%s%02u:%02u:%02u", value->civil.is_negative ? "-" : "", value->civil.hour,
	    value->civil.minute, value->civil.second);
	put_fraction(out, value->civil.micro, value->decimals);
}

static void
put_date(struct buf *out, const struct value *value)
{
	buf_printf(out, "%04u-%02u-%02u", value->civil.year, value->civil.month, value->civil.day);
}

static void
put_hex(struct buf *out, const char *kind, struct bytes bytes)
{
	buf_printf(out, "%s:", kind);
	buf_put_hex(out, bytes.data, bytes.len);
}

/* Signed unless the source says otherwise. */
static void
put_int(struct buf *out, const struct column *column, const struct value *value)
{
	unsigned int shift = 64 - 8U * value->width;

	if (column->is_unsigned == TRI_YES)
		buf_put_u64(out, value->u);
	else
		buf_put_i64(out, (int64_t) (value->u << shift) >> shift);
}

void
binlog_text_value(const struct column *column, const struct value *value, struct buf *out)
{
	switch ((enum value_kind) value->kind) {
	case VALUE_ABSENT:
		buf_putc(out, '-');
		return;
	case VALUE_NULL:
		buf_puts(out, "NULL");
		return;
	case VALUE_INT:
		put_int(out, column, value);
		return;
	case VALUE_FLOAT:
		buf_printf(out, "%.9g", value->d);
		return;
	case VALUE_DOUBLE:
		buf_printf(out, "%.17g", value->d);
		return;
	case VALUE_DECIMAL:
		put_hex(out, "dec", value->bytes);
		return;
	case VALUE_BYTES:
		put_quoted(out, value->bytes);
		return;
	case VALUE_DATE:
		put_date(out, value);
		return;
	case VALUE_TIME:
		put_clock(out, value);
		return;
	case VALUE_DATETIME:
		put_date(out, value);
		buf_putc(out, 'T');
		put_clock(out, value);
		return;
	case VALUE_TIMESTAMP:
		buf_printf(out, "@%" PRId64, value->stamp.seconds);
		put_fraction(out, value->stamp.micro, value->decimals);
		return;
	case VALUE_YEAR:
		buf_printf(out, "%04" PRIu64, value->u);
		return;
	case VALUE_BIT:
		put_hex(out, "bit", value->bytes);
		return;
	case VALUE_ENUM:
		buf_printf(out, "enum:%" PRIu64, value->u);
		return;
	case VALUE_SET:
		buf_printf(out, "set:%" PRIx64, value->u);
		return;
	case VALUE_JSON:
		put_hex(out, "json", value->bytes);
		return;
	case VALUE_JSON_DIFF:
		put_hex(out, "diff", value->bytes);
		return;
	}
}

static void
put_column(struct buf *out, const struct column *column)
{
	buf_printf(out, "  column %s %s len=%" PRIu32, column->name == NULL ? "?" : column->name,
	    column_type_name(column->type), column->length);
	if (column->type == TYPE_NEWDECIMAL)
		buf_printf(out, ",%u", column->scale);
	buf_puts(out, column->is_nullable ? " null" : "");
	buf_puts(out, column->is_primary ? " primary" : "");
	buf_puts(out, column->is_visible ? "" : " invisible");
	buf_puts(out, column->is_unsigned == TRI_YES  ? " unsigned"
		      : column->is_unsigned == TRI_NO ? " signed"
						      : "");
	if (column->collation != 0)
		buf_printf(out, " collation=%" PRIu32, column->collation);
	if (column->type == TYPE_GEOMETRY)
		buf_printf(out, " geometry=%" PRIu32, column->geometry_type);
	if (column->vector_dimension != 0)
		buf_printf(out, " dimension=%" PRIu32, column->vector_dimension);
	for (size_t i = 0; i < column->n_members; i++) {
		buf_putc(out, ' ');
		put_quoted(out, column->members[i]);
	}
	buf_putc(out, '\n');
}

static bool
put_table_map(struct binlog_text *text, const struct event *event, struct err *err)
{
	struct table_map **slot = &text->tables[text->n_tables++ % N_TABLES];
	struct table_map *map;

	if (!table_map_parse(event, &text->format, &map, err))
		return false;
	table_map_unref(*slot);
	*slot = map;
	buf_printf(text->out, " %s.%s flags=%x\n", map->db, map->name, map->flags);
	for (size_t i = 0; i < map->n_columns; i++)
		put_column(text->out, &map->columns[i]);
	return true;
}

static struct table_map *
find_table(const struct binlog_text *text, uint64_t table_id)
{
	for (size_t i = 0; i < N_TABLES; i++)
		if (text->tables[i] != NULL && text->tables[i]->table_id == table_id)
			return text->tables[i];
	return NULL;
}

static void
put_image(struct binlog_text *text, const char *name, const struct value *values)
{
	if (values == NULL)
		return;
	buf_printf(text->out, "  %s:", name);
	for (size_t i = 0; i < text->rows.table->n_columns; i++) {
		buf_putc(text->out, ' ');
		binlog_text_value(&text->rows.table->columns[i], &values[i], text->out);
	}
	buf_putc(text->out, '\n');
}

static bool
put_rows(struct binlog_text *text, const struct event *event, struct err *err)
{
	static const uint8_t no_digits[TABLE_MAP_MOST_COLUMNS];
	struct rows_hints hints = {no_digits};
	struct table_map *table;
	uint64_t table_id;
	bool is_end;

	if (!table_id_parse(event, &text->format, &table_id, err))
		return false;
	table = find_table(text, table_id);
	if (table == NULL)
		return err_set(err, ERR_STOP, "no table map for the rows");
	if (table->n_columns == text->n_digits)
		hints.fraction_digits = text->digits;
	if (!rows_open(&text->rows, event->type, &text->format, event->body, table, &hints, err))
		return false;
	buf_printf(text->out, " %s flags=%x\n", table->name, text->rows.flags);
	while (rows_next(&text->rows, &is_end, err)) {
		if (is_end)
			return true;
		put_image(text, "before", text->rows.before);
		put_image(text, "after", text->rows.after);
	}
	return false;
}

static void
put_gtid(struct binlog_text *text, const struct gtid_event *gtid)
{
	static const char *const alters[] = {"", " start alter", " commit alter", " rollback alter"};
	struct buf *out = text->out;
	char name[GTID_TEXT_SIZE];

	if (gtid->has_gtid)
		buf_printf(out, " %s", gtid_text(&gtid->gtid, name));
	buf_puts(out, gtid->is_standalone ? " standalone" : "");
	buf_puts(out, gtid->is_ddl ? " ddl" : "");
	if (gtid->is_xa_prepared || gtid->is_xa_completed) {
		buf_puts(out, gtid->is_xa_prepared ? " xa prepared " : " xa completed ");
		put_quoted(out, gtid->xid_gtrid);
		put_quoted(out, gtid->xid_bqual);
		buf_printf(out, "%" PRIu32, gtid->xid_format);
	}
	buf_puts(out, alters[gtid->alter]);
	if (gtid->alter_seq != 0)
		buf_printf(out, " of %" PRIu64, gtid->alter_seq);
	if (gtid->thread_id != 0)
		buf_printf(out, " thread %" PRIu32, gtid->thread_id);
	if (gtid->immediate_us != 0)
		buf_printf(
		    out, " immediate %" PRId64 " original %" PRId64, gtid->immediate_us, gtid->original_us);
	if (gtid->transaction_length != 0)
		buf_printf(out, " length %" PRIu64, gtid->transaction_length);
	buf_putc(out, '\n');
}

static void
put_status(struct buf *out, const struct query *query)
{
	if (query->has_flags2)
		buf_printf(out, " flags2=%" PRIx32, query->flags2);
	if (query->has_sql_mode)
		buf_printf(out, " sql_mode=%" PRIx64, query->sql_mode);
	if (query->has_charset)
		buf_printf(out, " charset=%u,%u,%u", query->charset_client, query->collation_connection,
		    query->collation_server);
	if (query->has_time_zone)
		buf_printf(out, " tz=%.*s", (int) query->time_zone.len, (const char *) query->time_zone.data);
	if (query->has_auto_increment)
		buf_printf(out, " auto=%u,%u", query->auto_increment_increment, query->auto_increment_offset);
	if (query->has_lc_time_names)
		buf_printf(out, " lc=%u", query->lc_time_names);
	if (query->has_charset_database)
		buf_printf(out, " charset_db=%u", query->charset_database);
	if (query->has_default_collation_utf8mb4)
		buf_printf(out, " utf8mb4=%u", query->default_collation_utf8mb4);
	if (query->has_explicit_defaults_ts)
		buf_printf(out, " explicit_ts=%d", query->explicit_defaults_ts);
	if (query->has_require_primary_key)
		buf_printf(out, " require_pk=%u", query->require_primary_key);
	if (query->has_table_encryption)
		buf_printf(out, " encryption=%u", query->table_encryption);
	if (query->has_microseconds)
		buf_printf(out, " micro=%" PRIu32, query->microseconds);
	if (query->has_ddl_xid)
		buf_printf(out, " ddl_xid=%" PRIu64, query->ddl_xid);
	if (query->has_binlog_xid)
		buf_printf(out, " xid=%" PRIu64, query->binlog_xid);
	if (query->has_invoker) {
		buf_puts(out, " invoker=");
		put_quoted(out, query->invoker_user);
		put_quoted(out, query->invoker_host);
	}
	if (query->character_set_collations.len != 0)
		put_hex(out, " collations", query->character_set_collations);
}

static bool
put_query(struct binlog_text *text, const struct event *event, struct err *err)
{
	struct query query;

	if (!query_parse(event, &text->format, &text->scratch, &query, err))
		return false;
	buf_printf(text->out, " thread=%" PRIu32 " error=%u class=%d db=", query.thread_id, query.error_code,
	    query_classify(query.sql));
	put_quoted(text->out, query.db);
	put_status(text->out, &query);
	buf_puts(text->out, "\n  ");
	put_quoted(text->out, query.sql);
	buf_putc(text->out, '\n');
	return true;
}

static bool
put_payload(struct binlog_text *text, const struct event *event, struct err *err)
{
	uint8_t checksum = text->format.checksum;
	struct payload *payload;
	struct bytes packet;
	bool is_good;

	if (!payload_open(event, EVENT_LIMIT_BYTES, &payload, err))
		return false;
	buf_putc(text->out, '\n');
	text->format.checksum = CHECKSUM_OFF;
	while ((is_good = payload_next(payload, &packet, err)) && packet.data != NULL) {
		buf_putc(text->out, '>');
		is_good = binlog_text_event(text, packet, err);
		if (!is_good)
			break;
	}
	text->format.checksum = checksum;
	payload_close(payload);
	return is_good;
}

static bool
put_list(struct binlog_text *text, const struct event *event, struct err *err)
{
	struct gtid_set *set;

	if (!gtid_list_parse(event, &set, err))
		return false;
	buf_putc(text->out, ' ');
	gtid_set_put(set, text->out);
	buf_putc(text->out, '\n');
	gtid_set_free(set);
	return true;
}

static bool
put_rotate(struct binlog_text *text, const struct event *event, struct err *err)
{
	uint64_t position;
	struct bytes file;

	if (!rotate_parse(event, &file, &position, err))
		return false;
	buf_printf(text->out, " %.*s:%" PRIu64 "\n", (int) file.len, (const char *) file.data, position);
	return true;
}

static bool
put_body(struct binlog_text *text, const struct event *event, struct err *err)
{
	struct gtid_event gtid;

	if (event_rows_kind(event->type) != ROWS_NONE)
		return put_rows(text, event, err);
	switch (event->type) {
	case EVENT_FORMAT_DESCRIPTION:
		if (!format_parse(event, &text->format, err))
			return false;
		buf_printf(text->out, " %s checksum=%u types=%u\n", text->format.server_version,
		    text->format.checksum, text->format.n_types);
		return true;
	case EVENT_ROTATE:
		return put_rotate(text, event, err);
	case EVENT_TABLE_MAP:
		return put_table_map(text, event, err);
	case EVENT_QUERY:
	case EVENT_MARIADB_QUERY_COMPRESSED:
		return put_query(text, event, err);
	case EVENT_GTID:
	case EVENT_ANONYMOUS_GTID:
	case EVENT_GTID_TAGGED:
	case EVENT_MARIADB_GTID:
		if (!gtid_event_parse(event, &gtid, err))
			return false;
		put_gtid(text, &gtid);
		return true;
	case EVENT_PREVIOUS_GTIDS:
	case EVENT_MARIADB_GTID_LIST:
		return put_list(text, event, err);
	case EVENT_TRANSACTION_PAYLOAD:
		return put_payload(text, event, err);
	default:
		buf_printf(text->out, " %zu bytes\n", event->body.len);
		return true;
	}
}

bool
binlog_text_event(struct binlog_text *text, struct bytes packet, struct err *err)
{
	struct event event;

	if (!event_parse(packet, &text->format, &event, err))
		return false;
	buf_puts(text->out, event_type_name(event.type));
	if (event.flags != 0)
		buf_printf(text->out, " [%x]", event.flags);
	return put_body(text, &event, err);
}

bool
binlog_text_file(struct binlog_text *text, struct bytes file, struct err *err)
{
	struct reader reader;

	reader_init(&reader, file.data, file.len);
	(void) reader_take(&reader, MAGIC_LEN);
	while (reader_left(&reader) >= EVENT_HEADER_LEN) {
		struct bytes packet = reader_span(&reader, (size_t) bytes_le(reader.at + 9, 4));

		if (reader.failed)
			return err_set(err, ERR_STOP, "the file ends within an event");
		if (!binlog_text_event(text, packet, err))
			return false;
	}
	return reader_left(&reader) == 0 || err_set(err, ERR_STOP, "the file ends within a header");
}

void
binlog_text_release(struct binlog_text *text)
{
	for (size_t i = 0; i < N_TABLES; i++)
		table_map_unref(text->tables[i]);
	rows_release(&text->rows);
	buf_release(&text->scratch);
}
