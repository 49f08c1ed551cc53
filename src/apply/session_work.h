/* SPDX-License-Identifier: Apache-2.0 */
/* What a session on the target is doing: for people who ask why nothing moves. */
#ifndef APPLY_SESSION_WORK_H
#define APPLY_SESSION_WORK_H

#include "mysql/conn.h"

enum { SESSION_WORK_TEXT_SIZE = 160 };

struct session_work {
	bool is_at_work; /* it is there and runs a statement */
	uint64_t seconds;
	/* "COMMIT (Waiting for someone to free space)"; of a statement the part in front of the first value. */
	char text[SESSION_WORK_TEXT_SIZE];
};

/* Looks at session `id` of the server of `conn`: our own user's, or the user has PROCESS. */
bool session_work_read(struct conn *conn, uint64_t id, struct session_work *work, struct err *err);

#endif
