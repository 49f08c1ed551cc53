/* SPDX-License-Identifier: Apache-2.0 */
#include "task/start.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/server_state.h"

/* MariaDB tells its file and its GTIDs at two times; of the first, it knows the GTIDs too. */
static bool
at_present(struct conn *source, const struct server_state *state, struct marker_position *position, struct err *err)
{
	enum flavour flavour = conn_server(source)->flavour;
	char *text = NULL;
	bool done = true;

	position->is_gtid = state->has_gtids;
	position->file = mem_strdup(state->file);
	position->offset = state->offset;
	if (flavour == FLAVOUR_MARIADB)
		done = server_gtids_at(source, state->file, state->offset, &text, err);
	if (done && text != NULL)
		done = gtid_set_parse(text, flavour, &position->executed, err);
	else
		position->executed = gtid_set_copy(state->executed);
	free(text);
	return done;
}

static bool
at_gtid(struct conn *source, const struct start_options *start, const struct server_state *state,
    struct marker_position *position, struct err *err)
{
	if (!state->has_gtids) {
		(void) err_set(err, ERR_STOP, "source '%s' has gtid_mode off, start.gtid cannot be found there", conn_name(source));
		return err_hint(err, "Give start.binlog_file and start.start_position instead.");
	}
	position->is_gtid = true;
	position->file = mem_strdup("");
	if (gtid_set_parse(start->gtid, conn_server(source)->flavour, &position->executed, err))
		return true;
	return err_prefix(err, "start.gtid: ");
}

/* MariaDB knows the GTID position of every place in its files; MySQL does not, there the file itself is followed. */
static bool
at_file(struct conn *source, const struct start_options *start, struct marker_position *position, struct err *err)
{
	enum flavour flavour = conn_server(source)->flavour;
	char *text = NULL;
	bool done = true;

	position->file = mem_strdup(start->file);
	position->offset = start->offset;
	if (flavour == FLAVOUR_MARIADB) {
		done = server_gtids_at(source, start->file, start->offset, &text, err);
		if (done && text == NULL) {
			done = err_set(err, ERR_STOP, "source '%s' has no binlog position '%s:%" PRIu64 "'", conn_name(source),
			    start->file, start->offset);
			(void) err_hint(err, "Choose a place that SHOW BINARY LOGS and SHOW BINLOG EVENTS list.");
		}
		position->is_gtid = done;
	}
	done = done && gtid_set_parse(text == NULL ? "" : text, flavour, &position->executed, err);
	free(text);
	return done;
}

bool
start_resolve(struct conn *source, const struct start_options *start, struct marker_position *position,
    struct err *err)
{
	struct server_state state;
	bool done = false;

	*position = (struct marker_position){0};
	if (!server_state_read(source, &state, err))
		return false;
	if (server_state_check_source(source, &state, err)) {
		switch (start->kind) {
		case START_STORED:
		case START_AUTO_POSITION:
			done = at_present(source, &state, position, err);
			break;
		case START_GTID:
			done = at_gtid(source, start, &state, position, err);
			break;
		case START_FILE:
			done = at_file(source, start, position, err);
			break;
		}
	}
	server_state_release(&state);
	if (done)
		position->pending_ddl = mem_strdup("");
	else
		marker_position_release(position);
	return done;
}

char *
start_override(const struct start_options *start)
{
	if (!start->is_forced)
		return NULL;
	switch (start->kind) {
	case START_GTID:
		return mem_printf("gtid %s", start->gtid);
	case START_FILE:
		return mem_printf("file %s:%" PRIu64, start->file, start->offset);
	case START_STORED:
	case START_AUTO_POSITION:
		break;
	}
	return mem_strdup("auto_position");
}

bool
start_is_ahead(const struct start_options *start, const struct marker_position *place,
    const struct marker_position *stored)
{
	const struct file_position a = {place->file, place->offset}, b = {stored->file, stored->offset};

	if (start->kind != START_GTID && start->kind != START_FILE)
		return false;
	if (place->is_gtid && stored->is_gtid)
		return !gtid_set_is_superset(stored->executed, place->executed);
	return !place->is_gtid && !stored->is_gtid && file_position_compare(&a, &b) > 0;
}
