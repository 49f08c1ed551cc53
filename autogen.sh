#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes ./configure from configure.ac; needs autoconf, automake and pkg-config.
set -e
cd "$(dirname "$0")"
for tool in autoreconf automake pkg-config; do
	command -v "$tool" > /dev/null && continue
	echo "autogen.sh: $tool is missing: apt-get install autoconf automake pkg-config" >&2
	exit 1
done
exec autoreconf --install --force
