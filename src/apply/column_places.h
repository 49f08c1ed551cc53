/* SPDX-License-Identifier: Apache-2.0 */
/* Which column of the target each column of a table map is: by name where the source sends names, else by place. */
#ifndef APPLY_COLUMN_PLACES_H
#define APPLY_COLUMN_PLACES_H

#include "apply/target_table.h"

/*
 * column_of[] of target_table_fit(), SIZE_MAX for hidden ones.  Behind the last column of the target's only what
 * such a source sends for a hidden column is taken for one.  ERR_STOP where columns are left over.
 */
bool column_places_find(
    const struct target_table *table, const struct table_map *map, size_t *column_of, struct err *err);

#endif
