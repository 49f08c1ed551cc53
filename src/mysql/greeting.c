/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/greeting.h"

#include <string.h>

enum {
	HEAD = 4, /* of a packet: u3 length, u1 number */
	PROTOCOL = 10,
	ERROR_MARK = 0xff,
	NO_ERROR = 0xffff, /* MariaDB: a report of progress, after which something else follows */
	HAS_TLS = 0x08,
};

/* u1 protocol, the version and its NUL, u4 thread, 8 bytes of salt, a NUL, u2 capabilities, of which bit 11 is for encryption. */
static enum greeting
read_body(const uint8_t *body, size_t len)
{
	const uint8_t *nul;

	if (len > 3 && body[0] == ERROR_MARK)
		return (body[1] | body[2] << 8) == NO_ERROR ? GREETING_UNREADABLE : GREETING_ERROR;
	if (len < 2 || body[0] != PROTOCOL)
		return GREETING_UNREADABLE;
	nul = memchr(body + 1, '\0', len - 1);
	if (nul == NULL || (size_t) (body + len - nul) <= 15)
		return GREETING_UNREADABLE;
	return (nul[15] & HAS_TLS) != 0 ? GREETING_TLS : GREETING_PLAIN;
}

enum greeting
greeting_read(const uint8_t *data, size_t len)
{
	size_t body_len;

	if (len < HEAD)
		return GREETING_PARTIAL;
	body_len = data[0] | (size_t) data[1] << 8 | (size_t) data[2] << 16;
	if (body_len > GREETING_LONGEST - HEAD || data[3] != 0)
		return GREETING_UNREADABLE;
	return len - HEAD < body_len ? GREETING_PARTIAL : read_body(data + HEAD, body_len);
}
