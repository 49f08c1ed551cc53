/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/literal.h"

#include <stdio.h>

#include "apply/literal_float.h"
#include "apply/literal_temporal.h"
#include "binlog/decimal.h"
#include "binlog/json.h"

enum {
	UUID_LEN = 16,
	/* and INET6 */ INET4_LEN = 4,
	DOUBLE_BITS = 53,
	ENUM_NUMBER_LIMIT = 6,
	LARGE_STRING = 1 << 16
};

/* A large text must not grow by a half for want of room for a few backslashes. */
static size_t
count_escapes(const char *at, const char *end)
{
	size_t n = 0;

	for (; at < end; at++)
		n += *at == '\'' || *at == '\\' || *at == '\0' ? 1 : 0;
	return n;
}

/*
 * Backslash escapes hold for the whole statement because it is parsed as utf8mb4, where no byte of a longer
 * character looks like a quote or a backslash; what the introducer says matters only afterwards.
 */
void
literal_put_string(const void *data, size_t len, struct buf *out)
{
	const char *at = data;
	const char *end = at + len;
	const char *from = at;

	buf_reserve(out, len + 2 + (len < LARGE_STRING ? 0 : count_escapes(at, end)));
	buf_putc(out, '\'');
	for (; at < end; at++) {
		if (*at != '\'' && *at != '\\' && *at != '\0')
			continue;
		buf_add(out, from, (size_t) (at - from));
		buf_putc(out, '\\');
		buf_putc(out, *at == '\0' ? '0' : *at);
		from = at + 1;
	}
	if (end != from)
		buf_add(out, from, (size_t) (end - from));
	buf_putc(out, '\'');
}

void
literal_put_name(const char *name, struct buf *out)
{
	buf_putc(out, '`');
	for (; *name != '\0'; name++) {
		if (*name == '`')
			buf_putc(out, '`');
		buf_putc(out, *name);
	}
	buf_putc(out, '`');
}

static void
put_int(
    const struct value *value, const struct column *column, const struct target_column *target, struct buf *out)
{
	bool is_unsigned =
	    column->is_unsigned == TRI_UNKNOWN ? target->is_unsigned : column->is_unsigned == TRI_YES;
	unsigned int shift = 64 - 8U * value->width;

	if (is_unsigned)
		buf_put_u64(out, value->u);
	else
		buf_put_i64(out, (int64_t) (value->u << shift) >> shift);
}

/*
 * The exponent makes the server read a double, not a decimal: that keeps denormals and the sign of zero (where
 * the server does; MariaDB turns -0 into 0 of late).
 */
static void
put_double(double d, struct buf *out)
{
	char text[40];
	int len = snprintf(text, sizeof(text), "%.17g", d);
	bool has_exponent = strchr(text, 'e') != NULL;

	buf_add(out, text, (size_t) len);
	if (!has_exponent)
		buf_puts(out, "e0");
}

static void
put_float(double d, const struct target_column *target, struct buf *out)
{
	if (!literal_put_float_limit(d, target, out))
		put_double(d, out);
}

/*
 * MariaDB stores a time-ordered UUID with its parts turned round so that they sort by time, and the row image
 * has the stored form (sql/sql_type_uuid.h): variant bit and version bit at their stored places tell.
 */
static void
put_uuid(const uint8_t *stored, struct buf *out)
{
	static const uint8_t turned[UUID_LEN] = {12, 13, 14, 15, 10, 11, 8, 9, 6, 7, 0, 1, 2, 3, 4, 5};
	bool is_turned = (stored[6] & 0x80) != 0 && stored[8] > 0 && stored[8] <= 0x80;

	buf_putc(out, '\'');
	for (size_t i = 0; i < UUID_LEN; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf_putc(out, '-');
		buf_put_hex(out, &stored[is_turned ? turned[i] : i], 1);
	}
	buf_putc(out, '\'');
}

/* The length that trailing zero bytes, which the row image leaves out, bring the value to; 0: as it is. */
static size_t
padded_len(const struct column *column, const struct target_column *target)
{
	if (target->type == TARGET_UUID || target->type == TARGET_INET6)
		return UUID_LEN;
	if (target->type == TARGET_INET4)
		return INET4_LEN;
	if (target->type == TARGET_BINARY)
		return (size_t) target->octet_length;
	if ((target->type == TARGET_VARBINARY || target->type == TARGET_BLOB) && column->type == TYPE_STRING)
		return column->length;
	return 0;
}

