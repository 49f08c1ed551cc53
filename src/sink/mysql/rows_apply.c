/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of a transaction, as statements into the writer.
 *
 * The fast path groups consecutive inserts of one table and one set of columns into one statement.  The exact
 * path (is_exact) sends row by row and waits for each answer, so that the row that cannot be applied is known by name.
 *
 * Tables without transactions take the exact path alone, and there the last turn of their transaction: what can be rolled
 * back has met its locks and duplicates before the first row is written that cannot.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apply/column_sense.h"
#include "apply/literal.h"
#include "apply/statement.h"
#include "base/mem.h"
#include "sink/mysql/applier_private.h"
#include "sink/mysql/default_proof.h"
#include "sink/mysql/generated.h"
#include "sink/mysql/loose_note.h"
#include "sink/mysql/replay.h"
#include "sink/mysql/rows_fault.h"
#include "sink/mysql/rows_table.h"
#include "sink/mysql/savepoint.h"

enum { INSERT_ROWS = 1000, INSERT_BYTES = 128 * 1024, REPLAY_EVENTS = 64, REPLAY_BYTES = 64 * 1024 };

struct run {
	struct applier *applier;
	const struct binlog_format *format;
	struct txn *txn;
	bool is_exact;
	/* The INSERT that is being built. */
	const struct target_table *insert_table; /* NULL: none */
	const struct table_map *insert_map;
	uint8_t *insert_columns; /* bitmap of the columns in its images */
	size_t insert_columns_len;
	size_t insert_at;
	int64_t insert_rows;
	bool is_insert_alone; /* the open INSERT takes no second row */
	bool is_insert_counted;
	struct generated generated; /* of the rows of the statement that is being built */
	bool has_loose;     /* rows of tables without transactions */
	bool is_loose_turn; /* they are what is applied now */
	uint64_t n_loose;   /* of them that have been looked at in this turn */
	struct buf events; /* that the BINLOG statement is to hold which is being built */
	size_t n_events;
	bool has_replayed;
	bool is_behind_ddl; /* the next change is the statement that ddl_apply() has dealt with */
};

static bool
close_statement(struct run *run, struct err *err)
{
	if (run->n_events != 0) {
		run->n_events = 0;
		return replay_put(run->applier, &run->events, err);
	}
	const struct target_table *table = run->insert_table;
	if (table == NULL)
		return true;
	run->insert_table = NULL;
	return writer_end_statement(run->applier->writer, run->is_insert_counted ? run->insert_rows : WRITER_ANY_COUNT,
		   CHECK_ROWS, err) &&
	       generated_put(&run->generated, table, run->applier->writer, err);
}

static size_t
bitmap_len(const struct table_map *map)
{
	return (map->n_columns + 7) / 8;
}

static bool
fits_open_insert(const struct run *run, const struct rows_cursor *rows, const struct target_table *table)
{
	size_t len = bitmap_len(rows->table);

	if (run->insert_table == NULL || run->is_insert_alone || statement_is_alone(rows, table))
		return false;
	return run->insert_map == rows->table && run->insert_columns_len == len &&
	       memcmp(run->insert_columns, rows->after_map, len) == 0 && run->insert_rows < INSERT_ROWS &&
	       writer_sql(run->applier->writer)->len - run->insert_at < INSERT_BYTES && !run->is_exact;
}

static bool
open_insert(struct run *run, const struct rows_cursor *rows, const struct target_table *table, struct err *err)
{
	struct buf *sql = writer_sql(run->applier->writer);
	size_t len = bitmap_len(rows->table);

	run->insert_at = sql->len;
	run->insert_rows = 0;
	run->is_insert_alone = statement_is_alone(rows, table);
	run->is_insert_counted = statement_is_counted(rows, table);
	run->insert_map = rows->table;
	run->insert_columns = mem_realloc(run->insert_columns, len);
	run->insert_columns_len = len;
	memcpy(run->insert_columns, rows->after_map, len);
	if (!statement_put_insert_head(rows, table, sql, err))
		return false;
	run->insert_table = table;
	return true;
}

static bool
put_insert(struct run *run, const struct rows_cursor *rows, const struct target_table *table, struct err *err)
{
	struct buf *sql = writer_sql(run->applier->writer);
	bool is_full;

	if (!fits_open_insert(run, rows, table)) {
		if (!close_statement(run, err) || !open_insert(run, rows, table, err))
			return false;
	} else {
		buf_putc(sql, ',');
	}
	run->insert_rows++;
	if (!statement_put_insert_row(rows, table, run->applier->flavour, sql, err) ||
	    !generated_add(&run->generated, rows, table, &is_full, err))
		return false;
	return (!run->is_exact && !is_full) || close_statement(run, err);
}

