/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounds-checked reading of bytes from outside, with a sticky error.
 *
 * A read past the end sets `failed`, gives 0 (or NULL) and moves nothing; all later reads fail too.  A
 * decoder reads all its fields in a straight line and asks once at the end whether it held.
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A span of bytes that somebody else owns. */
struct bytes {
	const uint8_t *data;
	size_t len;
};

struct reader {
	const uint8_t *at;
	const uint8_t *end;
	bool failed;
};

static inline void
reader_init(struct reader *reader, const void *data, size_t len)
{
	reader->at = data;
	reader->end = reader->at == NULL ? NULL : reader->at + len;
	reader->failed = reader->at == NULL && len != 0;
}

static inline size_t
reader_left(const struct reader *reader)
{
	return reader->failed ? 0 : (size_t) (reader->end - reader->at);
}

/* The next `len` bytes in place, or NULL when there are fewer. */
static inline const uint8_t *
reader_take(struct reader *reader, size_t len)
{
	const uint8_t *at = reader->at;

	if (reader_left(reader) < len || reader->failed) {
		reader->failed = true;
		return NULL;
	}
	reader->at = at + len;
	return at;
}

/* The next `len` bytes as a span; {NULL, 0} when there are fewer. */
static inline struct bytes
reader_span(struct reader *reader, size_t len)
{
	const uint8_t *at = reader_take(reader, len);

	return (struct bytes){at, at == NULL ? 0 : len};
}

/* All that is left. */
static inline struct bytes
reader_rest(struct reader *reader)
{
	return reader_span(reader, reader_left(reader));
}

/* Little-endian and big-endian unsigned integers of 1 to 8 bytes, loose: the caller vouches for `len`. */
static inline uint64_t
bytes_le(const uint8_t *at, size_t len)
{
	uint64_t value = 0;

	for (size_t i = len; i-- > 0;)
		value = value << 8 | at[i];
	return value;
}

static inline uint64_t
bytes_be(const uint8_t *at, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | at[i];
	return value;
}

static inline uint64_t
reader_le(struct reader *reader, size_t len)
{
	const uint8_t *at = reader_take(reader, len);

	return at == NULL ? 0 : bytes_le(at, len);
}

static inline uint64_t
reader_be(struct reader *reader, size_t len)
{
	const uint8_t *at = reader_take(reader, len);

	return at == NULL ? 0 : bytes_be(at, len);
}

static inline uint8_t
reader_u8(struct reader *reader)
{
	return (uint8_t) reader_le(reader, 1);
}

static inline uint16_t
reader_u16(struct reader *reader)
{
	return (uint16_t) reader_le(reader, 2);
}

static inline uint32_t
reader_u32(struct reader *reader)
{
	return (uint32_t) reader_le(reader, 4);
}

static inline uint64_t
reader_u64(struct reader *reader)
{
	return reader_le(reader, 8);
}

/*
 * A packed (length-encoded) integer: below 251 itself; 252, 253, 254 announce 2, 3, 8 bytes.  251 (NULL in
 * the client protocol) and 255 fail.  MySQL 8.0 mysys/pack.cc, net_field_length_ll().
 */
uint64_t reader_packed(struct reader *reader);

#endif
