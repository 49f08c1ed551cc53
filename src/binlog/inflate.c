/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/inflate.h"

#define ZLIB_CONST /* next_in points to const */

#include <limits.h>
#include <zlib.h>

/* No deflate stream grows by more than this; what claims to is refused before memory is asked for. */
enum { DEFLATE_RATIO_MOST = 1032, DEFLATE_SLACK = 64 };

enum { ALGORITHM_ZLIB_EVENT = 0, ALGORITHM_ZLIB_COLUMN = 8, COLUMN_RAW = 0x08 };

/* `window_bits` as inflateInit2() has it: 15 for a zlib stream, -15 for a raw one. */
static bool
inflate_exactly(struct bytes in, size_t len, int window_bits, struct buf *out, struct err *err)
{
	z_stream stream = {0};
	int result;

	if (len > INFLATE_LIMIT_BYTES || in.len > UINT_MAX)
		return err_set(err, ERR_STOP, "compressed data of %zu bytes claims to hold %zu, more than %d",
		    in.len, len, INFLATE_LIMIT_BYTES);
	if (len > in.len * DEFLATE_RATIO_MOST + DEFLATE_SLACK)
		return err_set(err, ERR_STOP,
		    "compressed data of %zu bytes claims to hold %zu, which no deflate stream does", in.len,
		    len);
	buf_reserve(out, len + 1);
	if (inflateInit2(&stream, window_bits) != Z_OK)
		return err_set(
		    err, ERR_STOP, "zlib cannot be set up: %s", stream.msg == NULL ? "" : stream.msg);
	stream.next_in = in.data;
	stream.avail_in = (uInt) in.len;
	stream.next_out = (Bytef *) out->data + out->len;
	stream.avail_out = (uInt) len + 1; /* one more, so that a stream that goes on is noticed */
	result = inflate(&stream, Z_FINISH);
	(void) inflateEnd(&stream);
	if (result != Z_STREAM_END || stream.total_out != len)
		return err_set(err, ERR_STOP,
		    "compressed data of %zu bytes is damaged: %lu of %zu bytes came out (%s)", in.len,
		    stream.total_out, len, result == Z_STREAM_END ? "end of stream" : zError(result));
	out->len += len;
	return true;
}

bool
inflate_event_part(struct bytes in, struct buf *out, struct err *err)
{
	struct reader reader;
	uint8_t head;
	size_t len;

	reader_init(&reader, in.data, in.len);
	head = reader_u8(&reader);
	if (reader.failed || (head & 0x80) == 0 || (head >> 4 & 7) != ALGORITHM_ZLIB_EVENT || (head & 7) == 0 ||
	    (head & 7) > 4)
		return err_set(err, ERR_STOP,
		    "a compressed event of %zu bytes begins with 0x%02x, which is not known", in.len, head);
	len = reader_be(&reader, head & 7);
	if (reader.failed)
		return err_set(err, ERR_STOP, "a compressed event is cut short at %zu bytes", in.len);
	return inflate_exactly(reader_rest(&reader), len, MAX_WBITS, out, err);
}

/* An empty value is stored as nothing at all, an uncompressed one behind a byte 0 (Field_longstr::compress). */
bool
inflate_column(struct bytes in, struct buf *out, struct err *err)
{
	struct reader reader;
	uint8_t head;
	size_t len;

	if (in.len == 0)
		return true;
	reader_init(&reader, in.data, in.len);
	head = reader_u8(&reader);
	if (head == 0) {
		buf_add(out, reader.at, reader_left(&reader));
		return true;
	}
	if (head >> 4 != ALGORITHM_ZLIB_COLUMN || (head & 7) == 0 || (head & 7) > 4)
		return err_set(err, ERR_STOP,
		    "a compressed value of %zu bytes begins with 0x%02x, which is not known", in.len, head);
	len = reader_be(&reader, head & 7);
	if (reader.failed)
		return err_set(err, ERR_STOP, "a compressed value is cut short at %zu bytes", in.len);
	return inflate_exactly(
	    reader_rest(&reader), len, (head & COLUMN_RAW) != 0 ? -MAX_WBITS : MAX_WBITS, out, err);
}
