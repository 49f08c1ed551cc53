/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_convert_table.h"

#include <strings.h>

enum { SERIES = 100, MODE_REAL_AS_FLOAT = 1 << 0, MODE_ORACLE = 1 << 9, FLOAT_MAX_DIGITS = 24 };

#define SAME_ALWAYS "........................."

/*
 * A letter for each kind of the result, in the order of enum convert_kind: '.' no difference, 'l' in lenient sql_modes
 * only, 's' also in strict ones; 'o' and 'O' the same, of odd dates alone.  `across`: between MariaDB and MySQL; the others between two series of one of them.
 */
static const struct row {
	const char *across, *mariadb, *mysql;
} rows[KIND_UNKNOWN] = {
    [KIND_INTEGER] = {"......lllllll......ss....", "...........ll............", SAME_ALWAYS},
    [KIND_DECIMAL] = {"l...l.sssssss......lss...", SAME_ALWAYS, SAME_ALWAYS},
    [KIND_DOUBLE] = {".....sslsllllsssssssss...", SAME_ALWAYS, "........s....ssssss......"},
    [KIND_FLOAT] = {"s...ssllsll..sssssssss...", SAME_ALWAYS, "......l.sll..ssssss......"},
    [KIND_BIT] = {"..ss...ll......l.........", SAME_ALWAYS, SAME_ALWAYS},
    [KIND_YEAR] = {"....................l....", SAME_ALWAYS, SAME_ALWAYS},
    [KIND_DATE] = {".....l.....oo............", "...........oo............", SAME_ALWAYS},
    [KIND_TIME] = {SAME_ALWAYS, SAME_ALWAYS, SAME_ALWAYS},
    [KIND_TIME_F] = {"s...sls..................", SAME_ALWAYS, SAME_ALWAYS},
    [KIND_DATETIME] = {".....l.OO..oo............", "...........oo............", ".......OO................"},
    [KIND_DATETIME_F] = {"s...slsOOoooo............", "...........oo............", "......oOOoo.............."},
    [KIND_TIMESTAMP] = {".....l...................", SAME_ALWAYS, SAME_ALWAYS},
    [KIND_TIMESTAMP_F] = {"s...sls..................", SAME_ALWAYS, SAME_ALWAYS},
    [KIND_CHAR] = {"l....lsssssll.......ls...", "...........ll..........l.", "l....llllllll............"},
    [KIND_VARCHAR] = {"l....lsssssll.......ls...", "...........ll..........l.", "l....llllllll............"},
    [KIND_TEXT] = {"l....lsssssll.......ls...", "...........ll..........l.", "l....llllllll............"},
    [KIND_BINARY] = {"l....lsllsslllll.........", "...........ll............", "l....lllllllllll........."},
    [KIND_VARBINARY] = {"l....lssssslllll....l....", "...........ll............", "l....lllllllllll........."},
    [KIND_BLOB] = {"l....lssssslllll....l....", "...........ll............", "l....lllllllllll........."},
    [KIND_ENUM] = {".......llllll............", SAME_ALWAYS, ".........llll............"},
    [KIND_SET] = {".......llllll............", SAME_ALWAYS, ".........llll............"},
    [KIND_JSON] = {"ll..l...l...........l....", SAME_ALWAYS, SAME_ALWAYS},
    [KIND_UUID] = {SAME_ALWAYS, SAME_ALWAYS, SAME_ALWAYS},
    [KIND_INET6] = {SAME_ALWAYS, SAME_ALWAYS, SAME_ALWAYS},
    [KIND_INET4] = {SAME_ALWAYS, ".......................l.", SAME_ALWAYS},
};

