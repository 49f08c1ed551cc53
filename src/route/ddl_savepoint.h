/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ROUTE_DDL_SAVEPOINT_H
#define ROUTE_DDL_SAVEPOINT_H

#include "route/ddl.h"

/*
 * Takes "SAVEPOINT name" or "ROLLBACK [WORK] TO [SAVEPOINT] name" apart, so that the statement can be written anew: the
 * source's text may hold more than it seems to.  `name` is unquoted, UTF-8, in the arena.  ERR_STOP on anything else.
 */
bool ddl_savepoint(struct bytes sql, const struct ddl_context *context, struct arena *arena, bool *is_rollback,
    const char **name, struct err *err);

#endif
