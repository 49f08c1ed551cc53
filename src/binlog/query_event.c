/* SPDX-License-Identifier: Apache-2.0 */
#include "binlog/query_event.h"

#include <string.h>
#include <strings.h>

#include "binlog/inflate.h"
#include "binlog/query_status.h"

enum { SCRATCH_KEEP_BYTES = 1 << 20 };

bool
query_parse(const struct event *event, const struct binlog_format *format, struct buf *scratch,
    struct query *query, struct err *err)
{
	struct bytes vars;
	struct reader reader;
	uint8_t db_len;

	*query = (struct query){0};
	buf_reset(scratch, SCRATCH_KEEP_BYTES);
	reader_init(&reader, event->body.data, event->body.len);
	query->thread_id = reader_u32(&reader);
	query->seconds = reader_u32(&reader);
	db_len = reader_u8(&reader);
	query->error_code = reader_u16(&reader);
	vars = reader_span(&reader, reader_u16(&reader));
	query->db = reader_span(&reader, db_len);
	if (reader_u8(&reader) != 0)
		reader.failed = true;
	query->sql = reader_rest(&reader);
	if (reader.failed)
		return err_set(err, ERR_STOP, "event '%s' of %u bytes: the lengths in its header do not fit",
		    event_type_name(event->type), event->length);
	if (!query_status_read(vars, format->flavour, query, err))
		return false;
	if (event->type != EVENT_MARIADB_QUERY_COMPRESSED)
		return true;
	if (!inflate_event_part(query->sql, scratch, err))
		return false;
	query->sql = (struct bytes){(const uint8_t *) scratch->data, scratch->len};
	return true;
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next word, up to white space, a backquote or a semicolon; empty at the end. */
static struct bytes
next_word(struct reader *reader)
{
	struct bytes word;

	while (reader->at != reader->end && is_space(*reader->at))
		reader->at++;
	word = (struct bytes){reader->at, 0};
	while (reader->at != reader->end && !is_space(*reader->at) && *reader->at != '`' && *reader->at != ';')
		reader->at++;
	word.len = (size_t) (reader->at - word.data);
	return word;
}

static bool
is_word(struct bytes word, const char *text)
{
	return word.len == strlen(text) && strncasecmp((const char *) word.data, text, word.len) == 0;
}

static enum query_class
classify_xa(struct reader *reader)
{
	static const struct {
		const char *word;
		enum query_class class;
	} verbs[] = {
	    {"START", QUERY_XA_START},
	    {"BEGIN", QUERY_XA_START},
	    {"END", QUERY_XA_END},
	    {"PREPARE", QUERY_XA_PREPARE},
	    {"COMMIT", QUERY_XA_COMMIT},
	    {"ROLLBACK", QUERY_XA_ROLLBACK},
	};
	struct bytes verb = next_word(reader);

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (is_word(verb, verbs[i].word))
			return verbs[i].class;
	return QUERY_OTHER;
}

/* Nothing but white space and semicolons. */
static bool
is_over(struct reader *reader)
{
	for (; reader->at != reader->end; reader->at++)
		if (!is_space(*reader->at) && *reader->at != ';')
			return false;
	return true;
}

enum query_class
query_classify(struct bytes sql)
{
	struct reader reader;
	struct bytes word;

	reader_init(&reader, sql.data, sql.len);
	word = next_word(&reader);
	if (is_word(word, "XA"))
		return classify_xa(&reader);
	if (is_word(word, "SAVEPOINT"))
		return QUERY_SAVEPOINT;
	if (is_word(word, "BEGIN"))
		return is_over(&reader) ? QUERY_BEGIN : QUERY_OTHER;
	if (is_word(word, "COMMIT"))
		return is_over(&reader) ? QUERY_COMMIT : QUERY_OTHER;
	if (!is_word(word, "ROLLBACK"))
		return QUERY_OTHER;
	if (is_over(&reader))
		return QUERY_ROLLBACK;
	/* MariaDB writes a rollback of changes that cannot be undone as a comment behind the word. */
	word = next_word(&reader);
	return is_word(word, "TO") ? QUERY_ROLLBACK_TO : QUERY_OTHER;
}
