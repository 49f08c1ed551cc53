/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the scanner must know of a client character set: where its multi-byte characters end (the second byte
 * of one can be a backslash, a quote or a backtick), which bytes above 0x7f it counts as white space, and
 * how names come to UTF-8 and back.  Names are UTF-8 everywhere else.
 */
#ifndef ROUTE_CHARSET_H
#define ROUTE_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/reader.h"

struct charset;

/* By the server's name ("gbk"); NULL means utf8mb4.  NULL is returned for one that no client can have. */
const struct charset *charset_find(const char *name);

/* Is it anything but UTF-8?  False for NULL. */
bool charset_needs_conversion(const struct charset *charset);
bool charset_is_ascii(struct bytes text);
/* Valid UTF-8, whatever was meant by it. */
bool charset_is_utf8(struct bytes text);

/*
 * How many bytes the character at `at` has.  1 for single bytes, and for every byte of the character sets
 * whose further bytes are all above 0x7f, since none of those can be mistaken for syntax.  0: a lead byte
 * whose followers do not fit.
 */
size_t charset_char_len(const struct charset *charset, const uint8_t *at, const uint8_t *end);

/* Bytes above 0x7f only: those below are the same everywhere. */
bool charset_is_high_space(const struct charset *charset, uint8_t byte);

/* `text` as UTF-8 in the arena.  ERR_STOP where it cannot be told, or where it holds a NUL. */
bool charset_to_utf8(const struct charset *charset, struct bytes text, struct arena *arena, const char **utf8,
    struct err *err);
/* Appends `utf8` to `out` in the character set.  ERR_STOP where a character has no place in it. */
bool charset_from_utf8(const struct charset *charset, struct bytes utf8, struct buf *out, struct err *err);

#endif
