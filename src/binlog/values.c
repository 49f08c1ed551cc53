/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/values.h"

#include <string.h>

#include "binlog/decimal.h"
#include "binlog/temporal.h"

static bool
read_number(struct reader *reader, enum value_kind kind, size_t len, struct value *value)
{
	value->kind = (uint8_t) kind;
	value->width = (uint8_t) len;
	value->decimals = 0;
	value->u = reader_le(reader, len);
	return !reader->failed;
}

static bool
read_bytes(struct reader *reader, enum value_kind kind, size_t len, struct value *value)
{
	value->kind = (uint8_t) kind;
	value->width = 0;
	value->decimals = 0;
	value->bytes = reader_span(reader, len);
	return !reader->failed;
}

/* The width of the length in front depends on the longest value that the column can hold, not on this one. */
static bool
read_string(struct reader *reader, const struct column *column, struct value *value)
{
	return read_bytes(reader, VALUE_BYTES, reader_le(reader, column->length > 255 ? 2 : 1), value);
}

static bool
read_blob(struct reader *reader, const struct column *column, enum value_kind kind, struct value *value)
{
	return read_bytes(reader, kind, reader_le(reader, column->length), value);
}

static bool
read_float(struct reader *reader, struct value *value)
{
	uint32_t bits = reader_u32(reader);
	float number;

	memcpy(&number, &bits, sizeof(number));
	*value = (struct value){.kind = VALUE_FLOAT, .d = (double) number};
	return !reader->failed;
}

static bool
read_double(struct reader *reader, struct value *value)
{
	uint64_t bits = reader_u64(reader);

	*value = (struct value){.kind = VALUE_DOUBLE};
	memcpy(&value->d, &bits, sizeof(value->d));
	return !reader->failed;
}

/* One byte: 0 or the years since 1900. */
static bool
read_year(struct reader *reader, struct value *value)
{
	if (!read_number(reader, VALUE_YEAR, 1, value))
		return false;
	if (value->u != 0)
		value->u += 1900;
	return true;
}

bool
value_read(
    struct reader *reader, const struct column *column, unsigned int fraction_digits, struct value *value)
{
	switch ((enum column_type) column->type) {
	case TYPE_TINY:
		return read_number(reader, VALUE_INT, 1, value);
	case TYPE_SHORT:
		return read_number(reader, VALUE_INT, 2, value);
	case TYPE_INT24:
		return read_number(reader, VALUE_INT, 3, value);
	case TYPE_LONG:
		return read_number(reader, VALUE_INT, 4, value);
	case TYPE_LONGLONG:
		return read_number(reader, VALUE_INT, 8, value);
	case TYPE_FLOAT:
		return read_float(reader, value);
	case TYPE_DOUBLE:
		return read_double(reader, value);
	case TYPE_NEWDECIMAL:
		return read_bytes(
		    reader, VALUE_DECIMAL, decimal_wire_len(column->length, column->scale), value);
	case TYPE_STRING:
	case TYPE_VAR_STRING:
	case TYPE_VARCHAR:
	case TYPE_VARCHAR_COMPRESSED:
		return read_string(reader, column, value);
	case TYPE_TINY_BLOB:
	case TYPE_MEDIUM_BLOB:
	case TYPE_LONG_BLOB:
	case TYPE_BLOB:
	case TYPE_BLOB_COMPRESSED:
	case TYPE_GEOMETRY:
	case TYPE_VECTOR:
		return read_blob(reader, column, VALUE_BYTES, value);
	case TYPE_JSON:
		return read_blob(reader, column, VALUE_JSON, value);
	case TYPE_ENUM:
		return read_number(reader, VALUE_ENUM, column->length, value);
	case TYPE_SET:
		return read_number(reader, VALUE_SET, column->length, value);
	case TYPE_BIT:
		return read_bytes(reader, VALUE_BIT, (column->length + 7) / 8, value);
	case TYPE_YEAR:
		return read_year(reader, value);
	case TYPE_DATE:
	case TYPE_NEWDATE:
		return temporal_date(reader, value);
	case TYPE_TIME:
		return temporal_time(reader, fraction_digits, value);
	case TYPE_DATETIME:
		return temporal_datetime(reader, fraction_digits, value);
	case TYPE_TIMESTAMP:
		return temporal_timestamp(reader, fraction_digits, value);
	case TYPE_TIME2:
		return temporal_time2(reader, column->length, value);
	case TYPE_DATETIME2:
		return temporal_datetime2(reader, column->length, value);
	case TYPE_TIMESTAMP2:
		return temporal_timestamp2(reader, column->length, value);
	case TYPE_DECIMAL:
	case TYPE_NULL:
	case TYPE_TYPED_ARRAY:
		break; /* refused with the table map */
	}
	return false;
}
