/* SPDX-License-Identifier: Apache-2.0 */
/* What tells two texts apart without keeping them. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

enum { DIGEST_HEX_SIZE = 33 };

/* 128 bits in hexadecimal, and a NUL. */
void digest_hex(const void *data, size_t len, char hex[DIGEST_HEX_SIZE]);

#endif
