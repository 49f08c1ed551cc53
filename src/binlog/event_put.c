/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/event_put.h"

#include <string.h>

enum {
	FORMAT_VERSION = 4,
	VERSION_LEN = 50,
	TABLE_ID_LEN = 6,
	MYSQL_TYPES = EVENT_PARTIAL_UPDATE_ROWS,
	MARIADB_TYPES = EVENT_MARIADB_DELETE_ROWS_COMPRESSED,
	FORMAT_FIXED_LEN = 2 + VERSION_LEN + 4 + 1,
};

/* Lengths of post-headers (libbinlogevents/include/binlog_event.h, sql/log_event.h); those that are not named are 0. */
static const uint8_t post_header_len[MARIADB_TYPES + 1] = {
    [1] = 56, /* START_EVENT_V3 */
    [EVENT_QUERY] = 13,
    [EVENT_ROTATE] = 8,
    [EVENT_LOAD] = 18,
    [EVENT_CREATE_FILE] = 4,
    [EVENT_APPEND_BLOCK] = 4,
    [EVENT_EXEC_LOAD] = 4,
    [EVENT_DELETE_FILE] = 4,
    [EVENT_NEW_LOAD] = 18,
    [EVENT_BEGIN_LOAD_QUERY] = 4,
    [EVENT_EXECUTE_LOAD_QUERY] = 26,
    [EVENT_TABLE_MAP] = 8,
    [EVENT_WRITE_ROWS_V1] = 8,
    [EVENT_UPDATE_ROWS_V1] = 8,
    [EVENT_DELETE_ROWS_V1] = 8,
    [EVENT_INCIDENT] = 2,
    [EVENT_WRITE_ROWS] = 10,
    [EVENT_UPDATE_ROWS] = 10,
    [EVENT_DELETE_ROWS] = 10,
    [EVENT_GTID] = 42,
    [EVENT_ANONYMOUS_GTID] = 42,
    [EVENT_TRANSACTION_CONTEXT] = 18,
    [EVENT_VIEW_CHANGE] = 52,
    [EVENT_PARTIAL_UPDATE_ROWS] = 10,
    [EVENT_MARIADB_BINLOG_CHECKPOINT] = 4,
    [EVENT_MARIADB_GTID] = 19,
    [EVENT_MARIADB_GTID_LIST] = 4,
    [EVENT_MARIADB_QUERY_COMPRESSED] = 13,
};

struct head {
	uint8_t type;
	uint32_t timestamp;
	uint32_t server_id;
};

static void
put_head(struct head head, size_t body_len, struct buf *out)
{
	buf_put_le(out, head.timestamp, 4);
	buf_put_le(out, head.type, 1);
	buf_put_le(out, head.server_id, 4);
	buf_put_le(out, EVENT_HEADER_LEN + body_len, 4);
	buf_put_le(out, 0, 4); /* log_pos */
	buf_put_le(out, 0, 2); /* flags */
}

void
event_put_format(enum flavour flavour, const char *version_text, uint32_t server_id, struct buf *out)
{
	size_t n_types = flavour == FLAVOUR_MARIADB ? MARIADB_TYPES : MYSQL_TYPES;
	char version[VERSION_LEN] = {0};

	(void) strncpy(version, version_text, VERSION_LEN - 1);
	put_head((struct head){.type = EVENT_FORMAT_DESCRIPTION, .server_id = server_id},
	    FORMAT_FIXED_LEN + n_types + 1 + EVENT_CHECKSUM_LEN, out);
	buf_put_le(out, FORMAT_VERSION, 2);
	buf_add(out, version, VERSION_LEN);
	buf_put_le(out, 0, 4); /* created: no server has started, nothing is to be cleaned up */
	buf_put_le(out, EVENT_HEADER_LEN, 1);
	for (size_t type = 1; type <= n_types; type++)
		buf_put_le(out, type == EVENT_FORMAT_DESCRIPTION ? FORMAT_FIXED_LEN + n_types : post_header_len[type], 1);
	buf_put_le(out, CHECKSUM_OFF, 1);
	buf_put_le(out, 0, EVENT_CHECKSUM_LEN);
}

bool
event_put_can(const struct binlog_format *format)
{
	return format->post_header_len[EVENT_TABLE_MAP] != TABLE_ID_LEN;
}

static void
put_name(const char *name, struct buf *out)
{
	size_t len = strlen(name);

	buf_put_le(out, len, 1);
	buf_add(out, name, len + 1);
}

/* Where the column count begins: behind table id, flags and the two names, each with a length before it and a NUL after. */
static size_t
columns_at(struct bytes body)
{
	size_t at = TABLE_ID_LEN + 2;

	at += body.data[at] + 2U;
	return at + body.data[at] + 2U;
}

void
event_put_table_map(const struct change *change, uint32_t server_id, struct buf *out)
{
	const struct table_map *map = change->table;
	size_t at = columns_at(map->body);
	struct buf body = {0};

	buf_add(&body, map->body.data, TABLE_ID_LEN + 2);
	put_name(map->target_db, &body);
	put_name(map->target_name, &body);
	buf_add(&body, map->body.data + at, map->body.len - at);
	put_head((struct head){EVENT_TABLE_MAP, change->timestamp, server_id}, body.len, out);
	buf_add(out, body.data, body.len);
	buf_release(&body);
}

/* BINLOG takes no compressed events: the plain type of each. */
static uint8_t
plain_type(uint8_t type)
{
	if (type >= EVENT_MARIADB_WRITE_ROWS_COMPRESSED_V1 && type <= EVENT_MARIADB_DELETE_ROWS_COMPRESSED_V1)
		return (uint8_t) (type - EVENT_MARIADB_WRITE_ROWS_COMPRESSED_V1 + EVENT_WRITE_ROWS_V1);
	if (type >= EVENT_MARIADB_WRITE_ROWS_COMPRESSED && type <= EVENT_MARIADB_DELETE_ROWS_COMPRESSED)
		return (uint8_t) (type - EVENT_MARIADB_WRITE_ROWS_COMPRESSED + EVENT_WRITE_ROWS);
	return type;
}

void
event_put_rows(const struct change *change, const struct rows_cursor *rows, uint32_t server_id, struct buf *out)
{
	const uint8_t *last_map = rows->after_map != NULL ? rows->after_map : rows->before_map;
	size_t head_len = (size_t) (last_map - change->body.data) + (change->table->n_columns + 7) / 8;
	uint8_t type = plain_type(change->event_type);
	struct bytes values = {change->body.data + head_len, change->body.len - head_len};
	size_t flags_at;

	if (type != change->event_type)
		values = (struct bytes){(const uint8_t *) rows->inflated.data, rows->inflated.len};
	put_head((struct head){type, change->timestamp, server_id}, head_len + values.len, out);
	flags_at = out->len + TABLE_ID_LEN;
	buf_add(out, change->body.data, head_len);
	buf_add(out, values.data, values.len);
	out->data[flags_at] = (char) ((out->data[flags_at] | ROWS_FLAG_STATEMENT_END) & ~ROWS_FLAG_RELAXED_UNIQUE_CHECKS);
}
