/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who ran the statement.  It runs under rowferry's account on the target, so what the source took from the session's
 * account must stand in the text: the DEFINER, CURRENT_USER among accounts, whose password is set, who administers a new
 * role.  Servers write most of it themselves; the rest comes from the event, or the statement stops.
 *
 * Worked example, run by app@%:
 *   ALTER EVENT e COMMENT 'x'             ALTER DEFINER=`app`@`%` EVENT e COMMENT 'x'
 *   RENAME USER CURRENT_USER() TO b       RENAME USER `app`@`%` TO b
 *   CREATE ROLE r                         BEGIN NOT ATOMIC CREATE ROLE r; GRANT r TO `app`@`%` WITH ADMIN OPTION; END
 */
#ifndef ROUTE_DDL_INVOKER_H
#define ROUTE_DDL_INVOKER_H

#include "route/ddl_plan.h"

/* Completes plan->out->sql.  ERR_STOP where the account is needed, and the event does not name it. */
bool plan_name_invoker(struct plan *plan, struct err *err);

#endif
