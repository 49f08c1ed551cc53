/* SPDX-License-Identifier: Apache-2.0 */
#include "source/source_clock.h"

#include <stdlib.h>

#include "base/clock.h"

enum { PATIENCE_S = 2 };

bool
source_clock_read(struct source_clock *clock, struct conn *conn, struct err *err)
{
	char *text = NULL;

	clock->read_ms = clock_mono_ms();
	/* UNIX_TIMESTAMP(NOW()) goes wrong in the hour that a time zone has twice. */
	if (!conn_query_one(conn, "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))", &text, err))
		return false;
	if (text != NULL)
		atomic_store(&clock->ahead_us, strtoll(text, NULL, 10) - clock_mono_us());
	free(text);
	return true;
}

void
source_clock_read_again(struct source_clock *clock, const struct conn_options *source)
{
	struct conn_options options = *source;
	struct err ignored = {0};
	struct conn *conn;

	clock->read_ms = clock_mono_ms();
	options.connect_timeout_s = options.io_timeout_s = PATIENCE_S;
	if (!conn_open(&options, &conn, &ignored))
		return;
	(void) source_clock_read(clock, conn, &ignored);
	conn_close(conn);
}

int64_t
source_clock_age_ms(const struct source_clock *clock, int64_t time_us)
{
	return (clock_mono_us() + atomic_load(&clock->ahead_us) - time_us) / 1000;
}
