/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binary form: Gtid_set::encode() and add_gtid_encoding() in MySQL's sql/rpl_gtid_set.cc, tags in
 * libs/mysql/gtid/tag.cpp.  All numbers are little-endian:
 *
 *	u8 head: untagged: the number of sources; tagged: 1 << 56 | number << 8 | 1
 *	each source: 16 uuid; tagged: u1 tag length * 2, tag; u8 number of intervals
 *	each interval: u8 first, u8 last + 1
 *
 * The tag's length is a variable-length integer, as in GTID_TAGGED events; up to 63 these take one byte.
 */
#include <inttypes.h>
#include <string.h>

#include "model/gtid_private.h"

enum { FORMAT_UNTAGGED = 0, FORMAT_TAGGED = 1 };

static bool
decode_tag(struct reader *in, char *tag)
{
	uint8_t doubled = reader_u8(in);
	struct bytes bytes;

	if (doubled % 2 != 0 || doubled / 2 > GTID_TAG_LONGEST)
		return false;
	bytes = reader_span(in, doubled / 2);
	if (in->failed)
		return false;
	memcpy(tag, bytes.data, bytes.len);
	tag[bytes.len] = '\0';
	return gtid_tag_is_valid(tag, bytes.len);
}

/* The server refuses lists that are not in order as well. */
static bool
decode_intervals(struct reader *in, struct interval_list *list)
{
	uint64_t n = reader_u64(in), last = 0;

	if (n > reader_left(in) / 16)
		return false;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t start = reader_u64(in), end = reader_u64(in);
		if (start <= last || end <= start || end > GNO_LAST + 1)
			return false;
		interval_list_push(list, (struct interval){start, end - 1});
		last = end;
	}
	return !in->failed;
}

static bool
decode_source(struct reader *in, uint8_t format, struct gtid_set *set)
{
	struct bytes uuid = reader_span(in, 16);
	char tag[GTID_TAG_LONGEST + 1] = "";

	if (in->failed || (format == FORMAT_TAGGED && !decode_tag(in, tag)))
		return false;
	return decode_intervals(in, &gtid_set_source(set, uuid.data, tag)->done);
}

static bool
decode_set(struct reader *in, struct gtid_set *set, struct err *err)
{
	size_t whole = reader_left(in);
	uint64_t head = reader_u64(in);
	uint8_t format = (uint8_t) (head >> 56);
	uint64_t n = format == FORMAT_TAGGED ? head << 8 >> 16 : head;

	if (in->failed)
		return err_set(err, ERR_STOP, "binary GTID set of %zu bytes is shorter than its head of 8",
		    whole);
	if (format > FORMAT_TAGGED)
		return err_set(err, ERR_STOP, "binary GTID set has format %u, known are 0 and 1", format);
	if (n > GTID_SOURCES_LIMIT)
		return err_set(err, ERR_STOP, "binary GTID set claims %" PRIu64 " sources, the limit is %d", n,
		    GTID_SOURCES_LIMIT);
	for (uint64_t i = 0; i < n; i++) {
		size_t at = whole - reader_left(in);
		if (!decode_source(in, format, set))
			return err_set(err, ERR_STOP,
			    "binary GTID set of %zu bytes is malformed in source %" PRIu64 " of %" PRIu64
			    " at byte %zu",
			    whole, i + 1, n, at);
	}
	if (reader_left(in) > 0)
		return err_set(err, ERR_STOP, "binary GTID set of %zu bytes has %zu bytes behind its end", whole,
		    reader_left(in));
	return true;
}

bool
gtid_set_decode(struct bytes data, struct gtid_set **set, struct err *err)
{
	struct reader in;

	reader_init(&in, data.data, data.len);
	*set = gtid_set_new(FLAVOUR_MYSQL);
	if (decode_set(&in, *set, err)) {
		gtid_set_normalise(*set);
		return true;
	}
	gtid_set_free(*set);
	*set = NULL;
	return false;
}

static bool
has_tags(const struct gtid_set *set)
{
	for (size_t i = 0; i < set->n_sources; i++)
		if (set->sources[i]->tag[0] != '\0')
			return true;
	return false;
}

static void
encode_source(const struct gtid_source *source, bool is_tagged, struct buf *out)
{
	buf_add(out, source->uuid, sizeof(source->uuid));
	if (is_tagged) {
		buf_put_le(out, strlen(source->tag) * 2, 1);
		buf_puts(out, source->tag);
	}
	buf_put_le(out, source->done.n, 8);
	for (size_t i = 0; i < source->done.n; i++) {
		buf_put_le(out, source->done.items[i].first, 8);
		buf_put_le(out, source->done.items[i].last + 1, 8);
	}
}

void
gtid_set_encode(const struct gtid_set *set, struct buf *out)
{
	bool is_tagged = has_tags(set);
	uint64_t n = set->n_sources;

	buf_put_le(out, is_tagged ? (uint64_t) FORMAT_TAGGED << 56 | n << 8 | FORMAT_TAGGED : n, 8);
	for (size_t i = 0; i < set->n_sources; i++)
		encode_source(set->sources[i], is_tagged, out);
}
