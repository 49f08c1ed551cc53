/* SPDX-License-Identifier: Apache-2.0 */
/* Which statements an intent covers, and how open ones are stored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source/ddl_marks.h"

#define TEXT \
	"1001/55/17/101/00000000000000000000000000000000/eu;" \
	"1002/7/17/102/c014174ced1711f19f7b02fc00000001/;"

static const struct ddl_author first = {.server_id = 101};

static struct ddl_marks
parse(const char *text)
{
	struct ddl_marks marks = {0};

	ddl_marks_parse(&marks, text);
	return marks;
}

static void
test_text_comes_back(void **state)
{
	struct ddl_marks marks = parse(TEXT);
	struct buf out = {0};

	(void) state;
	ddl_marks_put(&marks, &out);
	assert_string_equal(buf_text(&out), TEXT);
	buf_release(&out);
	ddl_marks_release(&marks);
}

static void
test_only_its_own_server(void **state)
{
	struct ddl_marks marks = parse(TEXT);
	struct ddl_author other = {.server_id = 102, .uuid = {0xc0, 0x14, 0x17, 0x4c, 0xed, 0x17, 0x11, 0xf1, 0x9f, 0x7b, 0x02, 0xfc,
							     0, 0, 0, 1}};

	(void) state;
	assert_string_equal(ddl_marks_find(&marks, &first, 17)->origin, "eu");
	assert_int_equal(ddl_marks_find(&marks, &other, 17)->seq, 7);
	assert_null(ddl_marks_find(&marks, &first, 18));
	other.uuid[15] = 2;
	assert_null(ddl_marks_find(&marks, &other, 17));
	other.uuid[15] = 1;
	other.server_id = 101;
	assert_null(ddl_marks_find(&marks, &other, 17));
	ddl_marks_release(&marks);
}

static void
test_a_restart_voids_its_own(void **state)
{
	struct ddl_marks marks = parse(TEXT);

	(void) state;
	ddl_marks_drop_server(&marks, 102);
	assert_int_equal(marks.n, 1);
	assert_non_null(ddl_marks_find(&marks, &first, 17));
	ddl_marks_drop_server(&marks, 101);
	assert_int_equal(marks.n, 0);
	ddl_marks_release(&marks);
}

static void
test_unreadable_parts(void **state)
{
	struct ddl_marks marks = parse("1001/55/17/eu;;x;1/2/3/4/00/eu;1/2/3/4/g0000000000000000000000000000000/eu;"
				       "5/6/7/101/00000000000000000000000000000000/us;9");

	(void) state;
	assert_int_equal(marks.n, 1);
	assert_string_equal(ddl_marks_find(&marks, &first, 7)->origin, "us");
	ddl_marks_release(&marks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text_comes_back),
	    cmocka_unit_test(test_only_its_own_server),
	    cmocka_unit_test(test_a_restart_voids_its_own),
	    cmocka_unit_test(test_unreadable_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
