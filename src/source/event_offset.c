/* SPDX-License-Identifier: Apache-2.0 */
#include "source/event_offset.h"

bool
event_is_in_file(const struct event *event)
{
	if ((event->flags & EVENT_FLAG_ARTIFICIAL) || event->type == EVENT_HEARTBEAT || event->type == EVENT_HEARTBEAT_V2)
		return false;
	return event->type != EVENT_FORMAT_DESCRIPTION || event->log_pos != 0;
}

uint64_t
event_end_offset(const struct event *event, uint64_t begin)
{
	const uint64_t turn = (uint64_t) 1 << 32;
	uint64_t counted = begin + event->length, told;

	if (event->log_pos == 0 || (uint32_t) counted == event->log_pos)
		return counted;
	told = (counted & ~(turn - 1)) | event->log_pos;
	if (told > counted + turn / 2 && told >= turn)
		told -= turn;
	else if (told + turn / 2 < counted)
		told += turn;
	return told;
}

uint64_t
event_begin_offset(const struct event *event, uint64_t end, const struct txn *txn)
{
	if (event->log_pos == 0 && txn != NULL)
		return txn->begin.offset;
	return end < event->length ? 0 : end - event->length;
}
