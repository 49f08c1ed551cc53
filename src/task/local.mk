# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libtask.a
libtask_a_SOURCES = \
	src/task/batch.c \
	src/task/batch.h \
	src/task/definition_guard.c \
	src/task/definition_guard.h \
	src/task/options.h \
	src/task/progress.c \
	src/task/progress.h \
	src/task/rename_guard.c \
	src/task/rename_guard.h \
	src/task/reporter.c \
	src/task/source_names.c \
	src/task/source_names.h \
	src/task/start.c \
	src/task/start.h \
	src/task/task.c \
	src/task/task.h \
	src/task/trouble.c \
	src/task/trouble.h
