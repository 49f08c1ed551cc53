/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_collation.h"

#include <strings.h>

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

const struct ddl_collation_pair ddl_collation_pairs[] = {
    {{UTF8MB4_0900_AI_CI, "utf8mb4_0900_ai_ci", "utf8mb4"},
	{UTF8MB4_UCA1400 | UCA1400_NOPAD, "utf8mb4_uca1400_nopad_ai_ci", "utf8mb4"}},
    {{UTF8MB4_0900_AS_CI, "utf8mb4_0900_as_ci", "utf8mb4"},
	{UTF8MB4_UCA1400 | UCA1400_NOPAD | UCA1400_AS, "utf8mb4_uca1400_nopad_as_ci", "utf8mb4"}},
    {{UTF8MB4_0900_AS_CS, "utf8mb4_0900_as_cs", "utf8mb4"},
	{UTF8MB4_UCA1400 | UCA1400_NOPAD | UCA1400_AS | UCA1400_CS, "utf8mb4_uca1400_nopad_as_cs", "utf8mb4"}},
    {{UTF8MB4_0900_BIN, "utf8mb4_0900_bin", "utf8mb4"}, {UTF8MB4_NOPAD_BIN, "utf8mb4_nopad_bin", "utf8mb4"}},
};
const size_t ddl_n_collation_pairs = sizeof(ddl_collation_pairs) / sizeof(ddl_collation_pairs[0]);

/* Unicode character sets in the order of MariaDB's numbers, and the number of each general_ci. */
static const struct {
	const char *name;
	uint16_t general_ci;
} unicode[] = {
    {"utf8mb3", 33}, {"utf8mb4", COLLATION_UTF8MB4_GENERAL_CI}, {"ucs2", 35}, {"utf16", 54}, {"utf32", 60}};

enum { N_UNICODE = sizeof(unicode) / sizeof(unicode[0]) };

const struct ddl_collation *
ddl_collations_find(const struct ddl_collations *collations, uint16_t id)
{
	for (size_t i = collations->n; i-- > 0;)
		if (collations->items[i].id == id)
			return &collations->items[i];
	return NULL;
}

uint16_t
ddl_collation_equal(uint16_t id)
{
	for (size_t i = 0; i < ddl_n_collation_pairs; i++) {
		if (ddl_collation_pairs[i].mysql.id == id)
			return ddl_collation_pairs[i].mariadb.id;
		if (ddl_collation_pairs[i].mariadb.id == id)
			return ddl_collation_pairs[i].mysql.id;
	}
	return 0;
}

const char *
ddl_collation_stand_in(const struct ddl_carry *carry, const char *collation)
{
	for (size_t i = 0; i < carry->n_collations; i++)
		if (strcasecmp(carry->collations[i].from, collation) == 0)
			return carry->collations[i].to;
	for (size_t i = 0; i < ddl_n_collation_pairs; i++) {
		if (strcasecmp(ddl_collation_pairs[i].mysql.name, collation) == 0)
			return ddl_collation_pairs[i].mariadb.name;
		if (strcasecmp(ddl_collation_pairs[i].mariadb.name, collation) == 0)
			return ddl_collation_pairs[i].mysql.name;
	}
	return collation;
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

static bool
is_number_of(uint16_t id, const char *name)
{
	struct buf own = {0};
	bool is_it;

	ddl_collation_put_name(id, &own);
	is_it = strcasecmp(buf_text(&own), name) == 0;
	buf_release(&own);
	return is_it;
}

uint16_t
ddl_collation_number(const char *name)
{
	for (uint16_t id = FIRST_UCA1400; id <= LAST_UCA1400; id++)
		if ((id & 0xff) < 8 && is_number_of(id, name))
			return id;
	for (size_t i = 0; i < ddl_n_collation_pairs; i++)
		if (strcasecmp(ddl_collation_pairs[i].mysql.name, name) == 0)
			return ddl_collation_pairs[i].mysql.id;
	return 0;
}
