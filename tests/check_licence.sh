#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every source file says its licence in one of its first three lines.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/tracked.sh

files=$(tracked_files '*.c' '*.h' '*.py' '*.sh' '*.mk' '*.am' '*.ac' '*.sql' '.ci/*' 'bench/*' 'etc/*')
[ -n "$files" ]
faults=0
while read -r file; do
	[ -f "$file" ] || continue
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || {
		echo "$file: no line 'SPDX-License-Identifier: Apache-2.0' at its top" >&2
		faults=$((faults + 1))
	}
done <<< "$files"
[ $faults = 0 ]
