/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ROUTE_REDACT_H
#define ROUTE_REDACT_H

#include "base/buf.h"
#include "route/ddl.h"

/*
 * The beginning of a statement, for messages: `limit` bytes at most, then "...".  What proves an
 * account (the texts behind IDENTIFIED ... BY, AS, USING and REPLACE, PASSWORD, MASTER_PASSWORD, SOURCE_PASSWORD and
 * CONNECTION, and those that hold the word password or an address with an account) is replaced by '***', and so is all from
 * where the text cannot be read on.
 */
void redact_put(struct bytes sql, const struct ddl_context *context, size_t limit, struct buf *out);

#endif
