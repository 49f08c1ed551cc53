# SPDX-License-Identifier: Apache-2.0
"""A destination's column of another type holds the same values, or is refused before the first row."""

import re

import pytest

from rowferrylib.type_cases import M10, M11, MARIADB, NEW, OLD
from test_check import check, the

DB = "fits"
WORDS = ["''", "'ab'", "'ab  '", "' '", "NULL"]
BYTES = ["''", "0x00", "0x6162", "0x616200", "0x6120", "NULL"]
UUIDS = ["'123e4567-e89b-12d3-a456-426655440000'", "'f47ac10b-58cc-4372-a567-0e02b2c3d479'"]
JSON = ["'{\"b\":1,  \"a\":2}'", "'[1.0]'"]

# source, destination, values
CHANGED = [
    ("VARCHAR(10)", "CHAR(10)", WORDS), ("VARCHAR(10)", "CHAR(20)", WORDS), ("TINYTEXT", "CHAR(255)", WORDS),
    ("VARCHAR(10) CHARACTER SET ucs2", "CHAR(10) CHARACTER SET ucs2", WORDS),
    ("VARBINARY(4)", "BINARY(4)", BYTES), ("VARBINARY(4)", "BINARY(8)", BYTES), ("TINYBLOB", "BINARY(255)", BYTES),
    ("BINARY(4)", "BINARY(8)", BYTES), ("LONGTEXT CHARACTER SET utf8mb4", "JSON", JSON),
    ("LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "JSON", JSON),
    ("VARCHAR(10) COMPRESSED", "CHAR(10)", WORDS), ("VARBINARY(8) COMPRESSED", "BINARY(8)", BYTES),
    ("UUID", "BINARY(16)", UUIDS), ("UUID", "VARBINARY(16)", UUIDS), ("UUID", "BLOB", UUIDS), ("UUID", "INET6", UUIDS),
    ("BINARY(16)", "UUID", ["0x123e4567e89b12d3a456426655440000"]), ("BINARY(16)", "INET6", ["0x00"]),
    ("INET6", "BINARY(16)", ["'::1'"]), ("INET4", "VARBINARY(4)", ["'1.2.3.4'"]), ("BINARY(4)", "INET4", ["0x01020304"]),
    ("CHAR(16) CHARACTER SET latin1", "UUID", ["'ab'"]), ("CHAR(4) CHARACTER SET ascii", "INET4", ["'ab'"]),
]
MEMBERS = [("ENUM('é', 'b')", "ENUM('è', 'b')", ["'é'"]), ("ENUM('é', 'b')", "ENUM('a', 'b')", ["'é'"]),
           ("SET('é', 'b')", "SET('b', 'é')", ["'é'"])]
CARRIED = [
    ("CHAR(10)", "VARCHAR(10)", WORDS), ("CHAR(10)", "CHAR(20)", WORDS), ("VARCHAR(10)", "VARCHAR(20)", WORDS),
    ("VARCHAR(10)", "TEXT", WORDS), ("TINYTEXT", "VARCHAR(255)", WORDS), ("TEXT", "LONGTEXT", WORDS),
    ("VARCHAR(10) CHARACTER SET ascii", "VARCHAR(10) CHARACTER SET latin1", WORDS),
    ("VARCHAR(10) CHARACTER SET utf8", "VARCHAR(10) CHARACTER SET utf8mb4", WORDS),
    ("BINARY(4)", "BINARY(4)", BYTES), ("BINARY(4)", "VARBINARY(8)", BYTES), ("BINARY(16)", "BLOB", BYTES),
    ("VARBINARY(4)", "VARBINARY(8)", BYTES), ("VARBINARY(4)", "BLOB", BYTES), ("TINYBLOB", "VARBINARY(255)", BYTES),
    ("INT", "BIGINT", ["-1"]), ("INT UNSIGNED", "BIGINT UNSIGNED", ["4294967295"]), ("INT(9) ZEROFILL", "INT UNSIGNED", ["42"]),
    ("DECIMAL(10,2)", "DECIMAL(12,4)", ["-1.25"]), ("TIME", "TIME(3)", ["'-00:00:01'"]), ("DOUBLE", "DOUBLE", ["0.1"]),
    ("DATETIME(3)", "DATETIME(6)", ["'2026-01-02 03:04:05.678'"]), ("BIT(8)", "BIT(9)", ["255"]),
    ("ENUM('é', 'b')", "ENUM('é', 'b', 'c')", ["'é'"]), ("SET('é', 'b')", "SET('é', 'b', 'c')", ["'é,b'"]),
    ("UUID", "UUID", UUIDS), ("INET6", "INET6", ["'::1'"]), ("JSON", "JSON", ["'[1, \"a\"]'"]), ("JSON", "LONGTEXT", ["'[1, 2]'"]),
]
PAIRS = [(M10, M11), (NEW, NEW), (M10, NEW), (OLD, M11)]
NUMBER = re.compile(r"INT|DECIMAL|BIT")


def exists(column, name):
    """JSON as a source's type is the server's own; as a destination's, beside a text, MySQL's."""
    if re.match("UUID|INET|.*COMPRESSED", column):
        return name in MARIADB
    return name != OLD or column != "JSON"


def cases(names, which):
    for here, there, values in which:
        if here.startswith("LONGTEXT") and there == "JSON" and names[1] != NEW:
            continue
        if here.startswith("INT") and names[0] == OLD:  # tells no signs
            continue
        if exists(here, names[0]) and exists(there, names[1]):
            yield here, there, values


def make(source, target, names):
    """{table: (source's type, destination's type)} of those to be refused, and of those to be carried."""
    made = {"changed": {}, "members": {}, "carried": {}}
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.execute(f"DROP DATABASE IF EXISTS {DB}", f"CREATE DATABASE {DB} CHARACTER SET utf8mb4")
    for kind, which in (("changed", CHANGED), ("members", MEMBERS), ("carried", CARRIED)):
        for i, (here, there, values) in enumerate(cases(names, which)):
            table = f"{kind}{i}"
            source.execute(f"CREATE TABLE {table} (id INT PRIMARY KEY, c {here}) ENGINE=InnoDB", db=DB)
            target.execute(f"CREATE TABLE {table} (id INT PRIMARY KEY, c {there}) ENGINE=InnoDB", db=DB)
            made[kind][table] = here, there, values
    return made


def insert(source, tables):
    with source.session(db=DB) as session, session.cursor() as cursor:
        for table, (_, _, values) in tables.items():
            cursor.execute(f"INSERT INTO {table} VALUES " + ", ".join(f"({i}, {v})" for i, v in enumerate(values)))


def read(server, table, column):
    """Text and stored bytes; of a number, its value; of a time, without zeros at the end."""
    values = server.execute(f"SELECT id, {'c + 0' if NUMBER.match(column) else 'CAST(c AS CHAR)'}, "
                            f"{'NULL' if NUMBER.match(column) or 'COMPRESSED' in column else 'HEX(c)'} FROM {table} ORDER BY id", db=DB)
    if re.match("TIME|DATETIME", column):
        return [(i, re.sub(r"\.?0*$", "", v)) for i, v, _ in values]
    return [(i, v) for i, v, _ in values] if "CHARACTER SET" in column or NUMBER.match(column) else values


@pytest.mark.parametrize("names", PAIRS, ids="-to-".join)
def test_the_same_value_or_a_stop_before_the_first_row(pool, rowferry, names):
    source, target = pool.get(names[0]), pool.get(names[1], "target")
    made = make(source, target, names)
    ferry = rowferry(source, target, [DB], {"source": {"tables": [f"!{DB}.changed*", f"!{DB}.members*"]}})
    ferry.run_until("now")
    insert(source, made["carried"])
    ferry.run_until("now")
    for table, (here, there, values) in made["carried"].items():
        rows = read(source, table, here)
        assert len(rows) == len(values)
        assert read(target, table, here) == rows, (here, there)
    everything = rowferry(source, target, [DB], {"server_id": ferry.tasks["task"]["server_id"]})
    found = check(everything, status=1)
    for kind in ("changed", "members"):
        refused = {name.split(" ", 1)[0] for name in the(found, f"columns.{kind}", "FAIL")["names"]}
        assert refused == {f"{DB}.{table}.c" for table in made[kind]}
    # Some of them, others in each pair: a stop is a run of its own.
    for table, case in list({**made["changed"], **made["members"]}.items())[PAIRS.index(names)::6]:
        alone = rowferry(source, target, [DB], {"source": {"databases": None, "tables": [f"{DB}.{table}"]}})
        alone.run_until("now")
        insert(source, {table: case})
        assert alone.start("--until", "now").wait_for_end() == 1, case
        last = alone.log().strip().splitlines()[-1]
        assert f"table '{DB}.{table}' column 'c': the source " in last and "(ALTER TABLE on the target)" in last, last
        assert target.value(f"SELECT COUNT(*) FROM {table}", db=DB) == 0


def test_what_is_lost_can_be_allowed(pool, rowferry):
    names = (M10, NEW)
    source, target = pool.get(names[0]), pool.get(names[1], "target")
    made = make(source, target, names)
    ferry = rowferry(source, target, [DB], {"source": {"tables": [f"!{DB}.members*", f"!{DB}.carried*"]},
                                            "destination": {"allow_changed_values": True}})
    assert "columns.changed" not in check(ferry)
    ferry.run_until("now")
    insert(source, made["changed"])
    ferry.run_until("now")
    lost = {there: target.execute(f"SELECT c FROM {table} ORDER BY id", db=DB)
            for table, (_, there, _) in made["changed"].items() if there in ("CHAR(10)", "BINARY(4)", "JSON")}
    assert lost == {"CHAR(10)": [("",), ("ab",), ("ab",), ("",), (None,)], "JSON": [('{"a": 2, "b": 1}',), ("[1.0]",)],
                    "BINARY(4)": [(b"\0" * 4,), (b"\0" * 4,), (b"ab\0\0",), (b"ab\0\0",), (b"a \0\0",), (None,)]}


def test_a_char_of_an_untold_character_set_is_no_binary(pool, rowferry):
    """The row image leaves out trailing zeros of the one and trailing spaces of the other."""
    source, target = pool.get(OLD), pool.get(NEW, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, c CHAR(5)) ENGINE=InnoDB", db=DB)
    target.execute("CREATE TABLE t (id INT PRIMARY KEY, c VARBINARY(20))", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO t VALUES (1, 'ab')", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    last = ferry.log().strip().splitlines()[-1]
    assert "the source has char(5), the target varbinary(20), which stores other values" in last
    assert "destination.allow_changed_values" in last
