# SPDX-License-Identifier: Apache-2.0
# Built by "make bench/stream" (the bench/ scripts do), not by default.
EXTRA_PROGRAMS = bench/stream
bench_stream_SOURCES = bench/stream.c
bench_stream_LDADD = $(FLOORS) $(THIRD_PARTY)
EXTRA_DIST += bench/lib.sh bench/decode bench/catchup bench/latency
