/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QUERY and QUERY_COMPRESSED: a statement and the session it ran in.
 *
 * Layout (sql/log_event.h, Query_log_event): u4 thread id, u4 seconds, u1 length of database, u2 error code,
 * u2 length of status variables; status variables; database, NUL; statement to the end.
 */
#ifndef BINLOG_QUERY_EVENT_H
#define BINLOG_QUERY_EVENT_H

#include "base/buf.h"
#include "binlog/event.h"

struct query {
	uint32_t thread_id;
	uint32_t seconds; /* that the statement took */
	uint16_t error_code;
	struct bytes db;  /* default database; may be empty */
	struct bytes sql; /* in the event, or in the caller's scratch when it was compressed */

	/* Status variables; each has_ says whether it was sent. */
	bool has_flags2, has_sql_mode, has_charset, has_time_zone, has_auto_increment, has_lc_time_names;
	bool has_charset_database, has_default_collation_utf8mb4, has_explicit_defaults_ts, has_ddl_xid;
	bool has_require_primary_key, has_table_encryption, has_microseconds, has_binlog_xid, has_invoker;
	/*
	 * OPTION_* bits: 1<<14 sql_auto_is_null, 1<<19 not autocommit, 1<<26 no foreign key checks, 1<<27 relaxed
	 * unique checks; MariaDB: 1<<24 explicit_defaults_for_timestamp, 1<<28 sql_if_exists.
	 */
	uint32_t flags2;
	uint64_t sql_mode;
	uint16_t charset_client, collation_connection, collation_server; /* collation ids */
	uint16_t charset_database;
	uint16_t default_collation_utf8mb4;
	uint16_t lc_time_names;
	uint16_t auto_increment_increment, auto_increment_offset;
	bool explicit_defaults_ts; /* MariaDB: from flags2 */
	uint8_t require_primary_key, table_encryption;
	uint32_t microseconds; /* fraction of the event's timestamp */
	uint64_t ddl_xid, binlog_xid;
	struct bytes time_zone;
	struct bytes invoker_user, invoker_host; /* the definer of a CREATE that names none */
	/* MariaDB 11.x: character_set_collations "utf8mb4=...": as sent, a list of collation ids in pairs (u2, u2) */
	struct bytes character_set_collations;
};

/*
 * Parses QUERY (2) and QUERY_COMPRESSED (165).  The statement of the latter is inflated into `scratch`, which
 * is reset first.  An unknown status variable ends in ERR_STOP: its length is not known.
 */
bool query_parse(const struct event *event, const struct binlog_format *format, struct buf *scratch,
    struct query *query, struct err *err);

/* Which statement ends or shapes a transaction; compares whole words, ignoring case and trailing space. */
enum query_class { QUERY_OTHER, QUERY_BEGIN, QUERY_COMMIT, QUERY_ROLLBACK, QUERY_SAVEPOINT, QUERY_ROLLBACK_TO,
	QUERY_XA_START, QUERY_XA_END, QUERY_XA_PREPARE, QUERY_XA_COMMIT, QUERY_XA_ROLLBACK };
enum query_class query_classify(struct bytes sql);

#endif
