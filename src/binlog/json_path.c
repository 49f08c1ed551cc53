/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/json_path.h"

#include <string.h>

#include "binlog/json_view.h"

static bool
is_next(const struct reader *path, char c)
{
	return reader_left(path) > 0 && *path->at == (uint8_t) c;
}

/* A failed read stays failed: the caller asks at the end. */
static void
expect(struct reader *path, char c)
{
	if (reader_u8(path) != (uint8_t) c)
		path->failed = true;
}

static uint64_t
read_number(struct reader *path)
{
	uint64_t value = 0;
	size_t digits = 0;

	while (reader_left(path) > 0 && *path->at >= '0' && *path->at <= '9' && digits++ < 10)
		value = value * 10 + (uint64_t) (reader_u8(path) - '0');
	if (digits == 0 || value > UINT32_MAX)
		path->failed = true;
	return value;
}

static void
read_cell(struct reader *path, struct json_leg *leg)
{
	leg->is_cell = true;
	expect(path, '[');
	if (is_next(path, 'l')) {
		const uint8_t *word = reader_take(path, 4);
		leg->is_from_end = word != NULL && memcmp(word, "last", 4) == 0;
		if (!leg->is_from_end)
			path->failed = true;
		if (is_next(path, '-')) {
			expect(path, '-');
			leg->index = read_number(path);
		}
	} else {
		leg->index = read_number(path);
	}
	expect(path, ']');
}

static uint32_t
read_hex4(struct reader *path)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) {
		uint8_t c = reader_u8(path);
		if (c >= '0' && c <= '9')
			value = value << 4 | (uint32_t) (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = value << 4 | (uint32_t) ((c | 0x20) - 'a' + 10);
		else
			path->failed = true;
	}
	return value;
}

static size_t
put_utf8(uint32_t code, uint8_t *out)
{
	if (code < 0x80) {
		out[0] = (uint8_t) code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (uint8_t) (0xc0 | code >> 6);
		out[1] = (uint8_t) (0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (uint8_t) (0xe0 | code >> 12);
		out[1] = (uint8_t) (0x80 | (code >> 6 & 0x3f));
		out[2] = (uint8_t) (0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (uint8_t) (0xf0 | code >> 18);
	out[1] = (uint8_t) (0x80 | (code >> 12 & 0x3f));
	out[2] = (uint8_t) (0x80 | (code >> 6 & 0x3f));
	out[3] = (uint8_t) (0x80 | (code & 0x3f));
	return 4;
}

static size_t
read_unicode(struct reader *path, uint8_t *out)
{
	uint32_t code = read_hex4(path);

	if (code >= 0xd800 && code < 0xdc00) {
		uint32_t low;
		expect(path, '\\');
		expect(path, 'u');
		low = read_hex4(path);
		if (low < 0xdc00 || low > 0xdfff)
			path->failed = true;
		code = 0x10000 + ((code - 0xd800) << 10) + ((low - 0xdc00) & 0x3ff);
	} else if (code >= 0xdc00 && code < 0xe000) {
		path->failed = true;
	}
	return put_utf8(code, out);
}

/* Behind the backslash; the result is never longer than what was read. */
static size_t
read_escape(struct reader *path, uint8_t *out)
{
	static const char names[] = "\"\\/bfnrt", letters[] = "\"\\/\b\f\n\r\t";
	uint8_t c = reader_u8(path);
	const char *name = c == 0 ? NULL : strchr(names, c);

	if (c == 'u')
		return read_unicode(path, out);
	if (name == NULL)
		path->failed = true;
	else
		out[0] = (uint8_t) letters[name - names];
	return 1;
}

static void
read_quoted(struct reader *path, struct arena *arena, struct json_leg *leg)
{
	uint8_t *name = arena_alloc(arena, reader_left(path) + 1);
	size_t len = 0;

	expect(path, '"');
	while (reader_left(path) > 0 && !is_next(path, '"')) {
		uint8_t c = reader_u8(path);
		if (c == '\\')
			len += read_escape(path, name + len);
		else
			name[len++] = c;
	}
	expect(path, '"');
	leg->name = (struct bytes){name, len};
}

static void
read_member(struct reader *path, struct arena *arena, struct json_leg *leg)
{
	const uint8_t *begin;

	expect(path, '.');
	if (is_next(path, '"')) {
		read_quoted(path, arena, leg);
		return;
	}
	begin = path->at;
	while (reader_left(path) > 0 && !is_next(path, '.') && !is_next(path, '[') && !is_next(path, '*'))
		(void) reader_u8(path);
	leg->name = (struct bytes){begin, (size_t) (path->at - begin)};
	if (leg->name.len == 0)
		path->failed = true;
}

bool
json_path_next(struct reader *path, struct arena *arena, struct json_leg *leg, bool *is_end, struct err *err)
{
	struct reader before = *path;

	*leg = (struct json_leg){0};
	*is_end = reader_left(path) == 0 && !path->failed;
	if (*is_end)
		return true;
	if (is_next(path, '['))
		read_cell(path, leg);
	else
		read_member(path, arena, leg);
	if (!path->failed)
		return true;
	return err_set(err, ERR_STOP, "JSON diff has a path that cannot be read from '%.*s' on",
	    (int) (reader_left(&before) > 80 ? 80 : reader_left(&before)), (const char *) before.at);
}
