/* SPDX-License-Identifier: Apache-2.0 */
#include "source/origin.h"

#include <string.h>

bool
origin_check(struct bytes origin, struct err *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	bool is_right = origin.len <= ORIGIN_LONGEST;

	for (size_t i = 0; i < origin.len && is_right; i++)
		is_right = memchr(allowed, origin.data[i], sizeof(allowed) - 1) != NULL;
	if (is_right)
		return true;
	return err_set(err, ERR_STOP, "a row of dump2db on the source names a region of %zu bytes that no rowferry has",
	    origin.len);
}
