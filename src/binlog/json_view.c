/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/json_view.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "binlog/json.h"
#include "model/column.h"

enum {
	WIRE_SMALL_OBJECT = 0,
	WIRE_LARGE_OBJECT = 1,
	WIRE_SMALL_ARRAY = 2,
	WIRE_LARGE_ARRAY = 3,
	WIRE_LITERAL = 4,
	WIRE_INT16 = 5,
	WIRE_UINT16 = 6,
	WIRE_INT32 = 7,
	WIRE_UINT32 = 8,
	WIRE_INT64 = 9,
	WIRE_UINT64 = 10,
	WIRE_DOUBLE = 11,
	WIRE_STRING = 12,
	WIRE_OPAQUE = 15,
};

enum { LENGTH_BYTES_LONGEST = 5 };

bool
json_malformed(struct err *err, const char *format, ...)
{
	char fault[256];
	va_list args;

	va_start(args, format);
	(void) vsnprintf(fault, sizeof(fault), format, args);
	va_end(args);
	(void) err_set(err, ERR_STOP, "JSON document is malformed: %s", fault);
	return err_hint(err, "No server writes such a value. Copy the row by hand and pass the transaction over with "
			     "rowferry skip.");
}

static bool
take(struct json_walk *walk, size_t bytes)
{
	if (bytes > walk->left)
		return json_malformed(walk->err, "its values overlap");
	walk->left -= bytes;
	return true;
}

static size_t
width(const struct json_view *container)
{
	return container->is_large ? 4 : 2;
}

static size_t
key_entry_len(const struct json_view *container)
{
	return container->kind == JSON_OBJECT ? width(container) + 2 : 0;
}

/* Where the value entries end and keys and values may stand. */
static size_t
head_len(const struct json_view *container)
{
	return 2 * width(container) + container->count * (key_entry_len(container) + 1 + width(container));
}

static bool
open_container(uint8_t type, struct bytes data, struct json_walk *walk, struct json_view *view)
{
	struct reader in;
	uint64_t bytes;

	view->kind = type <= WIRE_LARGE_OBJECT ? JSON_OBJECT : JSON_ARRAY;
	view->is_large = type == WIRE_LARGE_OBJECT || type == WIRE_LARGE_ARRAY;
	reader_init(&in, data.data, data.len);
	view->count = (uint32_t) reader_le(&in, width(view));
	bytes = reader_le(&in, width(view));
	if (in.failed || bytes > data.len)
		return json_malformed(walk->err, "a container claims %" PRIu64 " bytes where %zu are left", bytes,
		    data.len);
	if (head_len(view) > bytes)
		return json_malformed(walk->err, "a container of %" PRIu64 " bytes claims %" PRIu32 " elements", bytes,
		    view->count);
	view->data = (struct bytes){data.data, (size_t) bytes};
	return take(walk, head_len(view));
}

static uint64_t
read_length(struct reader *in)
{
	uint64_t length = 0;

	for (unsigned int i = 0; i < LENGTH_BYTES_LONGEST; i++) {
		uint8_t byte = reader_u8(in);
		length |= (uint64_t) (byte & 0x7f) << (7 * i);
		if ((byte & 0x80) == 0)
			return length;
	}
	in->failed = true;
	return 0;
}

static struct bytes
read_string(struct reader *in)
{
	uint64_t length = read_length(in);

	if (length > reader_left(in))
		in->failed = true;
	return reader_span(in, in->failed ? 0 : (size_t) length);
}

static void
read_literal(struct reader *in, struct json_view *view)
{
	switch (reader_u8(in)) {
	case 0:
		view->kind = JSON_NULL;
		break;
	case 1:
		view->kind = JSON_TRUE;
		break;
	case 2:
		view->kind = JSON_FALSE;
		break;
	default:
		in->failed = true;
	}
}

static void
read_packed(struct reader *in, enum json_kind kind, struct json_view *view)
{
	view->kind = (uint8_t) kind;
	if (view->data.len != 8)
		in->failed = true;
	else
		view->u = bytes_le(view->data.data, 8);
}

static void
read_opaque(struct reader *in, struct json_view *view)
{
	view->field_type = reader_u8(in);
	view->data = read_string(in);
	view->kind = JSON_OPAQUE;
	if (in->failed)
		return;
	switch (view->field_type) {
	case TYPE_NEWDECIMAL:
		view->kind = JSON_DECIMAL;
		break;
	case TYPE_DATE:
		read_packed(in, JSON_DATE, view);
		break;
	case TYPE_TIME:
		read_packed(in, JSON_TIME, view);
		break;
	case TYPE_DATETIME:
		read_packed(in, JSON_DATETIME, view);
		break;
	case TYPE_TIMESTAMP:
		read_packed(in, JSON_TIMESTAMP, view);
		break;
	case TYPE_VAR_STRING:
		/* The server prints these as strings too: wrapper_to_string() in sql-common/json_dom.cc. */
		view->kind = JSON_STRING;
		break;
	default:
		break;
	}
}

