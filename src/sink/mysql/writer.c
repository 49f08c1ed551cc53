/* SPDX-License-Identifier: Apache-2.0 */
#include "sink/mysql/writer.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"

enum { PACKET_BYTES = 256 * 1024, KEEP_BYTES = 1024 * 1024, PACKET_STATEMENTS = 4096 };
enum { PARSE_ERROR = 1064 }; /* of our own text: trying again would not end */

struct expectation {
	int64_t rows;
	enum writer_check check;
};

struct expectations {
	struct expectation *items;
	size_t n;
	size_t cap;
};

struct writer {
	struct conn *conn;
	void (*dry_run)(void *context, const char *sql, size_t len);
	void *dry_run_context;
	struct buf sql;
	size_t statement_at;           /* where the statement being built begins */
	struct expectations building;  /* of what is in `sql` */
	struct expectations under_way; /* of the packet that the server works on */
	bool has_failed_on_fence;
	bool has_failed_on_proof;
	bool has_failed_on_count;
	bool has_failed_on_generated;
};

struct writer *
writer_new(struct conn *conn, void (*dry_run)(void *context, const char *sql, size_t len), void *context)
{
	struct writer *writer = mem_zalloc(sizeof(*writer));

	writer->conn = conn;
	writer->dry_run = dry_run;
	writer->dry_run_context = context;
	return writer;
}

void
writer_free(struct writer *writer)
{
	if (writer == NULL)
		return;
	buf_release(&writer->sql);
	free(writer->building.items);
	free(writer->under_way.items);
	free(writer);
}

struct buf *
writer_sql(struct writer *writer)
{
	return &writer->sql;
}

static bool
check_count(const struct expectation *expected, uint64_t affected, struct err *err)
{
	if (expected->rows == WRITER_ANY_COUNT || (uint64_t) expected->rows == affected)
		return true;
	if (expected->check == CHECK_FENCE)
		return err_set(err, ERR_UNCERTAIN, "the marker row is not where this process left it");
	if (expected->check == CHECK_REQUEST)
		return err_set(err, ERR_RETRY, "the request in dump2db.skipped has been taken back meanwhile");
	if (expected->check == CHECK_GENERATED)
		return err_set(err, ERR_STOP, "the destination makes another row of it");
	return err_set(err, ERR_STOP, "%" PRIu64 " rows matched where %" PRId64 " must", affected, expected->rows);
}

static bool
blame(struct writer *writer, enum writer_check check, struct err *err)
{
	writer->has_failed_on_fence = err->kind == ERR_STOP && check == CHECK_FENCE;
	writer->has_failed_on_proof = err->kind == ERR_STOP && check == CHECK_PROOF && err->code != PARSE_ERROR;
	if (!writer->has_failed_on_proof)
		return false;
	err->kind = ERR_RETRY;
	return err_prefix(err, "a table has changed on the destination and is read again: ");
}

/* Takes the answers to the packet under way, in order, up to the first that does not fit. */
static bool
take_answers(struct writer *writer, struct err *err)
{
	struct expectations *under_way = &writer->under_way;

	for (size_t i = 0; i < under_way->n; i++) {
		uint64_t affected = 0;
		bool is_end = false;

		if (!conn_next(writer->conn, &affected, &is_end, err))
			return blame(writer, under_way->items[i].check, err);
		if (is_end)
			return err_set(err, ERR_UNCERTAIN, "server '%s' answered %zu of the %zu statements of a packet",
			    conn_name(writer->conn), i, under_way->n);
		if (!check_count(&under_way->items[i], affected, err)) {
			writer->has_failed_on_count = under_way->items[i].check == CHECK_ROWS;
			writer->has_failed_on_generated = under_way->items[i].check == CHECK_GENERATED;
			return false;
		}
	}
	if (under_way->n > 0 && conn_has_answers(writer->conn))
		return err_set(err, ERR_STOP, "server '%s' has more answers than there were statements", conn_name(writer->conn));
	under_way->n = 0;
	return true;
}

