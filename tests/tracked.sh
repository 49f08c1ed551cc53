# SPDX-License-Identifier: Apache-2.0
# Read by the check scripts: tracked_files PATTERN... lists what git tracks, also in a clone that another user owns.
tracked_files() {
	git -c safe.directory='*' ls-files -- "$@"
}
