/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes written as hexadecimal digits in tests. */
#ifndef TESTS_UNIT_HEX_H
#define TESTS_UNIT_HEX_H

#include <string.h>

#include "base/mem.h"
#include "base/reader.h"

static inline uint8_t
hex_value(char c)
{
	return (uint8_t) (c <= '9' ? c - '0' : c - 'a' + 10);
}

/* On the heap, in a block of exactly their size, so that the sanitizer sees a read behind the end. */
static inline struct bytes
hex_bytes(const char *hex)
{
	size_t len = strlen(hex) / 2;
	uint8_t *data = mem_alloc(len);

	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t) (hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
	return (struct bytes){data, len};
}

#endif
