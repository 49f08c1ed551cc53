/* SPDX-License-Identifier: Apache-2.0 */
/* A part of a document as text.  Shared by the files of json.h only. */
#ifndef BINLOG_JSON_TEXT_H
#define BINLOG_JSON_TEXT_H

#include "base/buf.h"
#include "binlog/json_view.h"

/* On failure (the error goes where the walk says) part of the text may stand in `out`. */
bool json_put_value(const struct json_view *view, struct json_walk *walk, struct buf *out);

#endif
