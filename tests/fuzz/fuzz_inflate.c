/* SPDX-License-Identifier: Apache-2.0 */
/* Input: u1 (odd: a column), a compressed part of an event or value of a column. */
#include "fuzz_binlog.h"

#include "binlog/inflate.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = {0};
	struct bytes in;
	struct err err = {0};
	bool is_good;

	if (size == 0)
		return 0;
	in = (struct bytes){data + 1, size - 1};
	is_good = (data[0] & 1) != 0 ? inflate_column(in, &out, &err) : inflate_event_part(in, &out, &err);
	if (is_good)
		fuzz_touch((struct bytes){(const uint8_t *) out.data, out.len});
	else
		fuzz_expect_error(&err);
	/* No more memory than a deflate stream of this size can fill. */
	fuzz_expect(out.cap <= size * 1100 + 200);
	buf_release(&out);
	return 0;
}
