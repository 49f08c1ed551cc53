/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON written piece by piece.  Not jansson: its integers end at 2^63-1, and it would build a tree of each row.
 * A member is put as name and value; the comma comes from json_text_name() seeing what is in front.
 */
#ifndef CLI_JSON_TEXT_H
#define CLI_JSON_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/reader.h"

/* `,"name":`, without the comma behind a brace. */
void json_text_name(const char *name, struct buf *out);
/* A comma, unless a bracket is in front. */
void json_text_next(struct buf *out);

/* What is no UTF-8 becomes U+FFFD: for names, and where utf8_is_valid() was asked before. */
void json_text_string(struct bytes text, struct buf *out);
void json_text_cstring(const char *text, struct buf *out);
/* {"base64":"..."} */
void json_text_base64(struct bytes data, struct buf *out);
/* A string where the bytes are UTF-8, otherwise base64. */
void json_text_any(struct bytes data, struct buf *out);
/* 17 digits, or 9 of what was a float; infinities and NaN, which no server stores, as null. */
void json_text_double(double value, struct buf *out);
void json_text_float(double value, struct buf *out);

#endif
