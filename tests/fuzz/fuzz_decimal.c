/* SPDX-License-Identifier: Apache-2.0 */
/* Decimals: u1 precision, u1 scale, wire form.  What is accepted is a number with as many digits as was said. */
#include <stdlib.h>
#include <string.h>

#include "binlog/decimal.h"
#include "fuzz.h"

static void
check(const char *text, unsigned int precision, unsigned int scale)
{
	const char *digits = text + (text[0] == '-');
	size_t before = strspn(digits, "0123456789");
	size_t most = precision > scale ? precision - scale : 1;
	const char *point = digits + before;

	if (before == 0 || before > most || (before > 1 && digits[0] == '0'))
		abort();
	if (scale == 0 ? *point != '\0' : *point != '.' || strlen(point + 1) != scale)
		abort();
	if (scale > 0 && point[1 + strspn(point + 1, "0123456789")] != '\0')
		abort();
	if (text[0] == '-' && strpbrk(text, "123456789") == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = {0};
	struct err err;

	if (size < 2)
		return 0;
	if (decimal_put((struct bytes){data + 2, size - 2}, data[0], data[1], &out, &err))
		check(buf_text(&out), data[0], data[1]);
	else if (decimal_wire_len(data[0], data[1]) == 0 && out.len != 0)
		abort();
	buf_release(&out);
	return 0;
}
