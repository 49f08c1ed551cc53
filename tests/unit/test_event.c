/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog_wire.h"

#include <zlib.h>

static const struct binlog_format no_format;

/* Puts the event's CRC behind it; `clear_flags` are taken out of what is summed up. */
static void
put_crc(struct buf *out, uint16_t clear_flags)
{
	struct buf copy = {0};

	buf_add(&copy, out->data, out->len);
	copy.data[17] = (char) (copy.data[17] & ~clear_flags);
	buf_put_le(out, crc32(0, (const Bytef *) copy.data, (uInt) copy.len), 4);
	buf_release(&copy);
}

/* A format description without its checksum field. */
static void
put_format_body(struct buf *out, const char *version, uint8_t n_types, uint8_t algorithm)
{
	char name[50] = {0};

	(void) strncpy(name, version, sizeof(name) - 1);
	buf_put_le(out, 4, 2);
	buf_add(out, name, sizeof(name));
	buf_put_le(out, 99, 4);
	buf_put_le(out, EVENT_HEADER_LEN, 1);
	for (uint8_t i = 1; i <= n_types; i++)
		buf_putc(out, (char) i);
	buf_putc(out, (char) algorithm);
}

static void
put_format(struct buf *out, const char *version, uint8_t algorithm, uint16_t flags)
{
	struct buf body = {0};

	put_format_body(&body, version, 40, algorithm);
	wire_put_event(
	    out, EVENT_FORMAT_DESCRIPTION, flags, EVENT_HEADER_LEN + body.len + 4, wire_bytes(&body));
	buf_release(&body);
}

static void
test_header(void **state)
{
	struct buf packet = {0};
	struct event event;
	struct err err;

	(void) state;
	wire_put_event(&packet, EVENT_XID, EVENT_FLAG_IGNORABLE, 27, WIRE("12345678"));
	assert_true(event_parse(wire_bytes(&packet), &no_format, &event, &err));
	assert_int_equal(event.timestamp, 0x65535540);
	assert_int_equal(event.type, EVENT_XID);
	assert_int_equal(event.server_id, 7);
	assert_int_equal(event.length, 27);
	assert_int_equal(event.log_pos, 1000);
	assert_int_equal(event.flags, EVENT_FLAG_IGNORABLE);
	assert_int_equal(event.body.len, 8);
	assert_memory_equal(event.body.data, "12345678", 8);
	buf_release(&packet);
}

static void
test_header_lies(void **state)
{
	struct binlog_format format = wire_format(FLAVOUR_MYSQL);
	struct buf packet = {0};
	struct event event;
	struct err err;

	(void) state;
	wire_put_event(&packet, EVENT_XID, 0, 27, WIRE("12345678"));
	for (size_t len = 0; len < EVENT_HEADER_LEN; len++)
		assert_false(
		    event_parse((struct bytes){(uint8_t *) packet.data, len}, &no_format, &event, &err));
	wire_assert_error(&err, ERR_STOP, "an event of 18 bytes is shorter than its header of 19");
	/* Cut short, and with a second event behind it. */
	assert_false(event_parse((struct bytes){(uint8_t *) packet.data, 26}, &no_format, &event, &err));
	wire_assert_error(&err, ERR_STOP, "event 'xid' (16) says that it has 27 bytes, but 26 came");
	wire_put_event(&packet, EVENT_XID, 0, 27, WIRE("12345678"));
	assert_false(event_parse(wire_bytes(&packet), &no_format, &event, &err));
	wire_assert_error(&err, ERR_STOP, "event 'xid' (16) says that it has 27 bytes, but 54 came");
	buf_reset(&packet, 1000);
	format.checksum = CHECKSUM_CRC32;
	wire_put_event(&packet, EVENT_STOP, 0, 21, WIRE("ab"));
	assert_false(event_parse(wire_bytes(&packet), &format, &event, &err));
	wire_assert_error(&err, ERR_STOP, "event 'stop' (3) of 21 bytes has no room for its checksum");
	buf_release(&packet);
}

