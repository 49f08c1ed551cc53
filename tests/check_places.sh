#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# No tracked text names a place of one machine or a registry: such a name works for its author alone. (The patterns
# are written so that they do not match themselves.)
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/tracked.sh

places='(^|[^A-Za-z0-9_.}-])/(ro[o]t|ho[m]e|wo[r]k|Use[r]s)/[A-Za-z0-9.]'
registries='registry\.npmj[s]|regis[t]ry\.|pypi\.[o]rg|files\.pythonhoste[d]|crate[s]\.io|proxy\.golan[g]|hub\.docke[r]|artifactor[y]'
mirrors='(deb|ftp|snapshot|security)\.debia[n]\.org'
if tracked_files | xargs -d '\n' grep -InE "$places|$registries|$mirrors" >&2; then
	exit 1
fi