static bool
put_row(struct run *run, const struct rows_cursor *rows, const struct target_table *table, struct err *err)
{
	struct writer *writer = run->applier->writer;
	enum flavour flavour = run->applier->flavour;
	int64_t count = statement_is_counted(rows, table) ? 1 : WRITER_ANY_COUNT;
	bool is_full;

	switch (rows->kind) {
	case ROWS_INSERT:
		return put_insert(run, rows, table, err);
	case ROWS_UPDATE:
		return close_statement(run, err) && statement_put_update(rows, table, flavour, writer_sql(writer), err) &&
		       writer_end_statement(writer, count, CHECK_ROWS, err) &&
		       generated_add(&run->generated, rows, table, &is_full, err) &&
		       generated_put(&run->generated, table, writer, err);
	case ROWS_DELETE:
		return close_statement(run, err) && statement_put_delete(rows, table, flavour, writer_sql(writer), err) &&
		       writer_end_statement(writer, count, CHECK_ROWS, err);
	case ROWS_NONE:
		break;
	}
	return err_set(err, ERR_STOP, "a rows event of no known kind");
}

/*
 * Flags stand on each rows event: an event of cascaded rows must not cascade again.  MySQL 9.6 on logs a REPLACE that
 * keeps a referenced key as a delete and an insert of one statement, and leaves the children alone: so must this delete.
 */
static bool
set_checks(struct run *run, enum rows_kind kind, uint16_t flags, struct err *err)
{
	struct applier *applier = run->applier;
	bool is_half_replace =
	    kind == ROWS_DELETE && (flags & (ROWS_FLAG_SQL_FOREIGN_KEYS | ROWS_FLAG_STATEMENT_END)) == ROWS_FLAG_SQL_FOREIGN_KEYS;
	bool foreign_keys = (flags & ROWS_FLAG_NO_FOREIGN_KEY_CHECKS) == 0 && !is_half_replace;
	bool is_mariadb_pair = applier->flavour == FLAVOUR_MARIADB && run->format->flavour == FLAVOUR_MARIADB;
	bool constraints = !is_mariadb_pair || (flags & ROWS_FLAG_NO_CHECK_CONSTRAINTS) == 0;

	if (foreign_keys != applier->has_foreign_key_checks) {
		if (!close_statement(run, err))
			return false;
		applier->has_foreign_key_checks = foreign_keys;
		buf_printf(writer_sql(applier->writer), "SET SESSION foreign_key_checks = %d", foreign_keys);
		if (!writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err))
			return false;
	}
	if (constraints == applier->has_check_constraints)
		return true;
	if (!close_statement(run, err))
		return false;
	applier->has_check_constraints = constraints;
	buf_printf(writer_sql(applier->writer), "SET SESSION check_constraint_checks = %d", constraints);
	return writer_end_statement(applier->writer, WRITER_ANY_COUNT, CHECK_ROWS, err);
}

/* The next rows, or NULL: none, go to `table`. */
static bool
set_session(struct run *run, struct target_table *table, struct err *err)
{
	struct applier *applier = run->applier;
	struct row_session session = table == NULL ? (struct row_session){0} : row_session_for(applier, run->txn, table);

	if (row_session_is_equal(&session, &applier->row_session))
		return true;
	return close_statement(run, err) && row_session_put(applier, &session, err);
}

static bool
guard_table(const struct run *run, const struct table_map *map, const struct target_table *table, struct err *err)
{
	const struct applier_options *options = &run->applier->options;

	return options->guard == NULL || !column_sense_is_open(table, map) ||
	       options->guard(options->guard_context, table, map, marker_committed_position(run->applier->marker),
		   &run->txn->begin, err);
}

/* Reading a definition needs the connection, so what is under way must be answered first. */
static bool
find_table(struct run *run, const struct table_map *map, struct target_table **table, struct err *err)
{
	struct applier *applier = run->applier;
	struct table_def *def = table_defs_find(applier->tables, map);

	*table = def == NULL ? NULL : def->table;
	if (def != NULL && (dry_run_is_on(&applier->dry) || proof_holds(&applier->proof, def)))
		return true;
	if (!close_statement(run, err))
		return false;
	if (def != NULL && !applier->proof.is_distrusted)
		return proof_put(&applier->proof, def, applier->writer, err);
	if (!writer_finish(applier->writer, err))
		return false;
	table_defs_drop(applier->tables, map);
	if (!name_claims_take(applier->claims, &(struct name_claim){map->db, map->name, map->target_db, map->target_name}, err) ||
	    !rows_table_load(applier, map, &def, err))
		return false;
	*table = def->table;
	if (rows_table_check(applier, *table, err) &&
	    (!replay_is_for(applier, *table) || replay_check(*table, map, run->format, err)) && guard_table(run, map, *table, err))
		return true;
	table_defs_clear(applier->tables); /* the exact path looks again, and is to be refused again */
	return false;
}

