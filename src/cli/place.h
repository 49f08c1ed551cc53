/* SPDX-License-Identifier: Apache-2.0 */
/* A place in a server's binlog as people write it: "binlog.000003:1234". */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { PLACE_FIRST_OFFSET = 4 };

struct place {
	char *file; /* the owner's to free; NULL: none */
	uint64_t offset;
};

/* Unless `is_exact`, the offset may be left away: the file's first event. */
bool place_parse(const char *text, bool is_exact, struct place *place, struct err *err);

/* Below, at, above 0.  Files count by the number behind the last dot, whose length may grow. */
int place_compare(const char *file, uint64_t offset, const char *other_file, uint64_t other_offset);

#endif
