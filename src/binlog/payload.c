/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/payload.h"

#include <stdlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/mem.h"

enum field { FIELD_END = 0, FIELD_SIZE = 1, FIELD_COMPRESSION = 2, FIELD_UNCOMPRESSED_SIZE = 3 };
enum compression { COMPRESSION_ZSTD = 0, COMPRESSION_NONE = 255 };

/* 128 MB: the window of zstd's highest level, and the library's own limit. */
enum { WINDOW_LOG_MOST = 27, TYPE_AT = 4, LENGTH_AT = 9 };

struct payload {
	uint64_t compression;
	uint64_t claimed; /* bytes that shall come out */
	uint64_t passed;  /* bytes that have come out as events */
	size_t event_limit;
	ZSTD_DStream *stream; /* NULL when not compressed */
	ZSTD_inBuffer in;
	bool is_frame_open; /* the last frame has not ended */
	struct buf event;
};

static bool
read_header(struct payload *payload, struct reader *reader, struct err *err)
{
	uint64_t size = 0;
	bool has_size = false, has_claim = false;

	payload->compression = COMPRESSION_NONE;
	for (uint64_t type = reader_packed(reader); type != FIELD_END && !reader->failed;
	     type = reader_packed(reader)) {
		struct bytes value = reader_span(reader, reader_packed(reader));
		struct reader field;
		uint64_t number;

		reader_init(&field, value.data, value.len);
		number = value.len == 0 ? 0 : reader_packed(&field);
		reader->failed |= field.failed;
		if (type == FIELD_SIZE) {
			size = number;
			has_size = true;
		} else if (type == FIELD_COMPRESSION) {
			payload->compression = number;
		} else if (type == FIELD_UNCOMPRESSED_SIZE) {
			payload->claimed = number;
			has_claim = true;
		}
	}
	if (reader->failed || !has_size || size != reader_left(reader))
		return err_set(err, ERR_STOP, "its header does not fit: %llu bytes announced, %zu there",
		    (unsigned long long) size, reader_left(reader));
	if (!has_claim)
		payload->claimed = size;
	if (payload->compression != COMPRESSION_ZSTD && payload->compression != COMPRESSION_NONE)
		return err_set(err, ERR_STOP, "its compression %llu is not known (0 zstd, 255 none)",
		    (unsigned long long) payload->compression);
	return true;
}

static bool
open_stream(struct payload *payload, struct err *err)
{
	size_t result;

	payload->stream = ZSTD_createDStream();
	if (payload->stream == NULL)
		return err_set(err, ERR_STOP, "zstd cannot be set up");
	result = ZSTD_DCtx_setParameter(payload->stream, ZSTD_d_windowLogMax, WINDOW_LOG_MOST);
	if (ZSTD_isError(result))
		return err_set(err, ERR_STOP, "zstd cannot be set up: %s", ZSTD_getErrorName(result));
	return true;
}

bool
payload_open(const struct event *event, size_t event_limit_bytes, struct payload **payload, struct err *err)
{
	struct payload *got = mem_zalloc(sizeof(*got));
	struct reader reader;

	*payload = NULL;
	got->event_limit = event_limit_bytes;
	reader_init(&reader, event->body.data, event->body.len);
	if (!read_header(got, &reader, err) ||
	    (got->compression == COMPRESSION_ZSTD && !open_stream(got, err))) {
		payload_close(got);
		return err_prefix(err, "event '%s' of %u bytes: ", event_type_name(event->type), event->length);
	}
	got->in = (ZSTD_inBuffer){reader.at, reader_left(&reader), 0};
	*payload = got;
	return true;
}

/* Not compressed: as much of what is there as is wanted. */
static size_t
copy_plain(struct payload *payload, char *to, size_t want)
{
	size_t len = payload->in.size - payload->in.pos < want ? payload->in.size - payload->in.pos : want;

	if (len != 0)
		memcpy(to, (const char *) payload->in.src + payload->in.pos, len);
	payload->in.pos += len;
	return len;
}

/* As much as comes out, up to `want`: less only at the end of the data. */
static bool
inflate_some(struct payload *payload, char *to, size_t want, size_t *got, struct err *err)
{
	ZSTD_outBuffer out = {to, want, 0};

	*got = 0;
	if (payload->stream == NULL) {
		*got = copy_plain(payload, to, want);
		return true;
	}
	while (out.pos < want) {
		size_t in_before = payload->in.pos, out_before = out.pos, result;

		if (!payload->is_frame_open && payload->in.pos == payload->in.size)
			break;
		result = ZSTD_decompressStream(payload->stream, &out, &payload->in);
		if (ZSTD_isError(result))
			return err_set(
			    err, ERR_STOP, "the compressed data is damaged: %s", ZSTD_getErrorName(result));
		payload->is_frame_open = result != 0;
		if (payload->in.pos == in_before && out.pos == out_before)
			break; /* the data ends within a frame */
	}
	*got = out.pos;
	return true;
}