static void
put_dry(struct writer *writer)
{
	writer->dry_run(writer->dry_run_context, writer->sql.data, writer->sql.len);
	buf_reset(&writer->sql, KEEP_BYTES);
	writer->building.n = 0;
	writer->statement_at = 0;
}

static bool
send_packet(struct writer *writer, struct err *err)
{
	struct expectations answered;

	if (writer->building.n == 0)
		return true;
	if (writer->dry_run != NULL) {
		put_dry(writer);
		return true;
	}
	if (!take_answers(writer, err))
		return false;
	/* The last statement's ';' would count as an empty statement behind it. */
	if (!conn_send(writer->conn, writer->sql.data, writer->sql.len - 1, err))
		return false;
	answered = writer->under_way;
	writer->under_way = writer->building;
	writer->building = answered;
	writer->building.n = 0;
	buf_reset(&writer->sql, KEEP_BYTES);
	writer->statement_at = 0;
	return true;
}

static bool
check_packet(const struct writer *writer, size_t len, struct err *err)
{
	uint64_t limit = conn_max_packet(writer->conn);

	if (limit == 0 || len < limit)
		return true;
	(void) err_set(err, ERR_STOP, "a statement of %zu bytes is over max_allowed_packet of '%s', %" PRIu64, len,
	    conn_name(writer->conn), limit);
	return err_hint(err, "Raise max_allowed_packet on the destination (SET GLOBAL is enough) and start the task again.");
}

bool
writer_end_statement(struct writer *writer, int64_t expected, enum writer_check check, struct err *err)
{
	size_t len;

	if (writer->sql.len == writer->statement_at)
		return true; /* nothing was appended: an update of generated columns only */
	if (writer->sql.data[writer->sql.len - 1] != ';')
		buf_putc(&writer->sql, ';');
	len = writer->sql.len - writer->statement_at;
	if (writer->dry_run == NULL && writer->sql.len >= conn_max_packet(writer->conn)) {
		/* What stands before this statement goes alone. */
		struct buf last = {0};
		buf_add(&last, writer->sql.data + writer->statement_at, len);
		writer->sql.len = writer->statement_at;
		bool done = check_packet(writer, len, err) && send_packet(writer, err);
		buf_add(&writer->sql, last.data, last.len);
		buf_release(&last);
		if (!done)
			return false;
	}
	mem_grow(&writer->building.items, &writer->building.cap, writer->building.n + 1, sizeof(struct expectation));
	writer->building.items[writer->building.n++] = (struct expectation){expected, check};
	writer->statement_at = writer->sql.len;
	if (writer->sql.len < PACKET_BYTES && writer->building.n < PACKET_STATEMENTS)
		return true;
	return send_packet(writer, err);
}

bool
writer_end_packet(struct writer *writer, struct err *err)
{
	return send_packet(writer, err);
}

bool
writer_finish(struct writer *writer, struct err *err)
{
	return send_packet(writer, err) && take_answers(writer, err);
}

void
writer_drop(struct writer *writer)
{
	struct err ignored = {0};
	bool is_end = writer->dry_run != NULL;

	buf_reset(&writer->sql, KEEP_BYTES);
	writer->statement_at = 0;
	writer->building.n = writer->under_way.n = 0;
	writer->has_failed_on_fence = writer->has_failed_on_proof = false;
	writer->has_failed_on_count = writer->has_failed_on_generated = false;
	/* An error ends the server's work on the packet; a wrong count does not, so the rest must be read. */
	while (!is_end && conn_next(writer->conn, NULL, &is_end, &ignored))
		continue;
}

bool
writer_failed_on_fence(const struct writer *writer)
{
	return writer->has_failed_on_fence;
}

bool
writer_failed_on_proof(const struct writer *writer)
{
	return writer->has_failed_on_proof;
}

bool
writer_failed_on_count(const struct writer *writer)
{
	return writer->has_failed_on_count;
}

bool
writer_failed_on_generated(const struct writer *writer)
{
	return writer->has_failed_on_generated;
}
