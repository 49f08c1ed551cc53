/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes on below the level of queries, which the two client libraries reach in different ways.
 * Private to this folder.
 */
#ifndef MYSQL_PACKET_H
#define MYSQL_PACKET_H

#include "base/buf.h"
#include "base/reader.h"
#include "mysql/conn_private.h"

/*
 * Registers the session as a replica, `arg` being the command's body.  Oracle's library has no call for it: nothing is
 * done then, and the server lists no replica.  False: the library's error is set.
 */
bool packet_register(struct conn *conn, const struct buf *arg);

struct packet_dump {
	uint32_t server_id;
	uint16_t flags;
	const char *file; /* "" where the server finds it by the GTIDs */
	uint64_t offset;
	bool has_gtids;
	struct bytes gtids; /* encoded; MySQL only */
};

/* Asks for the binlog.  False: the library's error is set. */
bool packet_request_dump(struct conn *conn, const struct packet_dump *dump);

/* The next packet, in the connection's buffer.  False: the library's error is set. */
bool packet_read(struct conn *conn, struct bytes *packet);

#endif
