/* SPDX-License-Identifier: Apache-2.0 */
/* How a marker is taken: the start sequence, and the rows of a task that is new or moved by an operator's word. */
#include <inttypes.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "apply/marker_private.h"
#include "apply/schema.h"
#include "apply/session_lock.h"
#include "base/log.h"
#include "base/mem.h"

/* dump2db.task: who this server_id belongs to. */
static bool
check_identity(struct marker *marker, struct conn *conn, bool *is_new, struct err *err)
{
	const struct marker_options *options = &marker->options;
	const char *flavour = options->source_flavour == FLAVOUR_MARIADB ? "mariadb" : "mysql";
	struct result *result;
	const char *const *row;
	bool done = true;

	if (!conn_queryf(conn, &result, err,
		"SELECT name, source_flavour, source_identity, base_gtids, override_done FROM dump2db.task WHERE server_id = "
		"%" PRIu32,
		options->server_id))
		return false;
	row = result_next(result);
	*is_new = row == NULL;
	if (row != NULL && strcmp(row[0], options->task) != 0) {
		done = err_set(err, ERR_STOP, "server_id %" PRIu32 " belongs to task '%s', not to '%s'",
		    options->server_id, row[0], options->task);
		(void) err_hint(err, "Give each task a server_id of its own; a task that was renamed is renamed in "
				     "dump2db.task too.");
	} else if (row != NULL && strcmp(row[1], flavour) != 0) {
		done = err_set(err, ERR_STOP, "the stored position of task '%s' is of a %s source, this one is %s",
		    options->task, row[1], flavour);
		(void) err_hint(err, "Give the task a new server_id, and a position of this source as source.start.");
	} else if (row != NULL) {
		marker->is_other_source = strcmp(row[2], options->source_identity) != 0;
		marker->is_overridden = options->override != NULL && strcmp(row[4], options->override) != 0;
		marker->has_old_override = options->override == NULL && row[4][0] != '\0';
		gtid_set_free(marker->base);
		done = gtid_set_parse(row[3], options->source_flavour, &marker->base, err);
	}
	result_free(result);
	return done;
}

/* The newest slot holds the position; the slots must be the last SLOTS numbers without a gap. */
static bool
take_slots(struct marker *marker, struct result *result, struct err *err)
{
	size_t n_rows = result_rows(result);
	const char *const *row;
	uint64_t lowest = UINT64_MAX;

	if (n_rows != SLOTS) {
		(void) err_set(err, ERR_STOP, "task '%s' has %zu rows in dump2db.marker where %d are expected", marker->options.task,
		    n_rows, (int) SLOTS);
		return err_hint(err, "Its position is gone. Bring the rows back from a backup of the same time as the tables; or copy "
				     "the tables again and give the task a new server_id and that copy's position as start.");
	}
	while ((row = result_next(result)) != NULL) {
		uint64_t seq = strtoull(row[2], NULL, 10);
		marker->slot_seq[strtoul(row[0], NULL, 10) % SLOTS] = seq;
		lowest = seq < lowest ? seq : lowest;
		marker->epoch = strtoull(row[1], NULL, 10);
		if (seq < marker->seq)
			continue;
		marker->seq = seq;
		gtid_set_free(marker->since);
		if (!gtid_set_parse(row[3], marker->options.source_flavour, &marker->since, err))
			return false;
		marker_set_text(&marker->committed.file, row[4]);
		marker->committed.offset = strtoull(row[5], NULL, 10);
		marker->committed.is_gtid = strcmp(row[6], "gtid") == 0;
		marker_set_text(&marker->committed.pending_ddl, row[7]);
	}
	if (marker->seq - lowest >= SLOTS && lowest != 0) {
		(void) err_set(err, ERR_STOP, "marker rows of task '%s' have a gap: %" PRIu64 " to %" PRIu64,
		    marker->options.task, lowest, marker->seq);
		return err_hint(err, "Was the destination failed over to a replica that commits out of order? Restore a "
				     "consistent copy.");
	}
	gtid_set_free(marker->committed.executed);
	marker->committed.executed = gtid_set_copy(marker->base);
	gtid_set_add_set(marker->committed.executed, marker->since);
	return true;
}

