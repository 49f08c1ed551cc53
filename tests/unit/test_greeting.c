/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/greeting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 70000 };

struct sample {
	uint8_t data[MOST];
	size_t len;
};

static void
add(struct sample *sample, const void *data, size_t len)
{
	memcpy(sample->data + sample->len, data, len);
	sample->len += len;
}

static void
set_head(struct sample *sample, uint8_t number)
{
	size_t len = sample->len - 4;

	sample->data[0] = (uint8_t) len;
	sample->data[1] = (uint8_t) (len >> 8);
	sample->data[2] = (uint8_t) (len >> 16);
	sample->data[3] = number;
}

/* A greeting with a version of `version_len` bytes and `tail_len` bytes behind the first capabilities. */
static void
make(struct sample *sample, uint8_t protocol, size_t version_len, bool has_tls, size_t tail_len)
{
	*sample = (struct sample){.len = 4};
	add(sample, &protocol, 1);
	memset(sample->data + sample->len, 'v', version_len);
	sample->len += version_len + 1 + 4 + 8 + 1;
	add(sample, has_tls ? "\xff\x0f" : "\xff\x07", 2);
	sample->len += tail_len;
	set_head(sample, 0);
}

static struct sample sample;

static void
assert_read(enum greeting wanted)
{
	assert_int_equal(greeting_read(sample.data, sample.len), wanted);
}

/* However many of its bytes have come, and whatever follows them. */
static void
test_greetings(void **state)
{
	static const size_t version_lens[] = {0, 1, 30, 500, 4000};

	(void) state;
	for (size_t i = 0; i < sizeof(version_lens) / sizeof(version_lens[0]); i++) {
		for (int has_tls = 0; has_tls < 2; has_tls++) {
			make(&sample, 10, version_lens[i], has_tls, 40);
			assert_read(has_tls ? GREETING_TLS : GREETING_PLAIN);
			for (size_t len = 0; len < sample.len; len++)
				assert_int_equal(greeting_read(sample.data, len), GREETING_PARTIAL);
			assert_int_equal(greeting_read(sample.data, sample.len + 50), has_tls ? GREETING_TLS : GREETING_PLAIN);
		}
	}
}

static void
test_what_cannot_be_read(void **state)
{
	static const uint8_t protocols[] = {0, 9, 11, 0xfe};

	(void) state;
	for (size_t i = 0; i < sizeof(protocols); i++) {
		make(&sample, protocols[i], 30, true, 40);
		assert_read(GREETING_UNREADABLE);
	}
	make(&sample, 10, 65000, true, 40);
	assert_read(GREETING_UNREADABLE);
	assert_int_equal(greeting_read(sample.data, 512), GREETING_UNREADABLE);
	make(&sample, 10, 30, true, 40);
	set_head(&sample, 1);
	assert_read(GREETING_UNREADABLE);
	assert_int_equal(greeting_read((const uint8_t *) "\0\0\0\0", 4), GREETING_UNREADABLE);
	assert_int_equal(greeting_read((const uint8_t *) "\1\0\0\0\x0a", 5), GREETING_UNREADABLE);
	assert_int_equal(greeting_read((const uint8_t *) "\6\0\0\0\x0avvvvv\0\1\2\3\4\1\2\3\4\5\6\7\x08\0\xff\xff", 26), GREETING_UNREADABLE);
	assert_int_equal(greeting_read((const uint8_t *) "\x15\0\0\0\x0avvvvv\0\1\2\3\4\1\2\3\4\5\6\7\x08\0\xff\xff", 26), GREETING_UNREADABLE);
	assert_int_equal(greeting_read((const uint8_t *) "\x16\0\0\0\x0avvvvv\0\1\2\3\4\1\2\3\4\5\6\7\x08\0\xff\xff", 26), GREETING_TLS);
}

static void
test_errors(void **state)
{
	(void) state;
	assert_int_equal(greeting_read((const uint8_t *) "\5\0\0\0\xff\x10\x04no", 9), GREETING_ERROR);
	assert_int_equal(greeting_read((const uint8_t *) "\5\0\0\0\xff\xff\xffno", 9), GREETING_UNREADABLE);
	assert_int_equal(greeting_read((const uint8_t *) "\3\0\0\0\xff\x10\x04", 7), GREETING_UNREADABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_greetings),
	    cmocka_unit_test(test_what_cannot_be_read),
	    cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
