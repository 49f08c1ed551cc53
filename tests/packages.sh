#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: tests/packages.sh PACKAGE...
# Installs the Debian packages that are missing, as root or through sudo. Asks the network for nothing when all
# of them are there, so that a machine without one can run the tests again.
set -eu

is_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
for package in "$@"; do
	is_installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "packages are missing and neither root nor sudo is at hand to install them:$missing" >&2
		exit 1
	}
	as_root="sudo"
fi
echo "installing:$missing"
# A lock held by another package manager is waited for; stale lists are only fetched when something is missing.
$as_root apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -qq update ||
	echo "the package lists could not be refreshed; going on with those that are there" >&2
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \
	-o Dpkg::Use-Pty=0 -qq -y --no-install-recommends install $missing
for package in $missing; do
	is_installed "$package" || {
		echo "the package '$package' is still missing" >&2
		exit 1
	}
done
