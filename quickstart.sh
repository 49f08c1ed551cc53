#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# usage: ./quickstart.sh [--check]
#
# Shows rowferry at work on this machine: installs the packages it needs, builds, starts two throw-away MariaDB
# servers, fills a shop on the first one under load, carries it to the second, and compares the two.
#
#   ./quickstart.sh           goes on until interrupted; says how to connect to both servers
#   ./quickstart.sh --check   ends by itself; exit status 0 only if rows were carried and both are equal
#
# Everything lives in one folder (ROWFERRY_QUICKSTART, default ./quickstart.d); no system service is touched.
set -euo pipefail

from=$PWD
cd "$(dirname "$0")"
top=$PWD
dir=${ROWFERRY_QUICKSTART:-$top/quickstart.d}
[ "${dir#/}" != "$dir" ] || dir=$from/$dir
check=no
case ${1-} in
'') ;;
--check) check=yes ;;
*)
	sed -n '3,12s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
CHECK_SECONDS=20

say() { printf '\n== %s\n' "$*"; }

die() {
	echo "quickstart.sh: $*" >&2
	exit 1
}

# What would only fail later, and less clearly.
claim_folder() {
	local socket=$dir/source/sock
	case $top$dir in
	*[[:space:]\"\'\`\\\#\$\&]*)
		die "'$top' and '$dir' must be paths without spaces, quotes and \\ # \$ &: autoconf takes no others"
		;;
	esac
	[ "$(printf %s "$socket" | wc -c)" -le 107 ] ||
		die "$socket is too long for a socket (107 bytes); set ROWFERRY_QUICKSTART to a shorter folder"
	[ ! -d "$dir" ] || [ -e "$dir/lock" ] || [ -e "$dir/build.log" ] || [ -z "$(ls -A "$dir")" ] ||
		die "$dir holds files of somebody else; set ROWFERRY_QUICKSTART to a new or empty folder"
	mkdir -p "$dir"
	# Whatever goes on in the background closes it, so that only this shell holds the lock.
	exec 9> "$dir/lock"
	flock -n 9 || die "another quickstart.sh is at work in $dir; stop it, or set ROWFERRY_QUICKSTART to another folder"
}

packages="autoconf automake gcc libc6-dev make pkg-config libconfig-dev libmariadb-dev libssl-dev zlib1g-dev
	libzstd-dev libpcre2-dev libjansson-dev mariadb-server-core mariadb-client-core"

build() {
	say "installing what is missing"
	# shellcheck disable=SC2086
	sh tests/packages.sh $packages
	say "building"
	(
		exec > "$dir/build.log" 2>&1 9>&-
		{ [ -x configure ] || ./autogen.sh; } && mkdir -p "$dir/build" && cd "$dir/build" &&
			{ [ -e config.status ] || "$top/configure" --prefix="$dir/install"; } &&
			make -j "$(nproc)"
	) || {
		tail -n 30 "$dir/build.log" >&2
		die "the build failed; all of its output is in $dir/build.log"
	}
}

# A port on which nobody listens, from the given one upwards.
free_port() {
	local port=$1
	while (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
	echo "$port"
}

# The process of a pid file; one that another run left may have been given to somebody else.
pid_of() {
	local pid
	pid=$(cat "$1" 2> /dev/null) && grep -qF "$dir" "/proc/$pid/cmdline" 2> /dev/null && echo "$pid"
}

# stop PID...: asks all of them to end, and kills what has not after ten seconds.
stop() {
	local pid
	[ $# -gt 0 ] || return 0
	kill "$@" 2> /dev/null || true
	for pid in "$@"; do
		for _ in $(seq 100); do
			kill -0 "$pid" 2> /dev/null || break
			sleep 0.1
		done
		kill -9 "$pid" 2> /dev/null || true
		wait "$pid" 2> /dev/null || true
	done
}

# shellcheck disable=SC2046,SC2086
stop_all() {
	trap '' INT TERM HUP
	stop ${load_pid-} ${client_pid-}
	stop $(pid_of "$dir/rowferry.pid")
	stop ${server_pids-} $(pid_of "$dir/source/server.pid") $(pid_of "$dir/target/server.pid")
}

sql() { # sql SERVER [ARGUMENT...]
	local server=$1
	shift
	mariadb --no-defaults --socket="$dir/$server/sock" --user=root \
		--default-character-set=utf8mb4 "$@"
}

# start_server NAME PORT ID
start_server() {
	local base=$dir/$1 as_user=()
	rm -rf "$base"
	mkdir -p "$base/data"
	[ "$(id -u)" != 0 ] || as_user=(--user=root)
	# The host's own name need not be known to anybody.
	mariadb-install-db --no-defaults "${as_user[@]}" --datadir="$base/data" --force --skip-name-resolve \
		--auth-root-authentication-method=normal --skip-test-db > "$base/install.log" 2>&1 || {
		tail -n 20 "$base/install.log" >&2
		die "mariadb-install-db failed; its output is in $base/install.log"
	}
	setsid mariadbd --no-defaults "${as_user[@]}" --datadir="$base/data" --socket="$base/sock" --pid-file="$base/server.pid" \
		--port="$2" --bind-address=127.0.0.1 --skip-name-resolve --server-id="$3" --log-bin=binlog --binlog-format=ROW \
		--binlog-row-metadata=FULL --innodb-buffer-pool-size=128M --log-error="$base/error.log" > /dev/null 2>&1 9>&- &
	server_pids="${server_pids-} $!"
	for _ in $(seq 150); do
		sql "$1" -e 'DO 1' 2> /dev/null && break
		kill -0 $! 2> /dev/null || break
		sleep 0.2
	done
	sql "$1" -e "CREATE USER rowferry@'127.0.0.1' IDENTIFIED BY 'quickstart';
		GRANT ALL ON *.* TO rowferry@'127.0.0.1'" || {
		tail -n 20 "$base/error.log" >&2
		die "the $1 server did not start; its log is $base/error.log"
	}
}

write_configuration() {
	mkdir -p "$dir/conf.d"
	cat > "$dir/rowferry.conf" <<-TXT
		include = "conf.d";
		node = "127.0.0.1";
		log = { file = "$dir/rowferry.log"; };
	TXT
	(
		umask 077
		cat > "$dir/conf.d/shop.conf" <<-TXT
			server_id = 1001;
			source = { host = "127.0.0.1"; port = $source_port; user = "rowferry"; password = "quickstart";
				databases = ["shop"]; };
			destination = { host = "127.0.0.1"; port = $target_port; user = "rowferry"; password = "quickstart"; };
		TXT
	)
}

shop_schema() {
	cat <<-'TXT'
		CREATE DATABASE shop DEFAULT CHARACTER SET utf8mb4;
		USE shop;
		CREATE TABLE customers (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80) NOT NULL,
			email VARCHAR(120) NOT NULL UNIQUE, since TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3));
		CREATE TABLE products (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, title VARCHAR(120) NOT NULL,
			price DECIMAL(10,2) NOT NULL, stock INT NOT NULL, tags SET('new','sale','eco') NOT NULL DEFAULT '');
		CREATE TABLE orders (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, customer INT UNSIGNED NOT NULL,
			state ENUM('open','paid','sent') NOT NULL DEFAULT 'open', note TEXT, at DATETIME(6) NOT NULL,
			KEY (customer), FOREIGN KEY (customer) REFERENCES customers (id));
		CREATE TABLE order_lines (orders BIGINT UNSIGNED NOT NULL, line SMALLINT UNSIGNED NOT NULL,
			product INT UNSIGNED NOT NULL, amount INT NOT NULL, price DECIMAL(10,2) NOT NULL,
			PRIMARY KEY (orders, line), FOREIGN KEY (orders) REFERENCES orders (id) ON DELETE CASCADE);
		CREATE TABLE visits (at DATETIME NOT NULL, page VARCHAR(60) NOT NULL, agent VARBINARY(40));
		INSERT INTO customers (name, email) SELECT CONCAT('Zoë ', seq), CONCAT('c', seq, '@example.org') FROM seq_1_to_2000;
		INSERT INTO products (title, price, stock, tags) SELECT CONCAT('Thing № ', seq), seq / 7, 100000, seq % 8
			FROM seq_1_to_500;
	TXT
}

