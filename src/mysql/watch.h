/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keeps the other end of a connection from holding its reader.
 *
 * The client library reads an answer to its end, however long that takes and however much it is; its own timeouts begin
 * anew with each byte.  So a thread looks on, every 100 ms: once the reader is told to stop, once the time of an answer is
 * over, or once too many bytes of it have come, the socket is shut down in both directions, and whatever waits on it
 * returns with a lost connection.  The descriptor is the watch's own, so that nothing that the library does with the
 * connection, its end included, can pull it away.
 *
 * begin and end are the reader's, one thread's; the rest may be called from any.
 * Private to this folder.
 */
#ifndef MYSQL_WATCH_H
#define MYSQL_WATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	ANSWER_LIMIT_BYTES = 256 << 20, /* a catalogue of a hundred thousand tables has a tenth of it */
	STREAM_BYTES_PER_S = 1000,      /* what a stream must bring of an event that has begun */
};

enum watch_verdict { WATCH_GOOD, WATCH_STOPPED, WATCH_LATE, WATCH_TOO_LARGE };

struct watch;

struct watch *watch_start(int socket);
void watch_stop(struct watch *watch); /* NULL is fine */

/* Valid until watch_stop(), whatever becomes of the one that it was started for. */
int watch_socket(const struct watch *watch);
/* Reading ends once it is true; NULL: never. */
void watch_set_stop(struct watch *watch, const atomic_bool *stop);
/* What is read are events from now on, of any size: each may take longer by a second for STREAM_BYTES_PER_S. */
void watch_set_stream(struct watch *watch);

/* An answer is waited for or read; 0: it may take any time.  A second begin ends the first. */
void watch_begin(struct watch *watch, unsigned int most_s);
void watch_end(struct watch *watch);

/* WATCH_GOOD: not ended by the watch. */
enum watch_verdict watch_verdict(const struct watch *watch);
/* The time that was given last. */
unsigned int watch_most_s(const struct watch *watch);
bool watch_is_stream(const struct watch *watch);
void watch_abort(struct watch *watch);

#endif
