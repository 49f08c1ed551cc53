/* SPDX-License-Identifier: Apache-2.0 */
/* Text forms: MySQL's libs/mysql/gtid/ (uuid.cpp, tag.cpp), MariaDB's gtid_parser_helper(). */
#include "model/gtid.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/gtid_private.h"

enum { UUID_TEXT_LEN = 36 };

void
gtid_skip_space(const char **at)
{
	*at += strspn(*at, " \t\n\v\f\r");
}

bool
gtid_scan_char(const char **at, char c)
{
	const char *next = *at;

	gtid_skip_space(&next);
	if (*next != c)
		return false;
	next++;
	gtid_skip_space(&next);
	*at = next;
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
gtid_scan_uuid(const char **at, uint8_t *uuid)
{
	const char *text = *at;

	for (size_t i = 0; i < 16; i++) {
		int high, low;

		if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
			return false;
		high = hex_digit(text[0]);
		low = high < 0 ? -1 : hex_digit(text[1]);
		if (low < 0)
			return false;
		uuid[i] = (uint8_t) (high << 4 | low);
		text += 2;
	}
	*at = text;
	return true;
}

static bool
is_tag_letter(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

bool
gtid_tag_is_valid(const char *tag, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_tag_letter(tag[i]) && (i == 0 || tag[i] < '0' || tag[i] > '9'))
			return false;
	return len <= GTID_TAG_LONGEST;
}

bool
gtid_scan_tag(const char **at, char *tag)
{
	size_t len = strspn(*at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
	char lower[GTID_TAG_LONGEST + 1] = "";

	if (len == 0 || len > GTID_TAG_LONGEST)
		return false;
	for (size_t i = 0; i < len; i++)
		lower[i] = (char) ((*at)[i] >= 'A' && (*at)[i] <= 'Z' ? (*at)[i] - 'A' + 'a' : (*at)[i]);
	if (!gtid_tag_is_valid(lower, len))
		return false;
	memcpy(tag, lower, sizeof(lower));
	*at += len;
	return true;
}

bool
gtid_scan_number(const char **at, uint64_t limit, uint64_t *number)
{
	const char *text = *at;
	uint64_t value = 0;

	for (; *text >= '0' && *text <= '9'; text++) {
		uint64_t digit = (uint64_t) (*text - '0');
		if (value > (limit - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (text == *at)
		return false;
	*at = text;
	*number = value;
	return true;
}

bool
gtid_scan_mariadb(const char **at, struct gtid_domain *domain)
{
	const char *text = *at;
	uint64_t id, server_id, seq;

	if (!gtid_scan_number(&text, UINT32_MAX, &id) || *text++ != '-')
		return false;
	if (!gtid_scan_number(&text, UINT32_MAX, &server_id) || *text++ != '-')
		return false;
	if (!gtid_scan_number(&text, UINT64_MAX, &seq))
		return false;
	*domain = (struct gtid_domain){(uint32_t) id, (uint32_t) server_id, seq};
	*at = text;
	return true;
}

static bool
parse_mysql(const char **at, struct gtid *gtid)
{
	gtid->mysql.tag[0] = '\0';
	if (!gtid_scan_uuid(at, gtid->mysql.uuid) || !gtid_scan_char(at, ':'))
		return false;
	if (gtid_scan_tag(at, gtid->mysql.tag) && !gtid_scan_char(at, ':'))
		return false;
	return gtid_scan_number(at, GNO_LAST, &gtid->mysql.gno) && gtid->mysql.gno != 0;
}

static bool
parse_mariadb(const char **at, struct gtid *gtid)
{
	struct gtid_domain parts;

	if (!gtid_scan_mariadb(at, &parts))
		return false;
	gtid->mariadb.domain = parts.domain;
	gtid->mariadb.server_id = parts.server_id;
	gtid->mariadb.seq = parts.seq;
	return true;
}

bool
gtid_parse(const char *text, enum flavour flavour, struct gtid *gtid, struct err *err)
{
	const char *at = text;
	bool is_read;

	*gtid = (struct gtid){.flavour = flavour};
	gtid_skip_space(&at);
	is_read = flavour == FLAVOUR_MYSQL ? parse_mysql(&at, gtid) : parse_mariadb(&at, gtid);
	gtid_skip_space(&at);
	if (is_read && *at == '\0')
		return true;
	(void) err_set(err, ERR_STOP, "GTID '%.120s' is malformed", text);
	if (flavour == FLAVOUR_MARIADB)
		return err_hint(err, "A MariaDB GTID is DOMAIN-SERVER-SEQUENCE, three decimal numbers.");
	return err_hint(err, "A MySQL GTID is UUID:NUMBER or UUID:TAG:NUMBER, the number at most %" PRIu64 ".",
	    GNO_LAST);
}

static char *
uuid_text(const uint8_t *uuid, char *text)
{
	static const char digits[] = "0123456789abcdef";
	char *at = text;

	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = digits[uuid[i] >> 4];
		*at++ = digits[uuid[i] & 15];
	}
	*at = '\0';
	return text;
}

void
gtid_put_uuid(const uint8_t *uuid, struct buf *out)
{
	char text[UUID_TEXT_LEN + 1];

	buf_puts(out, uuid_text(uuid, text));
}

const char *
gtid_text(const struct gtid *gtid, char *text)
{
	char uuid[UUID_TEXT_LEN + 1];

	if (gtid->flavour == FLAVOUR_MARIADB)
		(void) snprintf(text, GTID_TEXT_SIZE, "%" PRIu32 "-%" PRIu32 "-%" PRIu64, gtid->mariadb.domain,
		    gtid->mariadb.server_id, gtid->mariadb.seq);
	else
		(void) snprintf(text, GTID_TEXT_SIZE, "%s:%s%s%" PRIu64, uuid_text(gtid->mysql.uuid, uuid),
		    gtid->mysql.tag, gtid->mysql.tag[0] == '\0' ? "" : ":", gtid->mysql.gno);
	return text;
}

bool
gtid_is_equal(const struct gtid *a, const struct gtid *b)
{
	if (a->flavour != b->flavour)
		return false;
	if (a->flavour == FLAVOUR_MARIADB)
		return a->mariadb.domain == b->mariadb.domain && a->mariadb.server_id == b->mariadb.server_id &&
		    a->mariadb.seq == b->mariadb.seq;
	return a->mysql.gno == b->mysql.gno && memcmp(a->mysql.uuid, b->mysql.uuid, 16) == 0 &&
	    strcmp(a->mysql.tag, b->mysql.tag) == 0;
}
