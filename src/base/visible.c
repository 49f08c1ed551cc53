/* SPDX-License-Identifier: Apache-2.0 */
#include "base/visible.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"

static bool
is_white(uint8_t byte)
{
	return byte == '\n' || byte == '\t' || byte == '\r';
}

/* Of two or three bytes; longer ones have none that matter here. */
static uint32_t
code_point(const uint8_t *at, size_t len)
{
	if (len == 2)
		return (at[0] & 0x1fU) << 6 | (at[1] & 0x3fU);
	if (len == 3)
		return (at[0] & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
	return 0;
}

static bool
is_unseen(uint32_t code)
{
	return (code >= 0x80 && code <= 0x9f) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static void
put(const char *text, size_t len, bool has_lines, struct buf *out)
{
	const uint8_t *data = (const uint8_t *) text;

	for (size_t at = 0, n; at < len; at += n) {
		uint8_t byte = data[at];
		uint32_t code;

		n = utf8_char_len(data + at, len - at);
		code = code_point(data + at, n);
		if (is_white(byte) && (!has_lines || byte == '\r')) {
			buf_putc(out, ' ');
		} else if (n == 0 || byte == 0x7f || (byte < ' ' && !is_white(byte))) {
			buf_printf(out, "\\x%02x", byte);
			n = 1;
		} else if (is_unseen(code)) {
			buf_printf(out, "\\u%04x", (unsigned int) code);
		} else {
			buf_add(out, data + at, n);
		}
	}
}

void
visible_put(const char *text, size_t len, struct buf *out)
{
	put(text, len, false, out);
}

void
visible_put_lines(const char *text, size_t len, struct buf *out)
{
	put(text, len, true, out);
}
