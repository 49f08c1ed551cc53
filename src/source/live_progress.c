/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "source/live.h"

void
live_progress_init(struct live_progress *progress)
{
	atomic_store(&progress->lag_ms, LIVE_LAG_UNKNOWN);
	(void) pthread_mutex_init(&progress->lock, NULL);
}

void
live_progress_release(struct live_progress *progress)
{
	(void) pthread_mutex_destroy(&progress->lock);
}

bool
live_progress_trouble(struct live_progress *progress, char *out, size_t size)
{
	bool has_some;

	(void) pthread_mutex_lock(&progress->lock);
	has_some = progress->trouble[0] != '\0';
	(void) snprintf(out, size, "%s", progress->trouble);
	(void) pthread_mutex_unlock(&progress->lock);
	return has_some;
}
