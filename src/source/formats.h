/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The format descriptions of a stream.  Transactions point at the one that they were read under and are applied
 * later, on another thread, so each is kept until the stream ends.  There are few: a source writes one at each
 * rotation, and mostly the same.
 */
#ifndef SOURCE_FORMATS_H
#define SOURCE_FORMATS_H

#include "binlog/event.h"

struct format_node;

/* A zeroed list is empty and ready. */
struct formats {
	struct format_node *newest;
	size_t n;
};

/*
 * The list's own copy of `format`; NULL: of a format that knows nothing, as before the first description.  Returns NULL
 * when it would be the 1001st, which no source has.
 */
const struct binlog_format *formats_use(struct formats *formats, const struct binlog_format *format);
void formats_release(struct formats *formats);

#endif
