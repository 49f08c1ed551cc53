/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an operator may give to be run in a transaction's place: one statement that the scanner knows, that keeps the
 * transaction in which it is run, and that leaves rowferry's own tables alone.
 */
#ifndef SINK_MYSQL_REPLACEMENT_H
#define SINK_MYSQL_REPLACEMENT_H

#include "route/ddl.h"

/* As ddl_scan(), for text in UTF-8 that an ordinary session runs; ERR_STOP also where it may not be a replacement. */
bool replacement_scan(struct bytes sql, const struct ddl_context *context, struct arena *arena, struct ddl *ddl,
    struct err *err);

#endif
