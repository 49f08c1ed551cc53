/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/reader.h"

/* Bytes of the character at `at`, of which `left` (not 0) are there; 0 when it is no UTF-8. */
size_t utf8_char_len(const uint8_t *at, size_t left);

bool utf8_is_valid(struct bytes text);

#endif
