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

/* An override in words, by which it is known once it has been carried out ("gtid 0-1-5"); NULL without one.  Freed. */
char *start_override(const struct start_options *start);

/* A start that is given, is not taken since a position is stored, and is one that this position has not come to. */
bool start_is_ahead(const struct start_options *start, const struct marker_position *place,
    const struct marker_position *stored);

#endif
