/* SPDX-License-Identifier: Apache-2.0 */
/* A byte string that grows: SQL text, encoded packets, log lines.  A zeroed buf is empty and ready. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
	char *data; /* NULL until something is added; not NUL-terminated except by buf_text() */
	size_t len;
	size_t cap;
};

void buf_reserve_slow(struct buf *buf, size_t more);

/* Makes room for `more` bytes behind `len`. */
static inline void
buf_reserve(struct buf *buf, size_t more)
{
	if (buf->cap - buf->len < more)
		buf_reserve_slow(buf, more);
}

static inline void
buf_add(struct buf *buf, const void *data, size_t len)
{
	buf_reserve(buf, len);
	if (len != 0)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
}

static inline void
buf_putc(struct buf *buf, char c)
{
	buf_reserve(buf, 1);
	buf->data[buf->len++] = c;
}

static inline void
buf_puts(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

/* Replaces the `cut` bytes at `at` by `len` bytes of `data`. */
void buf_splice(struct buf *buf, size_t at, size_t cut, const void *data, size_t len);

void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_put_u64(struct buf *buf, uint64_t value);
void buf_put_i64(struct buf *buf, int64_t value);
/* Little-endian, `len` bytes. */
void buf_put_le(struct buf *buf, uint64_t value, size_t len);
/* Lower-case hexadecimal digits. */
void buf_put_hex(struct buf *buf, const void *data, size_t len);

/* The content as a C string, valid until the next change. */
const char *buf_text(struct buf *buf);

/* Forgets the content and keeps the memory, unless it is above `keep_bytes`. */
void buf_reset(struct buf *buf, size_t keep_bytes);
void buf_release(struct buf *buf);

#endif
