/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/marker_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apply/literal.h"
#include "base/mem.h"

void
marker_set_text(char **to, const char *text)
{
	char *copy = mem_strdup(text);

	free(*to);
	*to = copy;
}

static void
place_copy(struct place *to, const struct place *from)
{
	gtid_set_free(to->since);
	to->since = gtid_set_copy(from->since);
	to->last = from->last;
	to->has_last = from->has_last;
	marker_set_text(&to->file, from->file);
	to->offset = from->offset;
	to->time_us = from->time_us;
	marker_set_text(&to->pending_ddl, from->pending_ddl);
	to->is_dirty = from->is_dirty;
}

static void
place_release(struct place *place)
{
	gtid_set_free(place->since);
	free(place->file);
	free(place->pending_ddl);
}

void
marker_position_release(struct marker_position *position)
{
	gtid_set_free(position->executed);
	free(position->file);
	free(position->pending_ddl);
	*position = (struct marker_position){0};
}

void
marker_free(struct marker *marker)
{
	if (marker == NULL)
		return;
	marker_position_release(&marker->committed);
	gtid_set_free(marker->base);
	gtid_set_free(marker->since);
	place_release(&marker->kept);
	place_release(&marker->staged);
	free(marker);
}

void
marker_unstage(struct marker *marker)
{
	place_copy(&marker->staged, &marker->kept);
}

/* Nothing but what is committed. */
void
marker_keep_committed(struct marker *marker)
{
	struct place *kept = &marker->kept;

	gtid_set_free(kept->since);
	kept->since = gtid_set_copy(marker->since);
	marker_set_text(&kept->file, marker->committed.file);
	marker_set_text(&kept->pending_ddl, marker->committed.pending_ddl);
	kept->offset = marker->committed.offset;
	kept->has_last = false;
	kept->is_dirty = false;
	kept->time_us = 0;
	marker_unstage(marker);
}

void
marker_put_gtids(const struct gtid_set *set, struct buf *sql)
{
	struct buf text = {0};

	gtid_set_put(set, &text);
	buf_putc(sql, '\'');
	buf_add(sql, text.data, text.len);
	buf_putc(sql, '\'');
	buf_release(&text);
}

struct marker *
marker_new(const struct marker_options *options)
{
	struct marker *marker = mem_zalloc(sizeof(*marker));

	marker->options = *options;
	marker->base = gtid_set_new(options->source_flavour);
	marker->since = gtid_set_new(options->source_flavour);
	marker->committed = (struct marker_position){
	    .executed = gtid_set_new(options->source_flavour),
	    .file = mem_strdup(""),
	    .pending_ddl = mem_strdup(""),
	};
	marker_keep_committed(marker);
	return marker;
}

const struct marker_position *
marker_committed_position(const struct marker *marker)
{
	return &marker->committed;
}

uint64_t
marker_epoch(const struct marker *marker)
{
	return marker->epoch;
}

uint64_t
marker_seq(const struct marker *marker)
{
	return marker->seq;
}

bool
marker_is_dirty(const struct marker *marker)
{
	return marker->staged.is_dirty;
}

static void
place_move(struct place *place, const struct txn *txn)
{
	if (txn->has_gtid) {
		gtid_set_add(place->since, &txn->gtid);
		place->last = txn->gtid;
		place->has_last = true;
	}
	if (strcmp(place->file, txn->end.file) != 0)
		marker_set_text(&place->file, txn->end.file);
	place->offset = txn->end.offset;
	if (txn->commit_us != 0)
		place->time_us = txn->commit_us;
	if (strcmp(place->pending_ddl, txn->pending_ddl) != 0)
		marker_set_text(&place->pending_ddl, txn->pending_ddl);
	place->is_dirty = place->is_dirty || !txn->is_quiet;
}

void
marker_stage(struct marker *marker, const struct txn *txn)
{
	place_move(&marker->staged, txn);
}

void
marker_pass(struct marker *marker, const struct txn *txn)
{
	place_move(&marker->kept, txn);
	marker_unstage(marker);
}