static bool
check_epoch(const struct marker *marker, struct conn *conn, struct err *err)
{
	const struct marker_claim *claim = marker->claim;
	struct result *result;
	const char *const *row;
	uint64_t epoch = 0;
	bool is_ours = true;

	if (claim->epoch == 0)
		return true;
	if (!conn_queryf(conn, &result, err,
		"SELECT epoch, owner FROM dump2db.marker WHERE server_id = %" PRIu32 " ORDER BY epoch DESC LIMIT 1",
		marker->options.server_id))
		return false;
	row = result_next(result);
	if (row != NULL) {
		epoch = strtoull(row[0], NULL, 10);
		is_ours = epoch == claim->epoch || (epoch == claim->attempted && strcmp(row[1], claim->owner) == 0);
	}
	result_free(result);
	if (is_ours)
		return true;
	(void) err_set(err, ERR_FENCED, "task '%s' has another owner now: epoch %" PRIu64 ", ours was %" PRIu64,
	    marker->options.task, epoch, claim->epoch);
	return err_hint(err, "One rowferry process runs a task; stop the other one before this one starts again.");
}

static bool
read_slots(struct marker *marker, struct conn *conn, struct err *err)
{
	struct result *result;
	bool done;

	if (!conn_queryf(conn, &result, err,
		"SELECT slot, epoch, seq, gtids, file, file_offset, follow, pending_ddl FROM dump2db.marker "
		"WHERE server_id = %" PRIu32 " ORDER BY slot",
		marker->options.server_id))
		return false;
	done = take_slots(marker, result, err);
	result_free(result);
	return done;
}

static bool
take_other_source(struct marker *marker, struct conn *conn, struct err *err)
{
	const struct marker_options *options = &marker->options;
	struct buf sql = {0};
	bool done;

	if (!marker->is_other_source)
		return true;
	if (!marker->committed.is_gtid && !marker->is_overridden) {
		(void) err_set(err, ERR_STOP, "the stored position of task '%s' is a file position on another server; the source is '%s' now",
		    options->task, options->source_identity);
		return err_hint(err, "Start the task at a position of this server with override = true.");
	}
	log_line(LOG_WARN, options->task, "the source is another server than at the last start: '%s'",
	    options->source_identity);
	marker_set_text(&marker->committed.file, "");
	marker->committed.offset = 0;
	if (options->is_dry)
		return true;
	buf_puts(&sql, "UPDATE dump2db.task SET source_identity = ");
	literal_put_string(options->source_identity, strlen(options->source_identity), &sql);
	buf_printf(&sql, " WHERE server_id = %" PRIu32, options->server_id);
	done = conn_exec_len(conn, sql.data, sql.len, NULL, err) &&
	       conn_execf(conn, NULL, err, "UPDATE dump2db.marker SET file = '', file_offset = 0 WHERE server_id = %" PRIu32,
		   options->server_id);
	buf_release(&sql);
	return done;
}

/* Taken out of the configuration, it may be given again later. */
static bool
forget_override(struct marker *marker, struct conn *conn, struct err *err)
{
	return !marker->has_old_override ||
	       conn_execf(conn, NULL, err, "UPDATE dump2db.task SET override_done = '' WHERE server_id = %" PRIu32,
		   marker->options.server_id);
}

static bool
raise_epoch(struct marker *marker, struct conn *conn, struct err *err)
{
	if (!conn_exec(conn, "START TRANSACTION", NULL, err) ||
	    !conn_execf(conn, NULL, err, "UPDATE dump2db.marker SET epoch = epoch + 1, owner = '%s' WHERE server_id = %" PRIu32,
		marker->claim->owner, marker->options.server_id) ||
	    !read_slots(marker, conn, err) || !take_other_source(marker, conn, err) || !forget_override(marker, conn, err))
		return false;
	marker->claim->attempted = marker->epoch;
	if (!conn_exec(conn, "COMMIT", NULL, err))
		return false;
	marker->claim->epoch = marker->epoch;
	return true;
}

static bool
look(struct marker *marker, struct conn *conn, bool *is_new, struct err *err)
{
	unsigned int version;

	if (!schema_version(conn, &version, err))
		return false;
	*is_new = version == 0;
	if (version == 0)
		return true;
	return check_identity(marker, conn, is_new, err) &&
	       (*is_new || (read_slots(marker, conn, err) && take_other_source(marker, conn, err)));
}

static bool
claim(struct marker *marker, struct conn *conn, bool *is_new, struct err *err)
{
	return check_epoch(marker, conn, err) && check_identity(marker, conn, is_new, err) &&
	       (*is_new || raise_epoch(marker, conn, err));
}

/* The server takes no writes for now, or somebody holds the owner's lock: true to try again. */
static bool
wait_for_it(const struct marker_options *options, struct conn *conn, struct err *err)
{
	struct err refusal = *err;

	if (err->kind != ERR_WAIT || options->wait == NULL || !conn_is_usable(conn))
		return false;
	err_clear(err);
	if (!conn_exec(conn, "ROLLBACK", NULL, err))
		return false;
	return options->wait(options->wait_context, &refusal) || err_set(err, ERR_CANCELLED, "stopped");
}

