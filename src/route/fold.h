/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names as a server with lower_case_table_names stores them and writes them to its row events: lower case by
 * utf8_general_ci, whatever a statement says.
 */
#ifndef ROUTE_FOLD_H
#define ROUTE_FOLD_H

#include <locale.h>

#include "base/arena.h"
#include "base/err.h"

/* For the functions below; the caller frees it with freelocale(). */
bool fold_locale(locale_t *locale, struct err *err);
/* `name` in lower case, in the arena; `name` itself where nothing changes.  Any thread. */
const char *fold_name(locale_t locale, const char *name, struct arena *arena);

#endif
