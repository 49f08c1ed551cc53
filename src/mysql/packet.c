/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/packet.h"

/* The libraries say -1 in unsigned types of 32 or 64 bits; no packet is that long. */
#define PACKET_ERROR ((unsigned long) UINT32_MAX)

#ifdef MARIADB_PACKAGE_VERSION

bool
packet_send_command(struct conn *conn, unsigned int command, const struct buf *arg, bool has_answer)
{
	return conn->mysql->methods->db_command(conn->mysql, (enum enum_server_command) command, arg->data, arg->len,
		   !has_answer, NULL) == 0;
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
 * Oracle's library has no public call that registers a replica.  Its table of methods has begun with these two since
 * MySQL 5.0 (sql_common.h, struct MYSQL_METHODS); the dump commands go the same way, and mysql_binlog_fetch() reads
 * whatever has been asked for.
 */
struct first_methods {
	bool (*read_query_result)(MYSQL *mysql);
	bool (*advanced_command)(MYSQL *mysql, int command, const unsigned char *head, size_t head_len,
	    const unsigned char *arg, size_t arg_len, bool skip_check, void *stmt);
};

bool
packet_send_command(struct conn *conn, unsigned int command, const struct buf *arg, bool has_answer)
{
	const struct first_methods *methods = (const void *) conn->mysql->methods;

	return !methods->advanced_command(conn->mysql, (int) command, NULL, 0, (const unsigned char *) arg->data, arg->len,
	    !has_answer, NULL);
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
