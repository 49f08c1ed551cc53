/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds files to a fuzz target: those given, those of the folders given, or without arguments, as replay_X,
 * those of $srcdir/tests/fuzz/corpus/X (automake exports srcdir to tests).
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "fuzz.h"

static void
die(const char *what, const char *path)
{
	(void) fprintf(stderr, "%s '%s': %s\n", what, path, strerror(errno));
	exit(EXIT_FAILURE);
}

/* The content stands in a block of exactly its size, so that the sanitizer sees a read behind its end. */
static void
replay_file(const char *path, size_t size)
{
	uint8_t *data = mem_alloc(size);
	FILE *file = fopen(path, "rb");

	if (file == NULL || fread(data, 1, size, file) != size)
		die("cannot read", path);
	(void) fclose(file);
	(void) printf("%s\n", path);
	(void) fflush(stdout); /* names the culprit when the target crashes */
	(void) LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static size_t
replay(const char *path)
{
	const struct dirent *entry;
	size_t count = 0;
	struct stat info;
	DIR *folder;

	if (stat(path, &info) != 0)
		die("cannot read", path);
	if (!S_ISDIR(info.st_mode)) {
		replay_file(path, (size_t) info.st_size);
		return 1;
	}
	folder = opendir(path);
	if (folder == NULL)
		die("cannot open", path);
	while ((entry = readdir(folder)) != NULL) {
		char *inside = entry->d_name[0] == '.' ? NULL : mem_printf("%s/%s", path, entry->d_name);
		if (inside != NULL)
			count += replay(inside);
		free(inside);
	}
	(void) closedir(folder);
	return count;
}

static size_t
replay_own_corpus(const char *program)
{
	static const char prefix[] = "replay_";
	const char *srcdir = getenv("srcdir"), *slash = strrchr(program, '/');
	const char *name = slash == NULL ? program : slash + 1;
	size_t count;
	char *path;

	if (strncmp(name, prefix, sizeof(prefix) - 1) == 0)
		name += sizeof(prefix) - 1;
	path = mem_printf("%s/tests/fuzz/corpus/%s", srcdir == NULL ? "." : srcdir, name);
	count = replay(path);
	free(path);
	return count;
}

int
main(int argc, char **argv)
{
	size_t count = argc > 1 ? 0 : replay_own_corpus(argv[0]);

	for (int i = 1; i < argc; i++)
		count += replay(argv[i]);
	(void) printf("%zu files replayed\n", count);
	return count == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
