/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do the same stored bytes mean the same value in two columns?
 *
 * Row events may tell neither the names of columns nor signs, character sets and members (binlog_row_metadata other than
 * FULL, MySQL before 8.0).  The target's definition then says what the bytes mean, and only the source's own can tell that
 * it says so rightly.
 *
 * MariaDB's UUID and INET look like BINARY on the wire, its JSON like LONGTEXT, and a CHAR whose character set is not told
 * like BINARY: in a column of that type their values would be others.
 *
 * No event tells that a column is generated, or the digits of FLOAT(M,D): a target that has such columns computes or rounds
 * values which the source may have otherwise.
 */
#ifndef APPLY_COLUMN_SENSE_H
#define APPLY_COLUMN_SENSE_H

#include "apply/target_table.h"

enum column_sense { SENSE_SAME, SENSE_SIGN, SENSE_CHARSET, SENSE_MEMBERS, SENSE_GENERATED, SENSE_ROUNDED, SENSE_CHANGED };

/* The first thing in which values of `from` would become others in `to`.  Both are parsed: target_column_parse_type(). */
enum column_sense column_sense_compare(const struct target_column *from, const struct target_column *to);

/* Finds the columns of a MariaDB table that are JSON: is_json. */
bool column_sense_load_json(struct conn *conn, struct target_table *table, struct err *err);

/* Does `map` leave something open that matters to `table`, which is fitted to it? */
bool column_sense_is_open(const struct target_table *table, const struct table_map *map);

/*
 * Compares what `map` leaves open.  `origin` is the source's table, read there by target_table_load(); both are fitted to
 * `map`.  ERR_STOP names the first column that is another one, or means another thing.
 */
bool column_sense_check(const struct target_table *origin, const struct target_table *table, const struct table_map *map,
    struct err *err);

#endif
