# SPDX-License-Identifier: Apache-2.0
"""ALTER TABLE that converts values: it stops where these two servers convert some of them to different ones, and only there."""

import random
import re

import pytest

from rowferrylib import conversions, places
from rowferrylib.compare import compare
from rowferrylib.flavour import NAMES

DB = "dconv"
M10, M11, OLD, NEW = "mariadb-10.11", "mariadb-11.8", "mysql-5.6", "mysql-9.7"
OTHERWISE = "and these two servers convert some values to different ones"
STRICT, LENIENT = "STRICT_TRANS_TABLES", ""


@pytest.fixture
def follow(pool, rowferry):
    def begin(source, target):
        servers = pool.get(source, "source"), pool.get(target, "target")
        for server in servers:
            server.execute("DROP DATABASE IF EXISTS dump2db")
            server.fresh_database(DB)
        ferry = rowferry(*servers, [DB])
        ferry.run_until("now")
        return *servers, ferry

    return begin


def stops(ferry, column, origin, goal):
    """At the next statement; returns its GTID."""
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1, ferry.log()[-2000:]
    error = ferry.log().splitlines()[-1]
    assert f"has values in column '{column}' that become {goal} from {origin}, {OTHERWISE}" in error, error
    assert "Copy the table again and skip this statement" in error, error
    return re.search("error task: gtid ([^,]+),", error).group(1)


def skip(ferry, gtid, *replacement):
    done = ferry.command("skip", "-c", ferry.config, "task", "--gtid", gtid, "--why", "a test", *replacement)
    assert done.returncode == 0, done.stderr


DIFFERENT = [
    (NEW, M11, "DATETIME(6)", "'2020-01-01 23:59:59.999999'", "DATE", STRICT),
    (OLD, NEW, "VARCHAR(99)", "'2020-01-01T10:00:00+05:00'", "DATETIME", LENIENT),
    (M10, OLD, "DATETIME(6)", "'2020-01-01 23:59:59.999999'", "DATETIME", STRICT),  # cut off, not rounded
    (M10, M11, "DATETIME", "'2050-01-01 00:00:00'", "TIMESTAMP", LENIENT),
]
DEFINITIONS = {"TIMESTAMP": "TIMESTAMP NULL"}


@pytest.mark.parametrize("case", DIFFERENT, ids=lambda case: "-to-".join([*case[:2], case[2].lower(), case[4].lower()]))
def test_what_differs_stops(follow, case):
    source_name, target_name, origin, value, goal, mode = case
    source, target, ferry = follow(source_name, target_name)
    source.execute(f"CREATE TABLE t (id INT PRIMARY KEY, v {origin}, w INT) ENGINE=InnoDB", f"INSERT INTO t VALUES (1, {value}, 5)",
                   f"SET sql_mode = '{mode}'", f"ALTER TABLE t MODIFY v {DEFINITIONS.get(goal, goal)}", "INSERT INTO t (id) VALUES (2)",
                   db=DB)
    gtid = stops(ferry, "v", origin.lower(), goal)
    # The table is copied again by hand: the rows as they are on the source, in the new definition.
    skip(ferry, gtid, "--replace", f"ALTER TABLE {DB}.t DROP COLUMN v, ADD COLUMN v {DEFINITIONS.get(goal, goal)} AFTER id")
    ferry.run_until("now")
    new = source.value("SELECT v FROM t WHERE id = 1", db=DB)
    target.execute(f"UPDATE t SET v = '{new}' WHERE id = 1", db=DB)
    compare(source, target, [DB])


@pytest.mark.parametrize("odd", ["'2023-02-31 10:00:00'", "'2026-05-00 10:00:00'", "'2038-01-18 00:00:00'"])
def test_odd_dates_alone_stop(follow, odd):
    """Dates that every server's TIMESTAMP can hold are converted alike, lenient or not."""
    source, target, ferry = follow(OLD, M11)
    source.execute("SET sql_mode = 'ALLOW_INVALID_DATES'", "CREATE TABLE t (id INT PRIMARY KEY, v DATETIME) ENGINE=InnoDB",
                   "INSERT INTO t VALUES (1, '2020-02-29 23:59:59'), (2, '1970-01-02 00:00:00'), (3, '2038-01-17 23:59:59')",
                   "SET sql_mode = ''", "ALTER TABLE t MODIFY v TIMESTAMP NULL", "ALTER TABLE t MODIFY v DATETIME",
                   "SET sql_mode = 'ALLOW_INVALID_DATES'", f"INSERT INTO t VALUES (4, {odd})", "SET sql_mode = ''", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])
    source.execute("SET sql_mode = ''", "ALTER TABLE t MODIFY v TIMESTAMP NULL", db=DB)
    stops(ferry, "v", "datetime", "TIMESTAMP")


