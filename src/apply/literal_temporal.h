/* SPDX-License-Identifier: Apache-2.0 */
/* Dates and times as the servers read them. */
#ifndef APPLY_LITERAL_TEMPORAL_H
#define APPLY_LITERAL_TEMPORAL_H

#include "base/buf.h"
#include "model/value.h"

/*
 * Appends "2026-01-31", "-12:00:00.25", "2026-01-31 12:00:00" without quotes, with as many fraction digits as
 * the value has; a timestamp `zone_minutes` ahead of UTC, 0 seconds as the zero date.
 */
void literal_put_temporal(const struct value *value, int zone_minutes, struct buf *out);

#endif
