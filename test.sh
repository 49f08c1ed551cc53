#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# usage: ./test.sh [unit | system [PYTEST ARGUMENT...] | soak [PYTEST ARGUMENT...]]
#
# Installs what the tests need, builds with AddressSanitizer and UBSan, runs the unit tests, the script checks, the
# distribution check and the system tests against real servers, and ends with a line "N passed, N failed".
#
#   ./test.sh                      everything
#   ./test.sh unit                 unit tests and script checks: no server is needed
#   ./test.sh system -k follow     build, and system tests as chosen by pytest's options
#   ./test.sh soak -k kills        build, and the long runs: tests/soak/run
#
# ROWFERRY_CACHE   folder of the fetched servers (default ~/.cache/rowferry)
# ROWFERRY_BUILD   folder of builds and logs (default build-test in the tree)
set -uo pipefail

cd "$(dirname "$0")" || exit 1
top=$PWD
sources=$top # what is built
what=${1-all}
[ $# = 0 ] || shift
case $what in
all | unit | system | soak) ;;
*)
	sed -n '3,14s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac

export ROWFERRY_CACHE=${ROWFERRY_CACHE:-$HOME/.cache/rowferry}
build=${ROWFERRY_BUILD:-$top/build-test}
mkdir -p "$build" || exit 1
build=$(cd "$build" && pwd)
logs=$build/logs
rm -rf "$logs"
mkdir -p "$logs"
export ROWFERRY_UNAVAILABLE=$build/unavailable
: > "$ROWFERRY_UNAVAILABLE"
jobs=$(nproc)
python=/usr/bin/python3
export PYTHONDONTWRITEBYTECODE=1
passed=0
failed=0
skipped=0

packages="autoconf automake gcc libc6-dev make pkg-config xz-utils
	libconfig-dev libmariadb-dev libssl-dev zlib1g-dev libzstd-dev libpcre2-dev libjansson-dev libcmocka-dev"
system_packages="debootstrap mount util-linux ca-certificates openssl mariadb-server-core mariadb-client-core mariadb-client percona-toolkit
	libfaketime python3 python3-pytest python3-pytest-xdist python3-pymysql python3-cryptography"

say() {
	printf '%4ds  %s\n' "$SECONDS" "$*"
}

show_tail() {
	[ -s "$1" ] || return 0
	echo "--- the end of $1:"
	tail -n "${2:-40}" "$1"
	echo "---"
}

finish() {
	say "logs: $logs"
	grep -hs '^servers: .* is ' "$logs/servers.log"
	grep -hs '^unsteady: ' "$logs/unsteady"
	while read -r line; do
		echo "warning: skipped for want of a server: $line"
	done < "$ROWFERRY_UNAVAILABLE"
	echo "$passed passed, $failed failed$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
	exit
}

# count STATUS NAME LOG: one test that is a whole command.
count() {
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
		return 0
	fi
	failed=$((failed + 1))
	say "FAILED: $2"
	show_tail "$3"
	return 1
}

# step NAME COMMAND...: something that the rest stands on; without it the run ends here.
step() {
	local name=$1 log=$logs/${1// /-}.log
	shift
	say "$name"
	"$@" > "$log" 2>&1 || {
		count 1 "$name" "$log"
		finish
	}
	grep -E '^(servers|warning):' "$log" || true
}

prepare() {
	# shellcheck disable=SC2086
	step "packages" tests/packages.sh $packages $([ "$what" = unit ] || echo $system_packages)
	[ "$what" = unit ] || step "servers" tests/servers.sh "$ROWFERRY_CACHE" "$ROWFERRY_UNAVAILABLE"
	[ ! -e config.status ] || step "copy of a tree that is configured itself" copy_tree
	step "autogen" "$sources/autogen.sh"
}

# A configured tree cannot be built outside of itself as well: what git knows, and what it does not ignore, can.
copy_tree() {
	sources=$build/tree
	rm -rf "$sources"
	mkdir -p "$sources"
	git -c safe.directory='*' ls-files -z --cached --others --exclude-standard |
		while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
		tar -c --null -T - | tar -x -C "$sources"
}

configure_in() {
	(mkdir -p "$1" && cd "$1" && shift && "$sources/configure" "$@")
}

build_sanitized() {
	step "configure" configure_in "$build/sanitized" --enable-werror --enable-sanitizers --enable-test-points
	step "build" make -C "$build/sanitized" -j "$jobs"
}

# The sums over the cmocka programs that 'make check' ran; one that died before its tally counts as one failure, one
# without a tally (a replayed corpus) as one test.
count_unit_program() {
	local trs=$1 log=${1%.trs}.log name=${1#"$build"/sanitized/} result good bad
	result=$(sed -n 's/^:test-result: *//p' "$trs")
	good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
	bad=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
	case $result in
	PASS) [ $((good + bad)) -gt 0 ] || good=1 ;;
	SKIP) skipped=$((skipped + 1)) ;;
	*)
		[ "$bad" -gt 0 ] || bad=1
		say "FAILED: ${name%.trs}"
		show_tail "$log"
		;;
	esac
	passed=$((passed + good))
	failed=$((failed + bad))
}