/* Appends `want` bytes to the event; `*got` is less only at the end. */
static bool
fill(struct payload *payload, size_t want, size_t *got, struct err *err)
{
	buf_reserve(&payload->event, want);
	if (!inflate_some(payload, payload->event.data + payload->event.len, want, got, err))
		return false;
	payload->event.len += *got;
	payload->passed += *got;
	if (payload->passed > payload->claimed)
		return err_set(err, ERR_STOP, "more comes out than the %llu bytes announced",
		    (unsigned long long) payload->claimed);
	return true;
}

/* No more comes out, where an event (of `length` bytes; 0: not known yet) should go on. */
static bool
cut_short(const struct payload *payload, size_t length, struct err *err)
{
	if (payload->is_frame_open)
		return err_set(err, ERR_STOP, "the compressed data is cut short after %llu of %llu bytes",
		    (unsigned long long) payload->passed, (unsigned long long) payload->claimed);
	if (length == 0)
		return err_set(err, ERR_STOP, "it ends within the header of an event");
	return err_set(err, ERR_STOP, "it ends within an event of %zu bytes", length);
}

/* An event as large as it says, taken in steps, so that a length that lies costs no more memory than came out.
 */
static bool
fill_body(struct payload *payload, size_t length, struct err *err)
{
	const size_t step = 1 << 20;

	while (payload->event.len < length) {
		size_t want = length - payload->event.len < step ? length - payload->event.len : step;
		size_t got;

		if (!fill(payload, want, &got, err))
			return false;
		if (got < want)
			return cut_short(payload, length, err);
	}
	return true;
}

static bool
check_end(const struct payload *payload, size_t got, struct err *err)
{
	if (got != 0 || payload->is_frame_open)
		return cut_short(payload, 0, err);
	if (payload->passed != payload->claimed)
		return err_set(err, ERR_STOP, "%llu bytes were announced, but %llu came out",
		    (unsigned long long) payload->claimed, (unsigned long long) payload->passed);
	return true;
}

/* What shapes the stream stays outside; a payload in a payload would let a few bytes call for any depth. */
static bool
check_type(uint8_t type, struct err *err)
{
	switch (type) {
	case EVENT_FORMAT_DESCRIPTION:
	case EVENT_ROTATE:
	case EVENT_GTID:
	case EVENT_ANONYMOUS_GTID:
	case EVENT_GTID_TAGGED:
	case EVENT_MARIADB_GTID:
	case EVENT_TRANSACTION_PAYLOAD:
		return err_set(err, ERR_STOP, "it holds an event '%s' (%u), which does not belong there",
		    event_type_name(type), type);
	default:
		return true;
	}
}

static bool
next_event(struct payload *payload, struct bytes *packet, struct err *err)
{
	size_t got, length;

	buf_reset(&payload->event, 1 << 20);
	if (!fill(payload, EVENT_HEADER_LEN, &got, err))
		return false;
	if (got < EVENT_HEADER_LEN)
		return check_end(payload, got, err);
	length = (size_t) bytes_le((const uint8_t *) payload->event.data + LENGTH_AT, 4);
	if (length < EVENT_HEADER_LEN || length > payload->event_limit)
		return err_set(err, ERR_STOP, "an event in it has %zu bytes, which is not between %d and %zu",
		    length, EVENT_HEADER_LEN, payload->event_limit);
	if (!check_type((uint8_t) payload->event.data[TYPE_AT], err) || !fill_body(payload, length, err))
		return false;
	*packet = (struct bytes){(const uint8_t *) payload->event.data, payload->event.len};
	return true;
}

bool
payload_next(struct payload *payload, struct bytes *packet, struct err *err)
{
	*packet = (struct bytes){NULL, 0};
	return next_event(payload, packet, err) || err_prefix(err, "transaction payload: ");
}

void
payload_close(struct payload *payload)
{
	if (payload == NULL)
		return;
	(void) ZSTD_freeDStream(payload->stream);
	buf_release(&payload->event);
	free(payload);
}
