/* SPDX-License-Identifier: Apache-2.0 */
/* What the option tables fill: the options themselves, and what still has to be made of several keys. */
#ifndef CONFIG_DRAFT_H
#define CONFIG_DRAFT_H

#include "config/config.h"

enum tls_draft_mode { TLS_DRAFT_OFF, TLS_DRAFT_PREFERRED, TLS_DRAFT_REQUIRED };
enum tls_draft_verify { TLS_DRAFT_NONE, TLS_DRAFT_CA, TLS_DRAFT_IDENTITY };

struct tls_draft {
	enum tls_draft_mode mode;
	enum tls_draft_verify verify;
};

struct task_draft {
	struct task_options options;
	struct tls_draft source, destination, status;
	bool is_auto_position;
};

struct config_draft {
	struct config config;
	struct tls_draft status, cluster;
};

#endif
