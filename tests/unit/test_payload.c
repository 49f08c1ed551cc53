/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions in a payload: in one zstd frame, in several, not compressed; and payloads that lie. */
#include <stdio.h>
#include <zstd.h>

#include "binlog_wire.h"

#include "base/mem.h"
#include "binlog/payload.h"

enum { LIMIT_BYTES = 100000, COMPRESSION_ZSTD = 0, COMPRESSION_NONE = 255 };

/* An event whose body is `len` times `c`. */
static void
put_inner(struct buf *out, char c, size_t len)
{
	struct buf body = {0};

	for (size_t i = 0; i < len; i++)
		buf_putc(&body, c);
	wire_put_event(out, EVENT_ROWS_QUERY, 0, EVENT_HEADER_LEN + len, wire_bytes(&body));
	buf_release(&body);
}

static void
put_zstd(struct buf *out, struct bytes plain)
{
	size_t len;

	buf_reserve(out, ZSTD_compressBound(plain.len));
	len = ZSTD_compress(out->data + out->len, ZSTD_compressBound(plain.len), plain.data, plain.len, 3);
	assert_false(ZSTD_isError(len));
	out->len += len;
}

/* Fields 2, 3, 1 as the server orders them, then the data. */
static void
put_payload(struct buf *out, uint8_t compression, uint64_t claimed, struct bytes data)
{
	if (compression == COMPRESSION_NONE)
		wire_add(out, WIRE("\2\3\374\377\0"));
	else
		wire_add(out, WIRE("\2\1\0"));
	wire_add(out, WIRE("\3\11\376"));
	buf_put_le(out, claimed, 8);
	wire_add(out, WIRE("\1\11\376"));
	buf_put_le(out, data.len, 8);
	buf_putc(out, '\0');
	wire_add(out, data);
}

