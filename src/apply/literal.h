/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values as SQL literals: the one place where a value becomes text.
 *
 * Written for the session that apply/session.h sets up (time_zone +00:00, sql_mode without
 * NO_BACKSLASH_ESCAPES and with NO_AUTO_VALUE_ON_ZERO, names utf8mb4).  Strings travel as the stored bytes
 * behind an introducer of the column's character set; floats as the double they widen to, 17 digits; ENUM and
 * SET by number; zero dates as they are.
 */
#ifndef APPLY_LITERAL_H
#define APPLY_LITERAL_H

#include "apply/target_table.h"
#include "base/buf.h"
#include "model/value.h"

/*
 * Appends the literal that stores `value` of source column `column` into target column `target`.  ERR_STOP for
 * NULL where the target refuses it (it would be a number or the present time there), and for values that cannot
 * be read.
 */
bool literal_put(const struct value *value, const struct column *column, const struct target_column *target,
    enum flavour target_flavour, struct buf *out, struct err *err);

/*
 * Appends what JSON column `target` becomes by `after`, a list of diffs (VALUE_JSON_DIFF): an expression on the
 * column where it is MySQL's JSON, else the text of the whole document, for which `before` must hold it.
 */
bool literal_put_json_diff(const struct value *before, const struct value *after,
    const struct target_column *target, struct buf *out, struct err *err);

/*
 * True when the value can only be stored with strict mode off: number 0 of an ENUM (the '' of a value that was
 * refused when the source was not strict) on MariaDB.  See statement_is_alone().
 */
bool literal_is_lenient(const struct value *value, enum flavour target_flavour);

/*
 * Appends a condition that is true for exactly the rows whose stored value is this one.  `is_exact` asks for
 * comparison of bytes (tables without a key); otherwise as the key's index compares, so that it can be used.
 */
bool literal_put_match(const struct value *value, const struct column *column,
    const struct target_column *target, bool is_exact, struct buf *out, struct err *err);

/* A string in quotes, escaped for the session above, without introducer. */
void literal_put_string(const void *data, size_t len, struct buf *out);
/* A name in backticks. */
void literal_put_name(const char *name, struct buf *out);

/* A short form of the value for messages, at most `limit` bytes. */
void literal_put_brief(const struct value *value, const struct column *column,
    const struct target_column *target, size_t limit, struct buf *out);

#endif
