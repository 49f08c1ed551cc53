/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/event.h"

#include <string.h>
#include <zlib.h>

#include "base/utf8.h"

/* The post-header lengths start behind u2 version, 50 bytes of server version, u4 created, u1 header length. */
enum { FORMAT_FIXED_LEN = 2 + 50 + 4 + 1, FORMAT_CHECKSUM_LEN = 1 + EVENT_CHECKSUM_LEN, BINLOG_VERSION = 4 };

/* MySQL 5.6.1 and MariaDB 5.3 brought the algorithm byte; nothing older is read. */
enum { OLDEST_SERVER = 50601 };

static const char *const names[256] = {
    [EVENT_QUERY] = "query",
    [EVENT_STOP] = "stop",
    [EVENT_ROTATE] = "rotate",
    [EVENT_INTVAR] = "intvar",
    [EVENT_LOAD] = "load",
    [EVENT_CREATE_FILE] = "create_file",
    [EVENT_APPEND_BLOCK] = "append_block",
    [EVENT_EXEC_LOAD] = "exec_load",
    [EVENT_DELETE_FILE] = "delete_file",
    [EVENT_NEW_LOAD] = "new_load",
    [EVENT_RAND] = "rand",
    [EVENT_USER_VAR] = "user_var",
    [EVENT_FORMAT_DESCRIPTION] = "format_description",
    [EVENT_XID] = "xid",
    [EVENT_BEGIN_LOAD_QUERY] = "begin_load_query",
    [EVENT_EXECUTE_LOAD_QUERY] = "execute_load_query",
    [EVENT_TABLE_MAP] = "table_map",
    [EVENT_WRITE_ROWS_V1] = "write_rows_v1",
    [EVENT_UPDATE_ROWS_V1] = "update_rows_v1",
    [EVENT_DELETE_ROWS_V1] = "delete_rows_v1",
    [EVENT_INCIDENT] = "incident",
    [EVENT_HEARTBEAT] = "heartbeat",
    [EVENT_IGNORABLE] = "ignorable",
    [EVENT_ROWS_QUERY] = "rows_query",
    [EVENT_WRITE_ROWS] = "write_rows",
    [EVENT_UPDATE_ROWS] = "update_rows",
    [EVENT_DELETE_ROWS] = "delete_rows",
    [EVENT_GTID] = "gtid",
    [EVENT_ANONYMOUS_GTID] = "anonymous_gtid",
    [EVENT_PREVIOUS_GTIDS] = "previous_gtids",
    [EVENT_TRANSACTION_CONTEXT] = "transaction_context",
    [EVENT_VIEW_CHANGE] = "view_change",
    [EVENT_XA_PREPARE] = "xa_prepare",
    [EVENT_PARTIAL_UPDATE_ROWS] = "partial_update_rows",
    [EVENT_TRANSACTION_PAYLOAD] = "transaction_payload",
    [EVENT_HEARTBEAT_V2] = "heartbeat_v2",
    [EVENT_GTID_TAGGED] = "gtid_tagged",
    [EVENT_MARIADB_ANNOTATE_ROWS] = "annotate_rows",
    [EVENT_MARIADB_BINLOG_CHECKPOINT] = "binlog_checkpoint",
    [EVENT_MARIADB_GTID] = "mariadb_gtid",
    [EVENT_MARIADB_GTID_LIST] = "gtid_list",
    [EVENT_MARIADB_START_ENCRYPTION] = "start_encryption",
    [EVENT_MARIADB_QUERY_COMPRESSED] = "query_compressed",
    [EVENT_MARIADB_WRITE_ROWS_COMPRESSED_V1] = "write_rows_compressed_v1",
    [EVENT_MARIADB_UPDATE_ROWS_COMPRESSED_V1] = "update_rows_compressed_v1",
    [EVENT_MARIADB_DELETE_ROWS_COMPRESSED_V1] = "delete_rows_compressed_v1",
    [EVENT_MARIADB_WRITE_ROWS_COMPRESSED] = "write_rows_compressed",
    [EVENT_MARIADB_UPDATE_ROWS_COMPRESSED] = "update_rows_compressed",
    [EVENT_MARIADB_DELETE_ROWS_COMPRESSED] = "delete_rows_compressed",
    [EVENT_MARIADB_PARTIAL_ROW_DATA] = "partial_row_data",
};

const char *
event_type_name(uint8_t type)
{
	return names[type] == NULL ? "unknown" : names[type];
}

