/* SPDX-License-Identifier: Apache-2.0 */
/* One configuration file on its way into a struct: libconfig's tree, and where its settings stand. */
#ifndef CONFIG_DOC_H
#define CONFIG_DOC_H

#include <stdbool.h>

#include <libconfig.h>

#include "base/arena.h"
#include "config/conf_text.h"
#include "config/messages.h"
#include "config/option.h"

struct doc {
	const char *file;
	struct conf_text text;
	config_t tree;
	struct config_messages *messages;
	struct arena *arena; /* of what is read: strings, lists */
	bool is_ok;          /* false from the first mistake on */
};

/* `file` lives as long as the document.  False: it could not be parsed.  Close it either way. */
bool doc_open(struct doc *doc, const char *file, struct arena *arena, struct config_messages *messages);
bool doc_open_memory(struct doc *doc, const char *file, const char *data, size_t len, struct arena *arena,
    struct config_messages *messages);
void doc_close(struct doc *doc);

/* The setting of that path, or NULL. */
const config_setting_t *doc_find(const struct doc *doc, const char *path);
bool doc_has(const struct doc *doc, const char *path);
/* A member of a group, or NULL; of a group that is NULL, too. */
const config_setting_t *doc_member(const config_setting_t *group, const char *name);
struct conf_line doc_line(const struct doc *doc, const config_setting_t *setting);

/* Reports a mistake at a setting, named by `path`; NULL `setting`: where the path or the nearest group around
 * it stands. */
void doc_mistake(struct doc *doc, const config_setting_t *setting, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void doc_warn(struct doc *doc, const config_setting_t *setting, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Fills `base` (the struct that the table's offsets belong to, zeroed) from the whole document: values,
 * defaults; unknown keys, wrong types, values out of range and required keys that are missing are reported.
 */
void doc_fill(struct doc *doc, const struct option_table *table, void *base);

#endif
