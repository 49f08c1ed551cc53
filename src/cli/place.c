/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/options.h"
#include "model/txn.h"

bool
place_parse(const char *text, bool is_exact, struct place *place, struct err *err)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon == NULL ? strlen(text) : (size_t) (colon - text);

	*place = (struct place){.offset = PLACE_FIRST_OFFSET};
	if (len == 0 || memchr(text, '.', len) == NULL || (colon == NULL && is_exact) ||
	    (colon != NULL && !options_number(colon + 1, PLACE_FIRST_OFFSET, UINT64_MAX, &place->offset)))
		return err_set(err, ERR_STOP, "'%s' is no place in a binlog, expected %s, such as binlog.000001:%d", text,
		    is_exact ? "FILE:OFFSET" : "FILE or FILE:OFFSET", (int) PLACE_FIRST_OFFSET);
	place->file = mem_strndup(text, len);
	return true;
}

int
place_compare(const char *file, uint64_t offset, const char *other_file, uint64_t other_offset)
{
	const struct file_position place = {file, offset}, other = {other_file, other_offset};

	return file_position_compare(&place, &other);
}
