/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/value_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "apply/collation.h"
#include "base/utf8.h"
#include "binlog/decimal.h"
#include "binlog/json.h"
#include "cli/json_text.h"

static bool
is_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] >= 0x80)
			return false;
	return true;
}

static void
put_vector(struct bytes data, struct buf *out)
{
	float number;
	uint32_t bits;

	buf_putc(out, '[');
	for (size_t i = 0; i + sizeof(bits) <= data.len; i += sizeof(bits)) {
		bits = (uint32_t) bytes_le(data.data + i, sizeof(bits));
		memcpy(&number, &bits, sizeof(number));
		json_text_next(out);
		json_text_float((double) number, out);
	}
	buf_putc(out, ']');
}

/*
 * May the bytes be shown as a string?  Of UTF-8, of ASCII in any character set that has it, and where the source does
 * not tell the character set, of what happens to be UTF-8.
 */
static bool
is_text(struct bytes data, const struct column *column)
{
	const char *charset = collation_charset(column->collation);

	if (column->type == TYPE_GEOMETRY || column->collation == COLLATION_BINARY)
		return false;
	if (column->collation == 0 || (charset != NULL && charset_is_within(charset, "utf8mb4")))
		return utf8_is_valid(data);
	return charset != NULL && charset_is_within("ascii", charset) && is_ascii(data);
}

static void
put_bytes(struct bytes data, const struct column *column, struct buf *out)
{
	if (column->type == TYPE_VECTOR && data.len % sizeof(float) == 0)
		put_vector(data, out);
	else if (is_text(data, column))
		json_text_string(data, out);
	else
		json_text_base64(data, out);
}

static void
put_int(const struct value *value, const struct column *column, struct buf *out)
{
	unsigned int shift = 64 - 8u * value->width;
	int64_t as_signed = value->width == 0 ? 0 : (int64_t) (value->u << shift) >> shift;

	if (column->is_unsigned == TRI_YES || as_signed >= 0)
		buf_put_u64(out, value->u);
	else if (column->is_unsigned == TRI_NO)
		buf_put_i64(out, as_signed);
	else
		buf_printf(out, "{\"signed\":%" PRId64 ",\"unsigned\":%" PRIu64 "}", as_signed, value->u);
}

static void
put_fraction(uint32_t micro, unsigned int decimals, struct buf *out)
{
	char digits[16];

	if (decimals == 0)
		return;
	(void) snprintf(digits, sizeof(digits), "%06" PRIu32, micro);
	buf_putc(out, '.');
	buf_add(out, digits, decimals > 6 ? 6 : decimals);
}

void
value_json_put_time(int64_t seconds, uint32_t micro, unsigned int decimals, struct buf *out)
{
	time_t time = (time_t) seconds;
	struct tm tm = {0};
	char text[32];

	(void) gmtime_r(&time, &tm);
	(void) strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(out, "\"%s", text);
	put_fraction(micro, decimals, out);
	buf_puts(out, "Z\"");
}

static void
put_timestamp(const struct value *value, struct buf *out)
{
	if (value->stamp.seconds != 0 || value->stamp.micro != 0) {
		value_json_put_time(value->stamp.seconds, value->stamp.micro, value->decimals, out);
		return;
	}
	buf_puts(out, "\"0000-00-00 00:00:00");
	put_fraction(0, value->decimals, out);
	buf_putc(out, '"');
}

static void
put_civil(const struct value *value, struct buf *out)
{
	const struct civil *civil = &value->civil;

	buf_puts(out, civil->is_negative ? "\"-" : "\"");
	if (value->kind != VALUE_TIME)
		buf_printf(out, "%04u-%02u-%02u", civil->year, civil->month, civil->day);
	if (value->kind == VALUE_DATETIME)
		buf_putc(out, ' ');
	if (value->kind != VALUE_DATE) {
		buf_printf(out, "%02u:%02u:%02u", civil->hour, civil->minute, civil->second);
		put_fraction(civil->micro, value->decimals, out);
	}
	buf_putc(out, '"');
}