static void
test_checksum(void **state)
{
	struct binlog_format format = wire_format(FLAVOUR_MYSQL);
	struct buf packet = {0};
	struct event event;
	struct err err;

	(void) state;
	format.checksum = CHECKSUM_CRC32;
	wire_put_event(&packet, EVENT_XID, 0, 31, WIRE("12345678"));
	put_crc(&packet, 0);
	assert_true(event_parse(wire_bytes(&packet), &format, &event, &err));
	assert_int_equal(event.body.len, 8);
	for (size_t i = 0; i < packet.len; i++) {
		if (i >= 9 && i < 13)
			continue; /* the length has its own error */
		packet.data[i] ^= 0x10;
		assert_false(event_parse(wire_bytes(&packet), &format, &event, &err));
		assert_int_equal(err.kind, ERR_RETRY);
		packet.data[i] ^= 0x10;
	}
	packet.data[20] ^= 1;
	assert_false(event_parse(wire_bytes(&packet), &format, &event, &err));
	wire_assert_error(&err, ERR_RETRY, "event 'xid' (16) of 31 bytes ending at 1000 has a wrong checksum");
	assert_string_not_equal(err.hint, "");
	buf_release(&packet);
}

static void
test_format(void **state)
{
	struct binlog_format format = {0};
	struct buf packet = {0};
	struct event event;
	struct err err;

	(void) state;
	/* The flag for "in use" was not set when the sum was made. */
	put_format(&packet, "10.11.6-MariaDB-log", CHECKSUM_CRC32, EVENT_FLAG_IN_USE);
	put_crc(&packet, EVENT_FLAG_IN_USE);
	assert_true(event_parse(wire_bytes(&packet), &no_format, &event, &err));
	assert_true(format_parse(&event, &format, &err));
	assert_true(format.is_known);
	assert_int_equal(format.flavour, FLAVOUR_MARIADB);
	assert_int_equal(format.checksum, CHECKSUM_CRC32);
	assert_int_equal(format.created, 99);
	assert_int_equal(format.n_types, 40);
	assert_int_equal(format.post_header_len[1], 1);
	assert_int_equal(format.post_header_len[40], 40);
	assert_int_equal(format.post_header_len[41], 0);
	assert_string_equal(format.server_version, "10.11.6-MariaDB-log");
	packet.data[30] ^= 1;
	assert_false(event_parse(wire_bytes(&packet), &format, &event, &err));
	assert_int_equal(err.kind, ERR_RETRY);
	buf_release(&packet);
}

/* With checksums off the field is there, but a dump thread does not keep it right. */
static void
test_format_without_checksum(void **state)
{
	struct binlog_format format = {.is_known = true, .checksum = CHECKSUM_CRC32};
	struct buf packet = {0};
	struct event event;
	struct err err;

	(void) state;
	put_format(&packet, "8.4.3", CHECKSUM_OFF, 0);
	buf_put_le(&packet, 0xdeadbeef, 4);
	assert_true(event_parse(wire_bytes(&packet), &format, &event, &err));
	assert_true(format_parse(&event, &format, &err));
	assert_int_equal(format.flavour, FLAVOUR_MYSQL);
	assert_int_equal(format.checksum, CHECKSUM_OFF);
	assert_int_equal(format.n_types, 40);
	buf_release(&packet);
}

static void
assert_format_refused(struct bytes body, const char *text)
{
	struct event event = wire_event(EVENT_FORMAT_DESCRIPTION, body);
	struct binlog_format format = {0};
	struct err err;

	assert_false(format_parse(&event, &format, &err));
	wire_assert_error(&err, ERR_STOP, text);
	assert_false(format.is_known);
}

