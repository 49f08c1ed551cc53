/* SPDX-License-Identifier: Apache-2.0 */
/* What ALTER TABLE makes of columns that are there: their new types. */
#include <stdlib.h>
#include <string.h>

#include "route/ddl_scan.h"

/* How far behind the type's word its digits stand: "(10, 2)", the first word being 1. */
enum { AT_FIRST_DIGITS = 3, AT_SECOND_DIGITS = 5 };

void
scan_change_begin(struct scan *scan)
{
	struct ddl_change *change = arena_zalloc(scan->arena, sizeof(*change));

	change->column = scan->column == NULL ? "" : scan->column;
	change->type = scan_is_identifier(scan) ? scan_identifier_text(scan, &scan->token) : "";
	change->next = scan->ddl->changes;
	scan->ddl->changes = change;
	scan->change = change;
}

/* The second word of a type: DOUBLE PRECISION, CHARACTER VARYING, NATIONAL VARCHAR. */
static bool
is_second_word(const struct scan *scan)
{
	static const char *const words[] = {"CHAR", "CHARACTER", "PRECISION", "VARCHAR", "VARCHARACTER", "VARYING"};

	if (scan_is(scan, "CHARACTER") && scan_next_is(scan, "SET"))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (scan_is(scan, words[i]))
			return true;
	return false;
}

static void
note_digits(struct scan *scan)
{
	struct ddl_change *change = scan->change;
	char text[24] = {0};

	if (scan->n_passed != (change->n_digits == 0 ? AT_FIRST_DIGITS : AT_SECOND_DIGITS) || scan->depth != 1 ||
	    scan->token.kind != LEX_NUMBER || scan->token.len >= sizeof(text))
		return;
	memcpy(text, scan->sql.data + scan->token.at, scan->token.len);
	change->digits[change->n_digits++] = strtoull(text, NULL, 10);
}

void
scan_change(struct scan *scan)
{
	if (scan->n_passed == 2 && is_second_word(scan))
		scan->n_passed--;
	else
		note_digits(scan);
}
