/* SPDX-License-Identifier: Apache-2.0 */
/* XIDs of XA transactions in one text form: "X'6162',X'',1", digits in lower case, no spaces. */
#ifndef SOURCE_XID_H
#define SOURCE_XID_H

#include "base/arena.h"
#include "base/err.h"
#include "base/reader.h"

enum { XID_PART_LONGEST = 64 };

const char *xid_text(struct arena *arena, uint32_t format, struct bytes gtrid, struct bytes bqual);
/* From "XA COMMIT X'6162',X'',1": the servers log it in this form; what is behind the second word, normalised. */
const char *xid_of_statement(struct arena *arena, struct bytes sql);

/* From the body of XA_PREPARE: u1 one phase, u4 format, u4 length of gtrid, u4 length of bqual, both. */
bool xid_of_prepare(struct arena *arena, struct bytes body, const char **xid, bool *is_one_phase, struct err *err);

#endif