@pytest.mark.parametrize("pair", [(M11, NEW), (NEW, M11), (OLD, NEW)], ids="-to-".join)
def test_what_is_alike_passes(follow, pair):
    source, target, ferry = follow(*pair)
    source.execute(
        "SET sql_mode = 'STRICT_TRANS_TABLES'",
        "CREATE TABLE t (id INT PRIMARY KEY, a TINYINT, b INT UNSIGNED, c VARCHAR(10), d DECIMAL(10,2), e ENUM('x','y'), f DATETIME,"
        " g DATE, h VARBINARY(9), i CHAR(4), j DATETIME(3), k INT, l FLOAT, m SET('x','y'), n TIMESTAMP(2) NULL, o TIME) ENGINE=InnoDB",
        "INSERT INTO t VALUES (1, -5, 4294967295, 'abc ', 5.25, 'y', '2020-01-01 23:59:59', '2020-01-01', 0x00ff, 'ab', "
        "'2020-01-01 10:00:00.987', 42, 1.1, 'x,y', '2020-01-01 10:00:00.98', '-10:00:00')",
        "ALTER TABLE t MODIFY a INT, MODIFY b BIGINT UNSIGNED, MODIFY c VARCHAR(200), MODIFY d DECIMAL(20,4), MODIFY e ENUM('z','x','y')",
        "ALTER TABLE t MODIFY f DATETIME(3), MODIFY g DATETIME, MODIFY h BLOB, CHANGE i ii VARCHAR(40) NOT NULL, MODIFY j DATETIME(6)",
        "ALTER TABLE t MODIFY k VARCHAR(20), MODIFY l DOUBLE, MODIFY m SET('x','y','z'), MODIFY n TIMESTAMP(6) NULL, MODIFY o TIME(2)",
        "ALTER TABLE t MODIFY c LONGTEXT, MODIFY d BIGINT, MODIFY a VARCHAR(9) COMMENT 'a, b'",
        # Nothing is converted in these.
        "CREATE TABLE none_yet (id INT PRIMARY KEY, v DATETIME(6), w VARCHAR(99)) ENGINE=InnoDB",
        "ALTER TABLE none_yet MODIFY v DATE, MODIFY w TIME",
        "CREATE TABLE nulls (id INT PRIMARY KEY, v DATETIME(6), w DOUBLE) ENGINE=InnoDB", "INSERT INTO nulls (id) VALUES (1), (2)",
        "ALTER TABLE nulls MODIFY v DATE, MODIFY w VARCHAR(30)",
        "CREATE TABLE same (id INT PRIMARY KEY, v DATETIME(6), w DOUBLE) ENGINE=InnoDB",
        "INSERT INTO same VALUES (1, '2020-01-01 10:00:00.987654', 0.1)",
        "ALTER TABLE same MODIFY v DATETIME(6) COMMENT 'DATE', CHANGE w x DOUBLE, ADD y DATE", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])


@pytest.mark.parametrize("name", [M11])
def test_servers_of_one_series_convert_alike(follow, name):
    source, target, ferry = follow(name, name)
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, v DATETIME(6), w VARCHAR(40), x DOUBLE) ENGINE=InnoDB", "SET sql_mode = ''",
                   "INSERT INTO t VALUES (1, '2020-01-01 23:59:59.999999', '2020-01-01T10:00:00+05:00', 7.231419029420688e-11)",
                   "ALTER TABLE t MODIFY v DATE, MODIFY w DATETIME, MODIFY x VARCHAR(99)", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])


def table_of_the_product():
    """(relation, from, to): letter."""
    text = (places.TOP / "src/sink/mysql/ddl_convert_table.c").read_text(encoding="utf-8")
    same = "." * len(conversions.KINDS)
    rows = re.findall(r"^ +\[KIND_(\w+)\] = \{([^}]*)\}", text, re.MULTILINE)
    assert [kind.lower() for kind, _ in rows] == list(conversions.KINDS)
    return {(relation, kind.lower(), goal): letter
            for kind, strings in rows
            for relation, string in zip(("across", "mariadb", "mysql"), strings.split(", "))
            for goal, letter in zip(conversions.KINDS, same if string == "SAME_ALWAYS" else string.strip('"'))}


def some_values(origin, generator):
    return origin._replace(values=generator.sample(origin.values, min(20, len(origin.values))))


def test_the_table_is_what_the_servers_do(pool):
    """A sample of conversions, measured: no difference that the table does not know."""
    seed = random.randrange(10000)
    print(f"seed {seed}")
    generator = random.Random(seed)
    plain = [v for v in conversions.VARIANTS if v.kind != "json" and len(v.on) > 1]
    pairs = [(some_values(origin, generator), generator.sample(plain, 2)) for origin in generator.sample(plain, 5)]
    measured = {}
    for name in NAMES:
        measure = conversions.Measure(pool.get(name), DB)
        measured[name] = {key: values for origin, goals in pairs if name in origin.on
                          for key, values in conversions.measure_origin(measure, origin, goals)}
    known = table_of_the_product()
    for cell, letter in conversions.differences(measured).items():
        assert conversions.cover(known[cell], letter) == known[cell], (seed, cell, letter)
