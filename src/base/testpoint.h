/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Named places where the fault tests kill or freeze the process: only with --enable-test-points, otherwise
 * nothing at all.
 *
 * ROWFERRY_TEST_POINT="commit_sent:3" kills the process (SIGKILL) when it passes `commit_sent` for the third time;
 * "stop:commit_sent:3" freezes it there (SIGSTOP).  The pass is written to ROWFERRY_TEST_POINT_LOG first.
 */
#ifndef BASE_TESTPOINT_H
#define BASE_TESTPOINT_H

#ifdef ENABLE_TEST_POINTS
void testpoint(const char *name);
#else
static inline void
testpoint(const char *name)
{
	(void) name;
}
#endif

#endif
