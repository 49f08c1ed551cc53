/* SPDX-License-Identifier: Apache-2.0 */
/* Character sets behind the collation numbers of table maps. */
#ifndef APPLY_COLLATION_H
#define APPLY_COLLATION_H

#include <stdbool.h>
#include <stdint.h>

/* "utf8mb4", "latin1", "binary", ...; NULL for a number that is not known. */
const char *collation_charset(uint32_t id);

/* True when every string of `charset` is, byte for byte, the same string in `other`. */
bool charset_is_within(const char *charset, const char *other);

#endif
