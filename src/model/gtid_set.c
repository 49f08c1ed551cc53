/* SPDX-License-Identifier: Apache-2.0 */
#include "model/gtid_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/gtid_private.h"

struct gtid_set *
gtid_set_new(enum flavour flavour)
{
	struct gtid_set *set = mem_zalloc(sizeof(*set));

	set->flavour = flavour;
	return set;
}

static void
source_free(struct gtid_source *source)
{
	interval_list_release(&source->done);
	free(source);
}

void
gtid_set_free(struct gtid_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->n_sources; i++)
		source_free(set->sources[i]);
	free(set->sources);
	free(set->domains);
	free(set);
}

struct gtid_set *
gtid_set_copy(const struct gtid_set *set)
{
	struct gtid_set *copy = gtid_set_new(set->flavour);

	gtid_set_add_set(copy, set);
	return copy;
}

enum flavour
gtid_set_flavour(const struct gtid_set *set)
{
	return set->flavour;
}

bool
gtid_set_is_empty(const struct gtid_set *set)
{
	return set->n_sources == 0 && set->n_domains == 0;
}

/* The order of Tsid::operator<: no tag comes before any tag. */
static int
compare_source(const struct gtid_source *source, const uint8_t *uuid, const char *tag)
{
	int order = memcmp(source->uuid, uuid, sizeof(source->uuid));

	return order != 0 ? order : strcmp(source->tag, tag);
}

/* True and its place if the source is there, false and where it belongs if not. */
static bool
find_source(const struct gtid_set *set, const uint8_t *uuid, const char *tag, size_t *at)
{
	size_t low = 0, high = set->n_sources;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_source(set->sources[middle], uuid, tag);
		if (order == 0) {
			*at = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return false;
}

struct gtid_source *
gtid_set_source(struct gtid_set *set, const uint8_t *uuid, const char *tag)
{
	struct gtid_source *source;
	size_t at;

	if (find_source(set, uuid, tag, &at))
		return set->sources[at];
	source = mem_zalloc(sizeof(*source));
	memcpy(source->uuid, uuid, sizeof(source->uuid));
	memcpy(source->tag, tag, strlen(tag) + 1);
	mem_grow(&set->sources, &set->cap_sources, set->n_sources + 1, sizeof(struct gtid_source *));
	memmove(set->sources + at + 1, set->sources + at, (set->n_sources - at) * sizeof(struct gtid_source *));
	set->sources[at] = source;
	set->n_sources++;
	return source;
}

static void
drop_empty_sources(struct gtid_set *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->n_sources; i++) {
		if (set->sources[i]->done.n > 0)
			set->sources[kept++] = set->sources[i];
		else
			source_free(set->sources[i]);
	}
	set->n_sources = kept;
}

void
gtid_set_normalise(struct gtid_set *set)
{
	for (size_t i = 0; i < set->n_sources; i++)
		interval_list_normalise(&set->sources[i]->done);
	drop_empty_sources(set);
}

static bool
find_domain(const struct gtid_set *set, uint32_t domain, size_t *at)
{
	size_t low = 0, high = set->n_domains;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (set->domains[middle].domain < domain)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return low < set->n_domains && set->domains[low].domain == domain;
}

void
gtid_set_set_domain(struct gtid_set *set, struct gtid_domain member)
{
	size_t at;

	if (find_domain(set, member.domain, &at)) {
		set->domains[at] = member;
		return;
	}
	mem_grow(&set->domains, &set->cap_domains, set->n_domains + 1, sizeof(*set->domains));
	memmove(set->domains + at + 1, set->domains + at, (set->n_domains - at) * sizeof(*set->domains));
	set->domains[at] = member;
	set->n_domains++;
}

