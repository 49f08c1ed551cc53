/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tells whether a text is a certain one, for a text that must not be kept: "LENGTH:SALT:HASH", the last two in
 * hexadecimal.  Passwords in it can be short, so a guess costs some hundredths of a second (PBKDF2, HMAC-SHA-256).
 */
#ifndef SINK_MYSQL_DDL_SEAL_H
#define SINK_MYSQL_DDL_SEAL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/reader.h"

bool ddl_seal_make(struct bytes text, struct arena *arena, const char **seal, struct err *err);
/* A text of another length costs nothing. */
bool ddl_seal_fits(const char *seal, struct bytes text);

#endif
