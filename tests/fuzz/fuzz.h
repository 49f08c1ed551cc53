/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fuzz target defines.  fuzz_X.c is linked twice: with libFuzzer as fuzz_X, and with replay_main.c as
 * replay_X, which `make check` runs over the files of tests/fuzz/corpus/X.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0; a fault is a crash.  `data` may be NULL when `size` is 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
