/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collations by number, across servers.
 *
 * A query event names character sets by the number of a collation.  Numbers mean the same on every server that
 * knows them: below 248 all do, 255 to 323 are MySQL's 0900 family (MariaDB 11.4.5 took most of them over under
 * their numbers), from 2048 on MariaDB's uca1400 family, 2048 + (character set << 8) + (language << 3) + flags
 * (strings/ctype-uca.c, my_uca1400_make_builtin_collation_id()).
 */
#ifndef SINK_MYSQL_DDL_COLLATION_H
#define SINK_MYSQL_DDL_COLLATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "route/ddl_rewrite.h"

enum { COLLATION_UTF8MB4_GENERAL_CI = 45 };

struct ddl_collation {
	uint16_t id;
	const char *name;    /* "utf8mb4_general_ci" */
	const char *charset; /* "utf8mb4" */
};

/*
 * Those that the target has, of the ones that were looked for.  One that stands for another by the operator's
 * word is there under the other's number too, and comes behind it.
 */
struct ddl_collations {
	const struct ddl_collation *items;
	size_t n;
	const struct rename_option *renames; /* of names in a statement's text */
	size_t n_renames;
};

const struct ddl_collation *ddl_collations_find(const struct ddl_collations *collations, uint16_t id);

/*
 * The collation of the other family that MariaDB documents as standing for this one (MDEV-20912: 0900 is the
 * NO PAD variant of uca1400); 0 where there is none.
 */
uint16_t ddl_collation_equal(uint16_t id);

/* The pairs behind ddl_collation_equal(). */
struct ddl_collation_pair {
	struct ddl_collation mysql, mariadb;
};
extern const struct ddl_collation_pair ddl_collation_pairs[];
extern const size_t ddl_n_collation_pairs;

/* What stands for it where it is lacking, by name: the operator's word, else the documented equal, else itself. */
const char *ddl_collation_stand_in(const struct ddl_carry *carry, const char *collation);

/* This one or its equal, whichever the target has; NULL when it has neither. */
const struct ddl_collation *ddl_collations_resolve(const struct ddl_collations *collations, uint16_t id);

/* A collation of the same character set that every server has, by number; 0 where none is known. */
uint16_t ddl_collation_of_charset(uint16_t id);

/* The Unicode character set whose collation of old (general_ci) has this number; NULL for others. */
const char *ddl_collation_charset(uint16_t general_ci);

/* "utf8mb4_uca1400_ai_ci" or "number 310": for messages about one that the target does not have. */
void ddl_collation_put_name(uint16_t id, struct buf *out);

/* The other way, for those of which that gives a name; 0: none of them. */
uint16_t ddl_collation_number(const char *name);

#endif
