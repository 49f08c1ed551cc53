/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the queue to the applier: consecutive transactions share a target transaction while there is a backlog.
 *
 * With nothing waiting, a batch is one source transaction: it is not held back to see whether another comes.
 */
#ifndef TASK_BATCH_H
#define TASK_BATCH_H

#include "sink/mysql/applier.h"
#include "source/live.h"
#include "task/options.h"
#include "task/progress.h"

struct batch_loop {
	const struct task_options *options;
	struct applier *applier;
	struct live *live;
	struct queue *queue;
	struct progress *progress;
	const struct loose_rows *loose;
	const atomic_bool *stop;
};

/*
 * Applies until the source has reached its end (true), or something ends it: a request to stop
 * (ERR_CANCELLED), the source's error, the applier's.
 */
bool batch_loop(const struct batch_loop *loop, struct err *err);

#endif
