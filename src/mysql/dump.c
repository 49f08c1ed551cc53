/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands are those of sql/rpl_slave.cc (register_slave_on_master, request_dump) and of sql/slave.cc in
 * MariaDB; the server side is sql/rpl_source.cc and sql/sql_repl.cc.
 */
#include "mysql/dump.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <mysqld_error.h>

#include "base/buf.h"
#include "base/mem.h"
#include "mysql/packet.h"

enum {
	REPORT_HOST_LONGEST = 60, /* what servers keep of it */
	FILE_LONGEST = 511,
	DUMP_FLAGS = 0,
	DUMP_FLAG_ANNOTATE = 2, /* BINLOG_SEND_ANNOTATE_ROWS_EVENT */
	NET_WRITE_TIMEOUT_S = 604800, /* the server drops a reader that is held up for longer; a dead one TCP finds out */
	EOF_LONGEST = 9,
};

struct dump {
	struct conn *conn;
};

static void
put_short_string(struct buf *out, const char *text)
{
	size_t len = strlen(text);

	if (len > REPORT_HOST_LONGEST)
		len = REPORT_HOST_LONGEST;
	buf_putc(out, (char) len);
	buf_add(out, text, len);
}

static bool
refused(struct conn *conn, const char *what, struct err *err)
{
	(void) conn_error(conn, what, err);
	if (err->code != ER_ACCESS_DENIED_ERROR && err->code != ER_SPECIFIC_ACCESS_DENIED_ERROR)
		return false;
	return err_hint(err, "Grant REPLICATION SLAVE on *.* to the task's source user.");
}

/* u4 server id, then host, user and password as u1 length + text, u2 port, u4 rank, u4 id of the source. */
static bool
register_replica(struct conn *conn, const struct dump_options *options, struct err *err)
{
	struct buf arg = {0};
	bool done;

	buf_put_le(&arg, options->server_id, 4);
	put_short_string(&arg, options->report_host == NULL ? "" : options->report_host);
	put_short_string(&arg, "");
	put_short_string(&arg, "");
	buf_put_le(&arg, options->report_port, 2);
	buf_put_le(&arg, 0, 4);
	buf_put_le(&arg, 0, 4);
	watch_begin(conn->watch, conn->answer_timeout_s);
	done = packet_register(conn, &arg);
	watch_end(conn->watch);
	buf_release(&arg);
	return done || refused(conn, "cannot register as a replica", err);
}

/* MariaDB sends GTIDs as they are only to a replica that says it understands them. */
static bool
set_mariadb(struct conn *conn, const struct dump_options *options, struct err *err)
{
	struct buf state = {0};
	bool done = conn_exec(conn, "SET @mariadb_slave_capability = 4", NULL, err);

	if (done && options->executed != NULL) {
		gtid_set_put(options->executed, &state);
		done = conn_execf(conn, NULL, err,
		    "SET @slave_connect_state = '%s', @slave_gtid_strict_mode = 0, @slave_gtid_ignore_duplicates = 0",
		    buf_text(&state));
	}
	buf_release(&state);
	return done;
}

/* A UUID that is ours for this server_id: MySQL takes two replicas of one UUID for the same one. */
static bool
set_mysql(struct conn *conn, const struct dump_options *options, struct err *err)
{
	return conn_execf(conn, NULL, err,
	    "SET @slave_uuid = '726f7766-6572-7279-8000-0000%08" PRIx32 "', @replica_uuid = @slave_uuid",
	    options->server_id);
}

static bool
set_session(struct conn *conn, const struct dump_options *options, struct err *err)
{
	uint64_t period_ns = (uint64_t) options->heartbeat_s * 1000000000;

	if (!conn_execf(conn, NULL, err,
		"SET @master_heartbeat_period = %" PRIu64 ", @source_heartbeat_period = %" PRIu64
		", @master_binlog_checksum = @@global.binlog_checksum"
		", @source_binlog_checksum = @@global.binlog_checksum"
		", SESSION net_write_timeout = %d",
		period_ns, period_ns, NET_WRITE_TIMEOUT_S))
		return false;
	return conn_server(conn)->flavour == FLAVOUR_MARIADB ? set_mariadb(conn, options, err)
							      : set_mysql(conn, options, err);
}

