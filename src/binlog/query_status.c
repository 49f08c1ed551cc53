/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/query_status.h"

#include <string.h>

enum status_code {
	STATUS_FLAGS2 = 0,
	STATUS_SQL_MODE = 1,
	STATUS_CATALOG = 2, /* before MySQL 5.0.4, with a NUL at the end */
	STATUS_AUTO_INCREMENT = 3,
	STATUS_CHARSET = 4,
	STATUS_TIME_ZONE = 5,
	STATUS_CATALOG_NZ = 6,
	STATUS_LC_TIME_NAMES = 7,
	STATUS_CHARSET_DATABASE = 8,
	STATUS_TABLE_MAP_FOR_UPDATE = 9,
	STATUS_MASTER_DATA_WRITTEN = 10,
	STATUS_INVOKER = 11,
	STATUS_UPDATED_DB_NAMES = 12,
	STATUS_MICROSECONDS = 13,
	STATUS_COMMIT_TS = 14,
	STATUS_COMMIT_TS2 = 15,
	STATUS_EXPLICIT_DEFAULTS_TS = 16,
	STATUS_DDL_XID = 17,
	STATUS_DEFAULT_COLLATION_UTF8MB4 = 18,
	STATUS_REQUIRE_PRIMARY_KEY = 19,
	STATUS_TABLE_ENCRYPTION = 20,
	STATUS_FOREIGN_KEYS = 21, /* MySQL 9.6 on, with statements that change rows: one byte (seen on 9.7.4) */
	STATUS_MARIADB_HRNOW = 128,
	STATUS_MARIADB_XID = 129,
	STATUS_MARIADB_GTID_FLAGS3 = 130,
	STATUS_MARIADB_CHARACTER_SET_COLLATIONS = 131,
	STATUS_MARIADB_DUMMY = 255, /* padding, without a value */
};

enum { MARIADB_FLAG_EXPLICIT_DEFAULTS_TS = 1 << 24 };

enum { UPDATED_DB_NAMES_TOO_MANY = 254, GTID_FLAGS3_HAS_SEQ = 4 | 8, COLLATION_PAIR_LEN = 4 };

/* u1 length, text. */
static struct bytes
read_short_text(struct reader *reader)
{
	return reader_span(reader, reader_u8(reader));
}

/* u1 count, names that end in NUL; the count 254 stands for too many, and no name follows. */
static void
skip_db_names(struct reader *reader)
{
	uint8_t n = reader_u8(reader);

	if (n == UPDATED_DB_NAMES_TOO_MANY)
		return;
	for (uint8_t i = 0; i < n && !reader->failed; i++) {
		const uint8_t *nul = memchr(reader->at, '\0', reader_left(reader));

		if (nul == NULL)
			reader->failed = true;
		else
			(void) reader_take(reader, (size_t) (nul - reader->at) + 1);
	}
}

static void
read_charset(struct reader *reader, struct query *query)
{
	query->has_charset = true;
	query->charset_client = reader_u16(reader);
	query->collation_connection = reader_u16(reader);
	query->collation_server = reader_u16(reader);
}

static void
read_auto_increment(struct reader *reader, struct query *query)
{
	query->has_auto_increment = true;
	query->auto_increment_increment = reader_u16(reader);
	query->auto_increment_offset = reader_u16(reader);
}

static void
read_time_zone(struct reader *reader, struct query *query)
{
	query->has_time_zone = true;
	query->time_zone = read_short_text(reader);
}

/* What both families have had since their common days. */
static bool
read_common(uint8_t code, struct reader *reader, struct query *query)
{
	switch (code) {
	case STATUS_FLAGS2:
		query->has_flags2 = true;
		query->flags2 = reader_u32(reader);
		return true;
	case STATUS_SQL_MODE:
		query->has_sql_mode = true;
		query->sql_mode = reader_u64(reader);
		return true;
	case STATUS_CATALOG:
		(void) read_short_text(reader);
		(void) reader_u8(reader);
		return true;
	case STATUS_AUTO_INCREMENT:
		read_auto_increment(reader, query);
		return true;
	case STATUS_CHARSET:
		read_charset(reader, query);
		return true;
	case STATUS_TIME_ZONE:
		read_time_zone(reader, query);
		return true;
	case STATUS_CATALOG_NZ:
		(void) read_short_text(reader);
		return true;
	case STATUS_LC_TIME_NAMES:
		query->has_lc_time_names = true;
		query->lc_time_names = reader_u16(reader);
		return true;
	case STATUS_CHARSET_DATABASE:
		query->has_charset_database = true;
		query->charset_database = reader_u16(reader);
		return true;
	case STATUS_TABLE_MAP_FOR_UPDATE:
		(void) reader_u64(reader);
		return true;
	case STATUS_MASTER_DATA_WRITTEN:
		(void) reader_u32(reader);
		return true;
	case STATUS_INVOKER:
		query->has_invoker = true;
		query->invoker_user = read_short_text(reader);
		query->invoker_host = read_short_text(reader);
		return true;
	default:
		return false;
	}
}

