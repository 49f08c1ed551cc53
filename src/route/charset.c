/* SPDX-License-Identifier: Apache-2.0 */
#include "route/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum family { FAMILY_PLAIN, FAMILY_GBK, FAMILY_BIG5, FAMILY_SJIS, FAMILY_GB18030 };

struct charset {
	const char *name;
	const char *iconv; /* NULL: no conversion, the server takes the bytes as UTF-8; "": none is known */
	enum family family;
	uint8_t space; /* the no-break space, which the server's ctype tables call white space; 0: none */
	const char *doubtful; /* characters that iconv puts in the place of others */
};

/*
 * The servers' character sets that a client may use (all but ucs2, utf16, utf16le and utf32).  White space as tried
 * on MySQL 5.6 and 9.7, MariaDB 10.11 and 11.8: not every no-break space is one.  sjis converts as CP932, since
 * iconv's SHIFT_JIS turns a backslash into a yen sign and the server does not.  What iconv and the servers read
 * differently was found by comparing every character; a name that holds one of those stops.
 */
static const struct charset charsets[] = {
	{"utf8mb4", NULL, FAMILY_PLAIN, 0, ""},
	{"utf8mb3", NULL, FAMILY_PLAIN, 0, ""},
	{"utf8", NULL, FAMILY_PLAIN, 0, ""},
	{"binary", NULL, FAMILY_PLAIN, 0, ""},
	{"ascii", "ASCII", FAMILY_PLAIN, 0, ""},
	{"latin1", "CP1252", FAMILY_PLAIN, 0xa0, ""},
	{"latin2", "ISO-8859-2", FAMILY_PLAIN, 0xa0, ""},
	{"latin5", "ISO-8859-9", FAMILY_PLAIN, 0xa0, ""},
	{"latin7", "ISO-8859-13", FAMILY_PLAIN, 0xa0, ""},
	{"greek", "ISO-8859-7", FAMILY_PLAIN, 0xa0, "‘’"},
	{"hebrew", "ISO-8859-8", FAMILY_PLAIN, 0xa0, "¯"},
	{"cp1250", "CP1250", FAMILY_PLAIN, 0xa0, ""},
	{"cp1251", "CP1251", FAMILY_PLAIN, 0, ""},
	{"cp1256", "CP1256", FAMILY_PLAIN, 0, ""},
	{"cp1257", "CP1257", FAMILY_PLAIN, 0, ""},
	{"cp850", "CP850", FAMILY_PLAIN, 0, ""},
	{"cp852", "CP852", FAMILY_PLAIN, 0xff, ""},
	{"cp866", "CP866", FAMILY_PLAIN, 0xff, "№¤"},
	{"koi8r", "KOI8-R", FAMILY_PLAIN, 0, ""},
	{"koi8u", "KOI8-U", FAMILY_PLAIN, 0, "∙"},
	{"tis620", "TIS-620", FAMILY_PLAIN, 0, ""},
	{"ujis", "EUC-JP", FAMILY_PLAIN, 0, "＼"},
	{"eucjpms", "EUC-JP-MS", FAMILY_PLAIN, 0, ""},
	{"euckr", "UHC", FAMILY_PLAIN, 0, ""},
	{"gb2312", "GBK", FAMILY_PLAIN, 0, "·—"},
	{"gbk", "GBK", FAMILY_GBK, 0, ""},
	{"big5", "CP950", FAMILY_BIG5, 0, "‧﹑¯～⊕⊙∕﹨￥￠￡"},
	{"sjis", "CP932", FAMILY_SJIS, 0, "＼～∥－￠￡￢"},
	{"cp932", "CP932", FAMILY_SJIS, 0, ""},
	{"gb18030", "GB18030", FAMILY_GB18030, 0, "︐︒︑︓︔︕︖︗︘︙𠂇𠂉𠃌龴龵龶龷𡗗龸𢦏龹龺𤇾龻"},
	{"macroman", "MACINTOSH", FAMILY_PLAIN, 0, "Δ"},
	{"armscii8", "", FAMILY_PLAIN, 0xa0, ""},
	{"macce", "", FAMILY_PLAIN, 0, ""},
	{"dec8", "", FAMILY_PLAIN, 0xa0, ""},
	{"hp8", "", FAMILY_PLAIN, 0, ""},
	{"swe7", "", FAMILY_PLAIN, 0, ""},
	{"geostd8", "", FAMILY_PLAIN, 0xa0, ""},
	{"keybcs2", "", FAMILY_PLAIN, 0xff, ""},
};

const struct charset *
charset_find(const char *name)
{
	if (name == NULL)
		return &charsets[0];
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (strcasecmp(charsets[i].name, name) == 0)
			return &charsets[i];
	return NULL;
}

static bool
in(uint8_t byte, unsigned int low, unsigned int high)
{
	return byte >= low && byte <= high;
}

/* strings/ctype-gb18030.c: four bytes where the second is a digit. */
static size_t
gb18030_len(const uint8_t *at, size_t left)
{
	if (left >= 2 && (in(at[1], 0x40, 0x7e) || in(at[1], 0x80, 0xfe)))
		return 2;
	if (left >= 4 && in(at[1], 0x30, 0x39) && in(at[2], 0x81, 0xfe) && in(at[3], 0x30, 0x39))
		return 4;
	return 0;
}

