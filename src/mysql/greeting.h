/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a server says first, as far as it tells whether the server can encrypt.
 * Private to this folder.
 */
#ifndef MYSQL_GREETING_H
#define MYSQL_GREETING_H

#include <stddef.h>
#include <stdint.h>

enum { GREETING_LONGEST = 4096 }; /* servers send a hundred bytes; an error, a few hundred */

enum greeting {
	GREETING_PARTIAL,    /* more bytes are needed */
	GREETING_UNREADABLE, /* the client library may make of it what it likes: it tells us nothing */
	GREETING_ERROR,      /* the server turns us away, and the library will say so */
	GREETING_PLAIN,
	GREETING_TLS,
};

/* `data`: the first bytes of a connection. */
enum greeting greeting_read(const uint8_t *data, size_t len);

#endif