/* Bytes that make no sense: where they stand. */
static bool
at_event(const struct run *run, const struct change *change, struct err *err)
{
	return err_prefix(err, "event %s at %s:%" PRIu64 ": ", event_type_name(change->event_type), run->txn->begin.file,
	    change->offset);
}

static bool
add_event(struct run *run, const struct change *change, struct err *err)
{
	bool is_full = run->is_exact || run->n_events >= REPLAY_EVENTS || run->events.len >= REPLAY_BYTES;

	if ((run->insert_table != NULL || is_full) && !close_statement(run, err))
		return false;
	run->has_replayed = true;
	run->n_events++;
	replay_add(run->applier, change, &run->events);
	return !run->is_exact || (close_statement(run, err) && writer_finish(run->applier->writer, err));
}

/* An earlier try has written them. */
static bool
is_written(struct run *run, uint64_t n)
{
	if (!run->is_loose_turn)
		return false;
	run->n_loose += n;
	return run->n_loose <= run->applier->options.loose->n;
}

static void
note_written(const struct run *run, uint64_t n, const struct target_table *table, uint64_t offset)
{
	const struct applier *applier = run->applier;

	if (run->is_loose_turn)
		loose_rows_add(applier->options.loose, n, rows_fault_row(applier, run->txn, table, offset));
}

/*
 * What was to be written one by one has failed.  Where it cannot be rolled back: what stays of the transaction.  is_in_doubt:
 * so may some of this.
 */
static bool
row_fault(const struct run *run, const struct target_table *table, uint64_t offset, bool is_in_doubt, struct err *err)
{
	const struct applier *applier = run->applier;

	is_in_doubt = run->is_loose_turn && (is_in_doubt || !conn_is_usable(applier->conn));
	if (is_in_doubt) {
		applier->options.loose->is_of_lost = true;
		err->kind = ERR_STOP;
	}
	if (run->is_loose_turn && (is_in_doubt || applier->options.loose->n > 0))
		(void) loose_rows_hint(applier->options.loose, err);
	(void) rows_fault_name(applier, run->txn, table, offset, err);
	return run->is_loose_turn && loose_rows_blame(applier->options.loose, is_in_doubt, err);
}

/* What the destination has computed for the rows of the event that was added last. */
static bool
prove_event(struct run *run, const struct target_table *table, struct err *err)
{
	struct writer *writer = run->applier->writer;

	return run->generated.conditions.len == 0 || (close_statement(run, err) && generated_put(&run->generated, table, writer, err) &&
							 (!run->is_exact || writer_finish(writer, err)));
}

/* From the cursor's row on, the one that was computed otherwise names the event. */
static void
find_otherwise(const struct run *run, const struct target_table *table, struct err *err)
{
	struct err ignored = {0};
	bool is_end = false;

	while (!is_end && !generated_explain(run->applier, table, err))
		if (!rows_next(&run->applier->rows, &is_end, &ignored))
			return;
}

/* The event whole.  It is read first: what the source sends is not to reach the destination's own decoder unchecked. */
static bool
replay_event(struct run *run, const struct change *change, const struct target_table *table, struct err *err)
{
	struct applier *applier = run->applier;
	struct rows_cursor *rows = &applier->rows;
	struct rows_hints hints = {.fraction_digits = table->fraction_digits};
	struct err ignored = {0};
	bool is_end = false, done;
	uint64_t n = 0;

	while (!is_end) {
		if (!rows_next(rows, &is_end, err))
			return at_event(run, change, err);
		n += is_end ? 0 : 1;
		if (!is_end && !generated_add_replayed(&run->generated, rows, table, err))
			return false;
	}
	if (n == 0 || is_written(run, n)) {
		generated_forget(&run->generated);
		return true;
	}
	done = add_event(run, change, err) && prove_event(run, table, err);
	/* The first of its rows names the event. */
	if (run->is_exact && (!done || run->is_loose_turn) &&
	    rows_open(rows, change->event_type, run->format, change->body, change->table, &hints, &ignored) &&
	    rows_next(rows, &is_end, &ignored)) {
		if (!done && writer_failed_on_generated(applier->writer))
			find_otherwise(run, table, err);
		if (!done)
			return row_fault(run, table, change->offset, n > 1, err);
		note_written(run, n, table, change->offset);
	}
	if (!done)
		return false;
	atomic_fetch_add_explicit(&applier->options.progress->rows, n, memory_order_relaxed);
	return true;
}

/* True: the event is of the other turn.  ERR_STOP on the fast path, which is not for such tables. */
static bool
is_of_other_turn(struct run *run, const struct target_table *table, bool *is, struct err *err)
{
	*is = table->is_transactional == run->is_loose_turn;
	if (table->is_transactional)
		return true;
	if (!run->is_exact)
		*is = false;
	if (dry_run_is_on(&run->applier->dry))
		return true;
	run->has_loose = true;
	return run->is_exact || err_set(err, ERR_STOP, "rows of '%s.%s' cannot be rolled back, and go alone", table->db, table->name);
}