# One client's work without end: orders of a few lines, payments, a cancelled order, visits, now and then a DDL.
# shellcheck disable=SC2016
SHOP_LOAD='BEGIN {
		srand(seed)
		print "USE shop;"
		for (n = 1; ; n++) {
			print "BEGIN;"
			printf "INSERT INTO orders (customer, note, at) VALUES (%d, \"order %d 📦\", NOW(6)); SET @o = LAST_INSERT_ID();\n", \
				1 + int(rand() * 2000), n
			lines = 1 + int(rand() * 4)
			for (l = 1; l <= lines; l++) {
				p = 1 + int(rand() * 500)
				printf "INSERT INTO order_lines SELECT @o, %d, id, %d, price FROM products WHERE id = %d;\n", l, 1 + l % 3, p
				printf "UPDATE products SET stock = stock - 1 WHERE id = %d;\n", p
			}
			print "COMMIT;"
			print "UPDATE orders SET state = state + 1 WHERE id = CAST(@o AS SIGNED) - 5 AND state < 3;"
			if (n % 10 == 0) print "DELETE FROM orders WHERE id = CAST(@o AS SIGNED) - 7;"
			if (n % 3 == 0) printf "INSERT INTO visits VALUES (NOW(), \"/p/%d\", 0x00ff%02x);\n", n % 50, n % 256
			if (n == 500) print "ALTER TABLE orders ADD COLUMN shipped DATE NULL;"
			if (n == 900) print "CREATE INDEX by_state ON orders (state);"
			print "DO SLEEP(0.002);"
		}
	}'

# The statements go through a pipe: when their maker is stopped, the client ends what it has and is waited for.
start_load() {
	rm -f "$dir/load.pipe"
	mkfifo "$dir/load.pipe"
	setsid mariadb --no-defaults --socket="$dir/source/sock" --user=root --default-character-set=utf8mb4 \
		< "$dir/load.pipe" > "$dir/load.log" 2>&1 9>&- &
	client_pid=$!
	setsid awk -v seed=1 "$SHOP_LOAD" > "$dir/load.pipe" 2> /dev/null 9>&- &
	load_pid=$!
}

