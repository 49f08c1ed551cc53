/* SPDX-License-Identifier: Apache-2.0 */
/* Binlog files read without a server: offsets, ends, and files that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "binlog/event.h"
#include "source/binlog_file.h"

static char *path;

static int
make_path(void **state)
{
	const char *folder = getenv("TMPDIR");
	int fd;

	(void) state;
	path = mem_printf("%s/binlog.XXXXXX", folder != NULL ? folder : "/tmp");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	return close(fd);
}

static int
remove_path(void **state)
{
	(void) state;
	(void) unlink(path);
	free(path);
	return 0;
}

/* Header and `body_len` bytes; the length may lie. */
static void
put_event(struct buf *out, uint8_t type, uint32_t length, size_t body_len, uint16_t flags)
{
	buf_put_le(out, 1700000000, 4);
	buf_put_le(out, type, 1);
	buf_put_le(out, 1, 4);
	buf_put_le(out, length, 4);
	buf_put_le(out, out->len, 4);
	buf_put_le(out, flags, 2);
	for (size_t i = 0; i < body_len; i++)
		buf_putc(out, (char) i);
}

static void
put_whole(struct buf *out, uint8_t type, size_t body_len)
{
	put_event(out, type, (uint32_t) (EVENT_HEADER_LEN + body_len), body_len, 0);
}

static void
write_file(struct buf *content)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(content->data, 1, content->len, file), content->len);
	assert_int_equal(fclose(file), 0);
	buf_release(content);
}

static void
put_magic(struct buf *out)
{
	buf_add(out, "\xfe" "bin", 4);
}

static void
expect_text(const struct err *err, const char *offset_and_text)
{
	char *text = mem_printf("%s:%s", path, offset_and_text);

	assert_int_equal(err->kind, ERR_STOP);
	assert_string_equal(err->text, text);
	free(text);
}

static void
test_events_come_with_their_offsets(void **state)
{
	const size_t bodies[] = {80, 0, 3, (size_t) 5 << 20, 7};
	struct binlog_file *file;
	struct buf content = {0};
	struct err err = {0};
	uint64_t offset, expected = 4;
	struct bytes packet;

	(void) state;
	put_magic(&content);
	for (size_t i = 0; i < 5; i++)
		put_whole(&content, (uint8_t) (15 + i), bodies[i]);
	write_file(&content);
	assert_true(binlog_file_open(path, &file, &err));
	assert_string_equal(binlog_file_name(file), strrchr(path, '/') + 1);
	for (size_t i = 0; i < 5; i++) {
		assert_true(binlog_file_next(file, &packet, &offset, &err));
		assert_int_equal(offset, expected);
		assert_int_equal(packet.len, EVENT_HEADER_LEN + bodies[i]);
		assert_int_equal(packet.data[4], 15 + i);
		if (bodies[i] > 0)
			assert_int_equal(packet.data[packet.len - 1], (bodies[i] - 1) & 0xff);
		expected += packet.len;
	}
	assert_true(binlog_file_next(file, &packet, &offset, &err));
	assert_null(packet.data);
	assert_int_equal(offset, expected);
	binlog_file_close(file);
}

static void
test_a_cut_tail_is_named_after_what_is_whole(void **state)
{
	struct binlog_file *file;
	struct buf content = {0};
	struct err err = {0};
	uint64_t offset;
	struct bytes packet;

	(void) state;
	put_magic(&content);
	put_event(&content, EVENT_FORMAT_DESCRIPTION, 29, 10, EVENT_FLAG_IN_USE);
	put_event(&content, EVENT_XID, 300, 101, 0);
	write_file(&content);
	assert_true(binlog_file_open(path, &file, &err));
	assert_true(binlog_file_next(file, &packet, &offset, &err));
	assert_false(binlog_file_next(file, &packet, &offset, &err));
	expect_text(&err, "33: the file ends inside an event: 300 bytes announced, 120 are there");
	assert_string_equal(err.hint, "A server still writes this file, or crashed while it did.");
	binlog_file_close(file);

	put_magic(&content);
	put_whole(&content, EVENT_FORMAT_DESCRIPTION, 10);
	buf_add(&content, "0123456", 7);
	write_file(&content);
	assert_true(binlog_file_open(path, &file, &err));
	assert_true(binlog_file_next(file, &packet, &offset, &err));
	err_clear(&err);
	assert_false(binlog_file_next(file, &packet, &offset, &err));
	expect_text(&err, "33: the file ends inside an event: 19 bytes announced, 7 are there");
	assert_string_equal(err.hint, "");
	binlog_file_close(file);
}

