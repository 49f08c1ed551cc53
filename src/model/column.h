/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns as the binlog describes them.  Type numbers: enum_field_types of MySQL's field_types.h, MariaDB's
 * own (COMPRESSED) from sql/field.h.
 */
#ifndef MODEL_COLUMN_H
#define MODEL_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"
#include "model/flavour.h"

enum column_type {
	TYPE_DECIMAL = 0,
	TYPE_TINY = 1,
	TYPE_SHORT = 2,
	TYPE_LONG = 3,
	TYPE_FLOAT = 4,
	TYPE_DOUBLE = 5,
	TYPE_NULL = 6,
	TYPE_TIMESTAMP = 7,
	TYPE_LONGLONG = 8,
	TYPE_INT24 = 9,
	TYPE_DATE = 10,
	TYPE_TIME = 11,
	TYPE_DATETIME = 12,
	TYPE_YEAR = 13,
	TYPE_NEWDATE = 14,
	TYPE_VARCHAR = 15,
	TYPE_BIT = 16,
	TYPE_TIMESTAMP2 = 17,
	TYPE_DATETIME2 = 18,
	TYPE_TIME2 = 19,
	TYPE_TYPED_ARRAY = 20,
	TYPE_BLOB_COMPRESSED = 140,
	TYPE_VARCHAR_COMPRESSED = 141,
	TYPE_VECTOR = 242,
	TYPE_JSON = 245,
	TYPE_NEWDECIMAL = 246,
	TYPE_ENUM = 247,
	TYPE_SET = 248,
	TYPE_TINY_BLOB = 249,
	TYPE_MEDIUM_BLOB = 250,
	TYPE_LONG_BLOB = 251,
	TYPE_BLOB = 252,
	TYPE_VAR_STRING = 253,
	TYPE_STRING = 254,
	TYPE_GEOMETRY = 255,
};

enum { COLLATION_BINARY = 63 };

/*
 * One column of a table map.  `type` is the real one: ENUM and SET are taken out of STRING.  `length` is the
 * longest value in bytes of STRING and VARCHAR, the pack length of ENUM and SET, the length bytes (1 to 4) of
 * blob-like types, the precision of NEWDECIMAL, the fraction digits of the *2 temporal types, the bits of BIT.
 */
struct column {
	uint8_t type;  /* enum column_type */
	uint8_t scale; /* NEWDECIMAL */
	bool is_nullable;
	bool is_primary; /* binlog_row_metadata FULL only */
	bool is_visible; /* true when not told */
	bool has_fraction_in_doubt; /* TIME, DATETIME, TIMESTAMP of MariaDB's old format: length known to the table only */
	uint8_t is_unsigned; /* enum tristate; numeric types only */
	uint16_t meta;       /* as sent */
	uint32_t length;
	uint32_t collation;  /* id; 0: not told */
	uint32_t geometry_type;
	uint32_t vector_dimension;
	const char *name;    /* NULL unless the source sends names */
	/* ENUM and SET members, as sent; 0 when not told */
	const struct bytes *members;
	size_t n_members;
};

/* "varchar", "bigint", ...: for messages; static storage. */
const char *column_type_name(uint8_t type);

#endif
