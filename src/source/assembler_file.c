/* SPDX-License-Identifier: Apache-2.0 */
/* ROTATE and FORMAT_DESCRIPTION: which of the source's files is read, and how. */
#include <string.h>

#include "base/testpoint.h"
#include "source/assembler_private.h"

enum { FIRST_EVENT_OFFSET = 4 };

/* The position moves to the begin of a file once it is known when that was begun. */
static void
enter_file(struct assembler *assembler, const struct event *event, struct txn **out)
{
	assembler->begun = event->timestamp;
	if (!assembler->is_new_file || assembler->txn != NULL)
		return;
	assembler->is_new_file = false;
	assembler_open(assembler, event);
	assembler_finish(assembler, event, out);
	(*out)->end.offset = assembler->event_offset;
	(*out)->timestamp = 0;
	(*out)->commit_us = 0;
}

bool
assembler_take_format(struct assembler *assembler, const struct event *event, struct txn **out, struct err *err)
{
	const struct binlog_format *kept;
	struct binlog_format format;

	memset(&format, 0, sizeof(format)); /* formats are compared as bytes */
	if (!format_parse(event, &format, err))
		return false;
	kept = formats_use(&assembler->formats, &format);
	if (kept == NULL)
		return err_set(err, ERR_STOP, "the source describes too many formats");
	assembler->format = kept;
	table_cache_clear(assembler->tables);
	if (format.created != 0) {
		/* The server has started anew: what it had not committed it has rolled back, its connection ids begin again. */
		assembler_drop(assembler);
		ddl_marks_drop_server(&assembler->marks, event->server_id);
	}
	enter_file(assembler, event, out);
	return true;
}

/* The real one and the artificial one at the start say the same: the next event is in `file` at `position`. */
bool
assembler_take_rotate(struct assembler *assembler, const struct event *event, struct err *err)
{
	struct bytes file;
	uint64_t position;
	bool is_same;

	if (!rotate_parse(event, &file, &position, err))
		return false;
	is_same = strlen(assembler->file) == file.len && memcmp(assembler->file, file.data, file.len) == 0;
	if (!is_same) {
		testpoint("rotation");
		assembler_set_file(assembler, (const char *) file.data, file.len);
		assembler->begun = 0;
	}
	/* With GTIDs the server names the file but starts where it has to; within one file our own count is better. */
	if (!is_same || position > FIRST_EVENT_OFFSET)
		assembler->offset = position;
	assembler->is_new_file = assembler->is_new_file || !is_same;
	return true;
}
