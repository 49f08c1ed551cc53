/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/json_scalar.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binlog/decimal.h"

enum { BASE64_LINE = 76 };

static void
put_escaped(uint8_t c, struct buf *out)
{
	static const char letters[] = "\b\f\n\r\t\"\\", names[] = "bfnrt\"\\";
	const char *letter = c == 0 ? NULL : strchr(letters, c);

	if (letter == NULL)
		buf_printf(out, "\\u%04x", c);
	else
		buf_add(out, (char[]){'\\', names[letter - letters]}, 2);
}

void
json_put_string(struct bytes text, struct buf *out)
{
	size_t plain = 0;

	buf_putc(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(out, text.data + plain, i - plain);
		put_escaped(c, out);
		plain = i + 1;
	}
	if (text.len > plain)
		buf_add(out, text.data + plain, text.len - plain);
	buf_putc(out, '"');
}

/* "1e+05" is "1e5" for the server. */
static void
put_exponent(const char *exponent, struct buf *out)
{
	buf_printf(out, "e%d", atoi(exponent + 1));
}

/*
 * The shortest digits that read back as the same double.  The server reads them back exactly, and takes a
 * number without point and exponent for an integer.
 */
static void
put_double(double value, struct buf *out)
{
	char text[40];
	const char *exponent;
	int digits = 15;

	do
		(void) snprintf(text, sizeof(text), "%.*g", digits, value);
	while (strtod(text, NULL) != value && ++digits <= 17);
	exponent = strchr(text, 'e');
	buf_add(out, text, exponent == NULL ? strlen(text) : (size_t) (exponent - text));
	if (exponent != NULL)
		put_exponent(exponent, out);
	else if (strchr(text, '.') == NULL)
		buf_puts(out, ".0");
}

bool
json_put_decimal(const struct json_view *view, struct buf *out, struct err *err)
{
	struct bytes data = view->data;

	if (data.len < 2)
		return json_malformed(err, "a decimal has %zu bytes", data.len);
	return decimal_put((struct bytes){data.data + 2, data.len - 2}, data.data[0], data.data[1], out, err) ||
	    err_prefix(err, "JSON document is malformed: ");
}

static bool
put_time(const struct json_view *view, struct buf *out, struct err *err)
{
	int64_t packed = view->i;
	uint64_t magnitude = packed < 0 ? 0 - (uint64_t) packed : (uint64_t) packed;
	unsigned int micro = magnitude & 0xffffff, second = magnitude >> 24 & 0x3f, minute = magnitude >> 30 & 0x3f;
	unsigned int hour = magnitude >> 36 & 0x3ff;

	if (micro > 999999 || second > 59 || minute > 59 || hour > 838 || magnitude >> 46 != 0)
		return json_malformed(err, "%016" PRIx64 " is no time", view->u);
	buf_printf(out, "%s%02u:%02u:%02u.%06u", packed < 0 ? "-" : "", hour, minute, second, micro);
	return true;
}

bool
json_put_temporal(const struct json_view *view, struct buf *out, struct err *err)
{
	uint64_t packed = view->u;
	unsigned int micro = packed & 0xffffff, second = packed >> 24 & 0x3f, minute = packed >> 30 & 0x3f;
	unsigned int hour = packed >> 36 & 0x1f, day = packed >> 41 & 0x1f;
	uint64_t months = packed >> 46; /* year * 13 + month */

	if (view->kind == JSON_TIME)
		return put_time(view, out, err);
	if (micro > 999999 || second > 59 || minute > 59 || hour > 23 || months / 13 > 9999)
		return json_malformed(err, "%016" PRIx64 " is no date", packed);
	buf_printf(out, "%04u-%02u-%02u", (unsigned int) (months / 13), (unsigned int) (months % 13), day);
	if (view->kind != JSON_DATE)
		buf_printf(out, " %02u:%02u:%02u.%06u", hour, minute, second, micro);
	return true;
}

static void
put_base64(struct bytes data, struct buf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < data.len; i += 3) {
		size_t n = data.len - i < 3 ? data.len - i : 3;
		uint32_t group = 0;
		char text[4] = "===";

		text[3] = '=';
		for (size_t k = 0; k < 3; k++)
			group = group << 8 | (k < n ? data.data[i + k] : 0U);
		for (size_t k = 0; k <= n; k++)
			text[k] = digits[group >> (18 - 6 * k) & 63];
		if (i > 0 && i / 3 % (BASE64_LINE / 4) == 0)
			buf_puts(out, "\\n"); /* escaped: it stands in a JSON string */
		buf_add(out, text, 4);
	}
}

static bool
put_quoted_temporal(const struct json_view *view, struct buf *out, struct err *err)
{
	buf_putc(out, '"');
	if (!json_put_temporal(view, out, err))
		return false;
	buf_putc(out, '"');
	return true;
}

bool
json_put_scalar(const struct json_view *view, struct buf *out, struct err *err)
{
	switch ((enum json_kind) view->kind) {
	case JSON_NULL:
		buf_puts(out, "null");
		return true;
	case JSON_FALSE:
		buf_puts(out, "false");
		return true;
	case JSON_TRUE:
		buf_puts(out, "true");
		return true;
	case JSON_INT:
		buf_put_i64(out, view->i);
		return true;
	case JSON_UINT:
		buf_put_u64(out, view->u);
		return true;
	case JSON_DOUBLE:
		put_double(view->d, out);
		return true;
	case JSON_STRING:
		json_put_string(view->data, out);
		return true;
	case JSON_DECIMAL:
		return json_put_decimal(view, out, err);
	case JSON_DATE:
	case JSON_TIME:
	case JSON_DATETIME:
	case JSON_TIMESTAMP:
		return put_quoted_temporal(view, out, err);
	case JSON_OPAQUE:
		buf_printf(out, "\"base64:type%u:", view->field_type);
		put_base64(view->data, out);
		buf_putc(out, '"');
		return true;
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
	return json_malformed(err, "a container stands in the place of a value");
}
