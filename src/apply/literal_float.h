/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The largest FLOAT(M,D) may be stored as a number above its limit: 99999999.99 of FLOAT(10,2) as 1e8.  That is refused
 * with error 1264, so the limit is written, and stored as that number again.  Compared is the number; MySQL from 8 on takes
 * a column that is compared with a constant above its limit for never equal, without looking, but not an expression.
 */
#ifndef APPLY_LITERAL_FLOAT_H
#define APPLY_LITERAL_FLOAT_H

#include "apply/target_table.h"
#include "base/buf.h"

bool literal_is_float_limit(double d, const struct target_column *target);
/* The limit, with the sign of `d`; false, and nothing, where `d` is another number. */
bool literal_put_float_limit(double d, const struct target_column *target, struct buf *out);

#endif
