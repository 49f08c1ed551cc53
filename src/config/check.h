/* SPDX-License-Identifier: Apache-2.0 */
/* What no single key can get wrong: keys that exclude or need one another, files that cannot be read. */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/doc.h"
#include "config/draft.h"

/* Makes conn->tls of the draft, and checks what says how to reach the server in group `prefix`. */
void check_server(struct doc *doc, const char *prefix, const struct tls_draft *tls, struct conn_options *conn);
/* Password, password file and TLS of any group that has them. */
void check_password(struct doc *doc, const char *prefix);
enum tls_mode check_tls(struct doc *doc, const char *prefix, const struct tls_draft *draft);

/* Warns of files with passwords that others may read. */
void check_secrets(struct doc *doc, const struct option_table *table);
/* Makes source.start.kind; a position is parsed. */
void check_start(struct doc *doc, struct task_draft *draft);
/* Patterns and renames, by making rules of them. */
void check_rules(struct doc *doc, const struct rules_options *rules);

/* Each finishes the options in the draft. */
void check_global(struct doc *doc, struct config_draft *draft);
void check_task(struct doc *doc, struct task_draft *draft);

#endif
