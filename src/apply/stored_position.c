/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/stored_position.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apply/schema.h"
#include "base/mem.h"

void
stored_position_release(struct stored_position *stored)
{
	free(stored->task);
	free(stored->source_identity);
	free(stored->override_done);
	marker_position_release(&stored->position);
	*stored = (struct stored_position){0};
}

/* `base`: what the task row says, and from here on the whole executed set. */
static bool
take_marker(const char *const *row, struct gtid_set *base, struct stored_position *stored, struct err *err)
{
	struct gtid_set *since;

	stored->has_position = true;
	stored->epoch = strtoull(row[0], NULL, 10);
	stored->seq = strtoull(row[1], NULL, 10);
	stored->position.file = mem_strdup(row[3]);
	stored->position.offset = strtoull(row[4], NULL, 10);
	stored->position.is_gtid = strcmp(row[5], "gtid") == 0;
	stored->position.pending_ddl = mem_strdup(row[6]);
	if (!gtid_set_parse(row[2], stored->source_flavour, &since, err))
		return false;
	stored->position.executed = gtid_set_copy(base);
	gtid_set_add_set(stored->position.executed, since);
	gtid_set_free(since);
	return true;
}

static bool
read_marker(struct conn *conn, uint32_t server_id, const char *base_text, struct stored_position *stored,
    struct err *err)
{
	struct gtid_set *base;
	struct result *result = NULL;
	const char *const *row;
	bool done;

	if (!gtid_set_parse(base_text, stored->source_flavour, &base, err))
		return false;
	done = conn_queryf(conn, &result, err,
	    "SELECT epoch, seq, gtids, file, file_offset, follow, pending_ddl FROM dump2db.marker "
	    "WHERE server_id = %" PRIu32 " ORDER BY seq DESC LIMIT 1",
	    server_id);
	row = done ? result_next(result) : NULL;
	if (row != NULL)
		done = take_marker(row, base, stored, err);
	result_free(result);
	gtid_set_free(base);
	return done;
}

bool
stored_position_read(struct conn *conn, uint32_t server_id, struct stored_position *stored, struct err *err)
{
	unsigned int version;
	struct result *result;
	const char *const *row;
	bool done = true;

	*stored = (struct stored_position){0};
	if (!schema_version(conn, &version, err))
		return false;
	stored->has_schema = version != 0;
	if (!stored->has_schema)
		return true;
	if (!conn_queryf(conn, &result, err,
		"SELECT name, source_flavour, source_identity, base_gtids, override_done FROM dump2db.task WHERE server_id = "
		"%" PRIu32,
		server_id))
		return false;
	row = result_next(result);
	if (row != NULL) {
		stored->has_task = true;
		stored->task = mem_strdup(row[0]);
		stored->source_flavour = strcmp(row[1], "mariadb") == 0 ? FLAVOUR_MARIADB : FLAVOUR_MYSQL;
		stored->source_identity = mem_strdup(row[2]);
		stored->override_done = mem_strdup(row[4]);
		done = read_marker(conn, server_id, row[3], stored, err);
	}
	result_free(result);
	if (!done)
		stored_position_release(stored);
	return done;
}
