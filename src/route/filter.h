/* SPDX-License-Identifier: Apache-2.0 */
/* Which changes of carried tables a task leaves out. */
#ifndef ROUTE_FILTER_H
#define ROUTE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct filter_options {
	bool ignore_insert, ignore_update, ignore_delete;
	const uint32_t *ignore_threads; /* connection ids on the source */
	size_t n_ignore_threads;
};

/*
 * What becomes of transactions that a rowferry wrote: in a mesh every server is fed directly, so they are
 * dropped; in a ring (or a chain) they are passed on until they are back where they came from.
 */
enum loop_policy { LOOP_MESH, LOOP_RING };

#endif
