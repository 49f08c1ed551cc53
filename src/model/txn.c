/* SPDX-License-Identifier: Apache-2.0 */
#include "model/txn.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define NO_TABLE UINT32_MAX

/* What stands before the body of each record in the spool. */
struct record_head {
	uint64_t offset;
	uint32_t timestamp;
	uint32_t table; /* index in txn->tables, NO_TABLE for statements */
	uint8_t event_type;
};

static uint64_t
file_number(const char *file)
{
	const char *dot = strrchr(file, '.');

	return dot == NULL ? 0 : strtoull(dot + 1, NULL, 10);
}

int
file_position_compare(const struct file_position *a, const struct file_position *b)
{
	uint64_t a_number = file_number(a->file), b_number = file_number(b->file);

	if (a_number != b_number)
		return a_number < b_number ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

struct txn *
txn_new(const char *spool_dir, size_t memory_limit_bytes)
{
	struct txn *txn = mem_zalloc(sizeof(*txn));

	txn->spool = spool_new(spool_dir, memory_limit_bytes);
	txn->begin.file = txn->end.file = "";
	txn->mark.origin = "";
	txn->pending_ddl = "";
	return txn;
}

void
txn_free(struct txn *txn)
{
	if (txn == NULL)
		return;
	for (size_t i = 0; i < txn->n_tables; i++)
		table_map_unref(txn->tables[i]);
	free(txn->tables);
	spool_free(txn->spool);
	arena_release(&txn->arena);
	free(txn);
}

/* A map that several transactions hold weighs on the first one. */
static bool
weigh_table(struct txn *txn, struct table_map *table, struct err *err)
{
	if (table->is_weighed)
		return true;
	if (txn->tables_bytes + table->arena.bytes > TXN_TABLES_LIMIT_BYTES)
		return err_set(err, ERR_STOP, "the table maps of one transaction take more than %d bytes",
		    TXN_TABLES_LIMIT_BYTES);
	txn->tables_bytes += table->arena.bytes;
	table->is_weighed = true;
	return true;
}

/* One transaction is built at a time, so a map that it holds knows its number. */
static bool
table_number(struct txn *txn, struct table_map *table, uint32_t *number, struct err *err)
{
	*number = table == NULL ? NO_TABLE : table->number;
	if (table == NULL || (table->number < txn->n_tables && txn->tables[table->number] == table))
		return true;
	if (!weigh_table(txn, table, err))
		return false;
	mem_grow(&txn->tables, &txn->cap_tables, txn->n_tables + 1, sizeof(struct table_map *));
	txn->tables[txn->n_tables] = table_map_ref(table);
	*number = table->number = (uint32_t) txn->n_tables++;
	return true;
}

bool
txn_append(struct txn *txn, const struct change *change, struct err *err)
{
	struct record_head head;

	memset(&head, 0, sizeof(head)); /* the padding goes to disk too */
	head.offset = change->offset;
	head.timestamp = change->timestamp;
	head.event_type = change->event_type;
	if (!table_number(txn, change->table, &head.table, err) ||
	    !spool_append(txn->spool, (struct bytes){(const uint8_t *) &head, sizeof(head)}, change->body, err))
		return false;
	txn->n_changes++;
	return true;
}

void
txn_clear(struct txn *txn, const char *spool_dir, size_t memory_limit_bytes)
{
	spool_free(txn->spool);
	txn->spool = spool_new(spool_dir, memory_limit_bytes);
	txn->n_changes = 0;
}

size_t
txn_memory_bytes(const struct txn *txn)
{
	return sizeof(*txn) + txn->arena.bytes + txn->tables_bytes + spool_memory_bytes(txn->spool);
}

void
txn_cursor_init(struct txn_cursor *cursor, struct txn *txn)
{
	*cursor = (struct txn_cursor){.txn = txn, .spool = {.spool = txn->spool}};
}

bool
txn_next(struct txn_cursor *cursor, struct change *change, bool *is_end, struct err *err)
{
	struct record_head head;
	struct bytes record;

	if (!spool_next(&cursor->spool, &record, err))
		return false;
	*is_end = record.data == NULL;
	if (*is_end)
		return true;
	memcpy(&head, record.data, sizeof(head));
	*change = (struct change){
	    .event_type = head.event_type,
	    .timestamp = head.timestamp,
	    .offset = head.offset,
	    .table = head.table == NO_TABLE ? NULL : cursor->txn->tables[head.table],
	    .body = {record.data + sizeof(head), record.len - sizeof(head)},
	};
	return true;
}

void
txn_cursor_release(struct txn_cursor *cursor)
{
	spool_cursor_release(&cursor->spool);
}

void
txn_describe(const struct txn *txn, struct buf *out)
{
	char text[GTID_TEXT_SIZE];

	if (txn->has_gtid)
		buf_printf(out, "gtid %s, ", gtid_text(&txn->gtid, text));
	buf_printf(out, "%s:%llu", txn->begin.file[0] == '\0' ? "(unknown file)" : txn->begin.file,
	    (unsigned long long) txn->begin.offset);
}
