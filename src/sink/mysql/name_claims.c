/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/name_claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "route/fold.h"

enum { BUCKETS = 1024 };

struct claim {
	struct claim *next;
	char *source_db, *source_table;
	char *db, *table; /* folded */
	bool is_known;
};

struct name_claims {
	locale_t locale; /* 0: names keep their case */
	struct claim *buckets[BUCKETS]; /* by the target's database and table */
};

bool
name_claims_new(bool is_folded, struct name_claims **claims, struct err *err)
{
	struct name_claims *made = mem_zalloc(sizeof(*made));

	*claims = NULL;
	if (is_folded && !fold_locale(&made->locale, err)) {
		free(made);
		return false;
	}
	*claims = made;
	return true;
}

static void
claim_free(struct claim *claim)
{
	free(claim->source_db);
	free(claim->source_table);
	free(claim->db);
	free(claim->table);
	free(claim);
}

static void
drop(struct claim **at)
{
	struct claim *claim = *at;

	*at = claim->next;
	claim_free(claim);
}

void
name_claims_free(struct name_claims *claims)
{
	if (claims == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (claims->buckets[i] != NULL)
			drop(&claims->buckets[i]);
	if (claims->locale != (locale_t) 0)
		freelocale(claims->locale);
	free(claims);
}

static char *
folded(const struct name_claims *claims, const char *name)
{
	struct arena arena = {0};
	char *copy = mem_strdup(claims->locale == (locale_t) 0 ? name : fold_name(claims->locale, name, &arena));

	arena_release(&arena);
	return copy;
}

static size_t
bucket_of(const char *db, const char *table)
{
	size_t hash = 5381;

	for (; *db != '\0'; db++)
		hash = hash * 33 + (unsigned char) *db;
	hash = hash * 33;
	for (; *table != '\0'; table++)
		hash = hash * 33 + (unsigned char) *table;
	return hash % BUCKETS;
}

static struct claim *
claim_new(const struct name_claims *claims, const struct name_claim *names)
{
	struct claim *claim = mem_zalloc(sizeof(*claim));

	claim->source_db = mem_strdup(names->source_db);
	claim->source_table = mem_strdup(names->source_table);
	claim->db = folded(claims, names->db);
	claim->table = folded(claims, names->table);
	return claim;
}

/* Where the claim on the target's table stands, or a new one would. */
static struct claim **
place_of(struct name_claims *claims, const struct claim *claim)
{
	struct claim **at = &claims->buckets[bucket_of(claim->db, claim->table)];

	while (*at != NULL && (strcmp((*at)->db, claim->db) != 0 || strcmp((*at)->table, claim->table) != 0))
		at = &(*at)->next;
	return at;
}

static bool
is_same_source(const struct claim *a, const struct claim *b)
{
	return strcmp(a->source_db, b->source_db) == 0 && strcmp(a->source_table, b->source_table) == 0;
}

static bool
stop(const struct claim *old, const struct claim *new, struct err *err)
{
	(void) err_set(err, ERR_STOP, "'%s.%s' and '%s.%s' of the source are one on the destination, '%s.%s'", old->source_db,
	    old->source_table, new->source_db, new->source_table, new->db, new->table);
	return err_hint(err, "Carry one of them only, or give one another name by route.rename; where case alone tells them "
			     "apart, a destination with lower_case_table_names = 0 can hold both.");
}

/* `is_known`: the name stands in the stream.  `is_certain`: as that of a table that was there. */
static bool
claim(struct name_claims *claims, const struct name_claim *names, bool is_known, bool is_certain, struct err *err)
{
	struct claim *new = claim_new(claims, names);
	struct claim **at = place_of(claims, new);
	bool is_mine = *at == NULL || is_same_source(*at, new);
	bool done = is_mine || (is_certain && !(*at)->is_known) || stop(*at, new, err);

	if (!done) {
		claim_free(new);
		return false;
	}
	new->is_known = is_known || (*at != NULL && (*at)->is_known);
	if (*at != NULL)
		drop(at);
	new->next = *at;
	*at = new;
	return true;
}

bool
name_claims_expect(struct name_claims *claims, const struct name_claim *names, struct err *err)
{
	return claim(claims, names, false, false, err);
}

bool
name_claims_take(struct name_claims *claims, const struct name_claim *names, struct err *err)
{
	return claim(claims, names, true, true, err);
}

static void
give_up(struct name_claims *claims, const struct name_claim *names)
{
	struct claim *gone = claim_new(claims, names);
	struct claim **at = place_of(claims, gone);

	if (*at != NULL)
		drop(at);
	claim_free(gone);
}

/* Whatever the source calls it: a database that holds another one's tables must not go with its own. */
static bool
follow_database(struct name_claims *claims, const struct ddl_object *object, bool is_dropped, struct err *err)
{
	char *db = folded(claims, object->db);
	bool done = true;

	for (size_t i = 0; done && i < BUCKETS; i++) {
		for (struct claim **at = &claims->buckets[i]; done && *at != NULL;) {
			const struct claim *claim = *at;
			bool is_in_it = strcmp(claim->db, db) == 0;

			if (is_in_it && strcmp(claim->source_db, object->source_db) != 0) {
				(void) err_set(err, ERR_STOP, "database '%s' is '%s' on the destination, where '%s.%s' is, too",
				    object->source_db, db, claim->source_db, claim->source_table);
				done = err_hint(err, "Do there what has to be done, and skip this statement.");
			} else if (is_in_it && is_dropped) {
				drop(at);
			} else {
				at = &(*at)->next;
			}
		}
	}
	free(db);
	return done;
}

static bool
drops_objects(const struct ddl *ddl)
{
	return ddl->class == DDL_DROP_TABLE || ddl->class == DDL_DROP_SEQUENCE || ddl->class == DDL_DROP_DATABASE ||
	       (ddl->class == DDL_VIEW && ddl->verb == DDL_VERB_DROP);
}

static bool
has_tables(enum ddl_class class)
{
	return class != DDL_ROUTINE && class != DDL_EVENT && class != DDL_TRIGGER && class != DDL_USER;
}

bool
name_claims_follow(struct name_claims *claims, const struct ddl *ddl, const struct ddl_object *objects, size_t n,
    struct err *err)
{
	bool drops = drops_objects(ddl);
	/* DROP TABLE IF EXISTS t is logged where there is no t, but a T; and so is a list with members that are not there. */
	bool is_certain = !ddl->has_if_exists && !ddl->has_or_replace && !(drops && n > 1);

	for (size_t i = 0; has_tables(ddl->class) && i < n; i++) {
		const struct ddl_object *object = &objects[i];
		struct name_claim names = {object->source_db, object->source_table, object->db, object->table};
		bool is_renamed = i + 1 < n && objects[i + 1].role == DDL_ROLE_RENAMED_TO;

		if (object->role != DDL_ROLE_OBJECT && object->role != DDL_ROLE_RENAMED_TO &&
		    object->role != DDL_ROLE_EXCHANGED)
			continue;
		if (object->table == NULL ? !follow_database(claims, object, drops || ddl->has_or_replace, err)
					  : !claim(claims, &names, true, is_certain, err))
			return false;
		if (object->table != NULL && (drops || is_renamed))
			give_up(claims, &names);
	}
	return true;
}
