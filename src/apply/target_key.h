/* SPDX-License-Identifier: Apache-2.0 */
/* The key by which the rows of a target table are found. */
#ifndef APPLY_TARGET_KEY_H
#define APPLY_TARGET_KEY_H

#include "apply/target_table.h"

/*
 * Reads the unique keys of `table` (its columns are known) and chooses one: the primary key; else, of those
 * whose columns are all NOT NULL, the one that the optimizer can use, over whole values, with fewest columns.
 * A key over a prefix still names one row when the whole value is compared.  Also counts the hidden columns
 * that keys bring (DB_ROW_HASH_n, functional parts).
 */
bool target_key_load(struct conn *conn, struct target_table *table, struct err *err);

#endif
