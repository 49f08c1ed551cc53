/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "mysql/watch.h"

enum { PATIENCE_MS = 20000 };

/* A connection, and the end of a server that says one byte every 50 ms. */
struct pair {
	int reader, server;
	struct watch *watch;
	int64_t since_ms;
};

static void
open_pair(struct pair *pair)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(listener, (struct sockaddr *) &address, len), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *) &address, &len), 0);
	pair->reader = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(pair->reader, (struct sockaddr *) &address, len), 0);
	pair->server = accept(listener, NULL, NULL);
	close(listener);
	pair->watch = watch_start(pair->reader);
	pair->since_ms = clock_mono_ms();
}

static void
close_pair(struct pair *pair)
{
	watch_stop(pair->watch);
	close(pair->reader);
	close(pair->server);
}

/* Reads what trickles in until it ends, or until `most_ms`; how long that took. */
static int64_t
read_on(struct pair *pair, int64_t most_ms)
{
	int64_t since_ms = clock_mono_ms();
	char byte;

	while (clock_mono_ms() - since_ms < most_ms) {
		if (send(pair->server, "x", 1, MSG_NOSIGNAL) != 1 || recv(pair->reader, &byte, 1, 0) != 1)
			break;
		(void) clock_sleep_ms(50, NULL);
	}
	return clock_mono_ms() - since_ms;
}

static void
time_of_an_answer(void **state)
{
	struct pair pair;

	(void) state;
	open_pair(&pair);
	watch_begin(pair.watch, 1);
	assert_in_range(read_on(&pair, PATIENCE_MS), 900, PATIENCE_MS / 2);
	assert_int_equal(watch_verdict(pair.watch), WATCH_LATE);
	assert_int_equal(watch_most_s(pair.watch), 1);
	close_pair(&pair);
}

static void
each_answer_has_its_own(void **state)
{
	struct pair pair;

	(void) state;
	open_pair(&pair);
	for (int i = 0; i < 3; i++) {
		watch_begin(pair.watch, 1);
		(void) read_on(&pair, 500);
		watch_end(pair.watch);
	}
	(void) read_on(&pair, 1200); /* nothing is waited for */
	watch_begin(pair.watch, 0);
	(void) read_on(&pair, 1200); /* for any time */
	assert_int_equal(watch_verdict(pair.watch), WATCH_GOOD);
	close_pair(&pair);
}

static void
a_stop(void **state)
{
	atomic_bool stop = false;
	struct pair pair;

	(void) state;
	open_pair(&pair);
	watch_set_stop(pair.watch, &stop);
	watch_begin(pair.watch, 0);
	(void) read_on(&pair, 300);
	assert_int_equal(watch_verdict(pair.watch), WATCH_GOOD);
	atomic_store(&stop, true);
	assert_in_range(read_on(&pair, PATIENCE_MS), 0, PATIENCE_MS / 2);
	assert_int_equal(watch_verdict(pair.watch), WATCH_STOPPED);
	close_pair(&pair);
}

/* Pours until `most` bytes are read, or the end. */
static size_t
pour(struct pair *pair, size_t most)
{
	enum { PIECE = 1 << 20 };
	char *piece = mem_zalloc(PIECE);
	size_t bytes = 0;
	ssize_t len = 1;

	while (bytes < most && len > 0) {
		(void) send(pair->server, piece, PIECE, MSG_NOSIGNAL | MSG_DONTWAIT);
		while (bytes < most && (len = recv(pair->reader, piece, PIECE, MSG_DONTWAIT)) > 0)
			bytes += (size_t) len;
		len = bytes < most && len < 0 ? 1 : len;
	}
	free(piece);
	return bytes;
}

static void
bytes_of_an_answer(void **state)
{
	const size_t limit = ANSWER_LIMIT_BYTES, most = 40 * limit;
	struct pair pair;

	(void) state;
	open_pair(&pair);
	watch_begin(pair.watch, 0);
	assert_in_range(pour(&pair, most), limit, most - 1);
	assert_int_equal(watch_verdict(pair.watch), WATCH_TOO_LARGE);
	close_pair(&pair);
}

static void
a_stream(void **state)
{
	struct pair pair;

	(void) state;
	open_pair(&pair);
	watch_set_stream(pair.watch);
	watch_begin(pair.watch, 1);
	(void) read_on(&pair, 300);
	(void) pour(&pair, 300 << 20); /* large, and quick */
	(void) read_on(&pair, 1500);
	assert_int_equal(watch_verdict(pair.watch), WATCH_GOOD);
	watch_begin(pair.watch, 1);
	assert_in_range(read_on(&pair, PATIENCE_MS), 900, PATIENCE_MS / 2);
	assert_int_equal(watch_verdict(pair.watch), WATCH_LATE);
	close_pair(&pair);
}

/* The library closes its descriptor, and the system gives its number to another file. */
static void
its_own_descriptor(void **state)
{
	struct pair pair, other;

	(void) state;
	open_pair(&pair);
	close(pair.reader);
	open_pair(&other);
	watch_abort(pair.watch);
	(void) read_on(&other, 200);
	assert_int_equal(send(other.server, "x", 1, MSG_NOSIGNAL), 1);
	close_pair(&other);
	watch_stop(pair.watch);
	close(pair.server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(time_of_an_answer),
	    cmocka_unit_test(each_answer_has_its_own),
	    cmocka_unit_test(a_stop),
	    cmocka_unit_test(bytes_of_an_answer),
	    cmocka_unit_test(a_stream),
	    cmocka_unit_test(its_own_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
