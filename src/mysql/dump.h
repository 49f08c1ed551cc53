/* SPDX-License-Identifier: Apache-2.0 */
/* Joining a source as a replica: COM_REGISTER_SLAVE, then COM_BINLOG_DUMP or COM_BINLOG_DUMP_GTID. */
#ifndef MYSQL_DUMP_H
#define MYSQL_DUMP_H

#include "base/err.h"
#include "base/reader.h"
#include "model/gtid_set.h"
#include "mysql/conn.h"

struct dump_options {
	uint32_t server_id;       /* of the replica that we are */
	const char *report_host;  /* shown by SHOW REPLICAS; "" for none */
	uint32_t report_port;
	unsigned int heartbeat_s; /* period asked for */
	bool has_annotations;     /* MariaDB: ANNOTATE_ROWS events are sent too, not skipped */
	/* Where to start: `executed` when not NULL (GTIDs), otherwise file and offset. */
	const struct gtid_set *executed;
	const char *file;
	uint64_t offset;
};

struct dump;

/* `conn` is the dump's from here on, on failure too. */
bool dump_open(struct conn *conn, const struct dump_options *options, struct dump **dump, struct err *err);

/*
 * The next event, whole, in the connection's buffer: valid until the next call.  No event within
 * packet_timeout_s is ERR_RETRY (a dead peer); the server's refusals are ERR_STOP with its words.  `*is_end`: the
 * server has closed the stream in order (EOF packet).
 */
bool dump_next(struct dump *dump, struct bytes *packet, bool *is_end, struct err *err);

/* From any thread: makes a dump_next() that waits return ERR_RETRY at once. */
void dump_abort(struct dump *dump);
void dump_close(struct dump *dump); /* NULL is fine */

#endif
