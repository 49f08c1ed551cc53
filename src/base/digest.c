/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/buf.h"

void
digest_hex(const void *data, size_t len, char hex[DIGEST_HEX_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE] = {0};
	struct buf text = {0};

	/* 16 of SHA-256's bytes: MD5 is refused where a machine is set to FIPS. */
	(void) EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL);
	buf_put_hex(&text, digest, (DIGEST_HEX_SIZE - 1) / 2);
	memcpy(hex, buf_text(&text), DIGEST_HEX_SIZE);
	buf_release(&text);
}
