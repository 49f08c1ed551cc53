# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	src/base/arena.c \
	src/base/arena.h \
	src/base/base64.c \
	src/base/base64.h \
	src/base/buf.c \
	src/base/buf.h \
	src/base/clock.c \
	src/base/clock.h \
	src/base/digest.c \
	src/base/digest.h \
	src/base/err.c \
	src/base/err.h \
	src/base/log.c \
	src/base/log.h \
	src/base/mem.c \
	src/base/mem.h \
	src/base/queue.c \
	src/base/queue.h \
	src/base/reader.c \
	src/base/reader.h \
	src/base/spool.c \
	src/base/spool.h \
	src/base/testpoint.c \
	src/base/testpoint.h \
	src/base/utf8.c \
	src/base/utf8.h \
	src/base/visible.c \
	src/base/visible.h

unit_tests += tests/unit/test_arena
unit_tests += tests/unit/test_buf
unit_tests += tests/unit/test_clock
unit_tests += tests/unit/test_err
unit_tests += tests/unit/test_queue
unit_tests += tests/unit/test_reader
unit_tests += tests/unit/test_spool
unit_tests += tests/unit/test_utf8
unit_tests += tests/unit/test_visible

# Fuzz targets include it; their programs and corpora are listed by the folder whose parser they test.
EXTRA_DIST += tests/fuzz/fuzz.h
