/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void
buf_reserve_slow(struct buf *buf, size_t more)
{
	/* Large texts grow by a half, so that a text of 60 MB does not take 120. */
	size_t want = buf->len + more;
	size_t next = buf->cap < 64 ? 64 : buf->cap < (1U << 20) ? buf->cap * 2 : buf->cap + buf->cap / 2;

	if (next < want)
		next = want;
	buf->data = mem_realloc(buf->data, next);
	buf->cap = next;
}

void
buf_splice(struct buf *buf, size_t at, size_t cut, const void *data, size_t len)
{
	if (len > cut)
		buf_reserve(buf, len - cut);
	memmove(buf->data + at + len, buf->data + at + cut, buf->len - at - cut);
	if (len != 0)
		memcpy(buf->data + at, data, len);
	buf->len = buf->len - cut + len;
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len > 0) {
		buf_reserve(buf, (size_t) len + 1);
		(void) vsnprintf(buf->data + buf->len, (size_t) len + 1, format, again);
		buf->len += (size_t) len;
	}
	va_end(again);
	va_end(args);
}

void
buf_put_u64(struct buf *buf, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char) ('0' + value % 10);
		value /= 10;
	} while (value != 0);
	buf_add(buf, digits + at, sizeof(digits) - at);
}

void
buf_put_i64(struct buf *buf, int64_t value)
{
	if (value < 0) {
		buf_putc(buf, '-');
		buf_put_u64(buf, 0 - (uint64_t) value);
	} else {
		buf_put_u64(buf, (uint64_t) value);
	}
}

void
buf_put_le(struct buf *buf, uint64_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_putc(buf, (char) (uint8_t) (value >> (8 * i)));
}

void
buf_put_hex(struct buf *buf, const void *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *at = data;

	buf_reserve(buf, len * 2);
	for (size_t i = 0; i < len; i++) {
		buf->data[buf->len++] = digits[at[i] >> 4];
		buf->data[buf->len++] = digits[at[i] & 15];
	}
}

const char *
buf_text(struct buf *buf)
{
	buf_reserve(buf, 1);
	buf->data[buf->len] = '\0';
	return buf->data;
}

void
buf_reset(struct buf *buf, size_t keep_bytes)
{
	if (buf->cap > keep_bytes)
		buf_release(buf);
	buf->len = 0;
}

void
buf_release(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){0};
}
