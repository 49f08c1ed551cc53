/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory part: a list of blocks, each filled with records (u4 length, bytes); a record never straddles two.
 * File part: the same records one behind the other.  Appends to the file are buffered, because most events
 * are small.  The file is unlinked as soon as it is open, so a crash leaves nothing behind.
 */
#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { BLOCK_FIRST = 512, BLOCK_LARGEST = 1 << 20, WRITE_BUFFER = 256 * 1024, READ_BUFFER = 256 * 1024, LEN_BYTES = 4 };

struct block {
	uint8_t *data;
	size_t used;
	size_t size;
};

struct spool {
	char *dir;
	size_t limit_bytes;
	struct block *blocks;
	size_t n_blocks;
	size_t cap_blocks;
	size_t memory_bytes;
	uint64_t memory_count;
	uint64_t count;
	uint64_t total_bytes;
	int fd; /* -1: nothing in the file */
	uint64_t file_bytes;   /* written */
	struct buf pending;    /* not yet written */
};

struct spool *
spool_new(const char *dir, size_t limit_bytes)
{
	struct spool *spool = mem_zalloc(sizeof(*spool));

	spool->dir = mem_strdup(dir);
	spool->limit_bytes = limit_bytes;
	spool->fd = -1;
	return spool;
}

void
spool_free(struct spool *spool)
{
	if (spool == NULL)
		return;
	for (size_t i = 0; i < spool->n_blocks; i++)
		free(spool->blocks[i].data);
	if (spool->fd >= 0)
		close(spool->fd);
	free(spool->blocks);
	buf_release(&spool->pending);
	free(spool->dir);
	free(spool);
}

static struct block *
block_for(struct spool *spool, size_t need)
{
	struct block *last = spool->n_blocks == 0 ? NULL : &spool->blocks[spool->n_blocks - 1];
	size_t size;

	if (last != NULL && last->size - last->used >= need)
		return last;
	size = last == NULL ? BLOCK_FIRST : last->size * 2;
	if (size > BLOCK_LARGEST)
		size = BLOCK_LARGEST;
	if (size < need)
		size = need;
	mem_grow(&spool->blocks, &spool->cap_blocks, spool->n_blocks + 1, sizeof(*spool->blocks));
	last = &spool->blocks[spool->n_blocks++];
	*last = (struct block){.data = mem_alloc(size), .size = size};
	spool->memory_bytes += size;
	return last;
}

/* A full disk can be cured while the task waits; other faults would only come again. */
static bool
set_disk_error(const struct spool *spool, const char *what, struct err *err)
{
	enum err_kind kind = errno == ENOSPC || errno == EDQUOT ? ERR_WAIT : ERR_STOP;

	return err_set(err, kind, "cannot %s spool file in '%s': %s", what, spool->dir, strerror(errno));
}

