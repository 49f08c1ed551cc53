/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One column's value in a row image, as the source stored it.
 *
 * Nothing is converted that would need the table's definition: integers keep their raw bits (the sign is the
 * column's affair), strings their bytes (the character set too).
 */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include "base/reader.h"

enum value_kind {
	VALUE_ABSENT, /* not in the image: MINIMAL and NOBLOB; not NULL */
	VALUE_NULL,
	VALUE_INT,       /* u: raw bits zero-extended, `width` bytes of them */
	VALUE_FLOAT,     /* d: the float widened */
	VALUE_DOUBLE,    /* d */
	VALUE_DECIMAL,   /* bytes: wire form; precision and scale are the column's */
	VALUE_BYTES,     /* bytes: CHAR, VARCHAR, BINARY, BLOB, TEXT, GEOMETRY, VECTOR */
	VALUE_DATE,      /* civil: year, month, day */
	VALUE_TIME,      /* civil: hour (to 838), minute, second, micro, is_negative */
	VALUE_DATETIME,  /* civil */
	VALUE_TIMESTAMP, /* stamp: seconds since 1970 UTC, 0 is the zero date; micro */
	VALUE_YEAR,      /* u: the year, 0 for 0000 */
	VALUE_BIT,       /* bytes: big-endian */
	VALUE_ENUM,      /* u: number of the member, 0 for '' */
	VALUE_SET,       /* u: bit mask */
	VALUE_JSON,      /* bytes: MySQL's binary JSON; len 0 is JSON null */
	VALUE_JSON_DIFF, /* bytes: a list of diffs against the before image (PARTIAL_UPDATE_ROWS) */
};

struct civil {
	uint16_t year;
	uint16_t hour;
	uint8_t month;
	uint8_t day;
	uint8_t minute;
	uint8_t second;
	uint32_t micro;
	bool is_negative;
};

struct value {
	uint8_t kind;     /* enum value_kind */
	uint8_t width;    /* bytes of VALUE_INT */
	uint8_t decimals; /* fraction digits of the temporal kinds */
	union {
		uint64_t u;
		double d;
		struct bytes bytes;
		struct civil civil;
		struct {
			int64_t seconds;
			uint32_t micro;
		} stamp;
	};
};

#endif
