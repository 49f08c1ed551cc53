/* SPDX-License-Identifier: Apache-2.0 */
#include "source/xid.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"

const char *
xid_text(struct arena *arena, uint32_t format, struct bytes gtrid, struct bytes bqual)
{
	struct buf text = {0};
	const char *copy;

	buf_puts(&text, "X'");
	buf_put_hex(&text, gtrid.data, gtrid.len);
	buf_puts(&text, "',X'");
	buf_put_hex(&text, bqual.data, bqual.len);
	buf_printf(&text, "',%u", format);
	copy = arena_strndup(arena, text.data, text.len);
	buf_release(&text);
	return copy;
}

static size_t
skip_word(struct bytes sql, size_t at)
{
	while (at < sql.len && isspace(sql.data[at]))
		at++;
	while (at < sql.len && !isspace(sql.data[at]))
		at++;
	return at;
}

const char *
xid_of_statement(struct arena *arena, struct bytes sql)
{
	size_t at = skip_word(sql, skip_word(sql, 0));
	char *text = arena_alloc(arena, sql.len - at + 1);
	size_t len = 0;

	for (; at < sql.len; at++) {
		char c = (char) sql.data[at];
		if (isspace((unsigned char) c))
			continue;
		text[len] = (char) tolower((unsigned char) c);
		if (text[len] == 'x' && at + 1 < sql.len && sql.data[at + 1] == '\'')
			text[len] = 'X';
		len++;
	}
	text[len] = '\0';
	return text;
}

bool
xid_of_prepare(struct arena *arena, struct bytes body, const char **xid, bool *is_one_phase, struct err *err)
{
	struct bytes gtrid, bqual;
	struct reader reader;
	uint32_t format, gtrid_len, bqual_len;

	reader_init(&reader, body.data, body.len);
	*is_one_phase = reader_u8(&reader) != 0;
	format = reader_u32(&reader);
	gtrid_len = reader_u32(&reader);
	bqual_len = reader_u32(&reader);
	gtrid = reader_span(&reader, gtrid_len);
	bqual = reader_span(&reader, bqual_len);
	if (reader.failed || gtrid.len > XID_PART_LONGEST || bqual.len > XID_PART_LONGEST)
		return err_set(err, ERR_STOP, "the XID does not fit the event of %zu bytes", body.len);
	*xid = xid_text(arena, format, gtrid, bqual);
	return true;
}
