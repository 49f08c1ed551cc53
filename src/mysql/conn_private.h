/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share; nothing outside includes it. */
#ifndef MYSQL_CONN_PRIVATE_H
#define MYSQL_CONN_PRIVATE_H

#include <stdatomic.h>

#include <mysql.h>

#include "mysql/conn.h"
#include "mysql/watch.h"

enum {
	LOGIN_PACKET_BYTES = 16 << 20,
	STREAM_PACKET_BYTES = 1 << 30, /* no server has events that are larger */
};

/* How far a packet of statements has been answered. */
enum pending { PENDING_NONE, PENDING_FIRST, PENDING_MORE };

struct conn {
	MYSQL *mysql;
	struct server_info server;
	char *name;
	uint64_t max_packet;
	unsigned int answer_timeout_s; /* for the first answer to what was sent; 0: none */
	unsigned int packet_timeout_s; /* for an event of a stream; 0: none */
	const atomic_bool *stop;       /* ends that wait; may be NULL */
	struct watch *watch;           /* NULL before the login is done */
	bool is_broken;
	enum pending pending;
	atomic_int_least64_t busy_since_ms; /* a statement is unanswered since then; 0: none */
};

int conn_socket(const struct conn *conn);

/* Fills `err` from the client library's last error; returns false. */
bool conn_error(struct conn *conn, const char *what, struct err *err);

#endif