run_unit_tests() {
	local trs n=0 status=0
	say "unit tests"
	find "$build/sanitized/tests" -name "*.trs" -delete 2> /dev/null
	make -C "$build/sanitized" -k -j "$jobs" check > "$logs/unit.log" 2>&1 || status=$?
	while read -r trs; do
		n=$((n + 1))
		count_unit_program "$trs"
	done < <(find "$build/sanitized/tests" -name "*.trs" 2> /dev/null | sort)
	if [ $n = 0 ] || { [ $status != 0 ] && ! grep -q '^:test-result: FAIL' "$build"/sanitized/tests/*/*.trs; }; then
		count 1 "make check" "$logs/unit.log"
	fi
}

run_checks() {
	local check log
	say "script checks"
	for check in tests/check_*.sh; do
		log=$logs/$(basename "$check" .sh).log
		"$check" > "$log" 2>&1
		count $? "$check" "$log" && grep ": .*the limit is" "$log"
	done
}

# The tarball must build and pass its own checks away from the tree; without sanitizers, as a packager builds it.
run_distcheck() {
	step "configure distribution" configure_in "$build/plain"
	say "make distcheck"
	make -C "$build/plain" -j "$jobs" distcheck > "$logs/distcheck.log" 2>&1
	count $? "make distcheck" "$logs/distcheck.log"
}

# A lone test that missed a wait: tests/unsteady.py.  What passes on its own counts as passed, and is named.
repeat_unsteady() {
	local n
	[ "$bad" != 0 ] || return 0
	"$python" tests/unsteady.py "$logs/failures" "$1" > "$logs/unsteady" 2> "$logs/unsteady.log"
	cat "$logs/unsteady"
	n=$(grep -c '^unsteady: ' "$logs/unsteady")
	good=$((good + n))
	bad=$((bad - n))
}

# pytest_in FOLDER ARGUMENT...
pytest_in() {
	local folder=$1 report=$logs/system.xml
	shift
	say "$folder"
	export ROWFERRY=$build/sanitized/rowferry ROWFERRY_LOGS=$logs/system
	ROWFERRY_FAILURES=$logs/failures "$python" -m pytest -p no:cacheprovider --rootdir "$folder" -q -r fEs --durations 10 --junitxml "$report" \
		"$folder" "$@" > "$logs/system.log" 2>&1
	local status=$?
	# 5: nothing was selected, which is what a -k that fits no test deserves to hear.
	if [ $status -gt 1 ] || [ ! -s "$report" ]; then
		count 1 "pytest (exit $status)" "$logs/system.log"
		return
	fi
	local tally
	tally=$("$python" - "$report" <<- 'END'
		import sys, xml.etree.ElementTree
		suites = list(xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testsuite"))
		total, fail, error, skip = (sum(int(s.get(k)) for s in suites) for k in ("tests", "failures", "errors", "skipped"))
		# A test that passed and then failed in its teardown is listed twice: it is a failure.
		print(max(total - fail - error - skip, 0), fail + error, skip)
		END
	) || count 1 "the report of the system tests" "$logs/system.log"
	local good bad none
	read -r good bad none <<< "$tally"
	repeat_unsteady "$folder"
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + none))
	if [ "$bad" != 0 ]; then
		say "FAILED: system tests"
		show_tail "$logs/system.log" 200
	else
		tail -n 1 "$logs/system.log"
	fi
}

prepare
build_sanitized
case $what in
all | unit)
	run_unit_tests
	run_checks
	run_distcheck
	;;
esac
case $what in
# Each worker has servers of its own, and most of its time is waiting.
all | system) pytest_in tests/system -n "$((jobs < 2 ? 1 : 2))" --dist loadfile "$@" ;;
soak)
	pytest_in tests/soak -rfEsP "$@"
	grep -E "^(workload|kill plan|hits|\{|[0-9]+ transactions)" "$logs/system.log"
	;;
esac
finish