void
gtid_set_add(struct gtid_set *set, const struct gtid *gtid)
{
	struct gtid_source *source;

	assert(set->flavour == gtid->flavour);
	if (gtid->flavour == FLAVOUR_MARIADB) {
		gtid_set_set_domain(set,
		    (struct gtid_domain){gtid->mariadb.domain, gtid->mariadb.server_id, gtid->mariadb.seq});
		return;
	}
	source = gtid_set_source(set, gtid->mysql.uuid, gtid->mysql.tag);
	interval_list_add(&source->done, (struct interval){gtid->mysql.gno, gtid->mysql.gno});
}

void
gtid_set_add_set(struct gtid_set *set, const struct gtid_set *other)
{
	assert(set->flavour == other->flavour);
	for (size_t i = 0; i < other->n_sources; i++) {
		const struct gtid_source *from = other->sources[i];
		interval_list_add_list(&gtid_set_source(set, from->uuid, from->tag)->done, &from->done);
	}
	for (size_t i = 0; i < other->n_domains; i++)
		gtid_set_set_domain(set, other->domains[i]);
}

void
gtid_set_subtract(struct gtid_set *set, const struct gtid_set *other)
{
	size_t at;

	assert(set->flavour == FLAVOUR_MYSQL && other->flavour == FLAVOUR_MYSQL);
	for (size_t i = 0; i < other->n_sources; i++)
		if (find_source(set, other->sources[i]->uuid, other->sources[i]->tag, &at))
			interval_list_subtract(&set->sources[at]->done, &other->sources[i]->done);
	drop_empty_sources(set);
}

bool
gtid_set_has(const struct gtid_set *set, const struct gtid *gtid)
{
	size_t at;

	if (set->flavour != gtid->flavour)
		return false;
	if (gtid->flavour == FLAVOUR_MARIADB)
		return find_domain(set, gtid->mariadb.domain, &at) && set->domains[at].seq >= gtid->mariadb.seq;
	return find_source(set, gtid->mysql.uuid, gtid->mysql.tag, &at) &&
	    interval_list_has(&set->sources[at]->done, (struct interval){gtid->mysql.gno, gtid->mysql.gno});
}

bool
gtid_set_is_repeated(const struct gtid_set *set, const struct gtid *gtid)
{
	size_t at;

	if (set->flavour != gtid->flavour || gtid->flavour == FLAVOUR_MYSQL)
		return gtid_set_has(set, gtid);
	return find_domain(set, gtid->mariadb.domain, &at) && set->domains[at].seq == gtid->mariadb.seq &&
	       set->domains[at].server_id == gtid->mariadb.server_id;
}

bool
gtid_set_is_superset(const struct gtid_set *set, const struct gtid_set *of)
{
	size_t at;

	if (set->flavour != of->flavour)
		return false;
	for (size_t i = 0; i < of->n_sources; i++)
		if (!find_source(set, of->sources[i]->uuid, of->sources[i]->tag, &at) ||
		    !interval_list_is_superset(&set->sources[at]->done, &of->sources[i]->done))
			return false;
	for (size_t i = 0; i < of->n_domains; i++)
		if (!find_domain(set, of->domains[i].domain, &at) || set->domains[at].seq < of->domains[i].seq)
			return false;
	return true;
}

static bool
is_equal_domain(const struct gtid_domain *a, const struct gtid_domain *b)
{
	return a->domain == b->domain && a->server_id == b->server_id && a->seq == b->seq;
}

bool
gtid_set_is_equal(const struct gtid_set *a, const struct gtid_set *b)
{
	if (a->flavour != b->flavour || a->n_sources != b->n_sources || a->n_domains != b->n_domains)
		return false;
	for (size_t i = 0; i < a->n_sources; i++)
		if (compare_source(a->sources[i], b->sources[i]->uuid, b->sources[i]->tag) != 0 ||
		    !interval_list_is_equal(&a->sources[i]->done, &b->sources[i]->done))
			return false;
	for (size_t i = 0; i < a->n_domains; i++)
		if (!is_equal_domain(&a->domains[i], &b->domains[i]))
			return false;
	return true;
}
