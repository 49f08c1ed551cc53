/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testpoint.h"

#ifdef ENABLE_TEST_POINTS

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The tally of the one point that is armed: a test aid, the only state of its kind. */
static atomic_uint passes;

static void
note_hit(const char *name)
{
	const char *path = getenv("ROWFERRY_TEST_POINT_LOG");
	int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	if (write(fd, name, strlen(name)) < 0 || write(fd, "\n", 1) < 0)
		abort();
	close(fd);
}

void
testpoint(const char *name)
{
	const char *armed = getenv("ROWFERRY_TEST_POINT");
	bool is_stop;
	size_t len;

	if (armed == NULL)
		return;
	is_stop = strncmp(armed, "stop:", 5) == 0;
	armed += is_stop ? 5 : 0;
	len = strcspn(armed, ":");
	if (strlen(name) != len || strncmp(armed, name, len) != 0)
		return;
	unsigned long wanted = armed[len] == ':' ? strtoul(armed + len + 1, NULL, 10) : 1;
	if (atomic_fetch_add(&passes, 1) + 1 != wanted)
		return;
	note_hit(name);
	/* To this very thread: a signal to the process would let it run on for a moment. */
	(void) raise(is_stop ? SIGSTOP : SIGKILL);
}

#else
/* ISO C wants something in every translation unit. */
typedef int testpoint_is_off;
#endif