static bool
put_padded(struct bytes bytes, size_t len, const struct target_column *target, struct buf *out, struct err *err)
{
	struct buf padded = {0};

	if (bytes.len > len)
		return err_set(err, ERR_STOP, "column '%s': a value of %zu bytes does not fit '%s'",
		    target->name, bytes.len, target->column_type);
	buf_add(&padded, bytes.data, bytes.len);
	while (padded.len < len)
		buf_putc(&padded, '\0');
	if (target->type == TARGET_UUID) {
		put_uuid((const uint8_t *) padded.data, out);
	} else {
		buf_puts(out, target->introducer);
		literal_put_string(padded.data, padded.len, out);
	}
	buf_release(&padded);
	return true;
}

static bool
put_bytes(struct bytes bytes, const struct column *column, const struct target_column *target, struct buf *out,
    struct err *err)
{
	size_t len = padded_len(column, target);

	if (target->type == TARGET_UUID || bytes.len < len)
		return put_padded(bytes, len, target, out, err);
	/* JSON of MariaDB is text: for MySQL's own type it must come as a string of characters, not of bytes.
	 */
	if (target->type != TARGET_JSON)
		buf_puts(out, target->introducer);
	literal_put_string(bytes.data, bytes.len, out);
	return true;
}

static bool
put_json(struct bytes json, const struct target_column *target, struct buf *out, struct err *err)
{
	struct buf text = {0};
	bool is_done;

	if (target->type == TARGET_JSON)
		return json_put_sql(json, out, err);
	is_done = json_put_text(json, &text, err);
	if (is_done)
		literal_put_string(
		    text.data, text.len, out); /* in utf8mb4: the server converts where it must */
	buf_release(&text);
	return is_done;
}

static bool
put_bit(struct bytes bytes, const struct target_column *target, struct buf *out, struct err *err)
{
	if (bytes.len > 8)
		return err_set(err, ERR_STOP, "column '%s': a bit value of %zu bytes is above the limit of 8",
		    target->name, bytes.len);
	buf_put_u64(out, bytes_be(bytes.data, bytes.len));
	return true;
}

/* Is `member` one of "enum('a','it''s')"?  `member` has no quote in it. */
static bool
has_member(const char *column_type, const char *member)
{
	size_t len = strlen(member);

	for (const char *at = strstr(column_type, member); at != NULL; at = strstr(at + 1, member))
		if (at > column_type && at[-1] == '\'' && at[len] == '\'' && at[len + 1] != '\'')
			return true;
	return false;
}

/* "0" as the character set stores it, in hexadecimal; NULL where it is the ASCII character. */
static const char *
wide_zero(const char *charset)
{
	if (charset == NULL)
		return NULL;
	if (strcmp(charset, "ucs2") == 0 || strcmp(charset, "utf16") == 0)
		return "0030";
	if (strcmp(charset, "utf16le") == 0)
		return "3000";
	return strcmp(charset, "utf32") == 0 ? "00000030" : NULL;
}

/*
 * Number 0, which a strict server refuses as a number, passes on MySQL as a string of digits that is no member
 * (Field_enum::store() takes less than 6 bytes of them for LOAD DATA's sake): '0', unless that is one, then
 * '00' and so on.
 */
static bool
put_enum_zero(const struct target_column *target, struct buf *out, struct err *err)
{
	static const char digits[] = "00000";
	const char *wide = wide_zero(target->charset);
	size_t width = wide == NULL ? 1 : strlen(wide) / 2;

	for (size_t len = 1; len * width < ENUM_NUMBER_LIMIT; len++) {
		if (has_member(target->column_type, digits + sizeof(digits) - 1 - len))
			continue;
		buf_printf(out, "%s%s'", wide == NULL ? "" : target->introducer, wide == NULL ? "" : " X");
		for (size_t i = 0; i < len; i++)
			buf_puts(out, wide == NULL ? "0" : wide);
		buf_putc(out, '\'');
		return true;
	}
	return err_set(err, ERR_STOP, "column '%s': the empty error value of '%s' cannot be written",
	    target->name, target->column_type);
}

bool
literal_is_lenient(const struct value *value, enum flavour target_flavour)
{
	return value->kind == VALUE_ENUM && value->u == 0 && target_flavour == FLAVOUR_MARIADB;
}

