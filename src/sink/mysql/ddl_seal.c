/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/buf.h"

enum { SALT_BYTES = 16, HASH_BYTES = 32, SALT_HEX_SIZE = 2 * SALT_BYTES + 1, ROUNDS = 100000 };

/* The salt is taken as the digits that stand for it. */
static bool
put_seal(struct bytes text, const char *salt, struct buf *out)
{
	unsigned char hash[HASH_BYTES];

	if (PKCS5_PBKDF2_HMAC((const char *) text.data, (int) text.len, (const unsigned char *) salt, (int) strlen(salt), ROUNDS,
		EVP_sha256(), sizeof(hash), hash) != 1)
		return false;
	buf_printf(out, "%zu:%s:", text.len, salt);
	buf_put_hex(out, hash, sizeof(hash));
	return true;
}

bool
ddl_seal_make(struct bytes text, struct arena *arena, const char **seal, struct err *err)
{
	unsigned char salt[SALT_BYTES];
	struct buf digits = {0}, out = {0};
	bool done = text.len <= INT32_MAX && RAND_bytes(salt, sizeof(salt)) == 1;

	if (done) {
		buf_put_hex(&digits, salt, sizeof(salt));
		done = put_seal(text, buf_text(&digits), &out);
	}
	if (done)
		*seal = arena_strndup(arena, buf_text(&out), out.len);
	else
		(void) err_set(err, ERR_STOP, "OpenSSL gives no hash of a statement with a password");
	buf_release(&digits);
	buf_release(&out);
	return done;
}

bool
ddl_seal_fits(const char *seal, struct bytes text)
{
	char salt[SALT_HEX_SIZE] = "";
	struct buf out = {0};
	size_t len = 0;
	bool fits;

	if (sscanf(seal, "%zu:%32[0-9a-f]:", &len, salt) != 2 || len != text.len || len > INT32_MAX)
		return false;
	fits = put_seal(text, salt, &out) && strcmp(buf_text(&out), seal) == 0;
	buf_release(&out);
	return fits;
}
