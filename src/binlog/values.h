/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One column's bytes in a row image as a value: the packed forms of sql/field.cc, Field_*::pack(), whose
 * lengths sql/rpl_utility.cc and log_event_field_length calc_field_size() describe.
 */
#ifndef BINLOG_VALUES_H
#define BINLOG_VALUES_H

#include "base/reader.h"
#include "model/column.h"
#include "model/value.h"

/*
 * Takes the value of a column that is present and not NULL.  Strings stay where they are; those of COMPRESSED
 * columns are left compressed.  `fraction_digits` counts for columns whose fraction is in doubt only.  False
 * when the reader failed, or else the bytes make no value of the type.
 */
bool value_read(
    struct reader *reader, const struct column *column, unsigned int fraction_digits, struct value *value);

#endif
