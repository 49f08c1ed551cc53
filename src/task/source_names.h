/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TASK_SOURCE_NAMES_H
#define TASK_SOURCE_NAMES_H

#include "mysql/conn.h"
#include "route/rules.h"
#include "sink/mysql/name_claims.h"

/*
 * Tells `claims` the carried tables that the source has now, as far as the account sees them.  ERR_STOP where two of them
 * would be one on the target.
 */
bool source_names_expect(
    const struct conn_options *source, const struct rules *rules, struct name_claims *claims, struct err *err);

#endif