stop_load() {
	kill -0 "$client_pid" 2> /dev/null || {
		echo "the load ended by itself:" >&2
		tail -n 5 "$dir/load.log" >&2
		return 1
	}
	stop "$load_pid"
	wait "$client_pid" 2> /dev/null || true # its last statement is cut short
	load_pid=
	client_pid=
}

TABLES="customers products orders order_lines visits"

compare() {
	local equal=yes rows=0 table a b
	printf '\n%-14s %12s %24s %24s\n' table rows source destination
	for table in $TABLES; do
		a=$(sql source -N -e "CHECKSUM TABLE shop.$table" | cut -f 2)
		b=$(sql target -N -e "CHECKSUM TABLE shop.$table" 2> /dev/null | cut -f 2 || true)
		n=$(sql target -N -e "SELECT COUNT(*) FROM shop.$table" 2> /dev/null || echo 0)
		[ "$a" = "$b" ] && [ "$b" != NULL ] && [ "$n" -gt 0 ] || equal=no
		rows=$((rows + n))
		printf '%-14s %12s %24s %24s\n' "$table" "$n" "$a" "$b"
	done
	[ "$equal" = yes ] && [ "$rows" -gt 0 ] && echo "equal: $rows rows" && return 0
	echo "not equal"
	return 1
}

wait_until_caught_up() {
	local goal reached
	goal=$(sql source -N -e 'SELECT @@global.gtid_binlog_pos')
	for _ in $(seq 600); do
		reached=$(sql target -N -e 'SELECT gtids FROM dump2db.marker WHERE server_id = 1001' 2> /dev/null || true)
		[ "$reached" = "$goal" ] && return 0
		kill -0 "$rowferry_pid" 2> /dev/null || {
			echo "rowferry has ended:" >&2
			tail -n 5 "$dir/rowferry.out" "$dir/rowferry.log" >&2
			return 1
		}
		sleep 0.2
	done
	echo "still behind after two minutes: at '$reached', the source is at '$goal'" >&2
	tail -n 5 "$dir/rowferry.log" >&2
	return 1
}

# Shows the state until Ctrl-C, SIGTERM or the end of the seconds that --check gives; the load and rowferry live in
# sessions of their own, where a terminal's Ctrl-C does not reach them.
watch() {
	local end=$((SECONDS + CHECK_SECONDS)) line watch_pid
	trap 'ended="interrupted"' INT
	trap 'ended="terminated"' TERM
	[ -t 1 ] || echo "$connections"
	exec 8< <(exec "$rowferry" status -c "$dir/rowferry.conf" --watch 1 2>&1 9>&-)
	watch_pid=$!
	while [ -z "$ended" ] && IFS= read -r line <&8; do
		case $line in
		TASK*)
			[ "$check" = no ] || [ $SECONDS -lt $end ] || ended="its time was up"
			[ ! -t 1 ] || printf '\033[H\033[2J%s\n\n' "$connections"
			;;
		esac
		[ -n "$ended" ] || printf '%s\n' "$line"
	done
	[ -n "$ended" ] || ended="the status ended"
	stop "$watch_pid"
	exec 8<&-
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

finish() {
	local status=$?
	stop_all
	[ "$status" = 0 ] || echo "ended with status $status" >&2
	[ ! -d "$dir/source" ] || echo "everything is stopped; $dir ($(du -sh "$dir" | cut -f 1)) may be deleted"
}

claim_folder
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
build
# shellcheck disable=SC2046
stop $(pid_of "$dir/rowferry.pid")  $(pid_of "$dir/source/server.pid") $(pid_of "$dir/target/server.pid")
source_port=$(free_port 33061)
target_port=$(free_port $((source_port + 1)))
say "starting two MariaDB servers on ports $source_port (source) and $target_port (destination)"
start_server source "$source_port" 1
start_server target "$target_port" 2
write_configuration
rm -f "$dir/rowferry.log"
rowferry=$dir/build/rowferry
ended=
connections="
source:       mariadb --no-defaults --socket=$dir/source/sock --user=root shop
destination:  mariadb --no-defaults --socket=$dir/target/sock --user=root shop
log:          $dir/rowferry.log

Ctrl-C ends the load, compares both servers and stops them."

say "starting rowferry, then the shop and its customers"
setsid "$rowferry" run -c "$dir/rowferry.conf" --pid-file "$dir/rowferry.pid" > "$dir/rowferry.out" 2>&1 9>&- &
rowferry_pid=$!
for _ in $(seq 100); do
	[ -n "$(sql target -N -e 'SELECT 1 FROM dump2db.marker' 2> /dev/null || true)" ] && break
	sleep 0.1
done
shop_schema | sql source
start_load
watch

say "$ended after $SECONDS s; stopping the load, comparing table by table"
stop_load
wait_until_caught_up
compare
