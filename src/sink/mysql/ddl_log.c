/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/ddl_log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply/literal.h"
#include "base/mem.h"
#include "sink/mysql/ddl_seal.h"

/* Some servers write nothing while they show a page. */
enum { PAGE_EVENTS = 2000, BINARY_LOG_STATUS_SINCE = 80200 };

struct search {
	struct conn *conn;
	const atomic_bool *stop;
	char *default_db;
	struct buf text;
	const char *seal; /* "": `text` is the whole of it */
	bool is_behind_intent;
	bool is_end; /* the transaction is no first half of an ALTER */
	bool is_found;
};

/* The classes that servers log as they were sent; of users, as the source has logged them. */
static bool
is_asked(const struct ddl_case *statement)
{
	switch (statement->class) {
	case DDL_CREATE_TABLE:
	case DDL_CREATE_TABLE_LIKE:
	case DDL_CREATE_SEQUENCE:
	case DDL_ALTER_TABLE:
	case DDL_ALTER_SEQUENCE:
	case DDL_CREATE_INDEX:
	case DDL_DROP_INDEX:
	case DDL_TRUNCATE_TABLE:
	case DDL_USER:
		return true;
	default:
		return false;
	}
}

/* What may not be read tells nothing; true then, without a result. */
static bool
ask(struct conn *conn, const char *sql, struct result **result, struct err *err)
{
	*result = NULL;
	if (conn_query(conn, sql, result, err))
		return true;
	if (err->kind != ERR_STOP)
		return false;
	err_clear(err);
	return true;
}

