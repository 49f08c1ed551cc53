/* SPDX-License-Identifier: Apache-2.0 */
/* Events made by hand for the tests of the decoders. */
#ifndef TESTS_BINLOG_WIRE_H
#define TESTS_BINLOG_WIRE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "binlog/event.h"

/* A literal with its length, NULs included. */
#define WIRE(text) ((struct bytes){(const uint8_t *) (text), sizeof(text) - 1})

/* The format of a server of the family, with checksums off; post-headers as MySQL 5.6 and later have them. */
static inline struct binlog_format
wire_format(enum flavour flavour)
{
	return (struct binlog_format){.is_known = true, .flavour = flavour, .n_types = 42};
}

/* An event as event_parse() gives it. */
static inline struct event
wire_event(uint8_t type, struct bytes body)
{
	return (struct event){.type = type, .length = (uint32_t) (EVENT_HEADER_LEN + body.len), .body = body};
}

static inline struct bytes
wire_bytes(const struct buf *buf)
{
	return (struct bytes){(const uint8_t *) buf->data, buf->len};
}

static inline void
wire_add(struct buf *buf, struct bytes bytes)
{
	buf_add(buf, bytes.data, bytes.len);
}

/* Header and body; `length` as told in the header. */
static inline void
wire_put_event(struct buf *out, uint8_t type, uint16_t flags, size_t length, struct bytes body)
{
	buf_put_le(out, 0x65535540, 4);
	buf_put_le(out, type, 1);
	buf_put_le(out, 7, 4);
	buf_put_le(out, length, 4);
	buf_put_le(out, 1000, 4);
	buf_put_le(out, flags, 2);
	wire_add(out, body);
}

/* The last error said just this. */
static inline void
wire_assert_error(const struct err *err, enum err_kind kind, const char *text)
{
	assert_int_equal(err->kind, kind);
	assert_string_equal(err->text, text);
}

#endif
