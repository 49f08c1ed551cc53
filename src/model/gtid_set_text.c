/* SPDX-License-Identifier: Apache-2.0 */
/* MySQL: Gtid_set::add_gtid_text() and to_string(); MariaDB: gtid_parse_string_to_list(). */
#include <inttypes.h>
#include <string.h>

#include "model/gtid_private.h"

/* ":1-5", ":7" or ":tag" behind a uuid; a tag changes *source. */
static bool
scan_item(const char **at, struct gtid_set *set, struct gtid_source **source)
{
	char tag[GTID_TAG_LONGEST + 1];
	struct interval range;

	if (gtid_scan_tag(at, tag)) {
		*source = gtid_set_source(set, (*source)->uuid, tag);
		return true;
	}
	if (!gtid_scan_number(at, GNO_LAST, &range.first) || range.first == 0)
		return false;
	range.last = range.first;
	if (gtid_scan_char(at, '-') &&
	    (!gtid_scan_number(at, GNO_LAST, &range.last) || range.last < range.first))
		return false;
	interval_list_push(&(*source)->done, range);
	return true;
}

static bool
scan_mysql(const char **at, struct gtid_set *set)
{
	struct gtid_source *source;
	uint8_t uuid[16];

	if (!gtid_scan_uuid(at, uuid) || !gtid_scan_char(at, ':'))
		return false;
	source = gtid_set_source(set, uuid, "");
	do {
		if (!scan_item(at, set, &source))
			return false;
	} while (gtid_scan_char(at, ':'));
	/* "uuid" or "uuid:tag" alone names no transaction: a slip, not an empty set. */
	return source->done.n > 0;
}

static bool
scan_mariadb(const char **at, struct gtid_set *set)
{
	struct gtid_domain member;
	size_t before = set->n_domains;

	if (!gtid_scan_mariadb(at, &member))
		return false;
	gtid_set_set_domain(set, member);
	return set->n_domains > before;
}

static bool
scan_set(const char **at, struct gtid_set *set)
{
	gtid_skip_space(at);
	while (**at != '\0') {
		if (!(set->flavour == FLAVOUR_MYSQL ? scan_mysql(at, set) : scan_mariadb(at, set)))
			return false;
		if (set->n_sources > GTID_SOURCES_LIMIT || set->n_domains > GTID_SOURCES_LIMIT)
			return false;
		gtid_skip_space(at);
		/* A comma at the end is allowed, as the servers allow it. */
		if (**at != '\0' && !gtid_scan_char(at, ','))
			return false;
	}
	return true;
}

static bool
set_parse_error(const char *text, const char *at, const struct gtid_set *set, struct err *err)
{
	if (set->n_sources > GTID_SOURCES_LIMIT || set->n_domains > GTID_SOURCES_LIMIT)
		return err_set(err, ERR_STOP, "GTID set '%.60s...' has more than %d members", text,
		    GTID_SOURCES_LIMIT);
	(void) err_set(err, ERR_STOP, "GTID set '%.120s' is malformed at character %zu, '%.40s'", text,
	    (size_t) (at - text) + 1, at);
	if (set->flavour == FLAVOUR_MARIADB)
		return err_hint(err,
		    "A MariaDB position is DOMAIN-SERVER-SEQUENCE, one for each domain, separated by commas.");
	return err_hint(err,
	    "A MySQL GTID set is UUID:FIRST-LAST[:FIRST-LAST...][:TAG:FIRST-LAST...], separated by commas.");
}

bool
gtid_set_parse(const char *text, enum flavour flavour, struct gtid_set **set, struct err *err)
{
	const char *at = text;

	*set = gtid_set_new(flavour);
	if (scan_set(&at, *set)) {
		gtid_set_normalise(*set);
		return true;
	}
	(void) set_parse_error(text, at, *set, err);
	gtid_set_free(*set);
	*set = NULL;
	return false;
}

static void
put_intervals(const struct interval_list *list, struct buf *out)
{
	for (size_t i = 0; i < list->n; i++) {
		buf_putc(out, ':');
		buf_put_u64(out, list->items[i].first);
		if (list->items[i].last == list->items[i].first)
			continue;
		buf_putc(out, '-');
		buf_put_u64(out, list->items[i].last);
	}
}

void
gtid_set_put(const struct gtid_set *set, struct buf *out)
{
	const struct gtid_source *before = NULL;

	for (size_t i = 0; i < set->n_sources; i++) {
		const struct gtid_source *source = set->sources[i];

		if (before == NULL || memcmp(before->uuid, source->uuid, sizeof(source->uuid)) != 0) {
			buf_puts(out, before == NULL ? "" : ",");
			gtid_put_uuid(source->uuid, out);
		}
		if (source->tag[0] != '\0')
			buf_printf(out, ":%s", source->tag);
		put_intervals(&source->done, out);
		before = source;
	}
	for (size_t i = 0; i < set->n_domains; i++)
		buf_printf(out, "%s%" PRIu32 "-%" PRIu32 "-%" PRIu64, i == 0 ? "" : ",", set->domains[i].domain,
		    set->domains[i].server_id, set->domains[i].seq);
}
