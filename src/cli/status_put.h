/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_STATUS_PUT_H
#define CLI_STATUS_PUT_H

#include "base/buf.h"
#include "cli/status_read.h"

/* A table, and below each task's line what else is to be said of it.  What was not measured is "-". */
void status_put_table(const struct status_look *looks, size_t n, struct buf *out);
/* {"time":...,"tasks":[...]}; what was not measured is null. */
void status_put_json(const struct status_look *looks, size_t n, struct buf *out);

#endif
