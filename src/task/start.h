/* SPDX-License-Identifier: Apache-2.0 */
/* Where a task without a stored position begins, or one that is told to begin elsewhere. */
#ifndef TASK_START_H
#define TASK_START_H

#include "apply/marker.h"
#include "mysql/conn.h"
#include "task/options.h"

/* The place that the options name, or the source's present one; released by marker_position_release(). */
bool start_resolve(struct conn *source, const struct start_options *start, struct marker_position *position,
    struct err *err);

#endif
