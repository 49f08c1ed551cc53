/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/gtid_event.h"

#include <string.h>

#include "binlog/gtid_tagged.h"

/* MySQL: what follows the gno, each only when bytes remain. */
enum { LOGICAL_CLOCK_TYPE = 2, LOGICAL_CLOCK_LEN = 17, COMMIT_TIME_LEN = 7, COMMIT_TIME_BITS = 55 };

/* MariaDB: Gtid_log_event in sql/log_event.h. */
enum mariadb_flags {
	MARIADB_STANDALONE = 0x01,
	MARIADB_GROUP_COMMIT_ID = 0x02,
	MARIADB_DDL = 0x20,
	MARIADB_PREPARED_XA = 0x40,
	MARIADB_COMPLETED_XA = 0x80,
};

enum mariadb_extra_flags {
	MARIADB_EXTRA_MULTI_ENGINE = 0x01,
	MARIADB_EXTRA_START_ALTER = 0x02,
	MARIADB_EXTRA_COMMIT_ALTER = 0x04,
	MARIADB_EXTRA_ROLLBACK_ALTER = 0x08,
	MARIADB_EXTRA_THREAD_ID = 0x10,
};

enum { XID_PART_LONGEST = 64, GTID_LIST_ENTRY_LEN = 16, GTID_LIST_COUNT_BITS = 28 };

/*
 * Behind the logical clocks: u7 immediate commit time, whose top bit says that an u7 original one follows;
 * packed length of the transaction; server versions and a ticket, which are of no use here.
 */
static void
mysql_read_times(struct reader *reader, struct gtid_event *gtid)
{
	const uint64_t mask = (UINT64_C(1) << COMMIT_TIME_BITS) - 1;
	uint64_t immediate;

	if (reader_left(reader) < LOGICAL_CLOCK_LEN || *reader->at != LOGICAL_CLOCK_TYPE)
		return;
	(void) reader_take(reader, LOGICAL_CLOCK_LEN);
	if (reader_left(reader) == 0)
		return;
	immediate = reader_le(reader, COMMIT_TIME_LEN);
	gtid->immediate_us = gtid->original_us = (int64_t) (immediate & mask);
	if ((immediate & ~mask) != 0)
		gtid->original_us = (int64_t) reader_le(reader, COMMIT_TIME_LEN);
	if (reader_left(reader) != 0)
		gtid->transaction_length = reader_packed(reader);
}

/* u1 flags, 16 bytes uuid, u8 gno. */
static bool
mysql_parse(const struct event *event, struct gtid_event *gtid, struct err *err)
{
	struct reader reader;
	const uint8_t *uuid;

	reader_init(&reader, event->body.data, event->body.len);
	(void) reader_u8(&reader);
	uuid = reader_take(&reader, sizeof(gtid->gtid.mysql.uuid));
	gtid->gtid.mysql.gno = reader_u64(&reader);
	if (uuid != NULL)
		memcpy(gtid->gtid.mysql.uuid, uuid, sizeof(gtid->gtid.mysql.uuid));
	mysql_read_times(&reader, gtid);
	if (reader.failed)
		return err_set(err, ERR_STOP, "event '%s' is cut short: its body has %zu bytes",
		    event_type_name(event->type), event->body.len);
	return true;
}

/* GTID_TAGGED has room for more than what a server writes. */
static bool
is_commit_time(int64_t us)
{
	return (uint64_t) us >> COMMIT_TIME_BITS == 0;
}

static bool
mysql_check(const struct event *event, struct gtid_event *gtid, struct err *err)
{
	if (gtid->original_us == 0)
		gtid->original_us = gtid->immediate_us;
	if (!is_commit_time(gtid->immediate_us) || !is_commit_time(gtid->original_us))
		return err_set(err, ERR_STOP, "event '%s' has a commit time of more than %d bits",
		    event_type_name(event->type), COMMIT_TIME_BITS);
	gtid->has_gtid = event->type != EVENT_ANONYMOUS_GTID;
	if (gtid->has_gtid && (gtid->gtid.mysql.gno == 0 || gtid->gtid.mysql.gno >= INT64_MAX))
		return err_set(err, ERR_STOP,
		    "event '%s' has transaction number %llu, which is not between 1 and 2^63-2",
		    event_type_name(event->type), (unsigned long long) gtid->gtid.mysql.gno);
	return true;
}

/* u4 format, u1 length of gtrid, u1 length of bqual, both. */
static void
mariadb_read_xid(struct reader *reader, struct gtid_event *gtid)
{
	uint8_t gtrid_len, bqual_len;

	gtid->xid_format = reader_u32(reader);
	gtrid_len = reader_u8(reader);
	bqual_len = reader_u8(reader);
	if (gtrid_len > XID_PART_LONGEST || bqual_len > XID_PART_LONGEST)
		reader->failed = true;
	gtid->xid_gtrid = reader_span(reader, gtrid_len);
	gtid->xid_bqual = reader_span(reader, bqual_len);
}