/* At the end of the file as it counts: what an earlier failure left behind that is written over. */
static bool
write_all(struct spool *spool, const void *data, size_t len, struct err *err)
{
	uint64_t at = spool->file_bytes;
	const uint8_t *from = data;

	while (len > 0) {
		ssize_t n = pwrite(spool->fd, from, len, (off_t) at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return set_disk_error(spool, "write", err);
		from += n;
		len -= (size_t) n;
		at += (uint64_t) n;
	}
	spool->file_bytes = at;
	return true;
}

/* On failure all is still pending. */
static bool
flush(struct spool *spool, struct err *err)
{
	if (!write_all(spool, spool->pending.data, spool->pending.len, err))
		return false;
	spool->pending.len = 0;
	return true;
}

static bool
open_file(struct spool *spool, struct err *err)
{
	char *path = mem_printf("%s/rowferry-spool-XXXXXX", spool->dir);

	spool->fd = mkostemp(path, O_CLOEXEC);
	if (spool->fd < 0)
		(void) set_disk_error(spool, "create", err);
	else
		(void) unlink(path);
	free(path);
	return spool->fd >= 0;
}

static void
put_head(struct spool *spool, struct bytes head, struct bytes body)
{
	buf_put_le(&spool->pending, head.len + body.len, LEN_BYTES);
	buf_add(&spool->pending, head.data, head.len);
}

/* A large body goes straight from the packet to the file: it is not copied once more. */
static bool
append_large(struct spool *spool, struct bytes head, struct bytes body, struct err *err)
{
	uint64_t begin;

	if (!flush(spool, err))
		return false;
	begin = spool->file_bytes;
	put_head(spool, head, body);
	if (flush(spool, err) && write_all(spool, body.data, body.len, err))
		return true;
	spool->file_bytes = begin;
	spool->pending.len = 0;
	return false;
}

static bool
append_to_file(struct spool *spool, struct bytes head, struct bytes body, struct err *err)
{
	size_t need = LEN_BYTES + head.len + body.len;

	if (spool->fd < 0 && !open_file(spool, err))
		return false;
	if (need > WRITE_BUFFER)
		return append_large(spool, head, body, err);
	if (spool->pending.len + need > WRITE_BUFFER && !flush(spool, err))
		return false;
	put_head(spool, head, body);
	buf_add(&spool->pending, body.data, body.len);
	return true;
}

bool
spool_append(struct spool *spool, struct bytes head, struct bytes body, struct err *err)
{
	size_t need = LEN_BYTES + head.len + body.len;

	if (need - LEN_BYTES > UINT32_MAX)
		return err_set(err, ERR_STOP, "record of %zu bytes is over the spool's limit of 4 GiB", need);
	if (spool->fd >= 0 || spool->memory_bytes + need > spool->limit_bytes) {
		if (!append_to_file(spool, head, body, err))
			return false;
	} else {
		struct block *block = block_for(spool, need);
		uint32_t len = (uint32_t) (need - LEN_BYTES);
		memcpy(block->data + block->used, &len, LEN_BYTES);
		memcpy(block->data + block->used + LEN_BYTES, head.data, head.len);
		if (body.len != 0)
			memcpy(block->data + block->used + LEN_BYTES + head.len, body.data, body.len);
		block->used += need;
		spool->memory_count++;
	}
	spool->count++;
	spool->total_bytes += need;
	return true;
}

size_t
spool_memory_bytes(const struct spool *spool)
{
	return spool->memory_bytes + spool->pending.cap;
}

uint64_t
spool_total_bytes(const struct spool *spool)
{
	return spool->total_bytes;
}

static void
next_in_memory(struct spool_cursor *cursor, struct bytes *record)
{
	const struct block *block = &cursor->spool->blocks[cursor->block];
	uint32_t len;

	while (cursor->block_at == block->used) {
		block = &cursor->spool->blocks[++cursor->block];
		cursor->block_at = 0;
	}
	memcpy(&len, block->data + cursor->block_at, LEN_BYTES);
	*record = (struct bytes){block->data + cursor->block_at + LEN_BYTES, len};
	cursor->block_at += LEN_BYTES + len;
}

/* Makes `want` bytes available behind buffer_at. */
static bool
fill(struct spool_cursor *cursor, size_t want, struct err *err)
{
	struct buf *buffer = &cursor->buffer;

	if (buffer->len - cursor->buffer_at >= want)
		return true;
	memmove(buffer->data, buffer->data + cursor->buffer_at, buffer->len - cursor->buffer_at);
	buffer->len -= cursor->buffer_at;
	cursor->buffer_at = 0;
	buf_reserve(buffer, (want > READ_BUFFER ? want : READ_BUFFER) - buffer->len);
	while (buffer->len < want) {
		ssize_t n = pread(cursor->spool->fd, buffer->data + buffer->len, buffer->cap - buffer->len,
		    (off_t) cursor->file_at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, ERR_STOP, "cannot read spool file in '%s': %s", cursor->spool->dir,
			    n < 0 ? strerror(errno) : "it is shorter than what was written");
		buffer->len += (size_t) n;
		cursor->file_at += (uint64_t) n;
	}
	return true;
}

static bool
next_in_file(struct spool_cursor *cursor, struct bytes *record, struct err *err)
{
	size_t len;

	if (cursor->spool->pending.len > 0 && !flush(cursor->spool, err))
		return false;
	if (cursor->buffer.data == NULL)
		buf_reserve(&cursor->buffer, READ_BUFFER);
	if (!fill(cursor, LEN_BYTES, err))
		return false;
	len = (size_t) bytes_le((const uint8_t *) cursor->buffer.data + cursor->buffer_at, LEN_BYTES);
	if (!fill(cursor, LEN_BYTES + len, err))
		return false;
	*record = (struct bytes){(const uint8_t *) cursor->buffer.data + cursor->buffer_at + LEN_BYTES, len};
	cursor->buffer_at += LEN_BYTES + len;
	return true;
}

bool
spool_next(struct spool_cursor *cursor, struct bytes *record, struct err *err)
{
	*record = (struct bytes){0};
	if (cursor->next == cursor->spool->count)
		return true;
	if (cursor->next < cursor->spool->memory_count)
		next_in_memory(cursor, record);
	else if (!next_in_file(cursor, record, err))
		return false;
	cursor->next++;
	return true;
}

void
spool_cursor_release(struct spool_cursor *cursor)
{
	buf_release(&cursor->buffer);
}
