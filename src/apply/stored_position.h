/* SPDX-License-Identifier: Apache-2.0 */
/* What dump2db says of a task, read without taking the task from whoever runs it: for check, status and skip. */
#ifndef APPLY_STORED_POSITION_H
#define APPLY_STORED_POSITION_H

#include "apply/marker.h"

struct stored_position {
	bool has_schema;       /* dump2db is there; false: nothing else is set */
	bool has_task;         /* the server_id belongs to a task; false: it has never run */
	char *task;
	enum flavour source_flavour;
	char *source_identity;
	char *override_done; /* "": none */
	bool has_position;
	uint64_t epoch;
	uint64_t seq;
	struct marker_position position;
};

bool stored_position_read(struct conn *conn, uint32_t server_id, struct stored_position *stored, struct err *err);
void stored_position_release(struct stored_position *stored); /* a zeroed one is fine */

#endif
