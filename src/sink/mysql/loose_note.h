/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The row of dump2db.loose that says which transaction is about to write rows that cannot be rolled back: what a process
 * that is killed leaves for the next one.  See loose_rows.h.
 */
#ifndef SINK_MYSQL_LOOSE_NOTE_H
#define SINK_MYSQL_LOOSE_NOTE_H

#include "sink/mysql/applier_private.h"

/* At the start of a session, behind the marker's: what an earlier one has left. */
bool loose_note_read(struct applier *applier, struct err *err);
/* Writes it in a transaction of its own, where the one that failed has asked for it.  True: that may be tried again. */
bool loose_note_write_wanted(struct applier *applier, struct err *err);
/* Puts its removal into the transaction that is being built; nothing where there is none. */
bool loose_note_put_removal(struct applier *applier, struct err *err);
/* Nothing has been written: takes it back, as far as the session can. */
void loose_note_take_back(struct applier *applier);

#endif
