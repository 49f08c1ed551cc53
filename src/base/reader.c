/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reader.h"

uint64_t
reader_packed(struct reader *reader)
{
	uint8_t first = reader_u8(reader);

	switch (first) {
	case 251:
	case 255:
		reader->failed = true;
		return 0;
	case 252:
		return reader_le(reader, 2);
	case 253:
		return reader_le(reader, 3);
	case 254:
		return reader_le(reader, 8);
	default:
		return first;
	}
}
