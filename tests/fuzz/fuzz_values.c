/* SPDX-License-Identifier: Apache-2.0 */
/* Input: u1 column type, u1 fraction digits, bytes of a value.  The temporal types above all. */
#include "fuzz_binlog.h"

#include "binlog/values.h"

static bool
is_clock(const struct civil *civil)
{
	return civil->minute < 60 && civil->second < 60 && civil->micro < 1000000;
}

static void
check(const struct value *value)
{
	switch (value->kind) {
	case VALUE_TIME:
		fuzz_expect(is_clock(&value->civil) && value->civil.hour <= 838);
		return;
	case VALUE_DATE:
	case VALUE_DATETIME:
		fuzz_expect(is_clock(&value->civil) && value->civil.hour < 24 && value->civil.year <= 9999);
		fuzz_expect(value->civil.month <= 12 && value->civil.day <= 31);
		return;
	case VALUE_TIMESTAMP:
		fuzz_expect(value->stamp.seconds >= 0 && value->stamp.seconds <= UINT32_MAX);
		fuzz_expect(value->stamp.micro < 1000000);
		return;
	case VALUE_BYTES:
		fuzz_touch(value->bytes);
		return;
	default:
		return;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t types[] = {TYPE_DATE, TYPE_TIME, TYPE_DATETIME, TYPE_TIMESTAMP, TYPE_TIME2,
	    TYPE_DATETIME2, TYPE_TIMESTAMP2, TYPE_YEAR, TYPE_VARCHAR};
	struct value value = {0};
	struct column column;
	struct reader reader;
	unsigned int digits;

	reader_init(&reader, data, size);
	column = (struct column){.type = types[reader_u8(&reader) % sizeof(types)]};
	digits = reader_u8(&reader) % 7;
	column.length = digits;
	if (!reader.failed && value_read(&reader, &column, digits, &value))
		check(&value);
	return 0;
}
