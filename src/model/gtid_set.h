/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has been executed.
 *
 * MySQL: sets of intervals for each (uuid, tag): "uuid:1-5:7:tag:1-3".  MariaDB: a position, one GTID
 * for each domain: "0-1-55,7-2-9"; everything up to that sequence number of the domain counts as executed.
 * Both have one type here so that the position code need not ask; operations that differ say how.
 */
#ifndef MODEL_GTID_SET_H
#define MODEL_GTID_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/reader.h"
#include "model/gtid.h"

struct gtid_set;

struct gtid_set *gtid_set_new(enum flavour flavour);
void gtid_set_free(struct gtid_set *set); /* NULL is fine */
struct gtid_set *gtid_set_copy(const struct gtid_set *set);

/*
 * White space and newlines between members are allowed; "" is the empty set.  MySQL: a tag holds until the next
 * one or the next uuid.  MariaDB: a domain may come once.  On failure *set is NULL.
 */
bool gtid_set_parse(const char *text, enum flavour flavour, struct gtid_set **set, struct err *err);
/*
 * Canonical text, as the servers print it but without newlines: sorted by (uuid, tag) or domain, intervals
 * merged, the uuid once for all its tags.
 */
void gtid_set_put(const struct gtid_set *set, struct buf *out);

enum flavour gtid_set_flavour(const struct gtid_set *set);
bool gtid_set_is_empty(const struct gtid_set *set);

/* MariaDB: replaces the domain's member, also by a lower sequence number (the binlog order is what counts). */
void gtid_set_add(struct gtid_set *set, const struct gtid *gtid);
/* MariaDB: each of other's members replaces that of its domain. */
void gtid_set_add_set(struct gtid_set *set, const struct gtid_set *other);
/* MySQL only: removes what `other` has. */
void gtid_set_subtract(struct gtid_set *set, const struct gtid_set *other);
/* MariaDB: true if the domain's member has a sequence number at least as high. */
bool gtid_set_has(const struct gtid_set *set, const struct gtid *gtid);
/* Is it one that is certainly there?  MariaDB: the domain's member itself; lower numbers may come later. */
bool gtid_set_is_repeated(const struct gtid_set *set, const struct gtid *gtid);
bool gtid_set_is_superset(const struct gtid_set *set, const struct gtid_set *of);
bool gtid_set_is_equal(const struct gtid_set *a, const struct gtid_set *b);

/*
 * Binary form of PREVIOUS_GTIDS_LOG_EVENT and COM_BINLOG_DUMP_GTID, every number of 8 bytes little-endian.
 * Untagged (MySQL 5.6 on): number of sids; each: 16 byte uuid, number of intervals, each start and end
 * (exclusive).  Tagged (MySQL 8.3 on): the first word is 1 << 56 | number of sids << 8 | 1, and behind each
 * uuid stand the tag's length, doubled, in one byte and the tag.  Gtid_set::encode() and
 * add_gtid_encoding() in sql/rpl_gtid_set.cc.  The encoder writes the untagged form when no tag is present.
 * On failure *set is NULL.
 */
bool gtid_set_decode(struct bytes data, struct gtid_set **set, struct err *err);
void gtid_set_encode(const struct gtid_set *set, struct buf *out);

#endif
