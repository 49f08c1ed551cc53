/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_collation.h"

enum {
	UTF8MB4_0900_AI_CI = 255,
	UTF8MB4_0900_AS_CS = 278,
	UTF8MB4_0900_AS_CI = 305,
	UTF8MB4_0900_BIN = 309,
	LAST_0900 = 323,
	UTF8MB4_NOPAD_BIN = 1070,
	FIRST_UCA1400 = 2048,
	LAST_UCA1400 = 4095,
	UTF8MB4_UCA1400 = 2304,
	UCA1400_NOPAD = 4,
	UCA1400_AS = 2,
	UCA1400_CS = 1,
};

static const struct {
	uint16_t mysql, mariadb;
} equals[] = {
    {UTF8MB4_0900_AI_CI, UTF8MB4_UCA1400 | UCA1400_NOPAD},
    {UTF8MB4_0900_AS_CI, UTF8MB4_UCA1400 | UCA1400_NOPAD | UCA1400_AS},
    {UTF8MB4_0900_AS_CS, UTF8MB4_UCA1400 | UCA1400_NOPAD | UCA1400_AS | UCA1400_CS},
    {UTF8MB4_0900_BIN, UTF8MB4_NOPAD_BIN},
};

/* Unicode character sets in the order of MariaDB's numbers, and the number of each general_ci. */
static const struct {
	const char *name;
	uint16_t general_ci;
} unicode[] = {
    {"utf8mb3", 33}, {"utf8mb4", COLLATION_UTF8MB4_GENERAL_CI}, {"ucs2", 35}, {"utf16", 54}, {"utf32", 60}};

enum { N_EQUALS = sizeof(equals) / sizeof(equals[0]), N_UNICODE = sizeof(unicode) / sizeof(unicode[0]) };

const struct ddl_collation *
ddl_collations_find(const struct ddl_collations *collations, uint16_t id)
{
	for (size_t i = 0; i < collations->n; i++)
		if (collations->items[i].id == id)
			return &collations->items[i];
	return NULL;
}

uint16_t
ddl_collation_equal(uint16_t id)
{
	for (size_t i = 0; i < N_EQUALS; i++) {
		if (equals[i].mysql == id)
			return equals[i].mariadb;
		if (equals[i].mariadb == id)
			return equals[i].mysql;
	}
	return 0;
}

const struct ddl_collation *
ddl_collations_resolve(const struct ddl_collations *collations, uint16_t id)
{
	const struct ddl_collation *found = ddl_collations_find(collations, id);
	uint16_t equal = ddl_collation_equal(id);

	return found != NULL || equal == 0 ? found : ddl_collations_find(collations, equal);
}

uint16_t
ddl_collation_of_charset(uint16_t id)
{
	if (id >= UTF8MB4_0900_AI_CI && id <= LAST_0900)
		return COLLATION_UTF8MB4_GENERAL_CI;
	if (id >= FIRST_UCA1400 && id <= LAST_UCA1400 && (size_t) (id - FIRST_UCA1400) >> 8 < N_UNICODE)
		return unicode[(id - FIRST_UCA1400) >> 8].general_ci;
	return 0;
}

const char *
ddl_collation_charset(uint16_t general_ci)
{
	for (size_t i = 0; i < N_UNICODE; i++)
		if (unicode[i].general_ci == general_ci)
			return unicode[i].name;
	return NULL;
}

void
ddl_collation_put_name(uint16_t id, struct buf *out)
{
	unsigned int flags = id & 0xff;

	if (id == UTF8MB4_0900_AI_CI)
		buf_puts(out, "utf8mb4_0900_ai_ci");
	else if (id >= FIRST_UCA1400 && ddl_collation_of_charset(id) != 0 && flags < 8)
		buf_printf(out, "%s_uca1400%s_%s_%s", unicode[(id - FIRST_UCA1400) >> 8].name,
		    (flags & UCA1400_NOPAD) != 0 ? "_nopad" : "", (flags & UCA1400_AS) != 0 ? "as" : "ai",
		    (flags & UCA1400_CS) != 0 ? "cs" : "ci");
	else
		buf_printf(out, "number %u", id);
}
