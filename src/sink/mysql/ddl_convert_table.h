/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which conversions between types of columns give other values on another server, where both servers carry them out.
 * Pure.  Measured on MariaDB 10.11 and 11.8, MySQL 5.6 and 9.7 with edge values of every type, in lenient and strict
 * sql_modes (tests/conversions/measure prints the table).  A server between or beside those is taken to differ from
 * another series of its own where the two measured ones do, and from the other kind of server where any two do.
 *
 * Character sets do not come into it: every character of every set becomes the same one on all four.
 */
#ifndef SINK_MYSQL_DDL_CONVERT_TABLE_H
#define SINK_MYSQL_DDL_CONVERT_TABLE_H

#include "apply/target_table.h"
#include "route/ddl.h"

/* "_F": with digits for fractions of a second. */
enum convert_kind {
	KIND_INTEGER,
	KIND_DECIMAL,
	KIND_DOUBLE,
	KIND_FLOAT,
	KIND_BIT,
	KIND_YEAR,
	KIND_DATE,
	KIND_TIME,
	KIND_TIME_F,
	KIND_DATETIME,
	KIND_DATETIME_F,
	KIND_TIMESTAMP,
	KIND_TIMESTAMP_F,
	KIND_CHAR,
	KIND_VARCHAR,
	KIND_TEXT,
	KIND_BINARY,
	KIND_VARBINARY,
	KIND_BLOB,
	KIND_ENUM,
	KIND_SET,
	KIND_JSON,
	KIND_UUID,
	KIND_INET6,
	KIND_INET4,
	KIND_UNKNOWN
};

/* One of the two servers between which a conversion is judged. */
struct convert_server {
	enum flavour flavour;
	unsigned int version;
};

struct convert_case {
	struct convert_server source, target;
	bool is_strict;    /* what is refused in strict sql_modes cannot differ */
	bool cuts_seconds; /* the source cuts fractions of seconds off and the target can only round them */
};

enum convert_kind convert_kind_of_column(const struct target_column *column);
/* `sql_mode`: in which the type's word was read. */
enum convert_kind convert_kind_of_change(const struct ddl_change *change, uint64_t sql_mode);

/*
 * Odd dates are those that are no date ('2023-02-31', zeros) or that the TIMESTAMP of some server cannot hold: not from
 * 1970-01-02 to 2038-01-17.
 */
enum convert_answer { CONVERT_ALIKE, CONVERT_ODD_DIFFER, CONVERT_SOME_DIFFER };

enum convert_answer convert_compare(const struct convert_case *in, enum convert_kind from, enum convert_kind to);

#endif
