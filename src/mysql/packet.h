/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands and packets below the level of queries, which the two client libraries reach in different ways.
 * Private to this folder.
 */
#ifndef MYSQL_PACKET_H
#define MYSQL_PACKET_H

#include "base/buf.h"
#include "base/reader.h"
#include "mysql/conn_private.h"

/* Sends a command; where it `has_answer`, waits for the OK.  False: the library's error is set. */
bool packet_send_command(struct conn *conn, unsigned int command, const struct buf *arg, bool has_answer);
/* The next packet, in the connection's buffer.  False: the library's error is set. */
bool packet_read(struct conn *conn, struct bytes *packet);

#endif
