/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/live.h"
#include "source/server_state.h"

void
until_release(struct until *until)
{
	gtid_set_free(until->gtids);
	free(until->file);
	*until = (struct until){0};
}

bool
until_is_behind(const struct until *until, const struct gtid_set *executed, const char *file, uint64_t offset)
{
	const struct file_position at = {file, offset}, end = {until->file, until->offset};

	switch (until->kind) {
	case UNTIL_NEVER:
		return false;
	case UNTIL_GTIDS:
		return gtid_set_is_superset(executed, until->gtids) && !gtid_set_is_equal(executed, until->gtids);
	case UNTIL_FILE:
		return file[0] != '\0' && file_position_compare(&at, &end) > 0;
	}
	return false;
}

bool
until_settle(struct until *until, bool is_gtid, struct err *err)
{
	if (until->kind != UNTIL_GTIDS || is_gtid)
		return true;
	if (until->file == NULL) {
		(void) err_set(err, ERR_STOP, "the place to stop at is a GTID set, and the task follows the files of its source");
		return err_hint(err, "Give it as FILE:OFFSET, or 'now'.");
	}
	until->kind = UNTIL_FILE;
	return true;
}

static bool
until_now(struct conn *source, struct until *until, struct err *err)
{
	struct server_state state;

	if (!server_state_read(source, &state, err))
		return false;
	until->kind = state.has_gtids ? UNTIL_GTIDS : UNTIL_FILE;
	until->gtids = gtid_set_copy(state.executed);
	until->file = mem_strdup(state.file);
	until->offset = state.offset;
	server_state_release(&state);
	return true;
}

/* "binlog.000003:1234": digits behind the last colon and a dot before it, which no GTID has. */
static bool
parse_file(const char *text, struct until *until)
{
	const char *colon = strrchr(text, ':');
	char *end;

	if (colon == NULL || colon == text || memchr(text, '.', (size_t) (colon - text)) == NULL)
		return false;
	until->offset = strtoull(colon + 1, &end, 10);
	if (end == colon + 1 || *end != '\0')
		return false;
	until->kind = UNTIL_FILE;
	until->file = mem_strndup(text, (size_t) (colon - text));
	return true;
}

bool
until_parse(const char *text, struct conn *source, struct until *until, struct err *err)
{
	*until = (struct until){.kind = UNTIL_NEVER};
	if (strcmp(text, "now") == 0)
		return until_now(source, until, err);
	if (parse_file(text, until))
		return true;
	if (!gtid_set_parse(text, conn_server(source)->flavour, &until->gtids, err)) {
		(void) err_prefix(err, "--until '%s': ", text);
		return err_hint(err, "Give 'now', a GTID set of the source, or FILE:OFFSET.");
	}
	until->kind = UNTIL_GTIDS;
	return true;
}
