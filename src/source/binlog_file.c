/* SPDX-License-Identifier: Apache-2.0 */
#include "source/binlog_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "binlog/event.h"

enum {
	MAGIC_LEN = 4,
	READ_BUFFER_BYTES = 1 << 18,
	CHUNK_BYTES = 1 << 20, /* so that a length that lies does not become memory */
	KEEP_BYTES = 1 << 24,
};

/* Offsets in the common header. */
enum { HEADER_TYPE_AT = 4, HEADER_LENGTH_AT = 9, HEADER_FLAGS_AT = 17 };

static const uint8_t plain_magic[MAGIC_LEN] = {0xfe, 'b', 'i', 'n'};
static const uint8_t encrypted_magic[MAGIC_LEN] = {0xfd, 'b', 'i', 'n'};

struct binlog_file {
	char *path;
	FILE *stream;
	uint64_t offset; /* of what is read next */
	struct buf event;
	bool is_in_use; /* the server has not closed it */
};

static bool
at(const struct binlog_file *file, uint64_t offset, struct err *err)
{
	return err_prefix(err, "%s:%" PRIu64 ": ", file->path, offset);
}

/* Appends up to `len` bytes to the event; fewer only at the end of the file. */
static bool
read_more(struct binlog_file *file, size_t len, struct err *err)
{
	while (len > 0) {
		size_t chunk = len < CHUNK_BYTES ? len : CHUNK_BYTES;
		buf_reserve(&file->event, chunk);
		size_t n = fread(file->event.data + file->event.len, 1, chunk, file->stream);
		file->event.len += n;
		len -= n;
		if (n == chunk)
			continue;
		if (!ferror(file->stream))
			return true;
		(void) err_set(err, ERR_STOP, "cannot read: %s", strerror(errno));
		return at(file, file->offset + file->event.len, err);
	}
	return true;
}

static bool
check_magic(struct binlog_file *file, struct err *err)
{
	if (!read_more(file, MAGIC_LEN, err))
		return false;
	if (file->event.len == MAGIC_LEN && memcmp(file->event.data, plain_magic, MAGIC_LEN) == 0) {
		file->offset = MAGIC_LEN;
		return true;
	}
	if (file->event.len == MAGIC_LEN && memcmp(file->event.data, encrypted_magic, MAGIC_LEN) == 0) {
		(void) err_set(err, ERR_STOP, "the file is encrypted (binlog_encryption = ON)");
		(void) err_hint(err, "Read it from its server, which decrypts it: --host, --from FILE.");
	} else if (file->event.len < MAGIC_LEN) {
		(void) err_set(err, ERR_STOP, "the file has %zu bytes, a binlog begins with %d", file->event.len, (int) MAGIC_LEN);
	} else {
		(void) err_set(err, ERR_STOP, "this is no binlog: it does not begin with fe 'b' 'i' 'n'");
	}
	return at(file, 0, err);
}

bool
binlog_file_open(const char *path, struct binlog_file **out, struct err *err)
{
	struct binlog_file *file = mem_zalloc(sizeof(*file));

	*out = NULL;
	file->path = mem_strdup(path);
	file->stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	if (file->stream == NULL) {
		(void) err_set(err, ERR_STOP, "cannot open '%s': %s", path, strerror(errno));
		binlog_file_close(file);
		return false;
	}
	(void) setvbuf(file->stream, NULL, _IOFBF, READ_BUFFER_BYTES);
	if (!check_magic(file, err)) {
		binlog_file_close(file);
		return false;
	}
	*out = file;
	return true;
}

void
binlog_file_close(struct binlog_file *file)
{
	if (file == NULL)
		return;
	if (file->stream != NULL && file->stream != stdin)
		(void) fclose(file->stream);
	buf_release(&file->event);
	free(file->path);
	free(file);
}

const char *
binlog_file_name(const struct binlog_file *file)
{
	const char *slash = strrchr(file->path, '/');

	return slash == NULL ? file->path : slash + 1;
}

