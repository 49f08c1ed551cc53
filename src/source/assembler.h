/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events in, transactions out: the grammar of a binlog.
 *
 *   transaction = [GTID] (BEGIN | GTID that opens by itself) {TABLE_MAP | rows | QUERY} (XID | COMMIT | ROLLBACK | XA_PREPARE)
 *               | [GTID] QUERY                                  a statement that commits by itself (DDL)
 *               | [GTID] TRANSACTION_PAYLOAD                    the first form, compressed
 *
 * What the task does not carry is dropped here, and what a rowferry wrote is recognised here.  An event that
 * cannot be carried out (statement-format rows, an incident) makes its transaction a TXN_REFUSED, which stops the
 * task when its turn comes, so that what stands before it is applied and an operator may skip it.  Bytes that
 * make no sense are an error at once.
 *
 * Positions are counted in 64 bits: the sum of event lengths since the last known place, set right by the low
 * 32 bits that events carry.  An artificial event is not in the file and does not move it.
 */
#ifndef SOURCE_ASSEMBLER_H
#define SOURCE_ASSEMBLER_H

#include "base/err.h"
#include "base/reader.h"
#include "model/txn.h"
#include "route/filter.h"
#include "route/rules.h"

struct assembler;

struct assembler_options {
	const char *task; /* in the log; NULL: nothing is said */
	const struct rules *rules;
	enum flavour source_flavour; /* of the server that is read: its GTIDs are of that kind */
	struct filter_options filter;
	enum loop_policy loop;
	const char *destination_region; /* "" when not told */
	const char *spool_dir;
	size_t memory_limit_bytes; /* of one transaction; the rest goes to the spool */
	size_t event_limit_bytes;  /* of one event inside a compressed transaction */
};

/* `file`, `offset`, `pending_ddl`: where the stream starts; "" and 0 when the server will say. */
struct assembler *assembler_new(const struct assembler_options *options, const char *file, uint64_t offset,
    const char *pending_ddl);
void assembler_free(struct assembler *assembler); /* NULL is fine */

/*
 * Takes one event as the server sent it.  *txn: a transaction that it completed, now the caller's; or NULL.  Its
 * format stays the assembler's: apply or free it before assembler_free().
 */
bool assembler_feed(struct assembler *assembler, struct bytes packet, struct txn **txn, struct err *err);

/* The stream was cut and will start again at the last completed transaction: drops the open one. */
void assembler_restart(struct assembler *assembler);
/* The stream begins where the assembler stands. */
void assembler_join(struct assembler *assembler);

/* Where the next event begins; the file's name is valid until the next feed. */
struct file_position assembler_position(const struct assembler *assembler);
/* When the source began that file, in seconds since 1970; 0: not known. */
uint32_t assembler_begun(const struct assembler *assembler);
/* "GTID, FILE:OFFSET" of the open transaction; nothing where none is open. */
void assembler_describe(const struct assembler *assembler, struct buf *out);
/* True between the first and the last event of a transaction. */
bool assembler_is_inside(const struct assembler *assembler);

#endif
