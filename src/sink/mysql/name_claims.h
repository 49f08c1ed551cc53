/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which table of the source each table of the target holds.  Two of the source can get one name: by a rename, or
 * where the target does not tell names apart by case and the source does.  Their rows must not be mixed.
 *
 * What the source's catalogue shows today is expected; what a row or a statement of the stream names is known, and
 * wins: the stream may be of a time when another table had the name.
 */
#ifndef SINK_MYSQL_NAME_CLAIMS_H
#define SINK_MYSQL_NAME_CLAIMS_H

#include <stdbool.h>

#include "base/err.h"
#include "route/ddl.h"
#include "route/ddl_rewrite.h"

struct name_claims;

/* `is_folded`: the target's lower_case_table_names is not 0. */
bool name_claims_new(bool is_folded, struct name_claims **claims, struct err *err);
void name_claims_free(struct name_claims *claims); /* NULL is fine */

/* Names: of the source, and where they lead. */
struct name_claim {
	const char *source_db, *source_table;
	const char *db, *table; /* on the target, folded or not */
};

/* A table that the source has.  ERR_STOP: so has another one that leads to the same place. */
bool name_claims_expect(struct name_claims *claims, const struct name_claim *claim, struct err *err);
/* A table that has rows.  ERR_STOP: another one's are there. */
bool name_claims_take(struct name_claims *claims, const struct name_claim *claim, struct err *err);
/* A statement that is carried: its tables are taken, those that it drops or renames are given up. */
bool name_claims_follow(struct name_claims *claims, const struct ddl *ddl, const struct ddl_object *objects, size_t n,
    struct err *err);

#endif
