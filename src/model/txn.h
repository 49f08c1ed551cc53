/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One committed transaction of the source, on its way to a sink.
 *
 * Rows stay in the wire form in which they came (binlog/rows.h decodes them): it is the most compact one, it
 * can be spooled to disk as it is, and it is decoded by the thread that applies it, with the table's
 * definition at that very position.  The source thread has already dropped what the task does not carry.
 *
 * Ownership: the source thread makes it, the queue passes it on, the sink frees it.  Never shared.
 */
#ifndef MODEL_TXN_H
#define MODEL_TXN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/spool.h"
#include "model/gtid.h"
#include "model/table_map.h"

enum txn_kind {
	TXN_ROWS,        /* row changes (and savepoints) that commit together */
	TXN_DDL,         /* one statement that commits by itself */
	TXN_XA_PREPARE,  /* rows that wait for XA COMMIT or XA ROLLBACK of `xid` */
	TXN_XA_COMMIT,
	TXN_XA_ROLLBACK,
	TXN_REFUSED,     /* something in it that we will not carry out: `refusal` says what */
	TXN_ADVANCE,     /* nothing to apply: filtered, or a position that moved (rotation, heartbeat) */
};

/* Where a transaction (or a stop) is in the source's files. */
struct file_position {
	const char *file; /* binlog file name; "" when unknown */
	uint64_t offset;  /* 64 bits, counted, never taken from log_pos alone */
};

/* Below, at or above 0, as strcmp().  Files are numbered behind the last dot; the number may grow in length. */
int file_position_compare(const struct file_position *a, const struct file_position *b);

/* The loop mark: what rowferry's own marker row said, when the transaction was written by a rowferry. */
struct mark {
	bool is_marked;
	uint32_t server_id;   /* of the task that wrote it */
	const char *origin;   /* region where the change was first made; "" when none was configured */
};

struct change {
	uint8_t event_type;      /* binlog event number: rows events or QUERY */
	uint32_t timestamp;      /* seconds, of the event */
	uint64_t offset;         /* of the event (of the enclosing one, inside a payload) */
	struct table_map *table; /* rows only; the transaction's reference */
	struct bytes body;       /* the event without header and checksum; valid until the next change is read */
};

struct binlog_format;

enum { TXN_TABLES_LIMIT_BYTES = 256 << 20 };

/* Settings of the session that wrote the rows, as BEGIN tells them: MariaDB's transactions of rows have none. */
struct txn_session {
	bool is_known;
	uint64_t sql_mode;
	const char *time_zone; /* "": nothing depended on it */
};

struct txn {
	struct arena arena; /* small things below */
	const struct binlog_format *format; /* what its events are decoded with; the stream's, which outlives it */
	enum txn_kind kind;
	bool has_gtid;
	struct gtid gtid;
	struct file_position begin;
	struct file_position end;  /* resume here */
	uint32_t source_server_id; /* server that first executed it */
	uint32_t thread_id;        /* 0: not known */
	uint32_t timestamp;        /* seconds, of the commit */
	int64_t commit_us;         /* microseconds since 1970 of the commit on the source, 0: not known */
	int64_t read_ms;           /* monotonic clock, when its end was read; 0: not told */
	struct mark mark;
	struct txn_session session;
	const struct err *refusal; /* TXN_REFUSED */
	bool is_quiet;             /* TXN_ADVANCE: by itself no reason to write the position down */
	bool has_statements;       /* TXN_ROWS: QUERY changes among the rows (CREATE ... SELECT, savepoints) */
	const char *pending_ddl;   /* DDL marks still open behind this transaction; "" mostly */
	const char *xid; /* XA: format "X'..',X'..',n" as the server prints it; NULL otherwise */
	uint64_t n_changes;
	struct table_map **tables;
	size_t n_tables;
	size_t cap_tables;
	size_t tables_bytes; /* of the maps that no earlier transaction holds */
	struct spool *spool;
};

struct txn *txn_new(const char *spool_dir, size_t memory_limit_bytes);
void txn_free(struct txn *txn); /* NULL is fine */

/*
 * Copies the body.  `change->table` gets a reference of the transaction's own.  ERR_STOP when its tables' definitions
 * take more than TXN_TABLES_LIMIT_BYTES; the spool's errors.
 */
bool txn_append(struct txn *txn, const struct change *change, struct err *err);

/* Forgets the changes that were appended. */
void txn_clear(struct txn *txn, const char *spool_dir, size_t memory_limit_bytes);

/* What the transaction holds in memory: its weight in a queue. */
size_t txn_memory_bytes(const struct txn *txn);

/* Reads the changes in order, as often as wanted.  A zeroed cursor after txn_cursor_init() is at the start. */
struct txn_cursor {
	struct txn *txn;
	struct spool_cursor spool;
};

void txn_cursor_init(struct txn_cursor *cursor, struct txn *txn);
/* true and *is_end false: a change; its body is valid until the next call. */
bool txn_next(struct txn_cursor *cursor, struct change *change, bool *is_end, struct err *err);
void txn_cursor_release(struct txn_cursor *cursor);

/* "gtid 0-1-5, binlog.000002:1234": for messages and logs, into `out`. */
void txn_describe(const struct txn *txn, struct buf *out);

#endif
