/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digits stand in groups of nine, four bytes big-endian each, counted from the point; a group of fewer digits
 * at either end takes as many bytes as it needs.  The first bit is flipped, and all bits of a negative number
 * are inverted, so that the bytes compare as the numbers do.
 *
 * Worked example: -1234567890.12 as DECIMAL(12,2) is groups 1 | 234567890 | 12, bytes 01 0dfb38d2 0c, inverted
 * fe f204c72d f3, first bit flipped 7e f204c72d f3.
 */
#include "binlog/decimal.h"

#include <inttypes.h>
#include <string.h>

enum { GROUP_DIGITS = 9, GROUP_BYTES = 4, PRECISION_LIMIT = 65, SCALE_LIMIT = 38, WIRE_LONGEST = 40 };

static const uint8_t bytes_of_digits[GROUP_DIGITS + 1] = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};

static size_t
digits_len(unsigned int digits)
{
	return digits / GROUP_DIGITS * GROUP_BYTES + bytes_of_digits[digits % GROUP_DIGITS];
}

size_t
decimal_wire_len(unsigned int precision, unsigned int scale)
{
	if (precision == 0 || precision > PRECISION_LIMIT || scale > SCALE_LIMIT || scale > precision)
		return 0;
	return digits_len(precision - scale) + digits_len(scale);
}

/* Puts `digits` (1 to 9) of the next group; false when its bytes hold a larger number than these digits can. */
static bool
put_group(struct reader *in, unsigned int digits, struct buf *out)
{
	uint64_t value = reader_be(in, bytes_of_digits[digits]);
	char text[GROUP_DIGITS];

	for (unsigned int i = digits; i-- > 0; value /= 10)
		text[i] = (char) ('0' + value % 10);
	buf_add(out, text, digits);
	return value == 0;
}

static bool
put_digits(struct reader *in, unsigned int first, unsigned int groups, unsigned int last, struct buf *out)
{
	if (first > 0 && !put_group(in, first, out))
		return false;
	for (unsigned int i = 0; i < groups; i++)
		if (!put_group(in, GROUP_DIGITS, out))
			return false;
	return last == 0 || put_group(in, last, out);
}

/* Leading zeros go, all but one; a zero has no sign. */
static void
trim(struct buf *out, size_t begin, size_t integer_end)
{
	size_t first = out->data[begin] == '-' ? begin + 1 : begin, zeros = 0;
	bool is_zero = true;

	while (first + zeros + 1 < integer_end && out->data[first + zeros] == '0')
		zeros++;
	buf_splice(out, first, zeros, NULL, 0);
	for (size_t i = first; i < out->len && is_zero; i++)
		is_zero = out->data[i] == '0' || out->data[i] == '.';
	if (is_zero)
		buf_splice(out, begin, first - begin, NULL, 0);
}

bool
decimal_put(struct bytes wire, unsigned int precision, unsigned int scale, struct buf *out, struct err *err)
{
	unsigned int integers = precision - scale;
	size_t begin = out->len, integer_end;
	uint8_t plain[WIRE_LONGEST];
	struct reader in;
	bool is_read;

	if (precision == 0 || precision > DECIMAL_DIGITS || scale > SCALE_LIMIT || scale > precision)
		return err_set(err, ERR_STOP, "decimal of precision %u and scale %u is not possible", precision, scale);
	if (wire.len != digits_len(integers) + digits_len(scale))
		return err_set(err, ERR_STOP, "decimal(%u,%u) has %zu bytes instead of %zu", precision, scale,
		    wire.len, digits_len(integers) + digits_len(scale));
	for (size_t i = 0; i < wire.len; i++)
		plain[i] = (wire.data[0] & 0x80) != 0 ? wire.data[i] : (uint8_t) ~wire.data[i];
	plain[0] ^= 0x80;
	reader_init(&in, plain, wire.len);
	if ((wire.data[0] & 0x80) == 0)
		buf_putc(out, '-');
	if (integers == 0)
		buf_putc(out, '0');
	is_read = put_digits(&in, integers % GROUP_DIGITS, integers / GROUP_DIGITS, 0, out);
	integer_end = out->len;
	if (scale > 0)
		buf_putc(out, '.');
	is_read = is_read && put_digits(&in, 0, scale / GROUP_DIGITS, scale % GROUP_DIGITS, out);
	if (!is_read) {
		out->len = begin;
		return err_set(err, ERR_STOP, "decimal(%u,%u) holds a group of digits that is too large", precision,
		    scale);
	}
	trim(out, begin, integer_end);
	return true;
}
