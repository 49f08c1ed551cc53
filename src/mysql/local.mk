# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libmysql_.a
libmysql__a_SOURCES = \
	src/mysql/conn.c \
	src/mysql/conn.h \
	src/mysql/conn_open.c \
	src/mysql/conn_private.h \
	src/mysql/dump.c \
	src/mysql/dump.h \
	src/mysql/error_kind.c \
	src/mysql/error_kind.h \
	src/mysql/exec.c \
	src/mysql/greeting.c \
	src/mysql/greeting.h \
	src/mysql/packet.c \
	src/mysql/packet.h \
	src/mysql/result.c \
	src/mysql/result.h \
	src/mysql/watch.c \
	src/mysql/watch.h
unit_tests += tests/unit/test_greeting tests/unit/test_watch
