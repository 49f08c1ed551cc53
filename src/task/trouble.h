/* SPDX-License-Identifier: Apache-2.0 */
/* Something that is tried again and again: how long to wait in between, and how often the log hears of it. */
#ifndef TASK_TROUBLE_H
#define TASK_TROUBLE_H

#include "base/clock.h"
#include "base/err.h"

enum { TROUBLE_WAIT_MS = 2000 }; /* between looks at what others have to put right */

struct trouble {
	struct backoff backoff;
	int64_t started_ms; /* of the first failure; 0: none */
	int64_t said_ms;    /* 0: nothing has been said */
	char said[1024];
};

/* How long to wait before the next try. */
int64_t trouble_wait_ms(struct trouble *trouble, const struct err *err);
/* Logs what goes wrong, as a warning: when it is another trouble than before, and the same one once a minute. */
void trouble_say(struct trouble *trouble, const char *task, const struct err *err, int64_t wait_ms);
/* It is over: says so, where it was told before. */
void trouble_end(struct trouble *trouble, const char *task);

#endif
