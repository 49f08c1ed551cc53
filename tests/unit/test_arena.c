/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdalign.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

enum { PIECES = 2000 };

static void
test_pieces(void **state)
{
	struct arena arena = {0};
	uint8_t *pieces[PIECES];

	(void) state;
	for (size_t i = 0; i < PIECES; i++) {
		pieces[i] = arena_alloc(&arena, i);
		assert_int_equal((uintptr_t) pieces[i] % alignof(max_align_t), 0);
		memset(pieces[i], (int) (i & 255), i);
	}
	for (size_t i = 0; i < PIECES; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_equal(pieces[i][k], i & 255);
	assert_true(arena.bytes >= PIECES * (PIECES - 1) / 2);
	arena_release(&arena);
	assert_int_equal(arena.bytes, 0);
}

static void
test_copies(void **state)
{
	static const char text[] = "text";
	struct arena arena = {0};
	const uint8_t *zeros;
	char *copy;

	(void) state;
	memset(arena_alloc(&arena, 300), 0xff, 300);
	arena_reset(&arena);
	zeros = arena_zalloc(&arena, 300);
	for (size_t i = 0; i < 300; i++)
		assert_int_equal(zeros[i], 0);
	copy = arena_strndup(&arena, text, 2);
	assert_string_equal(copy, "te");
	assert_string_equal(arena_strndup(&arena, NULL, 0), "");
	copy = arena_dup(&arena, text, sizeof(text));
	assert_ptr_not_equal(copy, text);
	assert_string_equal(copy, text);
	assert_non_null(arena_dup(&arena, NULL, 0));
	arena_release(&arena);
}

/* Reset keeps one block of ordinary size; what was taken for a large piece goes back. */
static void
test_reset(void **state)
{
	struct arena arena = {0};
	size_t bytes;

	(void) state;
	arena_reset(&arena);
	assert_int_equal(arena.bytes, 0);
	(void) arena_alloc(&arena, 100);
	bytes = arena.bytes;
	(void) arena_alloc(&arena, 10000000);
	assert_true(arena.bytes > 10000000);
	arena_reset(&arena);
	assert_true(arena.bytes > 0 && arena.bytes <= bytes);
	for (int i = 0; i < 1000; i++) {
		arena_reset(&arena);
		(void) arena_alloc(&arena, 100);
	}
	assert_true(arena.bytes <= bytes);
	arena_release(&arena);
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pieces),
	    cmocka_unit_test(test_copies),
	    cmocka_unit_test(test_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
