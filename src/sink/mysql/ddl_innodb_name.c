/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names as InnoDB's dictionary has them: database, '/', table, each in the encoding of file names
 * (strings/ctype-utf8.c, my_wc_mb_filename(): ASCII letters, digits and '_' as they are, the rest '@' and
 * either two characters or four hexadecimal digits), then "#P#" or "#p#" and the partition.
 */
#include <string.h>
#include <strings.h>

#include "sink/mysql/ddl_snapshot.h"

static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_ascii(char c)
{
	return (unsigned char) c < 0x80;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "@002d" for '-'. */
static bool
is_encoded_ascii(const char *at, char c)
{
	return at[0] == '@' && at[1] == '0' && at[2] == '0' && at[3] != '\0' &&
	       hex_value(at[3]) == (unsigned char) c >> 4 && hex_value(at[4]) == (c & 15);
}

/*
 * The end of what encodes `name` at `at`; NULL when it is another name.  Tries both lengths of an encoded
 * character.
 */
static const char *
match(const char *at, const char *name)
{
	const char *end;

	for (; *name != '\0' && is_ascii(*name); name++) {
		if (is_plain(*name) && *at == *name) {
			at++;
		} else if (!is_plain(*name) && is_encoded_ascii(at, *name)) {
			at += 5;
		} else {
			return NULL;
		}
	}
	if (*name == '\0')
		return at;
	if (at[0] != '@')
		return NULL;
	do
		name++;
	while (((unsigned char) *name & 0xc0) == 0x80);
	for (size_t len = 3; len <= 5; len += 2)
		if (strnlen(at, len) == len && (end = match(at + len, name)) != NULL &&
		    (*end == '\0' || *end == '/' || *end == '#'))
			return end;
	return NULL;
}

bool
ddl_innodb_name_is(const char *name, const char *db, const char *table, const char **part)
{
	const char *at = match(name, db);

	if (at == NULL || *at != '/')
		return false;
	*part = ++at;
	if (table == NULL)
		return true;
	at = match(at, table);
	if (at == NULL)
		return false;
	if (*at == '\0') {
		*part = at;
		return true;
	}
	*part = at + 3;
	return strncasecmp(at, "#p#", 3) == 0;
}
