/* SPDX-License-Identifier: Apache-2.0 */
/* Events as JSON, one object a line; rowferry(1) lists the members. */
#ifndef CLI_EVENT_JSON_H
#define CLI_EVENT_JSON_H

#include "cli/event_walk.h"

extern const struct event_printer event_json_printer;

#endif