static void
put_enum(uint64_t number, const struct column *column, struct buf *out)
{
	if (number == 0)
		buf_puts(out, "\"\"");
	else if (number <= column->n_members && utf8_is_valid(column->members[number - 1]))
		json_text_string(column->members[number - 1], out);
	else
		buf_put_u64(out, number);
}

static void
put_set(uint64_t bits, const struct column *column, struct buf *out)
{
	if (column->n_members == 0 || (column->n_members < 64 && bits >> column->n_members != 0)) {
		buf_put_u64(out, bits);
		return;
	}
	buf_putc(out, '[');
	for (size_t i = 0; i < column->n_members && i < 64; i++) {
		if ((bits >> i & 1) == 0)
			continue;
		json_text_next(out);
		json_text_any(column->members[i], out);
	}
	buf_putc(out, ']');
}

static bool
put_decimal(struct bytes wire, const struct column *column, struct buf *out, struct err *err)
{
	bool done;

	buf_putc(out, '"');
	done = decimal_put(wire, column->length, column->scale, out, err);
	buf_putc(out, '"');
	return done;
}

static const char *
diff_op_name(enum json_diff_op op)
{
	switch (op) {
	case JSON_DIFF_REPLACE:
		return "replace";
	case JSON_DIFF_INSERT:
		return "insert";
	case JSON_DIFF_REMOVE:
		return "remove";
	}
	return "unknown";
}

static bool
put_diffs(struct bytes list, struct buf *out, struct err *err)
{
	struct json_diff diff;
	struct reader reader;
	bool is_end = false, done;

	reader_init(&reader, list.data, list.len);
	buf_puts(out, "{\"diffs\":[");
	while ((done = json_diff_next(&reader, &diff, &is_end, err)) && !is_end) {
		json_text_next(out);
		buf_printf(out, "{\"op\":\"%s\",\"path\":", diff_op_name(diff.op));
		json_text_any(diff.path, out);
		if (diff.op != JSON_DIFF_REMOVE) {
			json_text_name("value", out);
			if (!json_put_text(diff.value, out, err))
				return false;
		}
		buf_putc(out, '}');
	}
	buf_puts(out, "]}");
	return done;
}

bool
value_json_put(const struct value *value, const struct column *column, struct buf *out, struct err *err)
{
	switch ((enum value_kind) value->kind) {
	case VALUE_ABSENT:
	case VALUE_NULL:
		buf_puts(out, "null");
		return true;
	case VALUE_INT:
		put_int(value, column, out);
		return true;
	case VALUE_FLOAT:
		json_text_float(value->d, out);
		return true;
	case VALUE_DOUBLE:
		json_text_double(value->d, out);
		return true;
	case VALUE_DECIMAL:
		return put_decimal(value->bytes, column, out, err);
	case VALUE_BYTES:
		put_bytes(value->bytes, column, out);
		return true;
	case VALUE_DATE:
	case VALUE_TIME:
	case VALUE_DATETIME:
		put_civil(value, out);
		return true;
	case VALUE_TIMESTAMP:
		put_timestamp(value, out);
		return true;
	case VALUE_YEAR:
		buf_put_u64(out, value->u);
		return true;
	case VALUE_BIT:
		buf_put_u64(out, bytes_be(value->bytes.data, value->bytes.len > 8 ? 8 : value->bytes.len));
		return true;
	case VALUE_ENUM:
		put_enum(value->u, column, out);
		return true;
	case VALUE_SET:
		put_set(value->u, column, out);
		return true;
	case VALUE_JSON:
		return json_put_text(value->bytes, out, err);
	case VALUE_JSON_DIFF:
		return put_diffs(value->bytes, out, err);
	}
	return err_set(err, ERR_STOP, "a value of kind %u", value->kind);
}
