/* SPDX-License-Identifier: Apache-2.0 */
/* One global transaction identifier: MySQL "uuid:gno" or "uuid:tag:gno", MariaDB "domain-server-seq". */
#ifndef MODEL_GTID_H
#define MODEL_GTID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/flavour.h"

enum { GTID_TAG_LONGEST = 32, GTID_TEXT_SIZE = 96 };

struct gtid {
	enum flavour flavour;
	union {
		struct {
			uint8_t uuid[16];
			char tag[GTID_TAG_LONGEST + 1]; /* "" for none; lower case */
			uint64_t gno;                   /* 1 to 2^63-2 */
		} mysql;
		struct {
			uint32_t domain;
			uint32_t server_id;
			uint64_t seq;
		} mariadb;
	};
};

bool gtid_parse(const char *text, enum flavour flavour, struct gtid *gtid, struct err *err);
/* The text form, UUID in lower case, into `text` of GTID_TEXT_SIZE bytes; returns `text`. */
const char *gtid_text(const struct gtid *gtid, char *text);
bool gtid_is_equal(const struct gtid *a, const struct gtid *b);

#endif
