/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

#include <openssl/evp.h>

/* EVP_EncodeBlock() counts in int; a multiple of three bytes leaves no padding in the middle. */
enum { PIECE_BYTES = 3 << 24 };

void
base64_put(const void *data, size_t len, struct buf *out)
{
	const unsigned char *at = data;

	while (len > 0) {
		size_t n = len < PIECE_BYTES ? len : PIECE_BYTES;

		buf_reserve(out, (n + 2) / 3 * 4 + 1); /* it adds a NUL */
		out->len += (size_t) EVP_EncodeBlock((unsigned char *) out->data + out->len, at, (int) n);
		at += n;
		len -= n;
	}
}