static bool
request_dump(struct conn *conn, const struct dump_options *options, struct err *err)
{
	struct packet_dump dump = {
	    .server_id = options->server_id,
	    .flags = options->has_annotations ? DUMP_FLAG_ANNOTATE : DUMP_FLAGS,
	    .file = options->file == NULL ? "" : options->file,
	    .offset = options->offset,
	};
	struct buf gtids = {0};
	bool done;

	/* By GTIDs the server finds the place: MySQL by the set, MariaDB by @slave_connect_state. */
	if (options->executed != NULL) {
		dump.file = "";
		dump.offset = 4;
		dump.has_gtids = conn_server(conn)->flavour == FLAVOUR_MYSQL;
	}
	if (dump.has_gtids) {
		gtid_set_encode(options->executed, &gtids);
		dump.flags = DUMP_FLAGS;
		dump.gtids = (struct bytes){(const uint8_t *) gtids.data, gtids.len};
	}
	if (dump.offset > UINT32_MAX)
		done = err_set(err, ERR_STOP,
		    "binlog offset %" PRIu64 " of '%s' is over 4294967295, the largest that a replica can ask for",
		    options->offset, options->file);
	else
		done = packet_request_dump(conn, &dump) || conn_error(conn, "cannot ask for the binlog", err);
	buf_release(&gtids);
	return done;
}

bool
dump_open(struct conn *conn, const struct dump_options *options, struct dump **dump, struct err *err)
{
	*dump = NULL;
	if (options->executed == NULL && options->file != NULL && strlen(options->file) > FILE_LONGEST) {
		conn_close(conn);
		return err_set(err, ERR_STOP, "binlog file name of %zu bytes is over the limit of %d",
		    strlen(options->file), (int) FILE_LONGEST);
	}
	if (!set_session(conn, options, err) || !register_replica(conn, options, err) ||
	    !request_dump(conn, options, err)) {
		conn_close(conn);
		return false;
	}
	/*
	 * After an orderly end with the line full, MariaDB would go on trying to send for a minute, and a new dump of this
	 * replica waits until the old one has ended.
	 */
	conn_reset_at_close(conn);
	conn->mysql->net.max_packet_size = STREAM_PACKET_BYTES;
	watch_set_stream(conn->watch);
	*dump = mem_zalloc(sizeof(**dump));
	(*dump)->conn = conn;
	return true;
}

bool
dump_next(struct dump *dump, struct bytes *packet, bool *is_end, struct err *err)
{
	struct bytes whole;
	bool done;

	*is_end = false;
	*packet = (struct bytes){0};
	/* Silence is what the library's own timeout is for, which the watch does not come before. */
	watch_begin(dump->conn->watch, dump->conn->packet_timeout_s == 0 ? 0 : dump->conn->packet_timeout_s + 1);
	done = packet_read(dump->conn, &whole);
	watch_end(dump->conn->watch);
	if (!done)
		return refused(dump->conn, "reading the binlog", err);
	if (whole.len < EOF_LONGEST && whole.len > 0 && whole.data[0] == 0xfe) {
		*is_end = true;
		return true;
	}
	if (whole.len < 2 || whole.data[0] != 0)
		return err_set(err, ERR_STOP, "server '%s' sent a packet of %zu bytes that is no binlog event",
		    dump->conn->name, whole.len);
	*packet = (struct bytes){whole.data + 1, whole.len - 1};
	return true;
}

void
dump_abort(struct dump *dump)
{
	conn_abort(dump->conn);
}

void
dump_close(struct dump *dump)
{
	if (dump == NULL)
		return;
	conn_close(dump->conn);
	free(dump);
}
