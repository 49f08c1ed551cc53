/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ROUTE_TABLE_ROUTE_H
#define ROUTE_TABLE_ROUTE_H

#include "model/table_map.h"
#include "route/rules.h"

/* Sets role and target names of a map that nobody else has seen yet. */
void table_route(const struct rules *rules, struct table_map *map);

#endif
