/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements on their way to the target, several in a packet, each with the number of rows that it must match.
 *
 * While the server works on one packet the next one is built.  The first statement that fails, or matches
 * another number of rows than was meant, ends it: nothing has been committed, the caller rolls back.  COMMIT is
 * not the writer's: the fence at the head has been answered before anybody sends it.
 */
#ifndef SINK_MYSQL_WRITER_H
#define SINK_MYSQL_WRITER_H

#include "base/buf.h"
#include "base/err.h"
#include "mysql/conn.h"

enum { WRITER_ANY_COUNT = -1 };

/*
 * What a wrong count means; CHECK_REQUEST: an operator has taken a request back meanwhile.  CHECK_PROOF: what the server
 * refuses is ERR_RETRY, since a definition has to be read again.  CHECK_GENERATED: the destination computes another value.
 */
enum writer_check { CHECK_ROWS, CHECK_FENCE, CHECK_REQUEST, CHECK_PROOF, CHECK_GENERATED };

struct writer;

/* `dry_run` NULL: statements go to `conn`; otherwise they go there, and all counts are taken as met. */
struct writer *writer_new(struct conn *conn, void (*dry_run)(void *context, const char *sql, size_t len), void *context);
void writer_free(struct writer *writer); /* NULL is fine */

/* Where the text of the next statement is appended, without ';'. */
struct buf *writer_sql(struct writer *writer);
/*
 * Ends the statement that was appended.  `expected`: rows it must match, or WRITER_ANY_COUNT.  Sends the packet when it is
 * large enough.  ERR_STOP when the statement is over the server's max_allowed_packet.
 */
bool writer_end_statement(struct writer *writer, int64_t expected, enum writer_check check, struct err *err);
/* Sends what is there: the statement that was ended last is the last one of its packet. */
bool writer_end_packet(struct writer *writer, struct err *err);
/* Sends what is left and waits for all answers. */
bool writer_finish(struct writer *writer, struct err *err);
/* Forgets what was not sent and reads what is still coming, after an error. */
void writer_drop(struct writer *writer);
/* The server refused the marker's update, whatever statement's end it came to light at. */
bool writer_failed_on_fence(const struct writer *writer);
/* A definition does not hold any more. */
bool writer_failed_on_proof(const struct writer *writer);
/* A generated column has another value than the row. */
bool writer_failed_on_generated(const struct writer *writer);
/* A statement matched another number of rows than it must. */
bool writer_failed_on_count(const struct writer *writer);

#endif