static void
test_format_lies(void **state)
{
	struct buf body = {0};

	(void) state;
	put_format_body(&body, "8.4.3", 0, CHECKSUM_CRC32);
	for (size_t len = 0; len < body.len; len++) {
		struct event event =
		    wire_event(EVENT_FORMAT_DESCRIPTION, (struct bytes){(uint8_t *) body.data, len});
		struct binlog_format format = {0};
		struct err err;

		assert_false(format_parse(&event, &format, &err));
		assert_int_equal(err.kind, ERR_STOP);
	}
	assert_format_refused(
	    wire_bytes(&body), "event 'format_description' is cut short: its body has 58 bytes");
	buf_reset(&body, 1000);
	put_format_body(&body, "5.5.62", 40, CHECKSUM_CRC32);
	assert_format_refused(
	    wire_bytes(&body), "the binlog was written by server '5.5.62', older than MySQL 5.6.1");
	buf_reset(&body, 1000);
	put_format_body(&body, "5.6.24", 40, 2);
	assert_format_refused(wire_bytes(&body), "binlog checksum algorithm 2 is not known (0 none, 1 crc32)");
	body.data[0] = 3;
	assert_format_refused(wire_bytes(&body), "binlog version 3 with headers of 19 bytes is not 4 with 19");
	body.data[0] = 4;
	body.data[56] = 27;
	assert_format_refused(wire_bytes(&body), "binlog version 4 with headers of 27 bytes is not 4 with 19");
	buf_release(&body);
}

/* Nobody tells whether the artificial ROTATE at the start has a checksum. */
static void
test_first_rotate(void **state)
{
	struct buf packet = {0};
	uint64_t position;
	struct event event;
	struct bytes file;
	struct err err;

	(void) state;
	wire_put_event(&packet, EVENT_ROTATE, EVENT_FLAG_ARTIFICIAL, 38, WIRE("\4\0\0\0\0\0\0\0b.000000001"));
	assert_true(event_parse(wire_bytes(&packet), &no_format, &event, &err));
	assert_true(rotate_parse(&event, &file, &position, &err));
	assert_int_equal(file.len, 11);
	packet.data[9] += 4;
	put_crc(&packet, 0);
	assert_true(event_parse(wire_bytes(&packet), &no_format, &event, &err));
	assert_true(rotate_parse(&event, &file, &position, &err));
	assert_int_equal(position, 4);
	assert_int_equal(file.len, 11);
	assert_memory_equal(file.data, "b.000000001", 11);
	buf_release(&packet);
}

static void
assert_rotate_refused(struct bytes body, const char *text)
{
	struct event event = wire_event(EVENT_ROTATE, body);
	uint64_t position;
	struct bytes file;
	struct err err;

	assert_false(rotate_parse(&event, &file, &position, &err));
	wire_assert_error(&err, ERR_STOP, text);
}

static void
test_rotate_lies(void **state)
{
	struct buf body = {0};

	(void) state;
	assert_rotate_refused(WIRE("1234567"), "event 'rotate' is cut short: its body has 7 bytes");
	assert_rotate_refused(WIRE("12345678"), "event 'rotate' names no file");
	assert_rotate_refused(WIRE("12345678a\0b"), "event 'rotate' has a file name with a NUL or a slash in it");
	assert_rotate_refused(WIRE("12345678a/b"), "event 'rotate' has a file name with a NUL or a slash in it");
	assert_rotate_refused(WIRE("12345678a\351b"), "event 'rotate' has a file name that is not UTF-8");
	buf_puts(&body, "12345678");
	for (size_t i = 0; i <= BINLOG_NAME_LONGEST; i++)
		buf_putc(&body, 'x');
	assert_rotate_refused(wire_bytes(&body), "event 'rotate' has a file name of 513 bytes, more than 512");
	buf_release(&body);
}

static void
test_kinds(void **state)
{
	(void) state;
	for (unsigned int type = 0; type < 256; type++) {
		enum rows_kind kind = event_rows_kind((uint8_t) type);

		assert_int_equal(kind == ROWS_INSERT, type == 23 || type == 30 || type == 166 || type == 169);
		assert_int_equal(
		    kind == ROWS_UPDATE, type == 24 || type == 31 || type == 39 || type == 167 || type == 170);
		assert_int_equal(kind == ROWS_DELETE, type == 25 || type == 32 || type == 168 || type == 171);
	}
	assert_string_equal(event_type_name(EVENT_PARTIAL_UPDATE_ROWS), "partial_update_rows");
	assert_string_equal(event_type_name(99), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_header),
	    cmocka_unit_test(test_header_lies),
	    cmocka_unit_test(test_checksum),
	    cmocka_unit_test(test_format),
	    cmocka_unit_test(test_format_without_checksum),
	    cmocka_unit_test(test_format_lies),
	    cmocka_unit_test(test_first_rotate),
	    cmocka_unit_test(test_rotate_lies),
	    cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
