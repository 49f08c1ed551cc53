/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_ORIGIN_H
#define SOURCE_ORIGIN_H

#include "base/err.h"
#include "base/reader.h"

enum { ORIGIN_LONGEST = 64 };

/*
 * Is it the name of a region, or empty?  It comes out of the source's dump2db and goes into statements for the target.
 * ERR_STOP for what no rowferry writes.
 */
bool origin_check(struct bytes origin, struct err *err);

#endif