static void
assert_event(struct payload *payload, char c, size_t len)
{
	struct bytes packet;
	struct err err;

	if (!payload_next(payload, &packet, &err))
		fail_msg("%s", err.text);
	assert_int_equal(packet.len, EVENT_HEADER_LEN + len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(packet.data[EVENT_HEADER_LEN + i], c);
}

static void
assert_end(struct payload *payload)
{
	struct bytes packet;
	struct err err;

	if (!payload_next(payload, &packet, &err))
		fail_msg("%s", err.text);
	assert_null(packet.data);
	assert_int_equal(packet.len, 0);
}

static struct payload *
open_payload(const struct buf *body)
{
	struct event event = wire_event(EVENT_TRANSACTION_PAYLOAD, wire_bytes(body));
	struct payload *payload;
	struct err err;

	if (!payload_open(&event, LIMIT_BYTES, &payload, &err))
		fail_msg("%s", err.text);
	return payload;
}

static void
test_one_frame(void **state)
{
	struct buf plain = {0}, packed = {0}, body = {0};
	struct payload *payload;

	(void) state;
	put_inner(&plain, 'a', 10);
	put_inner(&plain, 'b', 0);
	put_inner(&plain, 'c', LIMIT_BYTES - EVENT_HEADER_LEN);
	put_zstd(&packed, wire_bytes(&plain));
	put_payload(&body, COMPRESSION_ZSTD, plain.len, wire_bytes(&packed));
	payload = open_payload(&body);
	assert_event(payload, 'a', 10);
	assert_event(payload, 'b', 0);
	assert_event(payload, 'c', LIMIT_BYTES - EVENT_HEADER_LEN);
	assert_end(payload);
	assert_end(payload);
	payload_close(payload);
	buf_release(&plain);
	buf_release(&packed);
	buf_release(&body);
}

/* The cut between frames falls into the middle of an event. */
static void
test_many_frames(void **state)
{
	struct buf plain = {0}, packed = {0}, body = {0};
	struct payload *payload;

	(void) state;
	put_inner(&plain, 'a', 100);
	put_inner(&plain, 'b', 100);
	for (size_t i = 0; i < plain.len; i += 7)
		put_zstd(
		    &packed, (struct bytes){(uint8_t *) plain.data + i, plain.len - i < 7 ? plain.len - i : 7});
	put_payload(&body, COMPRESSION_ZSTD, plain.len, wire_bytes(&packed));
	payload = open_payload(&body);
	assert_event(payload, 'a', 100);
	assert_event(payload, 'b', 100);
	assert_end(payload);
	payload_close(payload);
	buf_release(&plain);
	buf_release(&packed);
	buf_release(&body);
}

static void
test_plain(void **state)
{
	struct buf plain = {0}, body = {0};
	struct payload *payload;

	(void) state;
	put_inner(&plain, 'a', 100);
	put_payload(&body, COMPRESSION_NONE, plain.len, wire_bytes(&plain));
	payload = open_payload(&body);
	assert_event(payload, 'a', 100);
	assert_end(payload);
	payload_close(payload);
	buf_release(&plain);
	buf_release(&body);
	payload_close(NULL);
}

static void
assert_open_refused(struct bytes body, const char *text)
{
	struct event event = wire_event(EVENT_TRANSACTION_PAYLOAD, body);
	struct payload *payload;
	struct err err;

	assert_false(payload_open(&event, LIMIT_BYTES, &payload, &err));
	wire_assert_error(&err, ERR_STOP, text);
	assert_null(payload);
}

static void
test_header_lies(void **state)
{
	(void) state;
	assert_open_refused(WIRE(""),
	    "event 'transaction_payload' of 19 bytes: its header does not fit: 0 bytes announced, 0 there");
	assert_open_refused(WIRE("\1\1\5\0xxxx"),
	    "event 'transaction_payload' of 27 bytes: its header does not fit: 5 bytes announced, 4 there");
	assert_open_refused(WIRE("\1\1\3\0xxxx"),
	    "event 'transaction_payload' of 27 bytes: its header does not fit: 3 bytes announced, 4 there");
	assert_open_refused(WIRE("\2\1\0\0xxxx"),
	    "event 'transaction_payload' of 27 bytes: its header does not fit: 0 bytes announced, 4 there");
	assert_open_refused(WIRE("\2\376\377\377\377\377\377\377\377\377\0"),
	    "event 'transaction_payload' of 30 bytes: its header does not fit: 0 bytes announced, 0 there");
	assert_open_refused(WIRE("\2\1\376\0"),
	    "event 'transaction_payload' of 23 bytes: its header does not fit: 0 bytes announced, 0 there");
	assert_open_refused(WIRE("\2\1\1\1\1\4\0xxxx"),
	    "event 'transaction_payload' of 30 bytes: its compression 1 is not known (0 zstd, 255 none)");
}

/* Reads on until it fails. */
static void
assert_refused(uint8_t compression, uint64_t claimed, struct bytes data, const char *text)
{
	struct buf body = {0};
	struct payload *payload;
	struct bytes packet;
	struct err err;

	put_payload(&body, compression, claimed, data);
	payload = open_payload(&body);
	do {
		if (!payload_next(payload, &packet, &err)) {
			wire_assert_error(&err, ERR_STOP, text);
			packet.data = NULL;
			payload_close(payload);
			buf_release(&body);
			return;
		}
	} while (packet.data != NULL);
	fail_msg("came to its end; want '%s'", text);
}

static void
test_lies(void **state)
{
	struct buf plain = {0}, packed = {0};

	(void) state;
	put_inner(&plain, 'a', 100);
	put_inner(&plain, 'b', 100);
	put_zstd(&packed, wire_bytes(&plain));
	/* Terabytes, one byte too many, one byte too few. */
	assert_refused(COMPRESSION_ZSTD, UINT64_C(1) << 42, wire_bytes(&packed),
	    "transaction payload: 4398046511104 bytes were announced, but 238 came out");
	assert_refused(COMPRESSION_ZSTD, 239, wire_bytes(&packed),
	    "transaction payload: 239 bytes were announced, but 238 came out");
	assert_refused(COMPRESSION_ZSTD, 237, wire_bytes(&packed),
	    "transaction payload: more comes out than the 237 bytes announced");
	/* Cut short: in an event, in its header, in the frame's end. */
	assert_refused(COMPRESSION_NONE, 137, (struct bytes){(uint8_t *) plain.data, 137},
	    "transaction payload: it ends within the header of an event");
	assert_refused(COMPRESSION_NONE, 139, (struct bytes){(uint8_t *) plain.data, 139},
	    "transaction payload: it ends within an event of 119 bytes");
	assert_refused(COMPRESSION_ZSTD, 238, (struct bytes){(uint8_t *) packed.data, packed.len - 1},
	    "transaction payload: the compressed data is cut short after 0 of 238 bytes");
	assert_refused(COMPRESSION_ZSTD, 5, WIRE("hello"),
	    "transaction payload: the compressed data is damaged: Unknown frame descriptor");
	buf_release(&plain);
	buf_release(&packed);
}

static void
test_inner_lengths(void **state)
{
	struct buf plain = {0};

	(void) state;
	wire_put_event(&plain, EVENT_XID, 0, 18, WIRE("12345678"));
	assert_refused(COMPRESSION_NONE, plain.len, wire_bytes(&plain),
	    "transaction payload: an event in it has 18 bytes, which is not between 19 and 100000");
	buf_reset(&plain, 0);
	wire_put_event(&plain, EVENT_XID, 0, LIMIT_BYTES + 1, WIRE("12345678"));
	assert_refused(COMPRESSION_NONE, plain.len, wire_bytes(&plain),
	    "transaction payload: an event in it has 100001 bytes, which is not between 19 and 100000");
	buf_release(&plain);
}

/* A payload in a payload, and what shapes the stream. */
static void
test_inner_types(void **state)
{
	static const uint8_t types[] = {EVENT_ROTATE, EVENT_FORMAT_DESCRIPTION, EVENT_GTID,
	    EVENT_ANONYMOUS_GTID, EVENT_TRANSACTION_PAYLOAD, EVENT_GTID_TAGGED, EVENT_MARIADB_GTID};

	(void) state;
	for (size_t i = 0; i < sizeof(types); i++) {
		struct buf plain = {0};
		char text[100];

		(void) snprintf(text, sizeof(text),
		    "transaction payload: it holds an event '%s' (%u), which does not belong there",
		    event_type_name(types[i]), types[i]);
		wire_put_event(&plain, types[i], 0, 27, WIRE("12345678"));
		assert_refused(COMPRESSION_NONE, plain.len, wire_bytes(&plain), text);
		buf_release(&plain);
	}
}

/* A frame that wants a window of 2^30 bytes is refused before memory is. */
static void
test_window(void **state)
{
	struct buf packed = {0};
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t len;

	(void) state;
	(void) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 28);
	(void) ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1);
	buf_reserve(&packed, 1000);
	{
		ZSTD_inBuffer in = {"hello", 5, 0};
		ZSTD_outBuffer out = {packed.data, 1000, 0};

		/* Streamed, so that the size is not known and the window is not cut down to it. */
		(void) ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
		len = ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
		packed.len = out.pos;
	}
	assert_int_equal(len, 0);
	assert_refused(COMPRESSION_ZSTD, 5, wire_bytes(&packed),
	    "transaction payload: the compressed data is damaged: Frame requires too much memory for decoding");
	(void) ZSTD_freeCCtx(context);
	buf_release(&packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_frame),
	    cmocka_unit_test(test_many_frames),
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_header_lies),
	    cmocka_unit_test(test_lies),
	    cmocka_unit_test(test_inner_lengths),
	    cmocka_unit_test(test_inner_types),
	    cmocka_unit_test(test_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
