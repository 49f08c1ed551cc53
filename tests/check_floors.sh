#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The folders of src/ are floors: a folder includes only folders below it, and folders on one floor do not know
# each other. Libraries with an owner are included by that folder alone.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A floor=(
	[base]=0
	[model]=1
	[binlog]=2 [mysql]=2 [route]=2
	[apply]=3
	[source]=4 [copy]=4 [sink]=4 [sink/mysql]=4 [sink/kafka]=4 [sink/redis]=4 [sink/file]=4 [verify]=4
	[task]=5
	[config]=6 [http]=6 [cluster]=6
	[cli]=7
	[.]=8
)
declare -A owner=(
	[mysql.h]=mysql [errmsg.h]=mysql [mysqld_error.h]=mysql [ma_common.h]=mysql
	[libconfig.h]=config
	[zookeeper.h]=cluster [zookeeper/zookeeper.h]=cluster
	[librdkafka/rdkafka.h]=sink/kafka [hiredis/hiredis.h]=sink/redis
)
faults=0
includes=0

fault() {
	echo "$*" >&2
	faults=$((faults + 1))
}

# May a file of folder $1 include one of folder $2?
is_allowed() {
	[ "$1" = "$2" ] || [[ $1 == "$2"/* ]] || [ "${floor[$2]}" -lt "${floor[$1]}" ]
}

while IFS=: read -r file line text; do
	folder=$(dirname "${file#src/}")
	[ -n "${floor[$folder]-}" ] || { fault "$file: the folder '$folder' has no floor (DESIGN: folders are floors)"; continue; }
	name=$(sed -E 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]([^>"]*)[>"].*/\1/' <<< "$text")
	includes=$((includes + 1))
	if [[ $text == *\<* ]]; then
		wanted=${owner[$name]-}
		[ -z "$wanted" ] || [ "$wanted" = "$folder" ] || fault "$file:$line: only $wanted/ includes <$name>"
		continue
	fi
	[ "$name" != config.h ] || continue
	included=$(dirname "$name")
	if [ ! -e "src/$name" ]; then
		fault "$file:$line: '$name' is not a path below src/"
	elif [ -z "${floor[$included]-}" ]; then
		fault "$file:$line: the folder '$included' has no floor"
	elif ! is_allowed "$folder" "$included"; then
		fault "$file:$line: $folder/ (floor ${floor[$folder]}) includes $included/ (floor ${floor[$included]})"
	fi
done < <(grep -rnE --include='*.c' --include='*.h' '^[[:space:]]*#[[:space:]]*include' src)

[ $includes -gt 0 ] || fault "no include was seen"
echo "$includes includes looked at, $faults faults"
[ $faults = 0 ]
