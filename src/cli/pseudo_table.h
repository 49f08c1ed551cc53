/* SPDX-License-Identifier: Apache-2.0 */
/* A table map taken for the definition of a target, where there is no target. */
#ifndef CLI_PSEUDO_TABLE_H
#define CLI_PSEUDO_TABLE_H

#include "apply/target_table.h"

/* Fitted to `map`.  Caller frees with target_table_free(). */
struct target_table *pseudo_table_new(const struct table_map *map, enum flavour flavour);

#endif
