/* SPDX-License-Identifier: Apache-2.0 */
#include "source/own_id.h"

#include <unistd.h>

#include <openssl/rand.h>

enum { OWN_IDS_FROM = 0x70000000, OWN_IDS_MASK = 0x0fffffff };

uint32_t
own_server_id(void)
{
	uint32_t bits = (uint32_t) getpid();

	(void) RAND_bytes((unsigned char *) &bits, sizeof(bits));
	return OWN_IDS_FROM | (bits & OWN_IDS_MASK);
}
