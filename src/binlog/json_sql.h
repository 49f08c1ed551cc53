/* SPDX-License-Identifier: Apache-2.0 */
/* SQL for the arguments of JSON functions.  Shared by the files of json.h only. */
#ifndef BINLOG_JSON_SQL_H
#define BINLOG_JSON_SQL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/reader.h"

/* A document as an argument of JSON_REPLACE and the like. */
bool json_sql_put_argument(struct bytes json, struct buf *out, struct err *err);

/* _utf8mb4'..' */
void json_sql_put_string(struct bytes text, struct buf *out);

#endif