static bool
claim_in_time(struct marker *marker, struct conn *conn, bool *is_new, struct err *err)
{
	while (!claim(marker, conn, is_new, err))
		if (!wait_for_it(&marker->options, conn, err))
			return false;
	return true;
}

static bool
lock_in_time(const struct marker_options *options, struct conn *conn, struct err *err)
{
	while (!session_lock_take(conn, options->server_id, 0, options->stop, options->task, err))
		if (!wait_for_it(options, conn, err))
			return false;
	return true;
}

/* The epoch is looked at before anybody is killed: a fenced process must not kill its successor. */
static bool
own(struct marker *marker, struct conn *conn, bool *is_new, struct err *err)
{
	return check_epoch(marker, conn, err) && lock_in_time(&marker->options, conn, err) &&
	       claim_in_time(marker, conn, is_new, err);
}

static void
name_owner(struct marker_claim *claim)
{
	unsigned char bytes[(sizeof(claim->owner) - 1) / 2] = {0};
	struct buf hex = {0};

	(void) RAND_bytes(bytes, sizeof(bytes));
	buf_put_hex(&hex, bytes, sizeof(bytes));
	memcpy(claim->owner, buf_text(&hex), sizeof(claim->owner));
	buf_release(&hex);
}

bool
marker_start(struct conn *conn, const struct marker_options *options, struct marker_claim *claim, struct marker **out,
    bool *is_new, struct err *err)
{
	struct marker *marker = marker_new(options);

	*out = NULL;
	marker->claim = claim;
	if (claim->owner[0] == '\0')
		name_owner(claim);
	if (options->is_dry ? !look(marker, conn, is_new, err) : !own(marker, conn, is_new, err)) {
		marker_free(marker);
		return false;
	}
	marker_keep_committed(marker);
	*out = marker;
	return true;
}

static void
put_override(const struct marker_options *options, struct buf *sql)
{
	const char *text = options->override == NULL ? "" : options->override;

	literal_put_string(text, strlen(text), sql);
}

/* Rows without their task: whose position it is, and of which source, cannot be told. */
static bool
refuse_orphans(const struct marker *marker, struct conn *conn, struct err *err)
{
	char *sql = mem_printf("SELECT 1 FROM dump2db.marker WHERE server_id = %" PRIu32 " LIMIT 1", marker->options.server_id);
	char *text = NULL;
	bool done = conn_query_one(conn, sql, &text, err);

	if (text != NULL) {
		done = err_set(err, ERR_STOP, "dump2db.marker has rows of server_id %" PRIu32 ", and dump2db.task has none",
		    marker->options.server_id);
		(void) err_hint(err, "Bring the row of dump2db.task back from a backup; or copy the tables again, delete the rows of this "
				     "server_id from dump2db.marker and give that copy's position as start.");
	}
	free(text);
	free(sql);
	return done;
}

/* A short position of MariaDB stands in the marker's row, where people look for it. */
static bool
belongs_to_base(const struct gtid_set *position)
{
	struct buf text = {0};
	bool is_long;

	gtid_set_put(position, &text);
	is_long = text.len > SINCE_LONGEST;
	buf_release(&text);
	return is_long || gtid_set_flavour(position) == FLAVOUR_MYSQL;
}

static void
put_parts(const struct gtid_set *position, bool is_base, struct buf *sql)
{
	if (belongs_to_base(position) == is_base)
		marker_put_gtids(position, sql);
	else
		buf_puts(sql, "''");
}

static void
take_parts(struct marker *marker, const struct gtid_set *position)
{
	bool is_base = belongs_to_base(position);

	gtid_set_free(marker->base);
	gtid_set_free(marker->since);
	gtid_set_free(marker->committed.executed);
	marker->base = is_base ? gtid_set_copy(position) : gtid_set_new(marker->options.source_flavour);
	marker->since = is_base ? gtid_set_new(marker->options.source_flavour) : gtid_set_copy(position);
	marker->committed.executed = gtid_set_copy(position);
}

/* Of an earlier life under this server_id: sequence numbers begin anew, and its XIDs and requests mean nothing here. */
static bool
remove_leftovers(const struct marker *marker, struct conn *conn, struct err *err)
{
	uint32_t server_id = marker->options.server_id;

	return conn_execf(conn, NULL, err, "DELETE FROM dump2db.ddl WHERE server_id = %" PRIu32, server_id) &&
	       conn_execf(conn, NULL, err, "DELETE FROM dump2db.prepared WHERE server_id = %" PRIu32, server_id) &&
	       conn_execf(conn, NULL, err, SCHEMA_CANCEL_REQUESTS " WHERE state = 'asked' AND server_id = %"
		   PRIu32, server_id);
}

