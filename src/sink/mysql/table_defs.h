/* SPDX-License-Identifier: Apache-2.0 */
/* Definitions of the target's tables, read when first needed and forgotten after any DDL of the task; proof.h has the others'. */
#ifndef SINK_MYSQL_TABLE_DEFS_H
#define SINK_MYSQL_TABLE_DEFS_H

#include "apply/target_table.h"

struct table_defs;

struct table_def {
	struct target_table *table;
	unsigned int number;     /* of its proof: proof.h; two definitions never share one */
	uint64_t proved_in;      /* the round of proofs in which it held last; 0: none */
	bool is_without_trigger; /* has been proved so far, and is part of the proof */
};

struct table_defs *table_defs_new(void);
void table_defs_free(struct table_defs *defs); /* NULL is fine */

/* The number that the next definition read will have. */
unsigned int table_defs_next_number(const struct table_defs *defs);
/*
 * Reads the definition that rows of `map` go to, and fits it (target_table_fit()); table_defs_find() has not found it.
 * ERR_STOP when there is no such table.  Valid until the next call.
 */
bool table_defs_load(struct table_defs *defs, struct conn *conn, const struct table_map *map, struct table_def **def,
    struct err *err);
/* The same if it has been read already, NULL otherwise; asks no server. */
struct table_def *table_defs_find(struct table_defs *defs, const struct table_map *map);
void table_defs_drop(struct table_defs *defs, const struct table_map *map);
void table_defs_clear(struct table_defs *defs);

#endif
