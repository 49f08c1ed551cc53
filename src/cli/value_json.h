/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of a row image as JSON.
 *
 *   integers, BIT, YEAR     numbers; where the source does not log the sign and the value depends on it:
 *                           {"signed":-1,"unsigned":255}
 *   DECIMAL                 strings, so that no reader rounds them
 *   FLOAT, DOUBLE           numbers
 *   text                    strings where the bytes are UTF-8 and the character set allows it to be said; otherwise,
 *   binary, GEOMETRY        {"base64":"..."}
 *   DATE, TIME, DATETIME    strings as the server prints them; TIMESTAMP in UTC with a Z
 *   ENUM, SET               the members' names where the source logs them, otherwise the number
 *   JSON                    itself; the diffs of a partial update as {"diffs":[{"op":,"path":,"value":}]}
 *   VECTOR                  an array of numbers
 */
#ifndef CLI_VALUE_JSON_H
#define CLI_VALUE_JSON_H

#include "base/buf.h"
#include "base/err.h"
#include "model/column.h"
#include "model/value.h"

/* The value is not VALUE_ABSENT. */
bool value_json_put(const struct value *value, const struct column *column, struct buf *out, struct err *err);

/* "2026-01-31T12:00:00.123456Z": seconds and microseconds since 1970, `decimals` of the latter. */
void value_json_put_time(int64_t seconds, uint32_t micro, unsigned int decimals, struct buf *out);

#endif
