/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/temporal.h"

enum { MICROS = 1000000, HOURS_MOST = 838 };

/* By fraction digits: what one unit of a stored fraction is worth in microseconds, as the field stores it. */
static const uint32_t micros_by_digits[] = {MICROS, 100000, 10000, 1000, 100, 10, 1};
/* The new formats store an even number of digits in whole bytes. */
static const uint32_t micros_by_bytes[] = {0, 10000, 100, 1};

static bool
is_time_of_day(const struct civil *civil)
{
	return civil->minute < 60 && civil->second < 60 && civil->micro < MICROS;
}

static bool
is_datetime(const struct civil *civil)
{
	return is_time_of_day(civil) && civil->hour < 24 && civil->month <= 12 && civil->day <= 31 &&
	       civil->year <= 9999;
}

static void
value_set(struct value *value, enum value_kind kind, unsigned int decimals)
{
	*value = (struct value){.kind = (uint8_t) kind, .decimals = (uint8_t) decimals};
}

/* Fraction of the new formats: big-endian, 0 to 3 bytes. */
static uint32_t
fraction2(struct reader *reader, unsigned int decimals)
{
	size_t len = (decimals + 1) / 2;

	return (uint32_t) reader_be(reader, len) * micros_by_bytes[len];
}

/* 3 bytes little-endian: year << 9 | month << 5 | day. */
bool
temporal_date(struct reader *reader, struct value *value)
{
	uint32_t packed = (uint32_t) reader_le(reader, 3);

	value_set(value, VALUE_DATE, 0);
	value->civil.day = packed & 31;
	value->civil.month = packed >> 5 & 15;
	value->civil.year = (uint16_t) (packed >> 9);
	return !reader->failed && is_datetime(&value->civil);
}

/*
 * 3 bytes of hour << 12 | minute << 6 | second and the fraction, together one big-endian number that is offset
 * by half its range: a negative time is the number below the offset, so the fraction borrows from the seconds.
 */
bool
temporal_time2(struct reader *reader, unsigned int decimals, struct value *value)
{
	size_t fraction_len = (decimals + 1) / 2;
	uint64_t zero = UINT64_C(0x800000) << 8 * fraction_len;
	uint64_t packed = reader_be(reader, 3 + fraction_len);
	uint64_t magnitude = packed < zero ? zero - packed : packed - zero;
	uint32_t clock = (uint32_t) (magnitude >> 8 * fraction_len);
	uint64_t fraction = magnitude & ((UINT64_C(1) << 8 * fraction_len) - 1);

	value_set(value, VALUE_TIME, decimals);
	value->civil.is_negative = packed < zero;
	value->civil.hour = clock >> 12 & 0x3ff;
	value->civil.minute = clock >> 6 & 63;
	value->civil.second = clock & 63;
	value->civil.micro = (uint32_t) (fraction * micros_by_bytes[fraction_len]);
	return !reader->failed && clock < 1U << 22 && value->civil.hour <= HOURS_MOST &&
	       is_time_of_day(&value->civil);
}

/* 5 bytes big-endian, offset by 1 << 39: (year * 13 + month) << 22 | day << 17 | hour << 12 | minute << 6 |
 * second. */
bool
temporal_datetime2(struct reader *reader, unsigned int decimals, struct value *value)
{
	const uint64_t zero = UINT64_C(0x8000000000);
	uint64_t packed = reader_be(reader, 5);
	uint32_t micro = fraction2(reader, decimals);
	uint32_t months;

	value_set(value, VALUE_DATETIME, decimals);
	if (reader->failed || packed < zero)
		return false;
	packed -= zero;
	months = (uint32_t) (packed >> 22);
	value->civil.year = (uint16_t) (months / 13);
	value->civil.month = (uint8_t) (months % 13);
	value->civil.day = packed >> 17 & 31;
	value->civil.hour = packed >> 12 & 31;
	value->civil.minute = packed >> 6 & 63;
	value->civil.second = packed & 63;
	value->civil.micro = micro;
	return is_datetime(&value->civil);
}

bool
temporal_timestamp2(struct reader *reader, unsigned int decimals, struct value *value)
{
	value_set(value, VALUE_TIMESTAMP, decimals);
	value->stamp.seconds = (int64_t) reader_be(reader, 4);
	value->stamp.micro = fraction2(reader, decimals);
	return !reader->failed && value->stamp.micro < MICROS;
}

/* A number of decimal digits: hours * 10000 + minutes * 100 + seconds. */
static void
civil_set_clock(struct civil *civil, uint64_t digits)
{
	civil->second = (uint8_t) (digits % 100);
	civil->minute = (uint8_t) (digits / 100 % 100);
	civil->hour = (uint16_t) (digits / 10000);
}

