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

cd "$(dirname "$0")"
top=$PWD
dir=${ROWFERRY_QUICKSTART:-$top/quickstart.d}
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

packages="autoconf automake gcc libc6-dev make pkg-config libconfig-dev libmariadb-dev libssl-dev zlib1g-dev
	libzstd-dev libpcre2-dev libjansson-dev mariadb-server-core mariadb-client-core"

build() {
	say "installing what is missing"
	# shellcheck disable=SC2086
	sh tests/packages.sh $packages
	say "building"
	[ -x configure ] || ./autogen.sh > "$dir/build.log" 2>&1
	mkdir -p "$dir/build"
	(
		cd "$dir/build"
		[ -e config.status ] || "$top/configure" --prefix="$dir/install"
		make -j "$(nproc)"
	) >> "$dir/build.log" 2>&1 || {
		tail -n 30 "$dir/build.log" >&2
		exit 1
	}
}

# A port on which nobody listens, from the given one upwards.
free_port() {
	local port=$1
	while (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
	echo "$port"
}

stop_pid_file() {
	local pid
	[ -s "$1" ] || return 0
	pid=$(cat "$1")
	kill "$pid" 2> /dev/null || return 0
	for _ in $(seq 100); do
		kill -0 "$pid" 2> /dev/null || return 0
		sleep 0.1
	done
	kill -9 "$pid" 2> /dev/null || true
}

stop_all() {
	[ -z "${load_pid-}" ] || kill "$load_pid" 2> /dev/null || true
	stop_pid_file "$dir/rowferry.pid"
	stop_pid_file "$dir/source/server.pid"
	stop_pid_file "$dir/target/server.pid"
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
	mariadb-install-db --no-defaults "${as_user[@]}" --datadir="$base/data" \
		--auth-root-authentication-method=normal --skip-test-db > "$base/install.log" 2>&1
	mariadbd --no-defaults "${as_user[@]}" --datadir="$base/data" --socket="$base/sock" --pid-file="$base/server.pid" \
		--port="$2" --bind-address=127.0.0.1 --server-id="$3" --log-bin=binlog --binlog-format=ROW \
		--binlog-row-metadata=FULL --innodb-buffer-pool-size=128M --log-error="$base/error.log" > /dev/null 2>&1 &
	for _ in $(seq 150); do
		sql "$1" -e 'DO 1' 2> /dev/null && break
		sleep 0.2
	done
	sql "$1" -e "CREATE USER rowferry@'127.0.0.1' IDENTIFIED BY 'quickstart';
		GRANT ALL ON *.* TO rowferry@'127.0.0.1'" || {
		tail -n 20 "$base/error.log" >&2
		exit 1
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
shop_load() {
	awk -v seed="$1" 'BEGIN {
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
}

# The statements go through a pipe: when their maker is stopped, the client ends what it has and is waited for.
start_load() {
	rm -f "$dir/load.pipe"
	mkfifo "$dir/load.pipe"
	sql source < "$dir/load.pipe" > "$dir/load.log" 2>&1 &
	client_pid=$!
	shop_load 1 > "$dir/load.pipe" &
	load_pid=$!
}

stop_load() {
	kill -0 "$client_pid" 2> /dev/null || {
		echo "the load ended by itself:" >&2
		tail -n 5 "$dir/load.log" >&2
		return 1
	}
	pkill -P "$load_pid" 2> /dev/null || true
	kill "$load_pid" 2> /dev/null || true
	wait "$load_pid" "$client_pid" 2> /dev/null || true # its last statement is cut short
	load_pid=
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
		sleep 0.2
	done
	echo "still behind after two minutes: at '$reached', the source is at '$goal'" >&2
	tail -n 5 "$dir/rowferry.log" >&2
	return 1
}

mkdir -p "$dir"
stop_all
trap 'stop_all' EXIT
trap 'exit 130' INT TERM
build
source_port=$(free_port 33061)
target_port=$(free_port $((source_port + 1)))
say "starting two MariaDB servers on ports $source_port (source) and $target_port (destination)"
start_server source "$source_port" 1
start_server target "$target_port" 2
write_configuration
rm -f "$dir/rowferry.log"
rowferry=$dir/build/rowferry

say "starting rowferry, then the shop and its customers"
"$rowferry" run -c "$dir/rowferry.conf" --pid-file "$dir/rowferry.pid" > "$dir/rowferry.out" 2>&1 &
for _ in $(seq 100); do
	[ -n "$(sql target -N -e 'SELECT 1 FROM dump2db.marker' 2> /dev/null || true)" ] && break
	sleep 0.1
done
shop_schema | sql source
start_load

if [ "$check" = yes ]; then
	timeout "$CHECK_SECONDS" "$rowferry" status -c "$dir/rowferry.conf" --watch 2 || true
else
	cat <<-TXT

		source:       mariadb --no-defaults --socket=$dir/source/sock --user=root shop
		destination:  mariadb --no-defaults --socket=$dir/target/sock --user=root shop
		log:          $dir/rowferry.log

		Ctrl-C ends the load, compares both servers and stops them.
	TXT
	trap 'echo' INT
	"$rowferry" status -c "$dir/rowferry.conf" --watch 1 || true
	trap 'exit 130' INT
fi

say "stopping the load; comparing table by table"
stop_load
wait_until_caught_up
compare
