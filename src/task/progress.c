/* SPDX-License-Identifier: Apache-2.0 */
#include "task/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { UNHEARD_MS = 60000 };

const char *
task_state_name(enum task_state state)
{
	static const char *const names[] = {"starting", "following", "retrying", "waiting", "done", "stopped", "failed"};

	return names[state];
}

void
progress_init(struct progress *progress)
{
	memset(progress, 0, sizeof(*progress));
	pthread_mutex_init(&progress->lock, NULL);
	progress->file = mem_strdup("");
	live_progress_init(&progress->live);
	atomic_store(&progress->queue_lag_ms, -1);
	atomic_store(&progress->apply_lag_ms, -1);
}

void
progress_release(struct progress *progress)
{
	pthread_mutex_destroy(&progress->lock);
	live_progress_release(&progress->live);
	buf_release(&progress->gtids);
	free(progress->file);
}

void
progress_set_state(struct progress *progress, enum task_state state, const struct err *why)
{
	pthread_mutex_lock(&progress->lock);
	progress->state = state;
	progress->reason[0] = '\0';
	if (why != NULL && why->kind != ERR_NONE) {
		(void) snprintf(progress->reason, sizeof(progress->reason), "%s%s%s", why->text,
		    why->hint[0] == '\0' ? "" : ". ", why->hint);
		memcpy(progress->last_error, progress->reason, sizeof(progress->last_error));
	}
	pthread_mutex_unlock(&progress->lock);
}

void
progress_set_position(struct progress *progress, const struct marker_position *position, uint64_t epoch)
{
	pthread_mutex_lock(&progress->lock);
	progress->gtids.len = 0;
	gtid_set_put(position->executed, &progress->gtids);
	if (strcmp(progress->file, position->file) != 0) {
		free(progress->file);
		progress->file = mem_strdup(position->file);
	}
	progress->offset = position->offset;
	progress->epoch = epoch;
	pthread_mutex_unlock(&progress->lock);
}

/*
 * While transactions wait, the age of the oldest; with none, the lag of reading, which counts as known only
 * as long as the source is heard.
 */
int64_t
progress_lag_ms(struct progress *progress)
{
	int64_t oldest_us = atomic_load(&progress->oldest_us);
	int64_t heard_ms = atomic_load(&progress->live.heard_ms);

	if (oldest_us != 0) {
		int64_t lag_ms = source_clock_age_ms(&progress->live.clock, oldest_us);
		return lag_ms < 0 ? 0 : lag_ms;
	}
	if (!atomic_load(&progress->live.is_connected) || clock_mono_ms() - heard_ms > UNHEARD_MS)
		return -1;
	return atomic_load(&progress->live.lag_ms);
}