static const struct word {
	const char *word;
	enum convert_kind kind;
} words[] = {
    {"int", KIND_INTEGER},
    {"integer", KIND_INTEGER},
    {"tinyint", KIND_INTEGER},
    {"smallint", KIND_INTEGER},
    {"mediumint", KIND_INTEGER},
    {"middleint", KIND_INTEGER},
    {"bigint", KIND_INTEGER},
    {"int1", KIND_INTEGER},
    {"int2", KIND_INTEGER},
    {"int3", KIND_INTEGER},
    {"int4", KIND_INTEGER},
    {"int8", KIND_INTEGER},
    {"bool", KIND_INTEGER},
    {"boolean", KIND_INTEGER},
    {"serial", KIND_INTEGER},
    {"decimal", KIND_DECIMAL},
    {"dec", KIND_DECIMAL},
    {"numeric", KIND_DECIMAL},
    {"fixed", KIND_DECIMAL},
    {"double", KIND_DOUBLE},
    {"float8", KIND_DOUBLE},
    {"real", KIND_DOUBLE},
    {"float", KIND_FLOAT},
    {"float4", KIND_FLOAT},
    {"bit", KIND_BIT},
    {"year", KIND_YEAR},
    {"date", KIND_DATE},
    {"time", KIND_TIME},
    {"datetime", KIND_DATETIME},
    {"timestamp", KIND_TIMESTAMP},
    {"char", KIND_CHAR},
    {"character", KIND_CHAR},
    {"nchar", KIND_CHAR},
    {"varchar", KIND_VARCHAR},
    {"varcharacter", KIND_VARCHAR},
    {"varchar2", KIND_VARCHAR},
    {"nvarchar", KIND_VARCHAR},
    {"national", KIND_VARCHAR},
    {"tinytext", KIND_TEXT},
    {"text", KIND_TEXT},
    {"mediumtext", KIND_TEXT},
    {"longtext", KIND_TEXT},
    {"clob", KIND_TEXT},
    {"binary", KIND_BINARY},
    {"varbinary", KIND_VARBINARY},
    {"raw", KIND_VARBINARY},
    {"tinyblob", KIND_BLOB},
    {"blob", KIND_BLOB},
    {"mediumblob", KIND_BLOB},
    {"longblob", KIND_BLOB},
    {"enum", KIND_ENUM},
    {"set", KIND_SET},
    {"json", KIND_JSON},
    {"uuid", KIND_UUID},
    {"inet6", KIND_INET6},
    {"inet4", KIND_INET4},
};

static enum convert_kind
kind_of_word(const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(words[i].word, word) == 0)
			return words[i].kind;
	return KIND_UNKNOWN;
}

static enum convert_kind
with_fraction(enum convert_kind kind, uint64_t digits)
{
	if (digits > 0 && (kind == KIND_TIME || kind == KIND_DATETIME || kind == KIND_TIMESTAMP))
		return kind + 1;
	return kind;
}

enum convert_kind
convert_kind_of_column(const struct target_column *column)
{
	return with_fraction(kind_of_word(column->data_type), column->fraction_digits);
}

enum convert_kind
convert_kind_of_change(const struct ddl_change *change, uint64_t sql_mode)
{
	enum convert_kind kind = with_fraction(kind_of_word(change->type), change->n_digits == 0 ? 0 : change->digits[0]);

	if (kind == KIND_FLOAT && change->n_digits == 1 && change->digits[0] > FLOAT_MAX_DIGITS)
		return KIND_DOUBLE;
	if (strcasecmp(change->type, "real") == 0 && (sql_mode & MODE_REAL_AS_FLOAT) != 0)
		return KIND_FLOAT;
	if (kind == KIND_DATE && (sql_mode & MODE_ORACLE) != 0)
		return KIND_DATETIME;
	return kind;
}

static bool
has_fraction(enum convert_kind kind)
{
	return kind == KIND_TIME_F || kind == KIND_DATETIME_F || kind == KIND_TIMESTAMP_F;
}

/* From what can hold a fraction of a second. */
static bool
is_rounded(enum convert_kind from, enum convert_kind to)
{
	return to >= KIND_YEAR && to <= KIND_TIMESTAMP_F &&
	       (has_fraction(from) || from < KIND_YEAR || from > KIND_TIMESTAMP_F) && from != KIND_INTEGER && from != KIND_BIT;
}

static enum convert_answer
answer_of(char letter, bool is_strict)
{
	switch (letter) {
	case 's':
		return CONVERT_SOME_DIFFER;
	case 'l':
		return is_strict ? CONVERT_ALIKE : CONVERT_SOME_DIFFER;
	case 'O':
		return CONVERT_ODD_DIFFER;
	case 'o':
		return is_strict ? CONVERT_ALIKE : CONVERT_ODD_DIFFER;
	default:
		return CONVERT_ALIKE;
	}
}

enum convert_answer
convert_compare(const struct convert_case *in, enum convert_kind from, enum convert_kind to)
{
	const struct row *row;
	const char *letters;

	if (in->source.flavour == in->target.flavour && in->source.version / SERIES == in->target.version / SERIES)
		return CONVERT_ALIKE;
	if (from == KIND_UNKNOWN || to == KIND_UNKNOWN || (in->cuts_seconds && is_rounded(from, to)))
		return CONVERT_SOME_DIFFER;
	row = &rows[from];
	if (in->source.flavour != in->target.flavour)
		letters = row->across;
	else
		letters = in->source.flavour == FLAVOUR_MARIADB ? row->mariadb : row->mysql;
	return answer_of(letters[to], in->is_strict);
}
