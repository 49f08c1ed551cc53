/* SPDX-License-Identifier: Apache-2.0 */
/* What the targets of the binlog decoders share. */
#ifndef TESTS_FUZZ_BINLOG_H
#define TESTS_FUZZ_BINLOG_H

#include <stdlib.h>

#include "binlog/event.h"
#include "fuzz.h"

/* Reads every byte of what a decoder gave out: one outside of the input is found by the sanitizer. */
static inline void
fuzz_touch(struct bytes bytes)
{
	static volatile uint8_t sink;

	for (size_t i = 0; i < bytes.len; i++)
		sink = (uint8_t) (sink ^ bytes.data[i]);
}

/* Aborts unless the condition holds: a finding. */
static inline void
fuzz_expect(bool condition)
{
	if (!condition)
		abort();
}

/* A refusal says what is wrong, and what the caller may do. */
static inline void
fuzz_expect_error(const struct err *err)
{
	fuzz_expect(err->kind == ERR_STOP || err->kind == ERR_RETRY);
	fuzz_expect(err->text[0] != '\0');
}

static inline struct binlog_format
fuzz_format(bool is_mariadb)
{
	return (struct binlog_format){
	    .is_known = true, .flavour = is_mariadb ? FLAVOUR_MARIADB : FLAVOUR_MYSQL};
}

static inline struct event
fuzz_event(uint8_t type, struct bytes body)
{
	return (struct event){.type = type, .length = (uint32_t) (EVENT_HEADER_LEN + body.len), .body = body};
}

#endif
