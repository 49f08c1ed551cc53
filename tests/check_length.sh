#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Source files stay under 500 lines: a longer one has two nouns in it. Long tests are told, and allowed.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/tracked.sh

too_long() {
	tracked_files "$@" | xargs -d '\n' -r wc -l |
		awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines, the limit is 500" }'
}

[ -n "$(tracked_files 'src/*.c')" ]
too_long 'tests/*.c' 'tests/*.py' 'bench/*' '*.sh' | grep -v '/corpus/' || true
long=$(too_long 'src/*')
[ -z "$long" ] || { echo "$long" >&2; exit 1; }
