/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to a server: the only user, with dump.c, of <mysql.h>.
 *
 * Errors carry the server's number and a kind: ERR_RETRY for lost connections, deadlocks, lock timeouts and
 * servers that start or stop; ERR_WAIT for read-only servers and full disks; ERR_STOP for the rest.  One
 * thread at a time, except conn_abort().
 */
#ifndef MYSQL_CONN_H
#define MYSQL_CONN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/flavour.h"

enum tls_mode { TLS_OFF, TLS_PREFERRED, TLS_REQUIRED, TLS_VERIFY_CA, TLS_VERIFY_IDENTITY };

struct conn_options {
	const char *host;
	unsigned int port;
	const char *socket; /* wins over host and port where set */
	const char *user;
	const char *password;      /* NULL or "": none */
	const char *password_file; /* read at every connect, so that a password can be changed; wins over password */
	enum tls_mode tls;
	const char *tls_ca, *tls_cert, *tls_key; /* NULL: none */
	unsigned int connect_timeout_s;          /* to be logged in, and for each of the questions asked then; 0: 10 */
	unsigned int io_timeout_s;               /* for an answer, and to send; 0: none */
	unsigned int packet_timeout_s;           /* for the next packet of an answer or stream; 0: as io_timeout_s */
	const atomic_bool *stop;                 /* waiting ends once it is true, as ERR_CANCELLED or ERR_RETRY; NULL: never */
};

struct server_info {
	enum flavour flavour;
	unsigned int version; /* 101119 for 10.11.19, 90700 for 9.7.0 */
	char version_text[64];
	uint32_t server_id;
	char uuid[40];    /* MySQL server_uuid; "" on MariaDB */
	char host[256];  /* @@hostname */
	uint32_t port;    /* @@port */
};

struct conn;

/* Once for the process, before threads start; and at its end. */
void conn_library_init(void);
void conn_library_end(void);

/* Connects with CLIENT_FOUND_ROWS and multi-statements on, character set binary-safe utf8mb4. */
bool conn_open(const struct conn_options *options, struct conn **conn, struct err *err);
void conn_close(struct conn *conn); /* NULL is fine */

const struct server_info *conn_server(const struct conn *conn);
/* "db1:3306" or the socket: for messages. */
const char *conn_name(const struct conn *conn);
uint32_t conn_thread_id(const struct conn *conn);
/* max_allowed_packet of the server at connect. */
uint64_t conn_max_packet(const struct conn *conn);

/*
 * Runs one statement that may take hours (DDL), and no second one that the text may hold.  The answer is waited for without a deadline; every
 * `tick_ms` `keep_waiting` is asked, on the calling thread, whether it is still worth it (is the other end alive, were we
 * told to stop); false gives the wait up with ERR_RETRY and leaves the connection unusable.
 */
bool conn_exec_long(struct conn *conn, const char *sql, size_t len, int tick_ms,
    bool (*keep_waiting)(void *context), void *context, struct err *err);

/* Runs one statement without a result set; *affected may be NULL. */
bool conn_exec(struct conn *conn, const char *sql, uint64_t *affected, struct err *err);
bool conn_exec_len(struct conn *conn, const char *sql, size_t len, uint64_t *affected, struct err *err);
bool conn_execf(struct conn *conn, uint64_t *affected, struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Several statements in one packet.  After conn_send() call conn_next() once for each statement: it gives
 * that statement's affected rows, or its error and with it the end (the server runs none of the later ones).
 * *is_end when all have answered.
 */
bool conn_send(struct conn *conn, const char *sql, size_t len, struct err *err);
bool conn_next(struct conn *conn, uint64_t *affected, bool *is_end, struct err *err);

/* A result set held in memory: catalogue look-ups, not data. */
struct result;

bool conn_query(struct conn *conn, const char *sql, struct result **result, struct err *err);
bool conn_queryf(struct conn *conn, struct result **result, struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The next row; NULL at the end.  Fields are NUL-terminated, NULL for NULL. */
const char *const *result_next(struct result *result);
const size_t *result_lengths(const struct result *result);
unsigned int result_columns(const struct result *result);
const char *result_column_name(const struct result *result, unsigned int column);
size_t result_rows(const struct result *result);
void result_free(struct result *result); /* NULL is fine */

/* One row with one column, copied (caller frees); NULL when there is no row or the value is NULL. */
bool conn_query_one(struct conn *conn, const char *sql, char **value, struct err *err);

/* True when the connection can still be used after the last error. */
bool conn_is_usable(const struct conn *conn);
/* Answers to what was sent are still to be read. */
bool conn_has_answers(const struct conn *conn);
/* From any thread: how long the server has owed an answer to a statement that was sent whole; 0: it owes none. */
int64_t conn_busy_ms(const struct conn *conn);
/* Another `stop` than the one it was opened with; NULL: none. */
void conn_set_stop(struct conn *conn, const atomic_bool *stop);
/* From any thread: ends what the connection is doing, by shutting its socket down. */
void conn_abort(struct conn *conn);
/* Its end will be a reset, which frees a server that waits to send us more, however full the line is. */
void conn_reset_at_close(struct conn *conn);

#endif
