/* SPDX-License-Identifier: Apache-2.0 */
/* A folder for configuration files that a test writes, and loading them. */
#ifndef TESTS_UNIT_CONFIG_FILES_H
#define TESTS_UNIT_CONFIG_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "config/config.h"

struct folder {
	char path[64];
	struct config *config;
	struct config_messages messages;
	struct err err;
};

static inline void
folder_open(struct folder *folder)
{
	*folder = (struct folder){.path = "/tmp/rowferry-config-XXXXXX"};
	assert_non_null(mkdtemp(folder->path));
}

static inline void
folder_write(const struct folder *folder, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", folder->path, name);
	char *slash = strrchr(path, '/');
	FILE *file;

	*slash = '\0';
	(void) mkdir(path, 0700);
	*slash = '/';
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fputs(text, file) < 0, 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
	free(path);
}

static inline void
folder_chmod(const struct folder *folder, const char *name, mode_t mode)
{
	char *path = mem_printf("%s/%s", folder->path, name);

	assert_int_equal(chmod(path, mode), 0);
	free(path);
}

static inline bool
folder_load(struct folder *folder, const char *name)
{
	char *path = mem_printf("%s/%s", folder->path, name);
	bool ok;

	config_free(folder->config);
	config_messages_release(&folder->messages);
	ok = config_load(path, &folder->config, &folder->messages, &folder->err);
	free(path);
	return ok;
}

/* Every message, without the folder's path, in order; NULL ends the list. */
static inline void
folder_expect(const struct folder *folder, const char *const *expected)
{
	size_t n = 0, skip = strlen(folder->path) + 1;

	for (; n < folder->messages.n && expected[n] != NULL; n++) {
		/* paths inside the text name the folder, too */
		char *text = mem_strdup(folder->messages.items[n].text + skip), *at;

		while ((at = strstr(text, folder->path)) != NULL)
			memmove(at, at + skip, strlen(at + skip) + 1);
		assert_string_equal(text, expected[n]);
		free(text);
	}
	if (n < folder->messages.n)
		fail_msg("unexpected: %s", folder->messages.items[n].text);
	if (expected[n] != NULL)
		fail_msg("missing: %s", expected[n]);
}

static inline void
folder_close(struct folder *folder)
{
	char *command = mem_printf("rm -r '%s'", folder->path);

	config_free(folder->config);
	config_messages_release(&folder->messages);
	assert_int_equal(system(command), 0);
	free(command);
}

/* A file of the source tree; automake exports srcdir to tests. */
static inline char *
read_source(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char *path = mem_printf("%s/%s", srcdir != NULL ? srcdir : ".", name), *text;
	FILE *file = fopen(path, "r");
	size_t n;

	if (file == NULL)
		fail_msg("cannot open %s", path);
	text = mem_zalloc(256 * 1024);
	n = fread(text, 1, 256 * 1024 - 1, file);
	assert_true(n > 0 && n < 256 * 1024 - 1);
	(void) fclose(file);
	free(path);
	return text;
}

#endif
