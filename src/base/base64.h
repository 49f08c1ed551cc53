/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 of RFC 4648, with padding, in one line. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"

void base64_put(const void *data, size_t len, struct buf *out);

#endif
