/* SPDX-License-Identifier: Apache-2.0 */
/* Scalars of a binary JSON document as JSON text.  Shared by the files of json.h only. */
#ifndef BINLOG_JSON_SCALAR_H
#define BINLOG_JSON_SCALAR_H

#include "base/buf.h"
#include "binlog/json_view.h"

/* Anything but containers, as json_put_text() promises. */
bool json_put_scalar(const struct json_view *view, struct buf *out, struct err *err);

/* In double quotes, escaped as the server does. */
void json_put_string(struct bytes text, struct buf *out);
/* "-12.340" */
bool json_put_decimal(const struct json_view *view, struct buf *out, struct err *err);
/* JSON_DATE to JSON_TIMESTAMP, without quotes, six fraction digits: "2020-01-02 03:04:05.000000". */
bool json_put_temporal(const struct json_view *view, struct buf *out, struct err *err);

#endif