static bool
insert_rows(struct marker *marker, struct conn *conn, const struct marker_position *from, struct err *err)
{
	const struct marker_options *options = &marker->options;
	struct buf sql = {0};
	bool done = conn_exec(conn, "START TRANSACTION", NULL, err) && remove_leftovers(marker, conn, err);

	buf_printf(&sql, "INSERT INTO dump2db.task (server_id, name, source_flavour, source_identity, override_done, base_gtids) "
			 "VALUES (%" PRIu32 ", ", options->server_id);
	literal_put_string(options->task, strlen(options->task), &sql);
	buf_printf(&sql, ", '%s', ", options->source_flavour == FLAVOUR_MYSQL ? "mysql" : "mariadb");
	literal_put_string(options->source_identity, strlen(options->source_identity), &sql);
	buf_puts(&sql, ", ");
	put_override(options, &sql);
	buf_puts(&sql, ", ");
	put_parts(from->executed, true, &sql);
	buf_putc(&sql, ')');
	done = done && conn_exec_len(conn, sql.data, sql.len, NULL, err);
	for (unsigned int slot = 0; done && slot < SLOTS; slot++) {
		buf_reset(&sql, SIZE_MAX);
		buf_printf(&sql, "INSERT INTO dump2db.marker (server_id, slot, epoch, owner, seq, mark, gtid, gtids, file, "
				 "file_offset, follow, pending_ddl) VALUES (%" PRIu32 ", %u, 1, '%s', 0, '0:', '', ",
		    options->server_id, slot, marker->claim->owner);
		put_parts(from->executed, false, &sql);
		buf_puts(&sql, ", ");
		literal_put_string(from->file, strlen(from->file), &sql);
		buf_printf(&sql, ", %" PRIu64 ", '%s', '')", from->offset, from->is_gtid ? "gtid" : "file");
		done = conn_exec_len(conn, sql.data, sql.len, NULL, err);
	}
	buf_release(&sql);
	return done && conn_exec(conn, "COMMIT", NULL, err);
}

bool
marker_create(struct marker *marker, struct conn *conn, const struct marker_position *from, struct err *err)
{
	if (!marker->options.is_dry && (!refuse_orphans(marker, conn, err) || !insert_rows(marker, conn, from, err)))
		return false;
	marker->epoch = marker->claim->epoch = 1;
	marker->committed.is_gtid = from->is_gtid;
	marker->committed.offset = from->offset;
	marker_set_text(&marker->committed.file, from->file);
	take_parts(marker, from->executed);
	marker_keep_committed(marker);
	return true;
}

static bool
update_rows(struct marker *marker, struct conn *conn, const struct marker_position *position, struct err *err)
{
	struct buf sql = {0};
	bool done = conn_exec(conn, "START TRANSACTION", NULL, err);

	buf_puts(&sql, "UPDATE dump2db.task SET override_done = ");
	put_override(&marker->options, &sql);
	buf_puts(&sql, ", base_gtids = ");
	put_parts(position->executed, true, &sql);
	buf_printf(&sql, " WHERE server_id = %" PRIu32, marker->options.server_id);
	done = done && conn_exec_len(conn, sql.data, sql.len, NULL, err);
	buf_reset(&sql, SIZE_MAX);
	buf_puts(&sql, "UPDATE dump2db.marker SET gtid = '', pending_ddl = '', gtids = ");
	put_parts(position->executed, false, &sql);
	buf_puts(&sql, ", file = ");
	literal_put_string(position->file, strlen(position->file), &sql);
	buf_printf(&sql, ", file_offset = %" PRIu64 ", follow = '%s' WHERE server_id = %" PRIu32 " AND epoch = %" PRIu64,
	    position->offset, position->is_gtid ? "gtid" : "file", marker->options.server_id, marker->epoch);
	done = done && conn_exec_len(conn, sql.data, sql.len, NULL, err) && conn_exec(conn, "COMMIT", NULL, err);
	buf_release(&sql);
	return done;
}

bool
marker_reset(struct marker *marker, struct conn *conn, const struct marker_position *position, struct err *err)
{
	if (!marker->options.is_dry && !update_rows(marker, conn, position, err))
		return false;
	take_parts(marker, position->executed);
	marker->committed.is_gtid = position->is_gtid;
	marker->committed.offset = position->offset;
	marker_set_text(&marker->committed.file, position->file);
	marker_set_text(&marker->committed.pending_ddl, "");
	marker->is_overridden = false;
	marker_keep_committed(marker);
	return true;
}

bool
marker_is_overridden(const struct marker *marker)
{
	return marker->is_overridden;
}