/* The value as it is written and as it is compared; NULL and the number 0 of an ENUM are the callers'. */
static bool
put_value(const struct value *value, const struct column *column, const struct target_column *target,
    struct buf *out, struct err *err)
{
	switch ((enum value_kind) value->kind) {
	case VALUE_INT:
		put_int(value, column, target, out);
		return true;
	case VALUE_FLOAT:
	case VALUE_DOUBLE:
		put_double(value->d, out);
		return true;
	case VALUE_DECIMAL:
		return decimal_put(value->bytes, column->length, column->scale, out, err);
	case VALUE_BYTES:
		return put_bytes(value->bytes, column, target, out, err);
	case VALUE_DATE:
	case VALUE_TIME:
	case VALUE_DATETIME:
	case VALUE_TIMESTAMP:
		buf_putc(out, '\'');
		literal_put_temporal(value, target->zone_minutes, out);
		buf_putc(out, '\'');
		return true;
	case VALUE_YEAR:
	case VALUE_ENUM:
	case VALUE_SET:
		buf_put_u64(out, value->u);
		return true;
	case VALUE_BIT:
		return put_bit(value->bytes, target, out, err);
	case VALUE_JSON:
		return put_json(value->bytes, target, out, err);
	case VALUE_ABSENT:
	case VALUE_NULL:
	case VALUE_JSON_DIFF:
		break;
	}
	return err_set(err, ERR_STOP, "column '%s': no value to write", target->name);
}

static bool
put_json_applied(const struct value *before, const struct value *after, const struct target_column *target,
    struct buf *out, struct err *err)
{
	struct buf text = {0};
	bool is_done;

	if (before->kind != VALUE_JSON) {
		(void) err_set(err, ERR_STOP,
		    "column '%s': the source sends a part of the document, and the target's '%s' "
		    "takes whole ones",
		    target->name, target->column_type);
		return err_hint(
		    err, "Set binlog_row_image = FULL or binlog_row_value_options = '' on the source.");
	}
	is_done = json_apply_diffs(before->bytes, after->bytes, &text, err);
	if (is_done)
		literal_put_string(text.data, text.len, out);
	buf_release(&text);
	return is_done;
}

bool
literal_put_json_diff(const struct value *before, const struct value *after, const struct target_column *target,
    struct buf *out, struct err *err)
{
	struct buf name = {0};
	bool is_done;

	if (target->type != TARGET_JSON)
		return put_json_applied(before, after, target, out, err);
	literal_put_name(target->name, &name);
	is_done =
	    json_diff_put_sql(after->bytes, (struct bytes){(const uint8_t *) name.data, name.len}, out, err);
	buf_release(&name);
	return is_done;
}

bool
literal_put(const struct value *value, const struct column *column, const struct target_column *target,
    enum flavour target_flavour, struct buf *out, struct err *err)
{
	if (value->kind == VALUE_NULL) {
		if (!target->is_nullable) {
			(void) err_set(err, ERR_STOP,
			    "column '%s': the row has NULL and the target's '%s' is NOT NULL", target->name,
			    target->column_type);
			return err_hint(err, "Let the target's column take NULL, as the source's does.");
		}
		buf_puts(out, "NULL");
		return true;
	}
	if (value->kind == VALUE_ENUM && value->u == 0 && target_flavour == FLAVOUR_MYSQL)
		return put_enum_zero(target, out, err);
	if (value->kind == VALUE_FLOAT) {
		put_float(value->d, target, out);
		return true;
	}
	return put_value(value, column, target, out, err);
}

/* Must the column be cast for its bytes to be compared?  Binary strings compare by bytes as they are. */
static bool
needs_cast(const struct value *value, const struct target_column *target)
{
	if (value->kind == VALUE_JSON) /* written in utf8mb4 */
		return target->charset != NULL && strcmp(target->charset, "utf8mb4") == 0;
	return value->kind == VALUE_BYTES &&
	       (target->type == TARGET_CHAR || target->type == TARGET_VARCHAR || target->type == TARGET_TEXT ||
		   target->type == TARGET_GEOMETRY || target->type == TARGET_VECTOR);
}