/* Refused by strict mode, which the source was not in: what becomes of the row in a lenient session is proved whole. */
static bool
put_row_leniently(struct run *run, const struct rows_cursor *rows, struct target_table *table, struct err *err)
{
	struct applier *applier = run->applier;
	struct row_session session = row_session_for(applier, run->txn, table);

	if (!row_session_bend(applier, run->txn, table, err, &session))
		return false;
	err_clear(err);
	writer_drop(applier->writer);
	run->insert_table = NULL;
	generated_forget(&run->generated);
	return row_session_put(applier, &session, err) && put_row(run, rows, table, err) && writer_finish(applier->writer, err) &&
	       set_session(run, table, err);
}

static bool
put_row_exactly(struct run *run, const struct rows_cursor *rows, struct target_table *table, uint64_t offset, struct err *err)
{
	if (is_written(run, 1))
		return true;
	if ((!put_row(run, rows, table, err) || !writer_finish(run->applier->writer, err)) &&
	    !put_row_leniently(run, rows, table, err)) {
		bool is_written_otherwise = writer_failed_on_generated(run->applier->writer);

		if (is_written_otherwise)
			(void) generated_explain(run->applier, table, err);
		return row_fault(run, table, offset, is_written_otherwise, err);
	}
	note_written(run, 1, table, offset);
	return true;
}

static bool
apply_rows_event(struct run *run, const struct change *change, struct err *err)
{
	struct applier *applier = run->applier;
	struct rows_cursor *rows = &applier->rows;
	struct target_table *table;
	bool is_end = false, is_others = false, done;

	if (!find_table(run, change->table, &table, err))
		return dry_run_passes_over(&applier->dry, change->table, err);
	if (!is_of_other_turn(run, table, &is_others, err) || is_others)
		return is_others;
	if (!set_session(run, table, err))
		return false;
	struct rows_hints hints = {.fraction_digits = table->fraction_digits};
	if (!rows_open(rows, change->event_type, run->format, change->body, change->table, &hints, err))
		return at_event(run, change, err);
	if (!default_proof_check(applier, run->txn, rows, table, err))
		return false;
	if (replay_is_for(applier, table))
		return replay_event(run, change, table, err);
	if (!set_checks(run, rows->kind, rows->flags, err))
		return false;
	while ((done = rows_next(rows, &is_end, err)) && !is_end) {
		if (!(run->is_exact ? put_row_exactly(run, rows, table, change->offset, err) : put_row(run, rows, table, err)))
			return false;
		atomic_fetch_add_explicit(&applier->options.progress->rows, 1, memory_order_relaxed);
	}
	return done || at_event(run, change, err);
}

static bool
apply_query(struct run *run, const struct change *change, struct err *err)
{
	return close_statement(run, err) &&
	       (savepoint_apply(run->applier, run->format, change, run->is_behind_ddl, err) || at_event(run, change, err));
}

static bool
apply_changes(struct run *run, struct err *err)
{
	struct txn_cursor cursor;
	struct change change;
	bool is_end = false, done;

	txn_cursor_init(&cursor, run->txn);
	while ((done = txn_next(&cursor, &change, &is_end, err)) && !is_end) {
		done = change.table != NULL ? apply_rows_event(run, &change, err)
					    : run->is_loose_turn || apply_query(run, &change, err);
		if (!done)
			break;
		run->is_behind_ddl = false;
	}
	txn_cursor_release(&cursor);
	return done && close_statement(run, err) && set_session(run, NULL, err);
}

static bool
begin_loose_turn(struct run *run, struct err *err)
{
	struct loose_rows *loose = run->applier->options.loose;

	if (loose_rows_refuse_lost(loose, run->txn, err))
		return false;
	loose_rows_take_up(loose, run->txn);
	run->is_loose_turn = true;
	loose->wants_note = !loose->is_noted;
	return loose->is_noted || err_set(err, ERR_RETRY, "the transaction is to be noted in dump2db.loose first");
}

bool
rows_apply(struct applier *applier, const struct binlog_format *format, struct txn *txn, bool is_exact,
    struct err *err)
{
	struct run run = {.applier = applier, .format = format, .txn = txn, .is_exact = is_exact,
	    .is_behind_ddl = applier->is_behind_ddl};
	bool done = apply_changes(&run, err);

	if (done && run.has_loose)
		done = begin_loose_turn(&run, err) && apply_changes(&run, err) && loose_note_put_removal(applier, err);
	done = done && (!run.has_replayed || replay_end(applier, err));
	free(run.insert_columns);
	buf_release(&run.events);
	generated_release(&run.generated);
	return done;
}
