/* SPDX-License-Identifier: Apache-2.0 */
/* Definitions of the target's tables, read when first needed and forgotten after any DDL. */
#ifndef SINK_MYSQL_TABLE_DEFS_H
#define SINK_MYSQL_TABLE_DEFS_H

#include "apply/target_table.h"

struct table_defs;

struct table_defs *table_defs_new(void);
void table_defs_free(struct table_defs *defs); /* NULL is fine */

/*
 * The definition that rows of `map` go to, fitted to it (target_table_fit()).  ERR_STOP when there is no such table.
 * Valid until the next call.
 */
bool table_defs_get(struct table_defs *defs, struct conn *conn, const struct table_map *map,
    struct target_table **table, struct err *err);
/* The same if it has been read already, NULL otherwise; asks no server. */
struct target_table *table_defs_find(struct table_defs *defs, const struct table_map *map);
void table_defs_clear(struct table_defs *defs);

#endif