bool
ddl_log_note(struct conn *conn, struct arena *arena, struct ddl_case *statement, struct err *err)
{
	const struct server_info *server = conn_server(conn);
	bool is_new = server->flavour == FLAVOUR_MYSQL && server->version >= BINARY_LOG_STATUS_SINCE;
	struct result *result;
	const char *const *row;
	char *is_on = NULL;
	bool is_logging;

	statement->log_file = "";
	if (!is_asked(statement))
		return true;
	if (!conn_query_one(conn, "SELECT @@log_bin AND @@sql_log_bin", &is_on, err))
		return false;
	is_logging = is_on != NULL && strcmp(is_on, "1") == 0;
	free(is_on);
	if (!is_logging)
		return true;
	if (!ask(conn, is_new ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS", &result, err))
		return false;
	if (result != NULL && (row = result_next(result)) != NULL && row[0] != NULL && row[1] != NULL) {
		statement->log_file = arena_strndup(arena, row[0], strlen(row[0]));
		statement->log_offset = strtoull(row[1], NULL, 10);
	}
	result_free(result);
	return true;
}

static bool
is_foreign(unsigned char c)
{
	return c >= 0x80 || c == '?';
}

/* Servers cut this off both ends. */
static struct bytes
trim(struct bytes text)
{
	while (text.len > 0 && strchr("; \t\r\n\v\f", text.data[0]) != NULL && text.data[0] != '\0')
		text = (struct bytes){text.data + 1, text.len - 1};
	while (text.len > 0 && (text.data[text.len - 1] == '\0' || strchr("; \t\r\n\v\f", text.data[text.len - 1]) != NULL))
		text.len--;
	return text;
}

static size_t
skip_foreign(struct bytes text, size_t at)
{
	while (at < text.len && is_foreign(text.data[at]))
		at++;
	return at;
}

static bool
is_same_text(struct bytes a, struct bytes b)
{
	size_t i = skip_foreign(a, 0), k = skip_foreign(b, 0);

	while (i < a.len && k < b.len && a.data[i] == b.data[k]) {
		i = skip_foreign(a, i + 1);
		k = skip_foreign(b, k + 1);
	}
	return i == a.len && k == b.len;
}

/* MySQL puts a comment with its number behind it. */
static size_t
length_without_xid(const char *info)
{
	static const char mark[] = " /* xid=";
	size_t len = strlen(info);
	const char *at = NULL;

	for (const char *next = strstr(info, mark); next != NULL; next = strstr(next + 1, mark))
		at = next;
	if (at == NULL)
		return len;
	return strcmp(at + strlen(mark) + strspn(at + strlen(mark), "0123456789"), " */") == 0 ? (size_t) (at - info) : len;
}

/* MariaDB's "set foreign_key_checks=1, sql_auto_is_null; ": what the event says of its session, in front of the text. */
static size_t
length_of_options(const char *info)
{
	static const char set[] = "set ", end[] = "; ";
	size_t len = strlen(set);

	if (strncmp(info, set, len) != 0)
		return 0;
	len += strspn(info + len, "abcdefghijklmnopqrstuvwxyz_@=01, ");
	return strncmp(info + len, end, strlen(end)) == 0 ? len + strlen(end) : 0;
}

/* The statement in `info`; false: it was run in another database. */
static bool
find_statement(const char *info, const char *default_db, struct bytes *statement)
{
	static const char use[] = "use `", end[] = "`; ";
	size_t len = length_without_xid(info);
	struct buf prefix = {0};
	const char *at;
	bool is_here = true;

	if (strncmp(info, use, strlen(use)) == 0 && (at = strstr(info, end)) != NULL) {
		buf_puts(&prefix, "use ");
		literal_put_name(default_db, &prefix);
		buf_puts(&prefix, "; ");
		is_here = default_db[0] == '\0' || strncasecmp(info, buf_text(&prefix), prefix.len) == 0;
		at = default_db[0] == '\0' || !is_here ? at + strlen(end) : info + prefix.len;
		len -= (size_t) (at - info);
		info = at;
		buf_release(&prefix);
	}
	at = info + length_of_options(info);
	len -= (size_t) (at - info);
	*statement = trim((struct bytes){(const uint8_t *) at, len});
	return is_here;
}

bool
ddl_log_is_statement(const char *info, const char *default_db, struct bytes text)
{
	struct bytes statement;

	return find_statement(info, default_db, &statement) && is_same_text(statement, trim(text));
}

/* What is_same_text() compares. */
static void
put_compared(struct bytes text, struct buf *out)
{
	for (size_t i = skip_foreign(text, 0); i < text.len; i = skip_foreign(text, i + 1))
		buf_putc(out, (char) text.data[i]);
}

bool
ddl_log_is_sealed(const char *info, const char *default_db, const char *seal)
{
	struct buf compared = {0};
	struct bytes statement;
	bool is_it;

	if (!find_statement(info, default_db, &statement))
		return false;
	put_compared(statement, &compared);
	is_it = ddl_seal_fits(seal, (struct bytes){(const uint8_t *) compared.data, compared.len});
	buf_release(&compared);
	return is_it;
}

static void
look_at_event(struct search *search, const char *type, const char *info)
{
	/* MariaDB's binlog_alter_two_phase: only its end says that it was executed. */
	if (strncmp(type, "Gtid", 4) == 0)
		search->is_end = strstr(info, " START ALTER") == NULL && strstr(info, " ROLLBACK ALTER") == NULL;
	else if (strstr(info, "dump2db") != NULL && strstr(info, "ddl") != NULL)
		search->is_behind_intent = true;
	else if (search->is_behind_intent && search->is_end && strncmp(type, "Query", 5) == 0)
		search->is_found = search->seal[0] != '\0'
				       ? ddl_log_is_sealed(info, search->default_db, search->seal)
				       : ddl_log_is_statement(info, search->default_db,
					     (struct bytes){(const uint8_t *) search->text.data, search->text.len});
}

/* *is_read false: the file is gone, or may not be read. */
static bool
search_file(struct search *search, const char *file, uint64_t offset, bool *is_read, struct err *err)
{
	struct buf sql = {0};
	struct result *result;
	const char *const *row;
	size_t n = PAGE_EVENTS;
	bool done = true;

	*is_read = true;
	while (done && *is_read && n == PAGE_EVENTS && !search->is_found) {
		uint64_t next = offset;

		if (search->stop != NULL && atomic_load(search->stop))
			return err_set(err, ERR_CANCELLED, "stopped while the target's binlog was searched for a DDL");
		buf_puts(&sql, "SHOW BINLOG EVENTS IN ");
		literal_put_string(file, strlen(file), &sql);
		buf_printf(&sql, " FROM %" PRIu64 " LIMIT %d", offset, PAGE_EVENTS);
		done = ask(search->conn, buf_text(&sql), &result, err);
		buf_release(&sql);
		*is_read = result != NULL && result_columns(result) >= 6;
		n = *is_read ? result_rows(result) : 0;
		while (*is_read && !search->is_found && (row = result_next(result)) != NULL) {
			if (row[4] != NULL)
				next = strtoull(row[4], NULL, 10);
			if (row[2] != NULL && row[5] != NULL)
				look_at_event(search, row[2], row[5]);
		}
		result_free(result);
		if (next <= offset)
			break;
		offset = next;
	}
	return done;
}

/* The file of the intent and those behind it. */
static bool
search_files(struct search *search, const struct ddl_case *recorded, bool *is_read, struct err *err)
{
	struct result *files;
	const char *const *row;
	bool done, is_reached = false;

	*is_read = false;
	if (!ask(search->conn, "SHOW BINARY LOGS", &files, err))
		return false;
	done = true;
	while (done && files != NULL && !search->is_found && (*is_read || !is_reached) &&
	       (row = result_next(files)) != NULL) {
		bool is_first = row[0] != NULL && strcmp(row[0], recorded->log_file) == 0;

		if (!is_first && !is_reached)
			continue;
		is_reached = true;
		done = search_file(search, row[0], is_first ? recorded->log_offset : 4, is_read, err);
	}
	result_free(files);
	return done;
}

/* Of a block (route/ddl_invoker.h) servers log the statements one by one: the last one tells. */
static void
keep_last_of_block(struct buf *text)
{
	static const char begin[] = "BEGIN NOT ATOMIC ", last[] = "; GRANT ", end[] = "; END";
	const char *at = buf_text(text), *found = NULL;
	struct buf grant = {0};

	if (strncmp(at, begin, sizeof(begin) - 1) != 0)
		return;
	while ((at = strstr(at, last)) != NULL)
		found = ++at;
	if (found == NULL || strlen(found) < sizeof(end))
		return;
	buf_add(&grant, found + 1, strlen(found) - sizeof(end));
	buf_release(text);
	*text = grant;
}

bool
ddl_log_seal(struct bytes text, struct arena *arena, const char **seal, struct err *err)
{
	struct buf last = {0}, compared = {0};
	bool done;

	buf_add(&last, text.data, text.len);
	keep_last_of_block(&last);
	put_compared(trim((struct bytes){(const uint8_t *) last.data, last.len}), &compared);
	done = ddl_seal_make((struct bytes){(const uint8_t *) compared.data, compared.len}, arena, seal, err);
	buf_release(&last);
	buf_release(&compared);
	return done;
}

static bool
read_statement(struct search *search, uint32_t server_id, uint64_t seq, struct err *err)
{
	struct result *result;
	const char *const *row;

	if (!conn_queryf(search->conn, &result, err,
		"SELECT CAST(statement AS BINARY), default_db FROM dump2db.ddl WHERE server_id = %" PRIu32
		" AND seq = %" PRIu64,
		server_id, seq))
		return false;
	row = result_next(result);
	if (row != NULL && row[0] != NULL)
		buf_add(&search->text, row[0], result_lengths(result)[0]);
	keep_last_of_block(&search->text);
	search->default_db = mem_strdup(row == NULL || row[1] == NULL ? "" : row[1]);
	result_free(result);
	return true;
}

/* Behind a quoted name or text; a hash of MySQL has all characters. */
static const char *
skip_quoted(const char *at)
{
	char quote = *at++;

	while (*at != '\0' && *at != quote)
		at += at[0] == '\\' && at[1] != '\0' && quote != '`' ? 2 : 1;
	return *at == '\0' ? at : at + 1;
}

/* Or it may: of a GRANT, commas in front of TO separate privileges. */
bool
ddl_log_names_accounts(const char *text)
{
	bool is_grant = strncasecmp(text, "GRANT ", 6) == 0 || strncasecmp(text, "REVOKE ", 7) == 0;
	bool has_comma = false;

	while (*text != '\0') {
		if (strchr("'\"`", *text) != NULL) {
			text = skip_quoted(text);
			continue;
		}
		if (is_grant && (strncasecmp(text, " TO ", 4) == 0 || strncasecmp(text, " FROM ", 6) == 0))
			has_comma = false;
		has_comma = has_comma || *text == ',';
		text++;
	}
	return has_comma;
}

bool
ddl_log_search(
    struct applier *applier, const struct ddl_intent *intent, enum tristate *is_logged, struct err *err)
{
	const struct ddl_case *recorded = &intent->recorded;
	struct search search = {.conn = applier->conn, .stop = applier->options.stop, .seal = recorded->seal, .is_end = true};
	bool done, is_read = false;

	*is_logged = TRI_UNKNOWN;
	if (!is_asked(recorded) || recorded->log_file[0] == '\0')
		return true;
	done = read_statement(&search, applier->options.server_id, intent->seq, err) &&
	       ((search.text.len >= DDL_INTENT_KEPT_BYTES && search.seal[0] == '\0') || search_files(&search, recorded, &is_read, err));
	if (done && search.is_found)
		*is_logged = TRI_YES;
	else if (done && is_read && search.is_behind_intent)
		*is_logged = TRI_NO;
	/* One account after the other: half of it is logged like all of it. */
	if (recorded->class == DDL_USER && *is_logged == TRI_YES && ddl_log_names_accounts(buf_text(&search.text)))
		*is_logged = TRI_UNKNOWN;
	free(search.default_db);
	buf_release(&search.text);
	return done;
}
