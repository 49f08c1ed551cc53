/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/literal_float.h"

#include <stdlib.h>

/* M nines, D of them behind the point. */
static void
put_limit(const struct target_column *target, struct buf *out)
{
	for (unsigned int i = 0; i < target->precision; i++) {
		if (i + target->scale == target->precision)
			buf_putc(out, '.');
		buf_putc(out, '9');
	}
}

bool
literal_is_float_limit(double d, const struct target_column *target)
{
	struct buf limit = {0};
	bool is_limit;

	if (target->type != TARGET_FLOAT || target->precision == 0)
		return false;
	put_limit(target, &limit);
	is_limit = (d < 0 ? -d : d) == (double) strtof(buf_text(&limit), NULL);
	buf_release(&limit);
	return is_limit;
}

bool
literal_put_float_limit(double d, const struct target_column *target, struct buf *out)
{
	if (!literal_is_float_limit(d, target))
		return false;
	if (d < 0)
		buf_putc(out, '-');
	put_limit(target, out);
	buf_puts(out, "e0");
	return true;
}
