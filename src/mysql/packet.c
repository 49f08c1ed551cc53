/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/packet.h"

#include <string.h>

/* The libraries say -1 in unsigned types of 32 or 64 bits; no packet is that long. */
#define PACKET_ERROR ((unsigned long) UINT32_MAX)

#ifdef MARIADB_PACKAGE_VERSION

/* Numbers of commands: my_command.h. */
enum { COMMAND_DUMP = 0x12, COMMAND_REGISTER = 0x15, COMMAND_DUMP_GTID = 0x1e };

static bool
send_command(struct conn *conn, unsigned int command, const struct buf *arg, bool has_answer)
{
	return conn->mysql->methods->db_command(conn->mysql, (enum enum_server_command) command, arg->data, arg->len,
		   !has_answer, NULL) == 0;
}

bool
packet_register(struct conn *conn, const struct buf *arg)
{
	return send_command(conn, COMMAND_REGISTER, arg, true);
}

/* u4 position, u2 flags, u4 server id, file name to the end. */
static void
put_by_file(const struct packet_dump *dump, struct buf *arg)
{
	buf_put_le(arg, dump->offset, 4);
	buf_put_le(arg, dump->flags, 2);
	buf_put_le(arg, dump->server_id, 4);
	buf_puts(arg, dump->file);
}

/* u2 flags, u4 server id, u4 length of the file name, its text, u8 position, u4 length of the set, the set. */
static void
put_by_gtids(const struct packet_dump *dump, struct buf *arg)
{
	size_t len = strlen(dump->file);

	buf_put_le(arg, dump->flags, 2);
	buf_put_le(arg, dump->server_id, 4);
	buf_put_le(arg, len, 4);
	buf_add(arg, dump->file, len);
	buf_put_le(arg, dump->offset, 8);
	buf_put_le(arg, dump->gtids.len, 4);
	buf_add(arg, dump->gtids.data, dump->gtids.len);
}

bool
packet_request_dump(struct conn *conn, const struct packet_dump *dump)
{
	struct buf arg = {0};
	bool done;

	if (dump->has_gtids)
		put_by_gtids(dump, &arg);
	else
		put_by_file(dump, &arg);
	done = send_command(conn, dump->has_gtids ? COMMAND_DUMP_GTID : COMMAND_DUMP, &arg, false);
	buf_release(&arg);
	return done;
}

bool
packet_read(struct conn *conn, struct bytes *packet)
{
	unsigned long len = mysql_net_read_packet(conn->mysql);

	if (len >= PACKET_ERROR)
		return false;
	*packet = (struct bytes){conn->mysql->net.read_pos, len};
	return true;
}

#else

/*
 * The library's table of methods could send any command, but its layout is nobody's promise: advanced_command was the
 * second entry for twenty years, and is the third in 9.7.
 */
bool
packet_register(struct conn *conn, const struct buf *arg)
{
	(void) conn;
	(void) arg;
	return true;
}

static void
put_gtids(MYSQL_RPL *rpl, unsigned char *out)
{
	memcpy(out, rpl->gtid_set_arg, rpl->gtid_set_encoded_size);
}

bool
packet_request_dump(struct conn *conn, const struct packet_dump *dump)
{
	MYSQL_RPL rpl = {
	    .file_name = dump->file,
	    .file_name_length = strlen(dump->file),
	    .start_position = dump->offset,
	    .server_id = dump->server_id,
	    .flags = dump->flags,
	};
	struct buf gtids = {0};
	bool done;

	if (dump->has_gtids) {
		buf_add(&gtids, dump->gtids.data, dump->gtids.len);
		rpl.flags |= MYSQL_RPL_GTID;
		rpl.gtid_set_encoded_size = gtids.len;
		rpl.fix_gtid_set = put_gtids;
		rpl.gtid_set_arg = gtids.data;
	}
	done = mysql_binlog_open(conn->mysql, &rpl) == 0;
	buf_release(&gtids);
	return done;
}

bool
packet_read(struct conn *conn, struct bytes *packet)
{
	MYSQL_RPL rpl = {0};

	if (mysql_binlog_fetch(conn->mysql, &rpl) != 0)
		return false;
	/* Size 0 is how the library reports the packet that ends the stream. */
	*packet = rpl.size == 0 ? (struct bytes){(const uint8_t *) "\xfe", 1} : (struct bytes){rpl.buffer, rpl.size};
	return rpl.size < PACKET_ERROR;
}

#endif
