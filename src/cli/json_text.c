/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/json_text.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "base/visible.h"

void
json_text_next(struct buf *out)
{
	char last = out->len == 0 ? '{' : out->data[out->len - 1];

	if (last != '{' && last != '[')
		buf_putc(out, ',');
}

void
json_text_name(const char *name, struct buf *out)
{
	json_text_next(out);
	json_text_cstring(name, out);
	buf_putc(out, ':');
}

static void
put_escaped(uint8_t c, struct buf *out)
{
	switch (c) {
	case '"':
	case '\\':
		buf_putc(out, '\\');
		buf_putc(out, (char) c);
		return;
	case '\n':
		buf_puts(out, "\\n");
		return;
	case '\t':
		buf_puts(out, "\\t");
		return;
	default:
		buf_printf(out, "\\u%04x", c);
	}
}

void
json_text_string(struct bytes text, struct buf *out)
{
	buf_putc(out, '"');
	for (size_t at = 0, len; at < text.len; at += len) {
		uint8_t c = text.data[at];
		len = utf8_char_len(text.data + at, text.len - at);
		if (len == 0) {
			buf_puts(out, "\\ufffd");
			len = 1;
		} else if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f) {
			put_escaped(c, out);
		} else if (c == 0xc2 || c == 0xe2) { /* as \uNNNN where it would not be seen, else as it is */
			visible_put((const char *) text.data + at, len, out);
		} else {
			buf_add(out, text.data + at, len);
		}
	}
	buf_putc(out, '"');
}

void
json_text_cstring(const char *text, struct buf *out)
{
	json_text_string((struct bytes){(const uint8_t *) text, strlen(text)}, out);
}

void
json_text_base64(struct bytes data, struct buf *out)
{
	buf_puts(out, "{\"base64\":\"");
	base64_put(data.data, data.len, out);
	buf_puts(out, "\"}");
}

void
json_text_any(struct bytes data, struct buf *out)
{
	if (utf8_is_valid(data))
		json_text_string(data, out);
	else
		json_text_base64(data, out);
}

static void
put_real(double value, int digits, struct buf *out)
{
	if (isfinite(value))
		buf_printf(out, "%.*g", digits, value);
	else
		buf_puts(out, "null");
}

void
json_text_double(double value, struct buf *out)
{
	put_real(value, DBL_DECIMAL_DIG, out);
}

void
json_text_float(double value, struct buf *out)
{
	put_real(value, FLT_DECIMAL_DIG, out);
}
