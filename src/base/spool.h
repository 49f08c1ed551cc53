/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log of records that begins in memory and goes on in a file.
 *
 * A transaction's events are appended as they arrive.  Up to `limit_bytes` they stay in memory; what comes
 * after goes to an unlinked file in `dir`.  The log can be read any number of times from its start (a
 * deadlock on the target means: once more).  One thread at a time; the log moves with its transaction.
 *
 * Worked example: limit 10, records of 4, 4 and 6 bytes.  The first two are in memory, the third is in the
 * file; a cursor gives the first two in place and the third from its own buffer.
 */
#ifndef BASE_SPOOL_H
#define BASE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/reader.h"

struct spool;

/* `dir` is copied. */
struct spool *spool_new(const char *dir, size_t limit_bytes);
/* NULL is fine. */
void spool_free(struct spool *spool);

/*
 * Appends one record, the bytes of `head` then those of `body`.  ERR_WAIT when the disk is full: the log is as it
 * was before, and the same record may be tried again.
 */
bool spool_append(struct spool *spool, struct bytes head, struct bytes body, struct err *err);

size_t spool_memory_bytes(const struct spool *spool);
uint64_t spool_total_bytes(const struct spool *spool);

/* Reads from the first record on.  A zeroed cursor with `spool` set is at the start. */
struct spool_cursor {
	struct spool *spool;
	uint64_t next; /* number of the next record */
	size_t block;
	size_t block_at;
	uint64_t file_at;
	struct buf buffer; /* of the file part */
	size_t buffer_at;  /* what of it has been given out */
};

/*
 * The next record: true and `record` set; `record->data` NULL at the end.  In place for the memory part,
 * in the cursor's buffer for the file part: valid until the next call.  After ERR_WAIT (what was appended could
 * not be written yet) the same cursor may be tried again.
 */
bool spool_next(struct spool_cursor *cursor, struct bytes *record, struct err *err);
void spool_cursor_release(struct spool_cursor *cursor);

#endif
