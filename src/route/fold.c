/* SPDX-License-Identifier: Apache-2.0 */
#include "route/fold.h"

#include <string.h>
#include <wctype.h>

/*
 * The servers know the letters of an old Unicode: of those that today's tables fold, these ranges hold the ones that
 * utf8_general_ci folds, and none that it does not (all of the basic plane compared on MySQL 5.6 and 9.7, MariaDB
 * 10.11 and 11.8).
 */
static const struct {
	wint_t first, last;
} folded[] = {
	{0x41, 0x5a}, {0xc0, 0x21e}, {0x222, 0x232}, {0x386, 0x3ab}, {0x3da, 0x3ee}, {0x400, 0x480}, {0x48c, 0x4be},
	{0x4c1, 0x4c3}, {0x4c7, 0x4c7}, {0x4cb, 0x4cb}, {0x4d0, 0x4f4}, {0x4f8, 0x4f8}, {0x531, 0x556},
	{0x1e00, 0x1e94}, {0x1ea0, 0x1ef8}, {0x1f08, 0x212b}, {0x2160, 0x216f}, {0x24b6, 0x24cf}, {0xff21, 0xff3a},
};

bool
fold_locale(locale_t *locale, struct err *err)
{
	*locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t) 0);
	if (*locale == (locale_t) 0)
		return err_set(err, ERR_STOP, "the system lacks the locale 'C.UTF-8', which names without case need");
	return true;
}

static wint_t
fold_character(locale_t locale, wint_t character)
{
	for (size_t i = 0; i < sizeof(folded) / sizeof(folded[0]); i++)
		if (character >= folded[i].first && character <= folded[i].last)
			return towlower_l(character, locale);
	return character;
}

/* A character of one to three bytes; 0 bytes long where it is none of those (no name has longer ones). */
static size_t
decode(const unsigned char *at, wint_t *character)
{
	if (at[0] < 0x80) {
		*character = at[0];
		return 1;
	}
	if (at[0] >= 0xc0 && at[0] < 0xe0 && (at[1] & 0xc0) == 0x80) {
		*character = (wint_t) ((at[0] & 0x1f) << 6 | (at[1] & 0x3f));
		return 2;
	}
	if (at[0] >= 0xe0 && at[0] < 0xf0 && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80) {
		*character = (wint_t) ((at[0] & 0x0f) << 12 | (at[1] & 0x3f) << 6 | (at[2] & 0x3f));
		return 3;
	}
	return 0;
}

static size_t
encode(wint_t character, char *to)
{
	if (character < 0x80) {
		to[0] = (char) character;
		return 1;
	}
	if (character < 0x800) {
		to[0] = (char) (0xc0 | character >> 6);
		to[1] = (char) (0x80 | (character & 0x3f));
		return 2;
	}
	to[0] = (char) (0xe0 | character >> 12);
	to[1] = (char) (0x80 | (character >> 6 & 0x3f));
	to[2] = (char) (0x80 | (character & 0x3f));
	return 3;
}

const char *
fold_name(locale_t locale, const char *name, struct arena *arena)
{
	char *lower = arena_alloc(arena, strlen(name) * 3 + 1);
	size_t len = 0;

	for (const char *at = name; *at != '\0';) {
		wint_t character = 0;
		size_t taken = decode((const unsigned char *) at, &character);

		if (taken == 0)
			lower[len++] = *at++;
		else
			len += encode(fold_character(locale, character), lower + len);
		at += taken;
	}
	lower[len] = '\0';
	return strcmp(lower, name) == 0 ? name : lower;
}
