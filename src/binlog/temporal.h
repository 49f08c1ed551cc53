/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates and times on the wire.  Each function takes one value off the reader; false when its fields make no
 * clock time or calendar day (month 13, minute 60), or when the reader has failed.  Dates that no calendar has
 * (2023-02-31, month 0) are legal: servers can store them.
 *
 * New formats: sql-common/my_time.cc, *_from_binary(); old ones: Field_timestamp, Field_datetime and Field_time
 * in sql/field.cc; those of MariaDB with fractions: Field_*_hires in sql/field.cc of MariaDB.
 */
#ifndef BINLOG_TEMPORAL_H
#define BINLOG_TEMPORAL_H

#include "base/reader.h"
#include "model/value.h"

enum { FRACTION_DIGITS_MOST = 6 };

bool temporal_date(struct reader *reader, struct value *value);
/* TIME2, DATETIME2, TIMESTAMP2; `decimals` up to 6. */
bool temporal_time2(struct reader *reader, unsigned int decimals, struct value *value);
bool temporal_datetime2(struct reader *reader, unsigned int decimals, struct value *value);
bool temporal_timestamp2(struct reader *reader, unsigned int decimals, struct value *value);
/* TIME, DATETIME, TIMESTAMP; `decimals` above 0 only from MariaDB. */
bool temporal_time(struct reader *reader, unsigned int decimals, struct value *value);
bool temporal_datetime(struct reader *reader, unsigned int decimals, struct value *value);
bool temporal_timestamp(struct reader *reader, unsigned int decimals, struct value *value);

#endif
