/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event that opens a transaction: MySQL's GTID (33), ANONYMOUS_GTID (34) and GTID_TAGGED (42), MariaDB's
 * GTID (162).
 */
#ifndef BINLOG_GTID_EVENT_H
#define BINLOG_GTID_EVENT_H

#include "base/buf.h"
#include "binlog/event.h"
#include "model/gtid.h"
#include "model/gtid_set.h"

enum alter_phase { ALTER_NONE, ALTER_START, ALTER_COMMIT, ALTER_ROLLBACK };

struct gtid_event {
	bool has_gtid; /* false for ANONYMOUS_GTID */
	struct gtid gtid;
	bool is_standalone;      /* MariaDB: one event follows, without BEGIN and COMMIT */
	bool is_ddl;             /* MariaDB */
	bool is_xa_prepared;     /* MariaDB: the group ends in XA PREPARE of `xid` */
	bool is_xa_completed;    /* MariaDB: XA COMMIT or XA ROLLBACK */
	struct bytes xid_gtrid;  /* MariaDB XA: parts of the XID, in the event */
	struct bytes xid_bqual;
	uint32_t xid_format;
	uint8_t alter;           /* enum alter_phase: MariaDB's two-phase ALTER */
	uint64_t alter_seq;      /* COMMIT and ROLLBACK: the START they belong to */
	uint32_t thread_id;      /* 0: not told */
	int64_t immediate_us;    /* commit on this server, microseconds since 1970; 0: not told */
	int64_t original_us;     /* commit where it was first executed; 0: not told */
	uint64_t transaction_length; /* 0: not told */
};

bool gtid_event_parse(const struct event *event, struct gtid_event *gtid, struct err *err);

/* PREVIOUS_GTIDS (MySQL) or GTID_LIST (MariaDB): what the files before this one hold.  Caller frees *set. */
bool gtid_list_parse(const struct event *event, struct gtid_set **set, struct err *err);

#endif
