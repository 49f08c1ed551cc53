/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a configuration, as a list: operators want all of it in one go. */
#ifndef CONFIG_MESSAGES_H
#define CONFIG_MESSAGES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum config_message_kind { CONFIG_MISTAKE, CONFIG_WARNING };

struct config_message {
	enum config_message_kind kind;
	const char *file;
	unsigned int line; /* 0: the file as a whole */
	const char *key;   /* "source.port"; NULL where no key is meant */
	const char
	    *text; /* all of it on one line: "conf.d/shop.conf:3: 'source.port': 0 is out of range: ..." */
};

/* A zeroed list is empty and ready; owns its strings. */
struct config_messages {
	struct config_message *items; /* in the order in which they were found; the first 200 */
	size_t n;
	size_t cap;
	size_t n_mistakes;
	size_t n_denied; /* of those: files that this user may not read */
	struct arena arena;
};

void config_messages_add(struct config_messages *messages, enum config_message_kind kind, const char *file,
    unsigned int line, const char *key, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* Why a file cannot be read, for a mistake that is added next: strerror(), and the advice where that is a permission. */
const char *config_messages_why(struct config_messages *messages, int number);
/* By line within each file; files stay in the order in which they were read. */
void config_messages_sort(struct config_messages *messages);
/* The first mistake and how many more there are, as ERR_STOP; always false. */
bool config_messages_fail(const struct config_messages *messages, struct err *err);
void config_messages_release(struct config_messages *messages);

#endif
