/* SPDX-License-Identifier: Apache-2.0 */
/* What gtid.c and the files of gtid_set.h share.  Nothing else includes this. */
#ifndef MODEL_GTID_PRIVATE_H
#define MODEL_GTID_PRIVATE_H

#include "model/gtid_set.h"
#include "model/interval.h"

/* GNO_END of sql/rpl_gtid.h is 2^63-1: the number behind the last possible one. */
#define GNO_LAST ((uint64_t) INT64_MAX - 1)

/* A (uuid, tag) and what was executed of it. */
struct gtid_source {
	uint8_t uuid[16];
	char tag[GTID_TAG_LONGEST + 1];
	struct interval_list done;
};

struct gtid_domain {
	uint32_t domain;
	uint32_t server_id;
	uint64_t seq;
};

/* One of the two arrays is used, by flavour; both sorted.  A source in the set has at least one interval. */
struct gtid_set {
	enum flavour flavour;
	struct gtid_source **sources;
	size_t n_sources;
	size_t cap_sources;
	struct gtid_domain *domains;
	size_t n_domains;
	size_t cap_domains;
};

/* For parsers: real sets hold dozens of sources or domains; what is far beyond that is a lie. */
enum { GTID_SOURCES_LIMIT = 100000 };

/* The source, made if missing: then it must get an interval, or gtid_set_normalise() must follow. */
struct gtid_source *gtid_set_source(struct gtid_set *set, const uint8_t *uuid, const char *tag);
void gtid_set_set_domain(struct gtid_set *set, struct gtid_domain member);
/* After interval_list_push() to some sources: sorts them and drops those that stayed empty. */
void gtid_set_normalise(struct gtid_set *set);

/* The scanners move *at behind what they take, and leave it alone and return false when it is not there. */
void gtid_skip_space(const char **at);
bool gtid_scan_char(const char **at, char c); /* with white space on both sides */
bool gtid_scan_uuid(const char **at, uint8_t *uuid);
bool gtid_scan_tag(const char **at, char *tag); /* made lower case; GTID_TAG_LONGEST + 1 bytes */
bool gtid_scan_number(const char **at, uint64_t limit, uint64_t *number);
bool gtid_scan_mariadb(const char **at, struct gtid_domain *domain);

void gtid_put_uuid(const uint8_t *uuid, struct buf *out);

/* Tags begin with a letter or _, go on with these and digits; in sets they are lower case. */
bool gtid_tag_is_valid(const char *tag, size_t len);

#endif