/* Lead and trail bytes as in the servers' strings/ctype-*.c, is_xxx_head() and is_xxx_tail(). */
size_t
charset_char_len(const struct charset *charset, const uint8_t *at, const uint8_t *end)
{
	size_t left = (size_t) (end - at);
	bool is_lead = false, is_pair = false;

	if (at[0] < 0x80)
		return 1;
	switch (charset->family) {
	case FAMILY_PLAIN:
		return 1;
	case FAMILY_GBK:
		is_lead = in(at[0], 0x81, 0xfe);
		is_pair = left >= 2 && (in(at[1], 0x40, 0x7e) || in(at[1], 0x80, 0xfe));
		break;
	case FAMILY_BIG5:
		is_lead = in(at[0], 0xa1, 0xf9);
		is_pair = left >= 2 && (in(at[1], 0x40, 0x7e) || in(at[1], 0xa1, 0xfe));
		break;
	case FAMILY_SJIS:
		is_lead = in(at[0], 0x81, 0x9f) || in(at[0], 0xe0, 0xfc);
		is_pair = left >= 2 && (in(at[1], 0x40, 0x7e) || in(at[1], 0x80, 0xfc));
		break;
	case FAMILY_GB18030:
		return in(at[0], 0x81, 0xfe) ? gb18030_len(at, left) : 1;
	}
	if (!is_lead)
		return 1;
	return is_pair ? 2 : 0;
}

bool
charset_is_high_space(const struct charset *charset, uint8_t byte)
{
	return byte >= 0x80 && byte == charset->space;
}

bool
charset_is_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] >= 0x80)
			return false;
	return true;
}

/* swe7 has letters where ASCII has brackets and the backtick. */
static bool
is_swedish(const struct charset *charset, struct bytes text)
{
	if (strcmp(charset->name, "swe7") != 0)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] != '\0' && strchr("@[\\]^`{|}~", text.data[i]) != NULL)
			return true;
	return false;
}

static bool
needs_conversion(const struct charset *charset, struct bytes text)
{
	return charset->iconv != NULL && (!charset_is_ascii(text) || is_swedish(charset, text));
}

/* iconv() takes its input by a pointer that is not const, so it gets a copy. */
static bool
convert(const char *to, const char *from, struct bytes text, struct buf *out)
{
	iconv_t cd = iconv_open(to, from);
	char *copy, *in_at;
	size_t in_left = text.len;
	bool ok = false;

	if (cd == (iconv_t) -1)
		return false;
	copy = in_at = mem_strndup((const char *) text.data, text.len);
	for (;;) {
		char piece[256];
		char *out_at = piece;
		size_t out_left = sizeof(piece);
		size_t done = iconv(cd, &in_at, &in_left, &out_at, &out_left);

		buf_add(out, piece, sizeof(piece) - out_left);
		if (done == (size_t) -1 && errno == E2BIG)
			continue;
		ok = done == 0;
		break;
	}
	free(copy);
	iconv_close(cd);
	return ok;
}

/*
 * Does UTF-8 hold a character that the servers and iconv do not agree on?  Those of the private use area
 * (U+E000 to U+F8FF: ee 80 80 to ef a3 bf) are never agreed on.
 */
static bool
is_doubtful(const struct charset *charset, const char *utf8, size_t len)
{
	for (size_t at = 0; at < len;) {
		uint8_t lead = (uint8_t) utf8[at];
		size_t char_len = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
		char one[5] = "";

		if (char_len > len - at)
			return true;
		memcpy(one, utf8 + at, char_len);
		if (lead == 0xee || (lead == 0xef && (uint8_t) one[1] < 0xa4))
			return true;
		if (lead >= 0x80 && strstr(charset->doubtful, one) != NULL)
			return true;
		at += char_len;
	}
	return false;
}

bool
charset_needs_conversion(const struct charset *charset)
{
	return charset != NULL && charset->iconv != NULL;
}

bool
charset_is_utf8(struct bytes text)
{
	struct buf out = {0};
	bool is_valid = convert("UTF-16LE", "UTF-8", text, &out);

	buf_release(&out);
	return is_valid;
}

bool
charset_to_utf8(const struct charset *charset, struct bytes text, struct arena *arena, const char **utf8,
    struct err *err)
{
	struct buf out = {0};
	bool ok = true;

	if (text.len != 0 && memchr(text.data, 0, text.len) != NULL)
		return err_set(err, ERR_STOP, "a name in the statement holds a NUL byte");
	if (!needs_conversion(charset, text)) {
		*utf8 = arena_strndup(arena, (const char *) text.data, text.len);
		return true;
	}
	ok = charset->iconv[0] != '\0' && convert("UTF-8", charset->iconv, text, &out) &&
	    !is_doubtful(charset, out.data, out.len);
	if (ok)
		*utf8 = arena_strndup(arena, out.data, out.len);
	else
		err_set(err, ERR_STOP, "a name in the statement cannot be read in character set '%s'", charset->name);
	buf_release(&out);
	return ok;
}

bool
charset_from_utf8(const struct charset *charset, struct bytes utf8, struct buf *out, struct err *err)
{
	if (!needs_conversion(charset, utf8)) {
		buf_add(out, utf8.data, utf8.len);
		return true;
	}
	if (charset->iconv[0] == '\0' || is_doubtful(charset, (const char *) utf8.data, utf8.len) ||
	    !convert(charset->iconv, "UTF-8", utf8, out))
		return err_set(err, ERR_STOP, "name '%.*s' cannot be written in the statement's character set '%s'",
		    (int) utf8.len, (const char *) utf8.data, charset->name);
	return true;
}