enum rows_kind
event_rows_kind(uint8_t type)
{
	switch (type) {
	case EVENT_WRITE_ROWS_V1:
	case EVENT_WRITE_ROWS:
	case EVENT_MARIADB_WRITE_ROWS_COMPRESSED_V1:
	case EVENT_MARIADB_WRITE_ROWS_COMPRESSED:
		return ROWS_INSERT;
	case EVENT_UPDATE_ROWS_V1:
	case EVENT_UPDATE_ROWS:
	case EVENT_PARTIAL_UPDATE_ROWS:
	case EVENT_MARIADB_UPDATE_ROWS_COMPRESSED_V1:
	case EVENT_MARIADB_UPDATE_ROWS_COMPRESSED:
		return ROWS_UPDATE;
	case EVENT_DELETE_ROWS_V1:
	case EVENT_DELETE_ROWS:
	case EVENT_MARIADB_DELETE_ROWS_COMPRESSED_V1:
	case EVENT_MARIADB_DELETE_ROWS_COMPRESSED:
		return ROWS_DELETE;
	default:
		return ROWS_NONE;
	}
}

/* The CRC of the event; of a format description without its in-use flag, which the server clears on close. */
static bool
is_checksum_right(struct bytes packet, uint8_t type)
{
	size_t len = packet.len - EVENT_CHECKSUM_LEN;
	uint32_t want = (uint32_t) bytes_le(packet.data + len, EVENT_CHECKSUM_LEN);
	uint8_t head[EVENT_HEADER_LEN];

	if (type != EVENT_FORMAT_DESCRIPTION)
		return crc32_z(0, packet.data, len) == want;
	memcpy(head, packet.data, sizeof(head));
	head[17] = (uint8_t) (head[17] & ~EVENT_FLAG_IN_USE);
	return crc32_z(crc32_z(0, head, sizeof(head)), packet.data + sizeof(head), len - sizeof(head)) == want;
}

/*
 * How many bytes at the end are the checksum's, and whether they are to be checked.
 *
 * A format description always has room for one, but a dump thread that changed its header leaves a wrong one
 * behind when checksums are off.  The artificial ROTATE before the first format description carries one or
 * not by a setting that nobody tells: there the CRC itself must say.
 */
static size_t
checksum_len(
    struct bytes packet, const struct binlog_format *format, const struct event *event, bool *is_checked)
{
	size_t body = packet.len - EVENT_HEADER_LEN;

	*is_checked = true;
	if (event->type == EVENT_FORMAT_DESCRIPTION) {
		if (body >= FORMAT_CHECKSUM_LEN)
			*is_checked = packet.data[packet.len - FORMAT_CHECKSUM_LEN] == CHECKSUM_CRC32;
		return EVENT_CHECKSUM_LEN;
	}
	if (!format->is_known && event->type == EVENT_ROTATE && body >= 8 + EVENT_CHECKSUM_LEN)
		return is_checksum_right(packet, event->type) ? EVENT_CHECKSUM_LEN : 0;
	return format->is_known && format->checksum == CHECKSUM_CRC32 ? EVENT_CHECKSUM_LEN : 0;
}

bool
event_parse(struct bytes packet, const struct binlog_format *format, struct event *event, struct err *err)
{
	struct reader reader;
	bool is_checked;
	size_t tail;

	reader_init(&reader, packet.data, packet.len);
	event->timestamp = reader_u32(&reader);
	event->type = reader_u8(&reader);
	event->server_id = reader_u32(&reader);
	event->length = reader_u32(&reader);
	event->log_pos = reader_u32(&reader);
	event->flags = reader_u16(&reader);
	event->body = (struct bytes){NULL, 0};
	if (reader.failed)
		return err_set(err, ERR_STOP, "an event of %zu bytes is shorter than its header of %d",
		    packet.len, EVENT_HEADER_LEN);
	if (event->length != packet.len)
		return err_set(err, ERR_STOP, "event '%s' (%u) says that it has %u bytes, but %zu came",
		    event_type_name(event->type), event->type, event->length, packet.len);
	tail = checksum_len(packet, format, event, &is_checked);
	if (reader_left(&reader) < tail)
		return err_set(err, ERR_STOP, "event '%s' (%u) of %zu bytes has no room for its checksum",
		    event_type_name(event->type), event->type, packet.len);
	if (tail != 0 && is_checked && !is_checksum_right(packet, event->type)) {
		(void) err_set(err, ERR_RETRY, "event '%s' (%u) of %zu bytes ending at %u has a wrong checksum",
		    event_type_name(event->type), event->type, packet.len, event->log_pos);
		return err_hint(
		    err, "Reading again may cure it; if it does not, the binlog is damaged.");
	}
	event->body = reader_span(&reader, reader_left(&reader) - tail);
	return true;
}

