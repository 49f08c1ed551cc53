/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share; nothing outside includes it. */
#ifndef MYSQL_CONN_PRIVATE_H
#define MYSQL_CONN_PRIVATE_H

#include <stdatomic.h>

#include <mysql.h>

#include "base/arena.h"
#include "mysql/conn.h"

/* How far a packet of statements has been answered. */
enum pending { PENDING_NONE, PENDING_FIRST, PENDING_MORE };

struct conn {
	MYSQL *mysql;
	struct server_info server;
	char *name;
	uint64_t max_packet;
	unsigned int answer_timeout_s; /* for the first answer to what was sent; 0: none */
	const atomic_bool *stop;       /* ends that wait; may be NULL */
	bool is_broken;
	enum pending pending;
	atomic_int_least64_t busy_since_ms; /* a statement is unanswered since then; 0: none */
};

struct result {
	MYSQL_RES *res; /* for its columns */
	struct arena arena;
	struct result_row *rows;
	size_t n, cap, at;
	size_t bytes;
};

/* Reads all rows of the answer that has come.  False: one too large or too slow; the connection is of no use then. */
bool result_read(struct conn *conn, struct result *result, struct err *err);

int conn_socket(const struct conn *conn);

/* Fills `err` from the client library's last error; returns false. */
bool conn_error(struct conn *conn, const char *what, struct err *err);

#endif
