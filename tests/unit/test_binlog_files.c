/* SPDX-License-Identifier: Apache-2.0 */
/* Files written by real servers, compared with tests/data/binlog/NAME.txt; see the README there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "binlog_text.h"

enum { LIMIT_BYTES = 1 << 20 };

static struct buf
read_file(const char *name, const char *suffix)
{
	const char *top = getenv("srcdir");
	char *path = mem_printf("%s/tests/data/binlog/%s%s", top == NULL ? "." : top, name, suffix);
	FILE *file = fopen(path, "rb");
	struct buf content = {0};

	if (file == NULL)
		fail_msg("cannot open '%s'", path);
	buf_reserve(&content, LIMIT_BYTES);
	content.len = fread(content.data, 1, LIMIT_BYTES, file);
	(void) fclose(file);
	free(path);
	return content;
}

/* Where they differ is more telling than both texts. */
static void
compare(struct buf *got, struct buf *want)
{
	const char *a = buf_text(got), *b = buf_text(want);
	size_t line = 1, start = 0;

	for (size_t i = 0; a[i] == b[i] && a[i] != '\0'; i++) {
		if (a[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	if (got->len != want->len || memcmp(a, b, got->len) != 0)
		fail_msg("line %zu: got\n%.*s\nwant\n%.*s", line, (int) strcspn(a + start, "\n"), a + start,
		    (int) strcspn(b + start, "\n"), b + start);
}

static void
check_file(const char *name, const uint8_t *digits, size_t n_digits)
{
	struct buf file = read_file(name, ".binlog"), want = read_file(name, ".txt"), got = {0};
	struct binlog_text text = {.out = &got, .digits = digits, .n_digits = n_digits};
	struct err err = {0};

	if (!binlog_text_file(&text, (struct bytes){(const uint8_t *) file.data, file.len}, &err))
		fail_msg("%s", err.text);
	compare(&got, &want);
	binlog_text_release(&text);
	buf_release(&file);
	buf_release(&want);
	buf_release(&got);
}

static void
test_mariadb_10_11(void **state)
{
	(void) state;
	check_file("mariadb-10.11", NULL, 0);
}

static void
test_mariadb_11_8(void **state)
{
	(void) state;
	check_file("mariadb-11.8", NULL, 0);
}

static void
test_mariadb_old_times(void **state)
{
	static const uint8_t digits[] = {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 0};

	(void) state;
	check_file("mariadb-old-times", digits, sizeof(digits));
}

static void
test_mysql_5_6(void **state)
{
	(void) state;
	check_file("mysql-5.6", NULL, 0);
}

static void
test_mysql_9_7(void **state)
{
	(void) state;
	check_file("mysql-9.7", NULL, 0);
}

static void
test_checksum_none(void **state)
{
	(void) state;
	check_file("checksum-none", NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mariadb_10_11),
	    cmocka_unit_test(test_mariadb_11_8),
	    cmocka_unit_test(test_mariadb_old_times),
	    cmocka_unit_test(test_mysql_5_6),
	    cmocka_unit_test(test_mysql_9_7),
	    cmocka_unit_test(test_checksum_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