static void
put_head(struct marker *marker, const char *origin, struct buf *sql)
{
	uint64_t next = marker->seq + 1;
	struct buf mark = {0};

	buf_printf(&mark, "%" PRIu64 ":%s", next, origin == NULL ? marker->options.region : origin);
	buf_printf(sql, "UPDATE dump2db.marker SET seq = %" PRIu64 ", mark = ", next);
	literal_put_string(mark.data, mark.len, sql);
	buf_release(&mark);
}

static void
put_tail(const struct marker *marker, struct buf *sql)
{
	uint64_t slot = (marker->seq + 1) % SLOTS;

	buf_printf(sql, " WHERE server_id = %" PRIu32 " AND slot = %" PRIu64 " AND epoch = %" PRIu64 " AND seq = %" PRIu64,
	    marker->options.server_id, slot, marker->epoch, marker->slot_seq[slot]);
}

/* What every server's TIMESTAMP holds; a source can have told any time. */
static bool
is_timestamp(int64_t time_us)
{
	return time_us > 0 && time_us / 1000000 < INT32_MAX;
}

void
marker_put_update(struct marker *marker, const char *origin, struct buf *sql)
{
	struct buf since = {0};
	char last[GTID_TEXT_SIZE] = "";

	gtid_set_put(marker->staged.since, &since);
	marker->in_flight_moves = true;
	marker->in_flight_rebases = since.len > SINCE_LONGEST;
	put_head(marker, origin, sql);
	buf_printf(sql, ", gtid = '%s', gtids = '%.*s', file = ", marker->staged.has_last ? gtid_text(&marker->staged.last, last) : "",
	    marker->in_flight_rebases ? 0 : (int) since.len, since.len == 0 ? "" : since.data);
	literal_put_string(marker->staged.file, strlen(marker->staged.file), sql);
	buf_printf(sql, ", file_offset = %" PRIu64 ", follow = '%s', pending_ddl = ", marker->staged.offset,
	    marker->committed.is_gtid ? "gtid" : "file");
	literal_put_string(marker->staged.pending_ddl, strlen(marker->staged.pending_ddl), sql);
	if (is_timestamp(marker->staged.time_us))
		buf_printf(sql, ", source_time = FROM_UNIXTIME(%" PRId64 ".%06" PRId64 ")", marker->staged.time_us / 1000000,
		    marker->staged.time_us % 1000000);
	put_tail(marker, sql);
	buf_release(&since);
}

void
marker_put_base(const struct marker *marker, struct buf *sql)
{
	struct gtid_set *whole;

	if (!marker->in_flight_rebases)
		return;
	whole = gtid_set_copy(marker->base);
	gtid_set_add_set(whole, marker->staged.since);
	buf_puts(sql, "UPDATE dump2db.task SET base_gtids = ");
	marker_put_gtids(whole, sql);
	buf_printf(sql, " WHERE server_id = %" PRIu32, marker->options.server_id);
	gtid_set_free(whole);
}

void
marker_put_fence(struct marker *marker, const char *origin, struct buf *sql)
{
	marker->in_flight_moves = marker->in_flight_rebases = false;
	put_head(marker, origin, sql);
	put_tail(marker, sql);
}

void
marker_committed(struct marker *marker)
{
	marker->seq++;
	marker->slot_seq[marker->seq % SLOTS] = marker->seq;
	if (!marker->in_flight_moves)
		return;
	gtid_set_add_set(marker->committed.executed, marker->staged.since);
	if (marker->in_flight_rebases) {
		gtid_set_add_set(marker->base, marker->staged.since);
		gtid_set_free(marker->staged.since);
		marker->staged.since = gtid_set_new(marker->options.source_flavour);
	}
	gtid_set_free(marker->since);
	marker->since = gtid_set_copy(marker->staged.since);
	marker_set_text(&marker->committed.file, marker->staged.file);
	marker_set_text(&marker->committed.pending_ddl, marker->staged.pending_ddl);
	marker->committed.offset = marker->staged.offset;
	marker->staged.is_dirty = false;
	place_copy(&marker->kept, &marker->staged);
}

void
marker_rolled_back(struct marker *marker)
{
	marker->in_flight_moves = marker->in_flight_rebases = false;
}