/* "`col`=value", and for text "CAST(`col` AS BINARY)=_binary'...'", whatever the collation. */
static bool
put_exact(const struct value *value, const struct column *column, const struct target_column *target,
    struct buf *out, struct err *err)
{
	struct target_column as_bytes = *target;

	if (!needs_cast(value, target)) {
		literal_put_name(target->name, out);
		buf_puts(out, value->kind == VALUE_FLOAT && literal_is_float_limit(value->d, target) ? "+0e0=" : "=");
		return put_value(value, column, target, out, err);
	}
	buf_puts(out, "CAST(");
	literal_put_name(target->name, out);
	buf_puts(out, " AS BINARY)=");
	as_bytes.introducer = "_binary";
	return put_value(value, column, &as_bytes, out, err);
}

/* A document compares as JSON, where 1 equals 1.0; its text tells these apart. */
static bool
put_exact_json(const struct value *value, const struct column *column, const struct target_column *target,
    struct buf *out, struct err *err)
{
	struct buf json = {0};
	bool is_done;

	if (value->kind == VALUE_BYTES)
		buf_puts(&json, "CAST(");
	is_done = put_value(value, column, target, &json, err);
	if (value->kind == VALUE_BYTES)
		buf_puts(&json, " AS JSON)");
	if (is_done) {
		literal_put_name(target->name, out);
		buf_putc(out, '=');
		buf_add(out, json.data, json.len);
		buf_puts(out, " AND CAST(");
		literal_put_name(target->name, out);
		buf_puts(out, " AS BINARY)=CAST(");
		buf_add(out, json.data, json.len);
		buf_puts(out, " AS BINARY)");
	}
	buf_release(&json);
	return is_done;
}

/*
 * A SET compares with a number as a double, and as a signed one: above 2^53 only as an integer.  The index is
 * of no use then, which is the lesser evil for a key of 54 members.
 */
static void
put_match_set(const struct value *value, const struct target_column *target, bool is_exact, struct buf *out)
{
	bool needs_cast = is_exact || value->u >> DOUBLE_BITS != 0;

	buf_puts(out, needs_cast ? "CAST(" : "");
	literal_put_name(target->name, out);
	buf_puts(out, needs_cast ? " AS UNSIGNED)=" : "=");
	buf_put_u64(out, value->u);
}

bool
literal_put_match(const struct value *value, const struct column *column, const struct target_column *target,
    bool is_exact, struct buf *out, struct err *err)
{
	if (value->kind == VALUE_NULL) {
		literal_put_name(target->name, out);
		buf_puts(out, " IS NULL");
		return true;
	}
	if (value->kind == VALUE_SET) {
		put_match_set(value, target, is_exact, out);
		return true;
	}
	if (target->type == TARGET_JSON)
		return put_exact_json(value, column, target, out, err);
	if (is_exact)
		return put_exact(value, column, target, out, err);
	literal_put_name(target->name, out);
	buf_putc(out, '=');
	return put_value(value, column, target, out, err);
}

static void
put_brief_bytes(struct bytes bytes, struct buf *out)
{
	buf_putc(out, '\'');
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.data[i] < 0x20 || bytes.data[i] == 0x7f)
			buf_printf(out, "\\x%02x", bytes.data[i]);
		else
			buf_putc(out, (char) bytes.data[i]);
	buf_putc(out, '\'');
}

void
literal_put_brief(const struct value *value, const struct column *column, const struct target_column *target,
    size_t limit, struct buf *out)
{
	struct target_column utc = *target;
	struct value cut = *value;
	size_t start = out->len;
	struct err err = {0};

	utc.zone_minutes = 0;
	if (value->kind == VALUE_ABSENT) {
		buf_puts(out, "(absent)");
	} else if (value->kind == VALUE_NULL) {
		buf_puts(out, "NULL");
	} else if (value->kind == VALUE_JSON || value->kind == VALUE_JSON_DIFF) {
		buf_puts(out, "(json)");
	} else if (value->kind == VALUE_BYTES && target->type != TARGET_UUID) {
		if (cut.bytes.len > limit)
			cut.bytes.len = limit;
		put_brief_bytes(cut.bytes, out);
	} else if (!put_value(value, column, &utc, out, &err)) {
		buf_puts(out, "(unreadable)");
	}
	if (out->len - start > limit) {
		out->len = start + (limit < 3 ? 0 : limit - 3);
		buf_puts(out, "...");
	}
}
