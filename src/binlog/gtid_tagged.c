/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/gtid_tagged.h"

enum { SERIALIZATION_VERSION = 1, LONGEST_VARINT = 9 };

enum field {
	FIELD_FLAGS = 0,
	FIELD_UUID = 1,
	FIELD_GNO = 2,
	FIELD_TAG = 3,
	FIELD_LAST_COMMITTED = 4,
	FIELD_SEQUENCE_NUMBER = 5,
	FIELD_IMMEDIATE_TIME = 6,
	FIELD_ORIGINAL_TIME = 7,
	FIELD_LENGTH = 8,
	FIELD_IMMEDIATE_VERSION = 9,
	FIELD_ORIGINAL_VERSION = 10,
	FIELD_TICKET = 11,
};

static uint64_t
read_unsigned(struct reader *reader)
{
	uint8_t first = reader_u8(reader);
	size_t more = 0;

	while (more < LONGEST_VARINT - 1 && (first >> more & 1) != 0)
		more++;
	if (more == 8)
		return reader_u64(reader);
	return (reader_le(reader, more) << 8 | first) >> (more + 1);
}

static int64_t
read_signed(struct reader *reader)
{
	uint64_t value = read_unsigned(reader);

	return (int64_t) (value >> 1 ^ (0 - (value & 1)));
}

/* Each byte is an integer of its own. */
static void
read_uuid(struct reader *reader, struct gtid_event *gtid)
{
	for (size_t i = 0; i < sizeof(gtid->gtid.mysql.uuid); i++) {
		uint64_t byte = read_unsigned(reader);

		if (byte > UINT8_MAX)
			reader->failed = true;
		gtid->gtid.mysql.uuid[i] = (uint8_t) byte;
	}
}

static bool
is_tag_char(uint8_t c, size_t at)
{
	return (c >= 'a' && c <= 'z') || c == '_' || (at != 0 && c >= '0' && c <= '9');
}

static void
read_tag(struct reader *reader, struct gtid_event *gtid)
{
	struct bytes tag = reader_span(reader, read_unsigned(reader));

	if (tag.len > GTID_TAG_LONGEST)
		reader->failed = true;
	for (size_t i = 0; i < tag.len && !reader->failed; i++) {
		if (!is_tag_char(tag.data[i], i))
			reader->failed = true;
		gtid->gtid.mysql.tag[i] = (char) tag.data[i];
	}
}

static void
read_field(struct reader *reader, enum field field, struct gtid_event *gtid)
{
	switch (field) {
	case FIELD_FLAGS:
		(void) read_unsigned(reader);
		return;
	case FIELD_UUID:
		read_uuid(reader, gtid);
		return;
	case FIELD_GNO:
		gtid->gtid.mysql.gno = (uint64_t) read_signed(reader);
		return;
	case FIELD_TAG:
		read_tag(reader, gtid);
		return;
	case FIELD_LAST_COMMITTED:
	case FIELD_SEQUENCE_NUMBER:
		(void) read_signed(reader);
		return;
	case FIELD_IMMEDIATE_TIME:
		gtid->immediate_us = (int64_t) read_unsigned(reader);
		return;
	case FIELD_ORIGINAL_TIME:
		gtid->original_us = (int64_t) read_unsigned(reader);
		return;
	case FIELD_LENGTH:
		gtid->transaction_length = read_unsigned(reader);
		return;
	case FIELD_IMMEDIATE_VERSION:
	case FIELD_ORIGINAL_VERSION:
	case FIELD_TICKET:
		(void) read_unsigned(reader);
		return;
	}
}

bool
gtid_tagged_parse(struct bytes body, struct gtid_event *gtid, struct err *err)
{
	uint64_t version, length, must_know, field = 0, seen = 0;
	struct reader reader;

	reader_init(&reader, body.data, body.len);
	version = read_unsigned(&reader);
	length = read_unsigned(&reader);
	must_know = read_unsigned(&reader);
	if (!reader.failed && version != SERIALIZATION_VERSION)
		return err_set(err, ERR_STOP, "event 'gtid_tagged' has format %llu, not %d",
		    (unsigned long long) version, SERIALIZATION_VERSION);
	if (!reader.failed && length != body.len)
		return err_set(err, ERR_STOP,
		    "event 'gtid_tagged' says that its body has %llu bytes, but it has %zu",
		    (unsigned long long) length, body.len);
	while (reader_left(&reader) != 0) {
		field = read_unsigned(&reader);
		if (field > FIELD_TICKET || reader.failed)
			break;
		read_field(&reader, (enum field) field, gtid);
		seen |= UINT64_C(1) << field;
	}
	if (field > FIELD_TICKET && field <= must_know)
		return err_set(err, ERR_STOP, "event 'gtid_tagged' has field %llu, which is not known",
		    (unsigned long long) field);
	if (reader.failed || (seen >> FIELD_UUID & 1) == 0 || (seen >> FIELD_GNO & 1) == 0)
		return err_set(err, ERR_STOP,
		    "event 'gtid_tagged' with a body of %zu bytes holds no whole gtid", body.len);
	return true;
}