static bool
read_mysql(uint8_t code, struct reader *reader, struct query *query)
{
	switch (code) {
	case STATUS_UPDATED_DB_NAMES:
		skip_db_names(reader);
		return true;
	case STATUS_MICROSECONDS:
		query->has_microseconds = true;
		query->microseconds = (uint32_t) reader_le(reader, 3);
		return true;
	case STATUS_COMMIT_TS:
	case STATUS_COMMIT_TS2:
		(void) reader_u64(reader);
		return true;
	case STATUS_EXPLICIT_DEFAULTS_TS:
		query->has_explicit_defaults_ts = true;
		query->explicit_defaults_ts = reader_u8(reader) != 0;
		return true;
	case STATUS_DDL_XID:
		query->has_ddl_xid = true;
		query->ddl_xid = reader_u64(reader);
		return true;
	case STATUS_DEFAULT_COLLATION_UTF8MB4:
		query->has_default_collation_utf8mb4 = true;
		query->default_collation_utf8mb4 = reader_u16(reader);
		return true;
	case STATUS_REQUIRE_PRIMARY_KEY:
		query->has_require_primary_key = true;
		query->require_primary_key = reader_u8(reader);
		return true;
	case STATUS_TABLE_ENCRYPTION:
		query->has_table_encryption = true;
		query->table_encryption = reader_u8(reader);
		return true;
	case STATUS_FOREIGN_KEYS:
		(void) reader_u8(reader);
		return true;
	default:
		return false;
	}
}

static bool
read_mariadb(uint8_t code, struct reader *reader, struct query *query)
{
	switch (code) {
	case STATUS_MARIADB_HRNOW:
		query->has_microseconds = true;
		query->microseconds = (uint32_t) reader_le(reader, 3);
		return true;
	case STATUS_MARIADB_XID:
		query->has_binlog_xid = true;
		query->binlog_xid = reader_u64(reader);
		return true;
	case STATUS_MARIADB_GTID_FLAGS3: /* of the GTID event: COMMIT and ROLLBACK of an ALTER name its START */
		if ((reader_u8(reader) & GTID_FLAGS3_HAS_SEQ) != 0)
			(void) reader_u64(reader);
		return true;
	case STATUS_MARIADB_CHARACTER_SET_COLLATIONS:
		query->character_set_collations =
		    reader_span(reader, reader_u8(reader) * (size_t) COLLATION_PAIR_LEN);
		return true;
	case STATUS_MARIADB_DUMMY:
		return true;
	default:
		return false;
	}
}

bool
query_status_read(struct bytes vars, enum flavour flavour, struct query *query, struct err *err)
{
	struct reader reader;

	reader_init(&reader, vars.data, vars.len);
	while (reader_left(&reader) != 0) {
		uint8_t code = reader_u8(&reader);
		bool is_known =
		    read_common(code, &reader, query) ||
		    (flavour == FLAVOUR_MARIADB && code >= STATUS_MARIADB_HRNOW ? read_mariadb : read_mysql)(
			code, &reader, query);

		if (!is_known)
			return err_set(
			    err, ERR_STOP, "event 'query' has status variable %u, which is not known", code);
		if (reader.failed)
			return err_set(err, ERR_STOP, "event 'query' is cut short in status variable %u", code);
	}
	if (flavour == FLAVOUR_MARIADB && query->has_flags2) {
		query->has_explicit_defaults_ts = true;
		query->explicit_defaults_ts = (query->flags2 & MARIADB_FLAG_EXPLICIT_DEFAULTS_TS) != 0;
	}
	return true;
}