/* Present when bytes remain; an event without them is filled up with zeros, which says the same. */
static void
mariadb_read_extra(struct reader *reader, struct gtid_event *gtid)
{
	uint8_t flags = reader_left(reader) == 0 ? 0 : reader_u8(reader);

	if ((flags & MARIADB_EXTRA_MULTI_ENGINE) != 0)
		(void) reader_u8(reader);
	if ((flags & MARIADB_EXTRA_START_ALTER) != 0)
		gtid->alter = ALTER_START;
	if ((flags & MARIADB_EXTRA_COMMIT_ALTER) != 0)
		gtid->alter = ALTER_COMMIT;
	if ((flags & MARIADB_EXTRA_ROLLBACK_ALTER) != 0)
		gtid->alter = ALTER_ROLLBACK;
	if ((flags & (MARIADB_EXTRA_COMMIT_ALTER | MARIADB_EXTRA_ROLLBACK_ALTER)) != 0)
		gtid->alter_seq = reader_u64(reader);
	if ((flags & MARIADB_EXTRA_THREAD_ID) != 0)
		gtid->thread_id = reader_u32(reader);
}

/* u8 sequence number, u4 domain, u1 flags; then what the flags announce, in this order. */
static bool
mariadb_parse(const struct event *event, struct gtid_event *gtid, struct err *err)
{
	struct reader reader;
	uint8_t flags;

	reader_init(&reader, event->body.data, event->body.len);
	gtid->has_gtid = true;
	gtid->gtid.mariadb.server_id = event->server_id;
	gtid->gtid.mariadb.seq = reader_u64(&reader);
	gtid->gtid.mariadb.domain = reader_u32(&reader);
	flags = reader_u8(&reader);
	gtid->is_standalone = (flags & MARIADB_STANDALONE) != 0;
	gtid->is_ddl = (flags & MARIADB_DDL) != 0;
	gtid->is_xa_prepared = (flags & MARIADB_PREPARED_XA) != 0;
	gtid->is_xa_completed = (flags & MARIADB_COMPLETED_XA) != 0;
	if ((flags & MARIADB_GROUP_COMMIT_ID) != 0)
		(void) reader_u64(&reader);
	if (gtid->is_xa_prepared || gtid->is_xa_completed)
		mariadb_read_xid(&reader, gtid);
	mariadb_read_extra(&reader, gtid);
	if (reader.failed)
		return err_set(err, ERR_STOP,
		    "event '%s' with flags 0x%02x is cut short: its body has %zu bytes",
		    event_type_name(event->type), flags, event->body.len);
	if (gtid->gtid.mariadb.seq == 0)
		return err_set(err, ERR_STOP, "event '%s' has sequence number 0", event_type_name(event->type));
	return true;
}

bool
gtid_event_parse(const struct event *event, struct gtid_event *gtid, struct err *err)
{
	*gtid = (struct gtid_event){0};
	switch (event->type) {
	case EVENT_MARIADB_GTID:
		gtid->gtid.flavour = FLAVOUR_MARIADB;
		return mariadb_parse(event, gtid, err);
	case EVENT_GTID_TAGGED:
		return gtid_tagged_parse(event->body, gtid, err) && mysql_check(event, gtid, err);
	case EVENT_GTID:
	case EVENT_ANONYMOUS_GTID:
		return mysql_parse(event, gtid, err) && mysql_check(event, gtid, err);
	default:
		return err_set(
		    err, ERR_STOP, "event '%s' (%u) holds no gtid", event_type_name(event->type), event->type);
	}
}

/*
 * MariaDB: u4 count (the top 4 bits are flags), then u4 domain, u4 server, u8 sequence number each.  A domain
 * stands there once for each server that wrote in it, the newest last.
 */
static bool
mariadb_list_parse(const struct event *event, struct gtid_set **set, struct err *err)
{
	struct reader reader;
	uint32_t count;

	reader_init(&reader, event->body.data, event->body.len);
	count = reader_u32(&reader) & ((UINT32_C(1) << GTID_LIST_COUNT_BITS) - 1);
	if (reader.failed || reader_left(&reader) / GTID_LIST_ENTRY_LEN < count)
		return err_set(err, ERR_STOP,
		    "event '%s' says that it has %u entries, but its body has %zu bytes",
		    event_type_name(event->type), count, event->body.len);
	*set = gtid_set_new(FLAVOUR_MARIADB);
	for (uint32_t i = 0; i < count; i++) {
		struct gtid gtid = {.flavour = FLAVOUR_MARIADB};

		gtid.mariadb.domain = reader_u32(&reader);
		gtid.mariadb.server_id = reader_u32(&reader);
		gtid.mariadb.seq = reader_u64(&reader);
		gtid_set_add(*set, &gtid);
	}
	return true;
}

bool
gtid_list_parse(const struct event *event, struct gtid_set **set, struct err *err)
{
	*set = NULL;
	if (event->type == EVENT_MARIADB_GTID_LIST)
		return mariadb_list_parse(event, set, err);
	return gtid_set_decode(event->body, set, err) ||
	       err_prefix(err, "event '%s': ", event_type_name(event->type));
}
