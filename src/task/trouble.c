/* SPDX-License-Identifier: Apache-2.0 */
#include "task/trouble.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"

enum { SAY_EVERY_MS = 60000, MS_PER_SECOND = 1000 };

int64_t
trouble_wait_ms(struct trouble *trouble, const struct err *err)
{
	if (trouble->started_ms == 0)
		trouble->started_ms = clock_mono_ms();
	return err->kind == ERR_WAIT ? TROUBLE_WAIT_MS : backoff_next_ms(&trouble->backoff);
}

void
trouble_say(struct trouble *trouble, const char *task, const struct err *err, int64_t wait_ms)
{
	int64_t now_ms = clock_mono_ms();

	if (trouble->said_ms != 0 && now_ms - trouble->said_ms < SAY_EVERY_MS && strcmp(trouble->said, err->text) == 0)
		return;
	trouble->said_ms = now_ms;
	memcpy(trouble->said, err->text, sizeof(trouble->said));
	log_line(LOG_WARN, task, "%s; trying again in %.1f s", err->text, (double) wait_ms / MS_PER_SECOND);
}

void
trouble_end(struct trouble *trouble, const char *task)
{
	if (trouble->said_ms != 0)
		log_line(LOG_INFO, task, "goes on after %" PRId64 " s", (clock_mono_ms() - trouble->started_ms) / MS_PER_SECOND);
	trouble->started_ms = trouble->said_ms = 0;
	backoff_reset(&trouble->backoff);
}
