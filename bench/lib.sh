# SPDX-License-Identifier: Apache-2.0
# What the benchmark scripts share: a build at -O2, two throw-away servers, their settings in print.
# Sourced; expects `top` (the tree).

set -euo pipefail
dir=$(mktemp -d "${TMPDIR:-/var/tmp}/rowferry-bench-XXXXXX")
server_options="--innodb-buffer-pool-size=512M --innodb-log-file-size=512M --innodb-flush-log-at-trx-commit=1
	--sync-binlog=1 --max-binlog-size=1G --binlog-format=ROW --log-bin=binlog --log-slave-updates --binlog-checksum=CRC32
	--skip-name-resolve --max-allowed-packet=256M --performance-schema=OFF"

stop_servers() {
	for pid in "$dir"/*/server.pid; do
		[ -s "$pid" ] && kill "$(cat "$pid")" 2> /dev/null || true
	done
	wait 2> /dev/null || true
	rm -rf "$dir"
}
trap stop_servers EXIT
trap 'exit 130' INT TERM

# need COMMAND PACKAGE: a program that the comparison runs beside ours
need() {
	command -v "$1" > /dev/null || {
		echo "$1 is missing: apt-get install $2" >&2
		exit 1
	}
}

build() {
	need sysbench sysbench
	need mariadbd mariadb-server-core
	[ -x "$top/configure" ] || "$top/autogen.sh" > /dev/null 2>&1
	mkdir -p "$dir/build"
	(cd "$dir/build" && "$top/configure" && make -j "$(nproc)" rowferry bench/stream) > "$dir/build.log" 2>&1 || {
		tail -n 20 "$dir/build.log" >&2
		exit 1
	}
}

sql() { # sql SERVER [ARGUMENT...]
	local server=$1
	shift
	mariadb --no-defaults --socket="$dir/$server/sock" --user=root "$@"
}

give_up_on() { # give_up_on SERVER LOG
	echo "the server '$1' did not start; the end of its log:" >&2
	tail -n 20 "$dir/$1/$2" >&2
	exit 1
}

wait_for_server() { # wait_for_server SERVER PID
	for _ in $(seq 300); do
		! sql "$1" -e 'DO 1' 2> /dev/null || return 0
		kill -0 "$2" 2> /dev/null || break
		sleep 0.2
	done
	give_up_on "$1" error.log
}

# start_server NAME PORT ID [OPTION...]
start_server() {
	local base=$dir/$1 name=$1 port=$2 id=$3 as_user=()
	shift 3
	[ "$(id -u)" != 0 ] || as_user=(--user=root)
	if [ ! -d "$base/data" ]; then
		mkdir -p "$base"
		mariadb-install-db --no-defaults "${as_user[@]}" --datadir="$base/data" \
			--auth-root-authentication-method=normal --skip-test-db > "$base/install.log" 2>&1 ||
			give_up_on "$name" install.log
	fi
	# shellcheck disable=SC2086
	mariadbd --no-defaults "${as_user[@]}" --datadir="$base/data" --socket="$base/sock" --pid-file="$base/server.pid" \
		--port="$port" --bind-address=127.0.0.1 --server-id="$id" --log-error="$base/error.log" \
		$server_options "$@" > /dev/null 2>&1 &
	wait_for_server "$name" $!
	sql "$name" -e "CREATE USER IF NOT EXISTS bench@'127.0.0.1' IDENTIFIED BY 'bench'; GRANT ALL ON *.* TO bench@'127.0.0.1'"
}

print_settings() { # print_settings SERVER
	echo "settings of $1: $(sql "$1" -N -e "SELECT CONCAT('MariaDB ', @@version, ', innodb_flush_log_at_trx_commit=',
		@@innodb_flush_log_at_trx_commit, ', sync_binlog=', @@sync_binlog, ', log_bin=', @@log_bin,
		', log_slave_updates=', @@log_slave_updates, ', binlog_checksum=', @@binlog_checksum, ', innodb_buffer_pool_size=',
		@@innodb_buffer_pool_size, ', slave_parallel_threads=', @@slave_parallel_threads, ', slave_parallel_mode=', @@slave_parallel_mode)")"
}

prepare_tables() { # prepare_tables SERVER TABLES ROWS
	sql "$1" -e 'CREATE DATABASE IF NOT EXISTS sbtest'
	sysbench oltp_write_only --db-driver=mysql --mysql-socket="$dir/$1/sock" --mysql-user=root --tables="$2" \
		--table-size="$3" prepare > /dev/null
}

load_tables() { # load_tables SERVER TABLES ROWS EVENTS THREADS
	sysbench oltp_write_only --db-driver=mysql --mysql-socket="$dir/$1/sock" --mysql-user=root --tables="$2" \
		--table-size="$3" --events="$4" --time=0 --threads="$5" --rand-seed=1 run | grep -E 'transactions:'
}

now() { date +%s.%N; }
elapsed() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