/* Seconds of the day (or of 838 hours) as a clock. */
static void
civil_set_seconds(struct civil *civil, uint64_t seconds)
{
	civil->second = (uint8_t) (seconds % 60);
	civil->minute = (uint8_t) (seconds / 60 % 60);
	civil->hour = (uint16_t) (seconds / 3600);
}

/* MariaDB: big-endian count of fraction units since midnight, offset so that -838:59:59.999999 is 0. */
static bool
time_hires(struct reader *reader, unsigned int decimals, struct value *value)
{
	static const uint8_t lens[] = {3, 4, 4, 5, 5, 5, 6};
	const uint64_t units = MICROS / micros_by_digits[decimals];
	const uint64_t zero = (HOURS_MOST * 3600 + 59 * 60 + 59 + 1) * units;
	uint64_t packed = reader_be(reader, lens[decimals]);
	uint64_t magnitude = packed < zero ? zero - packed : packed - zero;

	value->civil.is_negative = packed < zero;
	value->civil.micro = (uint32_t) (magnitude % units * micros_by_digits[decimals]);
	if (reader->failed || magnitude > zero)
		return false;
	civil_set_seconds(&value->civil, magnitude / units);
	return value->civil.hour <= HOURS_MOST;
}

/* 3 bytes little-endian, signed: HHMMSS as decimal digits. */
bool
temporal_time(struct reader *reader, unsigned int decimals, struct value *value)
{
	uint32_t raw;

	value_set(value, VALUE_TIME, decimals);
	if (decimals != 0)
		return time_hires(reader, decimals, value);
	raw = (uint32_t) reader_le(reader, 3);
	value->civil.is_negative = raw >= 0x800000;
	civil_set_clock(&value->civil, value->civil.is_negative ? 0x1000000 - raw : raw);
	return !reader->failed && value->civil.hour <= HOURS_MOST && is_time_of_day(&value->civil);
}

/* MariaDB: big-endian ((((year * 13 + month) * 32 + day) * 24 + hour) * 60 + minute) * 60 + second, in units.
 */
static bool
datetime_hires(struct reader *reader, unsigned int decimals, struct value *value)
{
	static const uint8_t lens[] = {5, 6, 6, 7, 7, 7, 8};
	const uint64_t units = MICROS / micros_by_digits[decimals];
	uint64_t packed = reader_be(reader, lens[decimals]);
	uint64_t days = packed / units / 86400;

	if (reader->failed || days / 32 / 13 > 9999)
		return false;
	civil_set_seconds(&value->civil, packed / units % 86400);
	value->civil.micro = (uint32_t) (packed % units * micros_by_digits[decimals]);
	value->civil.day = days % 32;
	value->civil.month = (uint8_t) (days / 32 % 13);
	value->civil.year = (uint16_t) (days / 32 / 13);
	return is_datetime(&value->civil);
}

/* 8 bytes little-endian: YYYYMMDDHHMMSS as decimal digits. */
bool
temporal_datetime(struct reader *reader, unsigned int decimals, struct value *value)
{
	uint64_t raw, date;

	value_set(value, VALUE_DATETIME, decimals);
	if (decimals != 0)
		return datetime_hires(reader, decimals, value);
	raw = reader_u64(reader);
	date = raw / 1000000;
	if (reader->failed || date > 99991231)
		return false;
	civil_set_clock(&value->civil, raw % 1000000);
	value->civil.day = (uint8_t) (date % 100);
	value->civil.month = (uint8_t) (date / 100 % 100);
	value->civil.year = (uint16_t) (date / 10000);
	return is_datetime(&value->civil);
}

/* 4 bytes little-endian; MariaDB with a fraction: 4 bytes big-endian, then 1 to 3 bytes of fraction units. */
bool
temporal_timestamp(struct reader *reader, unsigned int decimals, struct value *value)
{
	static const uint8_t lens[] = {0, 1, 1, 2, 2, 3, 3};

	value_set(value, VALUE_TIMESTAMP, decimals);
	if (decimals == 0) {
		value->stamp.seconds = (int64_t) reader_le(reader, 4);
		return !reader->failed;
	}
	value->stamp.seconds = (int64_t) reader_be(reader, 4);
	value->stamp.micro = (uint32_t) reader_be(reader, lens[decimals]);
	if (reader->failed || value->stamp.micro >= MICROS / micros_by_digits[decimals])
		return false;
	value->stamp.micro *= micros_by_digits[decimals];
	return true;
}
