/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/watch.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { LOOK_MS = 100, MS_PER_SECOND = 1000, NS_PER_MS = 1000000, NS_PER_SECOND = 1000000000 };

struct watch {
	int socket;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool is_ending; /* under the lock */
	_Atomic(const atomic_bool *) stop;
	atomic_bool is_stream;
	atomic_uint number; /* of what is read: odd while it is; one writes, for each event, so that it is done without locks */
	atomic_uint most_s;
	atomic_int_least64_t since_ms;
	atomic_int verdict;
};

/* What was there when the thread first saw it. */
struct sight {
	unsigned int number;
	uint64_t bytes;
};

/* 0 where it cannot be told: a local socket. */
static uint64_t
bytes_received(const struct watch *watch)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	return getsockopt(watch->socket, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 ? info.tcpi_bytes_received : 0;
}

static enum watch_verdict
judge(const struct watch *watch, const struct sight *sight, uint64_t bytes)
{
	const atomic_bool *stop = atomic_load(&watch->stop);
	bool is_stream = atomic_load(&watch->is_stream);
	int64_t most_ms = (int64_t) atomic_load(&watch->most_s) * MS_PER_SECOND;
	int64_t more_ms = is_stream ? (int64_t) (bytes - sight->bytes) * MS_PER_SECOND / STREAM_BYTES_PER_S : 0;

	if (stop != NULL && atomic_load(stop))
		return WATCH_STOPPED;
	if (!is_stream && bytes - sight->bytes > ANSWER_LIMIT_BYTES)
		return WATCH_TOO_LARGE;
	return most_ms != 0 && clock_mono_ms() - atomic_load(&watch->since_ms) > most_ms + more_ms ? WATCH_LATE : WATCH_GOOD;
}

static void
look(struct watch *watch, struct sight *sight)
{
	unsigned int number = atomic_load(&watch->number);
	enum watch_verdict verdict;
	uint64_t bytes;

	if (number % 2 == 0)
		return;
	bytes = bytes_received(watch);
	if (number != sight->number)
		*sight = (struct sight){number, bytes};
	verdict = judge(watch, sight, bytes);
	if (verdict == WATCH_GOOD || atomic_load(&watch->number) != number)
		return;
	atomic_store(&watch->verdict, (int) verdict);
	watch_abort(watch);
}

static bool
sleep_for_a_look(struct watch *watch)
{
	struct timespec until;
	bool is_ending;

	(void) clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += LOOK_MS * NS_PER_MS;
	until.tv_sec += until.tv_nsec / NS_PER_SECOND;
	until.tv_nsec %= NS_PER_SECOND;
	(void) pthread_mutex_lock(&watch->lock);
	if (!watch->is_ending)
		(void) pthread_cond_timedwait(&watch->wake, &watch->lock, &until);
	is_ending = watch->is_ending;
	(void) pthread_mutex_unlock(&watch->lock);
	return !is_ending;
}

static void *
run(void *context)
{
	struct watch *watch = context;
	struct sight sight = {0};

	while (sleep_for_a_look(watch) && watch_verdict(watch) == WATCH_GOOD)
		look(watch, &sight);
	return NULL;
}

struct watch *
watch_start(int socket)
{
	struct watch *watch = mem_zalloc(sizeof(*watch));
	pthread_condattr_t attributes;

	watch->socket = fcntl(socket, F_DUPFD_CLOEXEC, 0);
	(void) pthread_condattr_init(&attributes);
	(void) pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void) pthread_cond_init(&watch->wake, &attributes);
	(void) pthread_condattr_destroy(&attributes);
	(void) pthread_mutex_init(&watch->lock, NULL);
	if (watch->socket < 0 || pthread_create(&watch->thread, NULL, run, watch) != 0)
		(void) mem_alloc(SIZE_MAX); /* no descriptors or threads left: as out of memory */
	return watch;
}

void
watch_stop(struct watch *watch)
{
	if (watch == NULL)
		return;
	(void) pthread_mutex_lock(&watch->lock);
	watch->is_ending = true;
	(void) pthread_cond_signal(&watch->wake);
	(void) pthread_mutex_unlock(&watch->lock);
	(void) pthread_join(watch->thread, NULL);
	(void) pthread_cond_destroy(&watch->wake);
	(void) pthread_mutex_destroy(&watch->lock);
	(void) close(watch->socket);
	free(watch);
}

int
watch_socket(const struct watch *watch)
{
	return watch->socket;
}

void
watch_set_stop(struct watch *watch, const atomic_bool *stop)
{
	atomic_store(&watch->stop, stop);
}

void
watch_set_stream(struct watch *watch)
{
	atomic_store(&watch->is_stream, true);
}

void
watch_begin(struct watch *watch, unsigned int most_s)
{
	unsigned int number = atomic_load_explicit(&watch->number, memory_order_relaxed);

	atomic_store_explicit(&watch->most_s, most_s, memory_order_relaxed);
	atomic_store_explicit(&watch->since_ms, clock_mono_ms(), memory_order_relaxed);
	atomic_store_explicit(&watch->number, number + (number % 2 == 0 ? 1 : 2), memory_order_release);
}

void
watch_end(struct watch *watch)
{
	unsigned int number = atomic_load_explicit(&watch->number, memory_order_relaxed);

	atomic_store_explicit(&watch->number, number + number % 2, memory_order_release);
}

enum watch_verdict
watch_verdict(const struct watch *watch)
{
	return (enum watch_verdict) atomic_load(&watch->verdict);
}

unsigned int
watch_most_s(const struct watch *watch)
{
	return atomic_load(&watch->most_s);
}

bool
watch_is_stream(const struct watch *watch)
{
	return atomic_load(&watch->is_stream);
}

void
watch_abort(struct watch *watch)
{
	(void) shutdown(watch->socket, SHUT_RDWR);
}
