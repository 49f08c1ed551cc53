/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/literal_temporal.h"

enum { DAY_S = 24 * 60 * 60, MICRO_DIGITS = 6 };

static void
put_padded(unsigned int number, unsigned int digits, struct buf *out)
{
	char text[10];

	for (unsigned int i = digits; i-- > 0; number /= 10)
		text[i] = (char) ('0' + number % 10);
	buf_add(out, text, digits);
}

static void
put_fraction(uint32_t micro, unsigned int decimals, struct buf *out)
{
	if (decimals == 0)
		return;
	if (decimals > MICRO_DIGITS)
		decimals = MICRO_DIGITS;
	for (unsigned int i = decimals; i < MICRO_DIGITS; i++)
		micro /= 10;
	buf_putc(out, '.');
	put_padded(micro, decimals, out);
}

static void
put_date(const struct civil *civil, struct buf *out)
{
	put_padded(civil->year, 4, out);
	buf_putc(out, '-');
	put_padded(civil->month, 2, out);
	buf_putc(out, '-');
	put_padded(civil->day, 2, out);
}

static void
put_time(const struct civil *civil, unsigned int decimals, struct buf *out)
{
	if (civil->is_negative)
		buf_putc(out, '-');
	put_padded(civil->hour, civil->hour > 99 ? 3 : 2, out);
	buf_putc(out, ':');
	put_padded(civil->minute, 2, out);
	buf_putc(out, ':');
	put_padded(civil->second, 2, out);
	put_fraction(civil->micro, decimals, out);
}

/* Years of 400 are alike in the Gregorian calendar; counted from March, the leap day is a year's last. */
static void
civil_of_days(int64_t days, struct civil *civil)
{
	enum { DAYS_400 = 146097, DAYS_100 = 36524, DAYS_4 = 1461, DAYS_1 = 365, EPOCH = 719468 };
	int64_t from_march = days + EPOCH;
	unsigned int day = (unsigned int) (from_march % DAYS_400);
	unsigned int hundreds = day / DAYS_100 > 3 ? 3 : day / DAYS_100;
	unsigned int left = day - hundreds * DAYS_100;
	unsigned int fours = left / DAYS_4;
	unsigned int years = (left - fours * DAYS_4) / DAYS_1 > 3 ? 3 : (left - fours * DAYS_4) / DAYS_1;
	unsigned int in_year = left - fours * DAYS_4 - years * DAYS_1;
	unsigned int month =
	    (5 * in_year + 2) / 153; /* five months from March, and from August, have 153 days */

	civil->day = (uint8_t) (in_year - (153 * month + 2) / 5 + 1);
	civil->month = (uint8_t) (month < 10 ? month + 3 : month - 9);
	civil->year = (uint16_t) (from_march / DAYS_400 * 400 + hundreds * 100 + fours * 4 + years +
				  (month < 10 ? 0 : 1));
}

static void
put_timestamp(const struct value *value, int zone_minutes, struct buf *out)
{
	int64_t seconds = value->stamp.seconds;
	struct civil civil = {.micro = value->stamp.micro};

	if (seconds > 0) {
		/* A day more: west of UTC the first one begins before 1970. */
		int64_t local = seconds + (int64_t) zone_minutes * 60 + DAY_S;
		unsigned int in_day = (unsigned int) (local % DAY_S);

		civil_of_days(local / DAY_S - 1, &civil);
		civil.hour = (uint16_t) (in_day / 3600);
		civil.minute = (uint8_t) (in_day / 60 % 60);
		civil.second = (uint8_t) (in_day % 60);
	}
	put_date(&civil, out);
	buf_putc(out, ' ');
	put_time(&civil, value->decimals, out);
}

void
literal_put_temporal(const struct value *value, int zone_minutes, struct buf *out)
{
	if (value->kind == VALUE_TIMESTAMP) {
		put_timestamp(value, zone_minutes, out);
		return;
	}
	if (value->kind == VALUE_DATE || value->kind == VALUE_DATETIME)
		put_date(&value->civil, out);
	if (value->kind == VALUE_DATETIME)
		buf_putc(out, ' ');
	if (value->kind == VALUE_TIME || value->kind == VALUE_DATETIME)
		put_time(&value->civil, value->decimals, out);
}