static void
read_int(struct reader *in, size_t len, struct json_view *view)
{
	uint64_t raw = reader_le(in, len);
	unsigned int shift = (unsigned int) (64 - 8 * len);

	view->kind = JSON_INT;
	view->i = (int64_t) (raw << shift) >> shift;
}

static void
read_uint(struct reader *in, size_t len, struct json_view *view)
{
	view->kind = JSON_UINT;
	view->u = reader_le(in, len);
}

static void
read_double(struct reader *in, struct json_view *view)
{
	uint64_t raw = reader_u64(in);

	view->kind = JSON_DOUBLE;
	memcpy(&view->d, &raw, sizeof(view->d));
	if (!isfinite(view->d))
		in->failed = true;
}

static void
read_scalar(uint8_t type, struct reader *in, struct json_view *view)
{
	switch (type) {
	case WIRE_LITERAL:
		read_literal(in, view);
		break;
	case WIRE_INT16:
		read_int(in, 2, view);
		break;
	case WIRE_UINT16:
		read_uint(in, 2, view);
		break;
	case WIRE_INT32:
		read_int(in, 4, view);
		break;
	case WIRE_UINT32:
		read_uint(in, 4, view);
		break;
	case WIRE_INT64:
		read_int(in, 8, view);
		break;
	case WIRE_UINT64:
		read_uint(in, 8, view);
		break;
	case WIRE_DOUBLE:
		read_double(in, view);
		break;
	case WIRE_STRING:
		view->kind = JSON_STRING;
		view->data = read_string(in);
		break;
	case WIRE_OPAQUE:
		read_opaque(in, view);
		break;
	default:
		in->failed = true;
	}
}

/* `is_inline`: the value stands in its entry, whose bytes have been counted already. */
static bool
open_value(uint8_t type, struct bytes data, bool is_inline, struct json_walk *walk, struct json_view *view)
{
	struct reader in;

	*view = (struct json_view){0};
	if (type <= WIRE_LARGE_ARRAY)
		return open_container(type, data, walk, view);
	reader_init(&in, data.data, data.len);
	read_scalar(type, &in, view);
	if (in.failed)
		return json_malformed(walk->err, "a value of type %u does not fit the %zu bytes left", type, data.len);
	if (view->kind == JSON_STRING && !utf8_is_valid(view->data))
		return json_malformed(walk->err, "a string of %zu bytes is not UTF-8", view->data.len);
	return is_inline || take(walk, data.len - reader_left(&in));
}

bool
json_open(struct bytes json, struct json_walk *walk, struct json_view *view, struct err *err)
{
	*walk = (struct json_walk){.left = json.len, .err = err};
	*view = (struct json_view){.kind = JSON_NULL};
	if (json.len == 0)
		return true;
	return open_value(json.data[0], (struct bytes){json.data + 1, json.len - 1}, false, walk, view);
}

bool
json_key(const struct json_view *object, uint32_t number, struct json_walk *walk, struct bytes *key)
{
	const uint8_t *entry = object->data.data + 2 * width(object) + number * key_entry_len(object);
	uint64_t offset = bytes_le(entry, width(object));
	uint64_t len = bytes_le(entry + width(object), 2);

	if (offset < head_len(object) || offset + len > object->data.len)
		return json_malformed(walk->err, "a key at %" PRIu64 " is outside its object of %zu bytes", offset,
		    object->data.len);
	*key = (struct bytes){object->data.data + offset, (size_t) len};
	if (!utf8_is_valid(*key))
		return json_malformed(walk->err, "a key of %zu bytes is not UTF-8", key->len);
	return take(walk, (size_t) len);
}

static bool
is_inlined(uint8_t type, bool is_large)
{
	return type == WIRE_LITERAL || type == WIRE_INT16 || type == WIRE_UINT16 ||
	    (is_large && (type == WIRE_INT32 || type == WIRE_UINT32));
}

bool
json_element(const struct json_view *container, uint32_t number, struct json_walk *walk, struct json_view *view)
{
	const uint8_t *entry = container->data.data + 2 * width(container) +
	    container->count * key_entry_len(container) + number * (1 + width(container));
	uint64_t offset;

	if (is_inlined(entry[0], container->is_large))
		return open_value(entry[0], (struct bytes){entry + 1, width(container)}, true, walk, view);
	offset = bytes_le(entry + 1, width(container));
	if (offset < head_len(container) || offset > container->data.len)
		return json_malformed(walk->err, "a value at %" PRIu64 " is outside its container of %zu bytes", offset,
		    container->data.len);
	return open_value(entry[0],
	    (struct bytes){container->data.data + offset, container->data.len - (size_t) offset}, false, walk, view);
}

bool
json_enter(struct json_walk *walk)
{
	if (walk->depth >= JSON_DEPTH_LIMIT)
		return json_malformed(walk->err, "it is nested more than %d deep", JSON_DEPTH_LIMIT);
	walk->depth++;
	return true;
}

void
json_leave(struct json_walk *walk)
{
	walk->depth--;
}