/* "5.6.24-log" as 50624; numbers above 255 are cut. */
static unsigned int
version_number(const char *text)
{
	unsigned int part[3] = {0, 0, 0};

	for (size_t i = 0; i < 3; i++, text++) {
		for (; *text >= '0' && *text <= '9'; text++)
			part[i] = part[i] > 99 ? 99 : part[i] * 10 + (unsigned int) (*text - '0');
		if (*text != '.')
			break;
	}
	return part[0] * 10000 + part[1] * 100 + part[2];
}

unsigned int
format_version(const struct binlog_format *format)
{
	return version_number(format->server_version);
}

bool
format_parse(const struct event *event, struct binlog_format *format, struct err *err)
{
	struct binlog_format got = {.is_known = true};
	struct bytes version, lengths;
	struct reader reader;
	uint16_t binlog_version;
	uint8_t header_len;

	reader_init(&reader, event->body.data, event->body.len);
	binlog_version = reader_u16(&reader);
	version = reader_span(&reader, 50);
	got.created = reader_u32(&reader);
	header_len = reader_u8(&reader);
	lengths = reader_left(&reader) == 0 ? (struct bytes){NULL, 0}
					    : reader_span(&reader, reader_left(&reader) - 1);
	got.checksum = reader_u8(&reader);
	if (reader.failed || lengths.len == 0)
		return err_set(err, ERR_STOP, "event 'format_description' is cut short: its body has %zu bytes",
		    event->body.len);
	memcpy(got.server_version, version.data, version.len);
	got.flavour = strstr(got.server_version, "MariaDB") != NULL ? FLAVOUR_MARIADB : FLAVOUR_MYSQL;
	if (binlog_version != BINLOG_VERSION || header_len != EVENT_HEADER_LEN)
		return err_set(err, ERR_STOP, "binlog version %u with headers of %u bytes is not %d with %d",
		    binlog_version, header_len, BINLOG_VERSION, EVENT_HEADER_LEN);
	if (format_version(&got) < OLDEST_SERVER)
		return err_set(err, ERR_STOP, "the binlog was written by server '%s', older than MySQL 5.6.1",
		    got.server_version);
	if (got.checksum > CHECKSUM_CRC32)
		return err_set(
		    err, ERR_STOP, "binlog checksum algorithm %u is not known (0 none, 1 crc32)", got.checksum);
	got.n_types = lengths.len > 255 ? 255 : (uint8_t) lengths.len;
	memcpy(got.post_header_len + 1, lengths.data, got.n_types); /* the first one is type 1 */
	*format = got;
	return true;
}

/*
 * FN_REFLEN of the servers is 512.  A NUL or a slash would lead whoever opens or prints the name astray; the position
 * is kept as text.
 */
static bool
file_name_check(const struct event *event, struct bytes file, struct err *err)
{
	const char *type = event_type_name(event->type);

	if (file.len == 0)
		return err_set(err, ERR_STOP, "event '%s' names no file", type);
	if (file.len > BINLOG_NAME_LONGEST)
		return err_set(err, ERR_STOP, "event '%s' has a file name of %zu bytes, more than %d", type,
		    file.len, BINLOG_NAME_LONGEST);
	if (memchr(file.data, '\0', file.len) != NULL || memchr(file.data, '/', file.len) != NULL)
		return err_set(err, ERR_STOP, "event '%s' has a file name with a NUL or a slash in it", type);
	if (!utf8_is_valid(file))
		return err_set(err, ERR_STOP, "event '%s' has a file name that is not UTF-8", type);
	return true;
}

bool
rotate_parse(const struct event *event, struct bytes *file, uint64_t *position, struct err *err)
{
	struct reader reader;

	reader_init(&reader, event->body.data, event->body.len);
	*position = reader_u64(&reader);
	*file = reader_rest(&reader);
	if (reader.failed)
		return err_set(
		    err, ERR_STOP, "event 'rotate' is cut short: its body has %zu bytes", event->body.len);
	return file_name_check(event, *file, err);
}
