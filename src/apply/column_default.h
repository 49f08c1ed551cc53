/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a column takes that an INSERT's row image leaves out.
 *
 * With binlog_row_image = MINIMAL an image holds the key, what the statement gave, and every column whose default is an
 * expression (tried on MySQL 5.6 and 9.7, MariaDB 10.11 and 11.8: CURRENT_TIMESTAMP, UUID(), 1 + 1, AUTO_INCREMENT); with
 * NOBLOB all but BLOB and TEXT without a value.  What is left out is a constant of the source's catalogue, or NULL, or the
 * value that a type has without a default: the destination must have the same.
 */
#ifndef APPLY_COLUMN_DEFAULT_H
#define APPLY_COLUMN_DEFAULT_H

#include "apply/marker.h"
#include "apply/target_table.h"

/* Do these columns take the same default on the source?  `position`: what has been applied; `at`: where the rows begin. */
struct default_question {
	const struct target_table *table; /* fitted to `map` */
	const struct table_map *map;
	const bool *is_absent; /* of the map's columns */
	const struct marker_position *position;
	const struct file_position *at;
};

/* Is what `to` takes in a row that leaves it out what `from` has taken?  Flavours are those of their servers. */
bool column_default_is_same(const struct target_column *from, enum flavour from_flavour, const struct target_column *to,
    enum flavour to_flavour);

/* Is source column `i` of the fitted map one that takes a default when it is absent? */
bool column_default_counts(const struct target_table *table, size_t i);

/*
 * Compares the columns of `map` that `is_absent` names; both tables are fitted to it, `origin` is the source's.  ERR_STOP
 * names the first that differs.
 */
bool column_default_check(const struct target_table *origin, const struct target_table *table, const struct table_map *map,
    const bool *is_absent, struct err *err);

#endif