static void
test_a_length_below_the_header_is_refused(void **state)
{
	struct binlog_file *file;
	struct buf content = {0};
	struct err err = {0};
	uint64_t offset;
	struct bytes packet;

	(void) state;
	put_magic(&content);
	put_event(&content, EVENT_XID, 18, 30, 0);
	write_file(&content);
	assert_true(binlog_file_open(path, &file, &err));
	assert_false(binlog_file_next(file, &packet, &offset, &err));
	expect_text(&err, "4: an event announces 18 bytes, its header has 19");
	binlog_file_close(file);
}

/* 4 GiB are announced where a few bytes are: the answer comes at once, and no memory is taken for it. */
static void
test_a_huge_length_is_not_believed(void **state)
{
	struct binlog_file *file;
	struct buf content = {0};
	struct err err = {0};
	uint64_t offset;
	struct bytes packet;

	(void) state;
	put_magic(&content);
	put_event(&content, EVENT_XID, UINT32_MAX, 11, 0);
	write_file(&content);
	assert_true(binlog_file_open(path, &file, &err));
	assert_false(binlog_file_next(file, &packet, &offset, &err));
	expect_text(&err, "4: the file ends inside an event: 4294967295 bytes announced, 30 are there");
	binlog_file_close(file);
}

static void
test_what_is_no_plain_binlog(void **state)
{
	struct binlog_file *file;
	struct buf content = {0};
	struct err err = {0};
	uint64_t offset;
	struct bytes packet;

	(void) state;
	buf_puts(&content, "hello, world");
	write_file(&content);
	assert_false(binlog_file_open(path, &file, &err));
	expect_text(&err, "0: this is no binlog: it does not begin with fe 'b' 'i' 'n'");
	assert_null(file);

	buf_puts(&content, "\xfe" "b");
	write_file(&content);
	assert_false(binlog_file_open(path, &file, &err));
	expect_text(&err, "0: the file has 2 bytes, a binlog begins with 4");

	buf_puts(&content, "\xfd" "bin and so on");
	write_file(&content);
	assert_false(binlog_file_open(path, &file, &err));
	expect_text(&err, "0: the file is encrypted (binlog_encryption = ON)");
	assert_string_equal(err.hint, "Read it from its server, which decrypts it: --host, --from FILE.");

	put_magic(&content);
	put_whole(&content, EVENT_FORMAT_DESCRIPTION, 10);
	put_whole(&content, EVENT_MARIADB_START_ENCRYPTION, 17);
	put_whole(&content, EVENT_XID, 8);
	write_file(&content);
	assert_true(binlog_file_open(path, &file, &err));
	assert_true(binlog_file_next(file, &packet, &offset, &err));
	err_clear(&err);
	assert_false(binlog_file_skip_to(file, 33 + 36, &err));
	expect_text(&err, "33: what follows is encrypted (encrypt_binlog = ON)");
	binlog_file_close(file);

	assert_false(binlog_file_open("/nowhere/binlog.1", &file, &err));
	assert_string_equal(err.text, "cannot open '/nowhere/binlog.1': No such file or directory");
}

static void
test_going_forward(void **state)
{
	struct binlog_file *file;
	struct buf content = {0};
	struct err err = {0};
	uint64_t offset, third;
	struct bytes packet;

	(void) state;
	put_magic(&content);
	put_whole(&content, EVENT_FORMAT_DESCRIPTION, 10);
	put_whole(&content, EVENT_PREVIOUS_GTIDS, 3 << 20);
	third = content.len;
	put_whole(&content, EVENT_XID, 8);
	write_file(&content);
	assert_true(binlog_file_open(path, &file, &err));
	assert_true(binlog_file_next(file, &packet, &offset, &err));
	assert_true(binlog_file_skip_to(file, third, &err));
	assert_true(binlog_file_next(file, &packet, &offset, &err));
	assert_int_equal(offset, third);
	assert_int_equal(packet.data[4], EVENT_XID);
	assert_false(binlog_file_skip_to(file, 33, &err));
	expect_text(&err, "3145807: offset 33 is not the beginning of an event");
	binlog_file_close(file);

	assert_true(binlog_file_open(path, &file, &err));
	assert_true(binlog_file_next(file, &packet, &offset, &err));
	assert_false(binlog_file_skip_to(file, 4000000000, &err));
	expect_text(&err, "3145780: offset 4000000000 is behind the end of the file");
	binlog_file_close(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_events_come_with_their_offsets),
	    cmocka_unit_test(test_a_cut_tail_is_named_after_what_is_whole),
	    cmocka_unit_test(test_a_length_below_the_header_is_refused),
	    cmocka_unit_test(test_a_huge_length_is_not_believed),
	    cmocka_unit_test(test_what_is_no_plain_binlog),
	    cmocka_unit_test(test_going_forward),
	};

	return cmocka_run_group_tests(tests, make_path, remove_path);
}
