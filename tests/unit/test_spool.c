/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/spool.h"

static char folder[] = "/tmp/test-spool-XXXXXX";

static int
make_folder(void **state)
{
	(void) state;
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	(void) state;
	(void) umount(folder); /* after a failure of test_disk_full() */
	return rmdir(folder);
}

/* Record `number` in a log of mixed sizes: what it holds follows from its number. */
static size_t
record_len(uint64_t number, size_t largest)
{
	return number % 7 == 0 ? 0 : (size_t) (number * 7919) % largest;
}

static void
fill_record(uint64_t number, uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t) (number * 31 + i);
}

static bool
append(struct spool *spool, uint64_t number, size_t len, struct err *err)
{
	uint8_t *data = mem_alloc(len);
	bool is_done;

	fill_record(number, data, len);
	is_done = spool_append(spool, (struct bytes){(const uint8_t *) &number, sizeof(number)},
	    (struct bytes){data, len}, err);
	free(data);
	return is_done;
}

static void
append_all(struct spool *spool, uint64_t from, uint64_t n, size_t largest)
{
	struct err err;

	for (uint64_t i = from; i < from + n; i++)
		if (!append(spool, i, record_len(i, largest), &err))
			fail_msg("%s", err.text);
}

static void
check_record(struct bytes record, uint64_t number, size_t len)
{
	uint8_t *expected = mem_alloc(len);

	assert_int_equal(record.len, sizeof(number) + len);
	assert_memory_equal(record.data, &number, sizeof(number));
	fill_record(number, expected, len);
	assert_memory_equal(record.data + sizeof(number), expected, len);
	free(expected);
}

/* Reads all from the start. */
static void
check_all(struct spool *spool, uint64_t n, size_t largest)
{
	struct spool_cursor cursor = {.spool = spool};
	struct bytes record;
	struct err err;

	for (uint64_t i = 0; i < n; i++) {
		if (!spool_next(&cursor, &record, &err))
			fail_msg("%s", err.text);
		assert_non_null(record.data);
		check_record(record, i, record_len(i, largest));
	}
	assert_true(spool_next(&cursor, &record, &err));
	assert_null(record.data);
	spool_cursor_release(&cursor);
}

static size_t
files_in_folder(void)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	while (readdir(dir) != NULL)
		n++;
	(void) closedir(dir);
	return n - 2;
}

static void
test_empty(void **state)
{
	struct spool *spool = spool_new(folder, 100);

	(void) state;
	check_all(spool, 0, 1);
	assert_int_equal(spool_total_bytes(spool), 0);
	spool_free(spool);
	spool_free(NULL);
}

/* As in the header's example: the border between memory and file lies within the log. */
static void
test_border(void **state)
{
	static const size_t limits[] = {0, 1, 600, 100 * 1000, 10 * 1000 * 1000};

	(void) state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct spool *spool = spool_new(folder, limits[i]);

		append_all(spool, 0, 3000, 1000);
		assert_true(spool_memory_bytes(spool) <= limits[i] + (2U << 20));
		assert_int_equal(files_in_folder(), 0);
		check_all(spool, 3000, 1000);
		check_all(spool, 3000, 1000);
		spool_free(spool);
	}
}

/* Records larger than the buffers, and appends between reads. */
static void
test_large(void **state)
{
	enum { LARGEST = 3 * 1000 * 1000, N = 40 };
	struct spool *spool = spool_new(folder, 5 * 1000 * 1000);

	(void) state;
	for (uint64_t i = 0; i < N; i += 10) {
		append_all(spool, i, 10, LARGEST);
		check_all(spool, i + 10, LARGEST);
	}
	spool_free(spool);
}

/* Two cursors over one log, one of which begins before the log is complete. */
static void
test_cursors(void **state)
{
	struct spool *spool = spool_new(folder, 1000);
	struct spool_cursor cursor = {.spool = spool};
	struct bytes record;
	struct err err;

	(void) state;
	for (uint64_t i = 0; i < 2000; i++) {
		append_all(spool, i, 1, 500);
		assert_true(spool_next(&cursor, &record, &err));
		check_record(record, i, record_len(i, 500));
		if (i % 500 == 0)
			check_all(spool, i + 1, 500);
	}
	assert_true(spool_next(&cursor, &record, &err));
	assert_null(record.data);
	spool_cursor_release(&cursor);
	spool_free(spool);
}

/* Appends records until it fails; the number of those that were taken. */
static uint64_t
append_until_failure(struct spool *spool, size_t len, struct err *err)
{
	uint64_t n = 0;

	while (n < 100000 && append(spool, n, len, err))
		n++;
	return n;
}

/* The log is what it was before the failure, and the same record goes in once there is room. */
static void
check_goes_on(struct spool *spool, uint64_t n, size_t len)
{
	struct spool_cursor cursor = {.spool = spool};
	struct bytes record;
	struct err err;

	for (uint64_t i = n; i < n + 20; i++)
		if (!append(spool, i, len, &err))
			fail_msg("%s", err.text);
	for (uint64_t i = 0; i < n + 20; i++) {
		if (!spool_next(&cursor, &record, &err))
			fail_msg("%s", err.text);
		check_record(record, i, len);
	}
	spool_cursor_release(&cursor);
}

static void
set_file_limit(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
test_file_too_large(void **state)
{
	static const size_t lens[] = {1000, 300 * 1000};

	(void) state;
	(void) signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct spool *spool = spool_new(folder, 10000);
		struct err err = {0};
		char text[200];
		uint64_t n;

		set_file_limit(1000 * 1000 + 7);
		n = append_until_failure(spool, lens[i], &err);
		assert_in_range(n, 1, 3000);
		assert_int_equal(err.kind, ERR_STOP);
		(void) snprintf(text, sizeof(text), "cannot write spool file in '%s': File too large", folder);
		assert_string_equal(err.text, text);
		set_file_limit(RLIM_INFINITY);
		check_goes_on(spool, n, lens[i]);
		spool_free(spool);
	}
}

/* Needs the right to mount. */
static void
test_disk_full(void **state)
{
	static const size_t lens[] = {1000, 300 * 1000};

	(void) state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct spool *spool;
		struct err err = {0};
		char text[200];
		uint64_t n;

		if (mount("tmpfs", folder, "tmpfs", 0, "size=1m") != 0)
			skip();
		spool = spool_new(folder, 10000);
		n = append_until_failure(spool, lens[i], &err);
		assert_in_range(n, 1, 3000);
		assert_int_equal(err.kind, ERR_WAIT);
		(void) snprintf(text, sizeof(text), "cannot write spool file in '%s': No space left on device", folder);
		assert_string_equal(err.text, text);
		assert_int_equal(mount("tmpfs", folder, "tmpfs", MS_REMOUNT, "size=50m"), 0);
		check_goes_on(spool, n, lens[i]);
		spool_free(spool);
		assert_int_equal(umount(folder), 0);
	}
}

static void
test_no_folder(void **state)
{
	struct spool *spool = spool_new("/nonexistent/folder", 0);
	struct err err = {0};

	(void) state;
	assert_false(append(spool, 0, 1, &err));
	assert_int_equal(err.kind, ERR_STOP);
	assert_string_equal(err.text,
	    "cannot create spool file in '/nonexistent/folder': No such file or directory");
	spool_free(spool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_border),
	    cmocka_unit_test(test_large),
	    cmocka_unit_test(test_cursors),
	    cmocka_unit_test(test_file_too_large),
	    cmocka_unit_test(test_disk_full),
	    cmocka_unit_test(test_no_folder),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
