/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Framing: one event of a binlog, and the format description that says how to read it.
 *
 * Layout of the common header (sql/log_event.h; binlog version 4, 19 bytes, little-endian):
 *   u4 timestamp, u1 type, u4 server_id, u4 length of the whole event, u4 log_pos, u2 flags
 * then the post-header and body, then u4 CRC32 when the format says so.
 */
#ifndef BINLOG_EVENT_H
#define BINLOG_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/reader.h"
#include "model/flavour.h"

enum event_type {
	EVENT_QUERY = 2,
	EVENT_STOP = 3,
	EVENT_ROTATE = 4,
	EVENT_INTVAR = 5,
	EVENT_LOAD = 6,
	EVENT_CREATE_FILE = 8,
	EVENT_APPEND_BLOCK = 9,
	EVENT_EXEC_LOAD = 10,
	EVENT_DELETE_FILE = 11,
	EVENT_NEW_LOAD = 12,
	EVENT_RAND = 13,
	EVENT_USER_VAR = 14,
	EVENT_FORMAT_DESCRIPTION = 15,
	EVENT_XID = 16,
	EVENT_BEGIN_LOAD_QUERY = 17,
	EVENT_EXECUTE_LOAD_QUERY = 18,
	EVENT_TABLE_MAP = 19,
	EVENT_WRITE_ROWS_V1 = 23,
	EVENT_UPDATE_ROWS_V1 = 24,
	EVENT_DELETE_ROWS_V1 = 25,
	EVENT_INCIDENT = 26,
	EVENT_HEARTBEAT = 27,
	EVENT_IGNORABLE = 28,
	EVENT_ROWS_QUERY = 29,
	EVENT_WRITE_ROWS = 30,
	EVENT_UPDATE_ROWS = 31,
	EVENT_DELETE_ROWS = 32,
	EVENT_GTID = 33,
	EVENT_ANONYMOUS_GTID = 34,
	EVENT_PREVIOUS_GTIDS = 35,
	EVENT_TRANSACTION_CONTEXT = 36,
	EVENT_VIEW_CHANGE = 37,
	EVENT_XA_PREPARE = 38,
	EVENT_PARTIAL_UPDATE_ROWS = 39,
	EVENT_TRANSACTION_PAYLOAD = 40,
	EVENT_HEARTBEAT_V2 = 41,
	EVENT_GTID_TAGGED = 42,
	EVENT_MARIADB_ANNOTATE_ROWS = 160,
	EVENT_MARIADB_BINLOG_CHECKPOINT = 161,
	EVENT_MARIADB_GTID = 162,
	EVENT_MARIADB_GTID_LIST = 163,
	EVENT_MARIADB_START_ENCRYPTION = 164,
	EVENT_MARIADB_QUERY_COMPRESSED = 165,
	EVENT_MARIADB_WRITE_ROWS_COMPRESSED_V1 = 166,
	EVENT_MARIADB_UPDATE_ROWS_COMPRESSED_V1 = 167,
	EVENT_MARIADB_DELETE_ROWS_COMPRESSED_V1 = 168,
	EVENT_MARIADB_WRITE_ROWS_COMPRESSED = 169,
	EVENT_MARIADB_UPDATE_ROWS_COMPRESSED = 170,
	EVENT_MARIADB_DELETE_ROWS_COMPRESSED = 171,
	EVENT_MARIADB_PARTIAL_ROW_DATA = 172,
};

enum event_flags {
	EVENT_FLAG_IN_USE = 0x01,
	EVENT_FLAG_ARTIFICIAL = 0x20, /* made by the dump thread; not in the file */
	EVENT_FLAG_IGNORABLE = 0x80,
	EVENT_FLAG_SKIP_REPLICATION = 0x8000, /* MariaDB: written under skip_replication = 1 */
};

enum { EVENT_HEADER_LEN = 19, EVENT_CHECKSUM_LEN = 4, BINLOG_NAME_LONGEST = 512 };

enum checksum_algorithm { CHECKSUM_OFF = 0, CHECKSUM_CRC32 = 1 };

/* What FORMAT_DESCRIPTION told.  A zeroed format is "none seen yet": events are taken as without checksum. */
struct binlog_format {
	bool is_known;
	enum flavour flavour;
	uint8_t checksum;            /* enum checksum_algorithm, of the events that follow */
	uint8_t n_types;             /* entries of post_header_len */
	uint8_t post_header_len[256]; /* index: event type */
	uint32_t created;            /* not 0: the server has just started */
	char server_version[51];
};

struct event {
	uint32_t timestamp;
	uint32_t server_id;
	uint32_t log_pos; /* end of the event, modulo 2^32; 0 inside transactions of MariaDB 11.4 on */
	uint32_t length;  /* of the whole event, header and checksum included */
	uint16_t flags;
	uint8_t type;       /* enum event_type, or a number that we do not know */
	struct bytes body;  /* behind the header, without the checksum; in the packet */
};

/*
 * Takes one whole event apart and checks length and CRC32.  FORMAT_DESCRIPTION is checked by its own
 * algorithm byte, ROTATE that is artificial may come before any format.  ERR_STOP on a lie; ERR_RETRY on a
 * wrong checksum (reading again may cure it).  Inner events of a TRANSACTION_PAYLOAD have no checksum: give a
 * copy of the format with CHECKSUM_OFF.
 */
bool event_parse(struct bytes packet, const struct binlog_format *format, struct event *event, struct err *err);

/* FORMAT_DESCRIPTION. */
bool format_parse(const struct event *event, struct binlog_format *format, struct err *err);

/* Of the server that wrote it: 101119 for "10.11.19-MariaDB-log", 0 where none is told. */
unsigned int format_version(const struct binlog_format *format);

/* ROTATE: u8 position, then the name to the end. `file` is in the event: 1 to 512 bytes of UTF-8 without NUL and slash. */
bool rotate_parse(const struct event *event, struct bytes *file, uint64_t *position, struct err *err);

/* "update_rows" and so on; "unknown" for others; static storage. */
const char *event_type_name(uint8_t type);

/* WRITE, UPDATE or DELETE rows of any version, compressed or not. */
enum rows_kind { ROWS_NONE, ROWS_INSERT, ROWS_UPDATE, ROWS_DELETE };
enum rows_kind event_rows_kind(uint8_t type);

#endif
