/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
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

int
until_compare(const struct until *until, const struct file_position *at)
{
	const struct file_position end = {until->file, until->offset};

	return file_position_compare(at, &end);
}

bool
until_is_reached(const struct until *until, const struct gtid_set *executed, const struct file_position *at)
{
	switch (until->kind) {
	case UNTIL_NEVER:
		return false;
	case UNTIL_GTIDS:
		return gtid_set_is_superset(executed, until->gtids);
	case UNTIL_FILE:
		return at->file[0] != '\0' && until_compare(until, at) >= 0;
	}
	return false;
}

bool
until_is_behind(const struct until *until, const struct gtid_set *executed, const char *file, uint64_t offset)
{
	const struct file_position at = {file, offset};

	switch (until->kind) {
	case UNTIL_NEVER:
		return false;
	case UNTIL_GTIDS:
		return gtid_set_is_superset(executed, until->gtids) && !gtid_set_is_equal(executed, until->gtids);
	case UNTIL_FILE:
		return file[0] != '\0' && until_compare(until, &at) > 0;
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

/* "binlog.000003:1234": a dot before the last colon, which no GTID has. */
static bool
is_file(const char *text)
{
	const char *colon = strrchr(text, ':');

	return colon != NULL && memchr(text, '.', (size_t) (colon - text)) != NULL;
}

/* Up to the dot that the number stands behind; 0: there is none. */
static size_t
base_length(const char *file, size_t len)
{
	size_t n_digits = 0;

	while (n_digits < len && isdigit((unsigned char) file[len - n_digits - 1]))
		n_digits++;
	return n_digits == 0 || n_digits == len || file[len - n_digits - 1] != '.' ? 0 : len - n_digits;
}

/* Files are compared by their numbers, so their names must be the source's. */
static bool
check_file(const char *file, size_t len, struct conn *source, struct err *err)
{
	struct server_state state;
	size_t base, expected;
	bool is_right;

	if (!server_state_read(source, &state, err))
		return false;
	base = base_length(file, len);
	expected = base_length(state.file, strlen(state.file));
	is_right = base != 0 && (expected == 0 || (base == expected && memcmp(file, state.file, base) == 0));
	if (!is_right)
		(void) err_set(err, ERR_STOP, "'%.*s' is no binlog file of the source; it writes '%s' now", (int) len, file, state.file);
	server_state_release(&state);
	return is_right;
}

static bool
parse_file(const char *text, struct conn *source, struct until *until, struct err *err)
{
	const char *colon = strrchr(text, ':');
	size_t len = (size_t) (colon - text);

	if (!check_file(text, len, source, err))
		return false;
	errno = 0;
	until->offset = strtoull(colon + 1, NULL, 10);
	if (colon[1] == '\0' || colon[1 + strspn(colon + 1, "0123456789")] != '\0' || errno != 0)
		return err_set(err, ERR_STOP, "'%s' is no offset", colon + 1);
	until->kind = UNTIL_FILE;
	until->file = mem_strndup(text, len);
	return true;
}

static bool
parse_gtids(const char *text, struct conn *source, struct until *until, struct err *err)
{
	if (text[strspn(text, " \t\n")] == '\0')
		return err_set(err, ERR_STOP, "no place to stop at");
	until->kind = UNTIL_GTIDS;
	return gtid_set_parse(text, conn_server(source)->flavour, &until->gtids, err);
}

bool
until_parse(const char *text, struct conn *source, struct until *until, struct err *err)
{
	*until = (struct until){.kind = UNTIL_NEVER};
	if (strcmp(text, "now") == 0)
		return until_now(source, until, err);
	if (is_file(text) ? parse_file(text, source, until, err) : parse_gtids(text, source, until, err))
		return true;
	if (err->kind != ERR_STOP || err->code != 0)
		return false;
	(void) err_prefix(err, "--until '%s': ", text);
	return err_hint(err, "Give 'now', a GTID set of the source, or FILE:OFFSET.");
}