static bool
is_cut(const struct binlog_file *file, uint64_t want, struct err *err)
{
	(void) err_set(err, ERR_STOP, "the file ends inside an event: %" PRIu64 " bytes announced, %zu are there", want,
	    file->event.len);
	if (file->is_in_use)
		(void) err_hint(err, "A server still writes this file, or crashed while it did.");
	return at(file, file->offset, err);
}

static bool
refuse_encrypted(const struct binlog_file *file, struct err *err)
{
	(void) err_set(err, ERR_STOP, "what follows is encrypted (encrypt_binlog = ON)");
	(void) err_hint(err, "Read it from its server, which decrypts it: --host, --from FILE.");
	return at(file, file->offset, err);
}

bool
binlog_file_next(struct binlog_file *file, struct bytes *packet, uint64_t *offset, struct err *err)
{
	const uint8_t *header;
	uint64_t length;

	*packet = (struct bytes){0};
	*offset = file->offset;
	buf_reset(&file->event, KEEP_BYTES);
	if (!read_more(file, EVENT_HEADER_LEN, err))
		return false;
	if (file->event.len == 0)
		return true;
	if (file->event.len < EVENT_HEADER_LEN)
		return is_cut(file, EVENT_HEADER_LEN, err);
	header = (const uint8_t *) file->event.data;
	length = bytes_le(header + HEADER_LENGTH_AT, 4);
	if (length < EVENT_HEADER_LEN) {
		(void) err_set(err, ERR_STOP, "an event announces %" PRIu64 " bytes, its header has %d", length,
		    (int) EVENT_HEADER_LEN);
		return at(file, file->offset, err);
	}
	if (!read_more(file, (size_t) length - EVENT_HEADER_LEN, err))
		return false;
	if (file->event.len < length)
		return is_cut(file, length, err);
	header = (const uint8_t *) file->event.data;
	if (header[HEADER_TYPE_AT] == EVENT_FORMAT_DESCRIPTION)
		file->is_in_use = (header[HEADER_FLAGS_AT] & EVENT_FLAG_IN_USE) != 0;
	if (header[HEADER_TYPE_AT] == EVENT_MARIADB_START_ENCRYPTION)
		return refuse_encrypted(file, err);
	file->offset += length;
	*packet = (struct bytes){header, file->event.len};
	return true;
}

static bool
no_event(const struct binlog_file *file, uint64_t offset, const char *where, struct err *err)
{
	(void) err_set(err, ERR_STOP, "offset %" PRIu64 " %s", offset, where);
	return at(file, file->offset, err);
}

static bool
is_regular(const struct binlog_file *file)
{
	struct stat status;

	return fstat(fileno(file->stream), &status) == 0 && S_ISREG(status.st_mode);
}

static bool
seek(struct binlog_file *file, uint64_t offset, struct err *err)
{
	struct stat status;

	if (fstat(fileno(file->stream), &status) == 0 && offset > (uint64_t) status.st_size)
		return no_event(file, offset, "is behind the end of the file", err);
	if (fseeko(file->stream, (off_t) offset, SEEK_SET) != 0) {
		(void) err_set(err, ERR_STOP, "cannot go to offset %" PRIu64 ": %s", offset, strerror(errno));
		return at(file, file->offset, err);
	}
	file->offset = offset;
	return true;
}

static bool
read_away(struct binlog_file *file, uint64_t offset, struct err *err)
{
	while (file->offset < offset) {
		uint64_t left = offset - file->offset;
		file->event.len = 0;
		if (!read_more(file, left < CHUNK_BYTES ? (size_t) left : CHUNK_BYTES, err))
			return false;
		file->offset += file->event.len;
		if (file->event.len == 0)
			return no_event(file, offset, "is behind the end of the file", err);
	}
	return true;
}

bool
binlog_file_skip_to(struct binlog_file *file, uint64_t offset, struct err *err)
{
	struct bytes packet;
	uint64_t begin;

	if (offset == file->offset)
		return true;
	/* The one behind the format description says whether the rest is encrypted. */
	if (offset > file->offset && !binlog_file_next(file, &packet, &begin, err))
		return false;
	if (offset < file->offset)
		return no_event(file, offset, "is not the beginning of an event", err);
	return is_regular(file) ? seek(file, offset, err) : read_away(file, offset, err);
}
