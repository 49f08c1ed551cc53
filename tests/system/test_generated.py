# SPDX-License-Identifier: Apache-2.0
"""Generated columns: the destination computes them in a session of its own, so no row is sought by them, and what
it stores is compared with what the source has stored."""

import itertools
import re

import pymysql
import pytest

from rowferrylib.compare import compare
from test_stops import stop_line

DB = "generated"

SEVEN, OLD, M10, M11 = "mysql-9.7", "mysql-5.6", "mariadb-10.11", "mariadb-11.8"
PAIRS = [(SEVEN, SEVEN), (M10, M10), (M11, M11), (SEVEN, M11), (M10, SEVEN)]

# What is stored of each kind of type, from a number `n`, a text `s` and a time `at` that are NULL now and then.
KINDS = {
    "tiny": "TINYINT AS (n % 100)", "big": "BIGINT UNSIGNED AS (n + 18446744073709540000)", "dec": "DECIMAL(12,3) AS (n / 2)",
    "flo": "FLOAT AS (n / 4)", "dou": "DOUBLE AS (n / 3e0)", "txt": "VARCHAR(40) CHARACTER SET utf8mb4 AS (CONCAT(s, ' ä ', n, ' '))",
    "pad": "CHAR(30) CHARACTER SET latin1 AS (CONCAT(s, ' '))", "bin": "BINARY(12) AS (CONCAT(s, 'x'))", "blo": "BLOB AS (REPEAT(s, 50))",
    "long": "TEXT CHARACTER SET latin1 AS (UPPER(s))", "en": "ENUM('a','b','c') AS (1 + n % 3)", "se": "SET('a','b','c') AS (n % 8)",
    "bi": "BIT(9) AS (n % 512)", "ye": "YEAR AS (2000 + n % 100)", "da": "DATE AS (DATE(at))", "ti": "TIME(3) AS (SEC_TO_TIME(n))",
    "dt": "DATETIME(6) AS (at + INTERVAL n DAY)", "vir": "INT AS (n + 1)",
}


def columns(keyed):
    stored = ", ".join(f"c_{name} {kind.replace(' AS ', ' GENERATED ALWAYS AS ', 1)} {'VIRTUAL' if name == 'vir' else 'STORED'}"
                       for name, kind in KINDS.items())
    return f"(id INT{' PRIMARY KEY' if keyed else ''}, n BIGINT UNSIGNED, s VARCHAR(10) CHARACTER SET latin1, at DATETIME(6), {stored}) ENGINE=InnoDB"


def pair_of(pool, here, there):
    source, target = pool.get(here), pool.get(there, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
    return source, target


def test_no_row_is_sought_by_a_generated_key(pool, rowferry):
    """Both servers have stored another date for each row: by the source's, the other row would be found."""
    source, target = pair_of(pool, SEVEN, SEVEN)
    for server, zone in ((source, "+05:30"), (target, "+00:00")):
        server.execute("CREATE TABLE t (a INT, ts TIMESTAMP NULL, g DATE GENERATED ALWAYS AS (DATE(ts)) STORED NOT NULL, "
                       "UNIQUE KEY (g))", f"SET time_zone = '{zone}'",
                       "INSERT INTO t (a, ts) VALUES (1, FROM_UNIXTIME(1772310600)), (2, FROM_UNIXTIME(1772397000))", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("DELETE FROM t WHERE a = 1", db=DB)
    assert "delete of row a=1, " in stop_line(ferry)
    assert target.execute("SELECT a FROM t", db=DB) == [(1,), (2,)]


@pytest.mark.parametrize("here, there", PAIRS, ids=lambda name: name)
def test_every_kind_of_stored_value_is_proved(pool, rowferry, here, there):
    """What both compute alike passes, whatever its type, in long INSERTs, UPDATEs and DELETEs, with a key and without."""
    source, target = pair_of(pool, here, there)
    for server in (source, target):
        server.execute("CREATE TABLE t " + columns(True), "CREATE TABLE loose " + columns(False), db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    rows = ",".join("({0},{1},{2},{3})".format(
        i, i if i % 7 else "NULL", f"'w{i % 50}'" if i % 5 else "NULL",
        f"'2026-03-{1 + i % 28:02} 10:{i % 60:02}:01.{i:06}'" if i % 11 else "NULL") for i in range(1, 1300))
    source.execute(f"INSERT INTO t (id, n, s, at) VALUES {rows}", "INSERT INTO loose (id, n, s, at) SELECT id, n, s, at FROM t LIMIT 40",
                   "UPDATE t SET n = n + 1, s = 'å' WHERE id % 40 = 1", "UPDATE t SET id = id + 5000 WHERE id % 100 = 2",
                   "SET binlog_row_image = MINIMAL", "UPDATE t SET n = n + 2 WHERE id % 100 = 3", "SET binlog_row_image = FULL",
                   "UPDATE loose SET n = n + 1 WHERE id < 10", "DELETE FROM loose WHERE id % 3 = 0", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])


STOPS = {
    "insert": (r"insert of row id=2, event at \S+: generated column 'g' is 14 on the destination and 12 on the source\. "
               r"Its expression depends on settings of the session or on the server\. Give the column one there that does not"
               r"(, or make it an ordinary column there)?, and start the task again\.",
               ["INSERT INTO t (id, n) VALUES (2, 2)"]),
    "update": (r"update of row id=1, event at \S+: generated column 'g' is 17 on the destination and 15 on the source\.",
               ["UPDATE t SET n = 5 WHERE id = 1"]),
    "many": (r"insert of row id=5, event at \S+: generated column 'h' is NULL on the destination and 'x' on the source\.",
             ["INSERT INTO t (id, n) VALUES (3, NULL), (4, NULL), (5, -1)"]),
    "keyless": (r"insert of row id=8, n=8, g=18, event at \S+: generated column 'g' is 20 on the destination and 18 on the source\.",
                ["INSERT INTO loose (id, n) VALUES (8, 8)"]),
    "flavour": (r"insert of row id=1, event at \S+: generated column 'd' is 0\.33\S* on the destination and 0\.33\S* on the source\.",
                ["INSERT INTO thirds (id, n) VALUES (1, 1)"]),
}
OTHER = ("(id INT{}, n INT, g INT GENERATED ALWAYS AS (IF(n > 0, n + {}, n)) STORED, h VARCHAR(9) GENERATED ALWAYS AS (IF(n < 0, {}, NULL)) STORED) "
         "ENGINE=InnoDB")


@pytest.mark.parametrize("here, there", [(SEVEN, M11), (M10, SEVEN)], ids=lambda name: name)
def test_another_stored_value_stops(pool, rowferry, here, there):
    """The destination has another expression: what it would store is told by column, and stays out."""
    source, target = pair_of(pool, here, there)
    for server, plus, text in ((source, 10, "'x'"), (target, 10, "'x'")):
        server.execute("CREATE TABLE t " + OTHER.format(" PRIMARY KEY", plus, text), "CREATE TABLE loose " + OTHER.format("", plus, text),
                       "CREATE TABLE thirds (id INT PRIMARY KEY, n INT, d DOUBLE GENERATED ALWAYS AS (n / 3) STORED) ENGINE=InnoDB",
                       "INSERT INTO t (id, n) VALUES (1, 1)", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    for table, key in (("t", " PRIMARY KEY"), ("loose", "")):
        target.execute(f"RENAME TABLE {table} TO {table}_", f"CREATE TABLE {table} " + OTHER.format(key, 12, "NULL"), db=DB)
    target.execute("INSERT INTO t (id, n) VALUES (1, 1)", db=DB)
    for wanted, statements in STOPS.values():
        before = target.execute("SELECT * FROM t", db=DB), target.execute("SELECT * FROM loose", db=DB)
        source.execute(*statements, db=DB)
        assert ferry.start("--until", "now").wait_for_end() == 1, ferry.log()
        line = [line for line in ferry.log().splitlines() if " error task: " in line][-1]
        assert re.search(wanted, line), line
        assert before == (target.execute("SELECT * FROM t", db=DB), target.execute("SELECT * FROM loose", db=DB))
        skip = ferry.command("skip", "-c", ferry.config, "task", "--gtid", re.search(r"gtid (\S+),", line)[1], "--why", "a test")
        assert skip.returncode == 0, skip.stderr


def test_stored_values_tell_rows_apart(pool, rowferry):
    """Without a key, rows may be alike in all but them."""
    source, target = pair_of(pool, SEVEN, SEVEN)
    for server in (source, target):
        server.execute("CREATE TABLE t (a INT, ts TIMESTAMP NULL, g DATE GENERATED ALWAYS AS (DATE(ts)) STORED)", db=DB)
        for zone in ("+00:00", "+05:30"):
            server.execute(f"SET time_zone = '{zone}', timestamp = 1772310600", "INSERT INTO t (a, ts) VALUES (1, NOW())", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("DELETE FROM t WHERE g = '2026-03-01'", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT g FROM t", db=DB) == source.execute("SELECT g FROM t", db=DB)


# Settings of the session at the source, a column of the table, and what is then stored.
SESSIONS = {
    "time zone": ("time_zone = '+05:30'", "ts TIMESTAMP NULL", "DATE AS (DATE(ts))", "'2026-03-01 02:00:00'"),
    "time zone in the west": ("time_zone = '-09:45'", "ts TIMESTAMP(3) NULL", "DATETIME(3) AS (ts)", "'1969-12-31 20:00:00.125'"),
    "lenient number": ("sql_mode = ''", "s VARCHAR(20)", "INT AS (s + 0)", "'12abc'"),
    "lenient length": ("sql_mode = ''", "s VARCHAR(20)", "VARCHAR(3) AS (CONCAT(s, 'x'))", "'abcdef'"),
    "lenient range": ("sql_mode = ''", "n INT", "TINYINT AS (n * 2)", "500"),
    "lenient number of text": ("sql_mode = ''", "s VARCHAR(20)", "INT AS (s)", "'none'"),
    "lenient date": ("sql_mode = ''", "s VARCHAR(20)", "DATE AS (s)", "'2020-02-31'"),
    "lenient date that is allowed": ("sql_mode = 'ALLOW_INVALID_DATES'", "s VARCHAR(20)", "DATE AS (s)", "'2020-02-31'"),
    "date that is allowed": ("sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES'", "d DATE", "DATE AS (d)", "'2020-02-31'"),
    "fractions": ("sql_mode = 'STRICT_ALL_TABLES'", "d DATETIME(3)", "DATETIME AS (d)", "'2026-01-01 10:00:00.900'"),
}


def session_table(name):
    _settings, column, generated, _value = SESSIONS[name]
    kind, expression = generated.split(" AS ")
    return f"(id INT PRIMARY KEY, {column}, g {kind} GENERATED ALWAYS AS {expression} STORED, other INT) ENGINE=InnoDB"


def run_sessions(pool, rowferry, here, there, is_global=False):
    """Those whose expressions both servers take; returns their names."""
    source, target = pair_of(pool, here, there)
    tables = {}
    for number, name in enumerate(SESSIONS):
        try:
            for server in (source, target):
                server.execute(f"CREATE TABLE t{number} " + session_table(name), db=DB)
            tables[name] = f"t{number}"
        except pymysql.err.OperationalError as error:
            assert error.args[0] == 1901, (name, error)  # MariaDB: it depends on sql_mode
            source.execute(f"DROP TABLE IF EXISTS t{number}", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    for settings, names in itertools.groupby(tables, lambda name: SESSIONS[name][0]):
        if is_global:
            source.execute(f"SET GLOBAL {settings}")
        for name in names:
            table, column, value = tables[name], SESSIONS[name][1].split()[0], SESSIONS[name][3]
            source.execute(f"SET {settings}", f"INSERT INTO {table} (id, {column}) VALUES (1, {value}), (2, NULL)",
                           f"UPDATE {table} SET {column} = {value} WHERE id = 2", f"UPDATE {table} SET other = 5 WHERE id = 1", db=DB)
        if is_global:
            ferry.run_until("now")
            source.restore_globals()
    ferry.run_until("now")
    compare(source, target, [DB])
    return list(tables)


@pytest.mark.parametrize("there", [SEVEN, M11])
def test_settings_of_the_session(pool, rowferry, there):
    """What BEGIN tells of the session decides what expressions give."""
    assert len(run_sessions(pool, rowferry, SEVEN, there)) >= 7


@pytest.mark.parametrize("here, there", [(M10, M10), (M11, M11)], ids=lambda name: name)
def test_settings_of_a_source_that_tells_none(pool, rowferry, here, there):
    """MariaDB's transactions of rows have no BEGIN: the source's global settings count."""
    assert len(run_sessions(pool, rowferry, here, there, is_global=True)) >= 7


@pytest.mark.parametrize("there, wanted", [
    (SEVEN, r"Incorrect DATE value: '2020-02-31' \(1525\)\."),
    (M11, r"column 'd' is 0000-00-00 on the destination and '2020-02-31' on the source\. "
          r"The source was not in strict mode, and the destination, as lenient, bends the value\. Compare the definitions "
          r"of the column, and start the task again, or pass the transaction over with rowferry skip\."),
], ids=[SEVEN, M11])
def test_a_lenient_session_bends_nothing_in_silence(pool, rowferry, there, wanted):
    """A date that another session of the source was allowed to store becomes 0000-00-00 in one that is not."""
    source, target = pair_of(pool, SEVEN, there)
    for server in (source, target):
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, d DATE, CHECK (id < 100)) ENGINE=InnoDB", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("SET sql_mode = 'ALLOW_INVALID_DATES'", "INSERT INTO t VALUES (1, '2020-02-31')", "SET sql_mode = ''",
                   "INSERT INTO t VALUES (3, NULL)", "UPDATE t SET id = 2 WHERE id = 1", db=DB)
    line = stop_line(ferry)
    assert re.search(r"update of row id=1, event at \S+: .*" + wanted, line), line
    assert target.execute("SELECT id, CAST(d AS CHAR) FROM t ORDER BY id", db=DB) == [(1, "2020-02-31"), (3, None)]


@pytest.mark.parametrize("here, there", [(SEVEN, SEVEN), (M10, M11)], ids=lambda name: name)
def test_a_source_that_was_lenient_without_telling(pool, rowferry, here, there):
    """INSERT IGNORE, and a session of MariaDB: what strict mode refuses is tried without, and compared whole."""
    source, target = pair_of(pool, here, there)
    for server in (source, target):
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(20), g INT AS (s) STORED) ENGINE=InnoDB",
                       "CREATE TABLE c (id INT PRIMARY KEY, s VARCHAR(20), CHECK (s + 1 > 0)) ENGINE=InnoDB", db=DB)
        if not server.is_mariadb:
            server.execute("CREATE TABLE f (id INT PRIMARY KEY, s VARCHAR(20), INDEX i ((CAST(s AS UNSIGNED)))) ENGINE=InnoDB", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT IGNORE INTO t (id, s) VALUES (1, '12abc'), (2, '3'), (3, 'none'), (4, NULL)",
                   "UPDATE IGNORE t SET s = '4x' WHERE id = 2", db=DB)
    source.execute("INSERT IGNORE INTO c VALUES (1, '12abc')", db=DB)
    if source.is_mariadb:
        source.execute("SET sql_mode = ''", "INSERT INTO t (id, s) VALUES (5, '99999999999')", db=DB)
    else:
        source.execute("INSERT IGNORE INTO f VALUES (1, '12abc'), (2, '13')", db=DB)
    source.execute("INSERT INTO t (id, s) VALUES (6, '6')", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])
    target.execute("DELETE FROM t", "ALTER TABLE t DROP COLUMN g, ADD g INT AS (s + 1) STORED", db=DB)
    source.execute("INSERT IGNORE INTO t (id, s) VALUES (7, '7x')", db=DB)
    line = stop_line(ferry)
    assert re.search(r"insert of row id=7, event at \S+: generated column 'g' is 8 on the destination and 7 on the source\.", line), line
    assert target.value("SELECT COUNT(*) FROM t", db=DB) == 0


def test_each_session_has_its_time_zone(pool, rowferry):
    """An UPDATE of another column computes the value again, in the time zone of its own session, and in one transaction with others."""
    source, target = pair_of(pool, SEVEN, SEVEN)
    for server in (source, target):
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, ts TIMESTAMP NULL, g DATETIME AS (ts) STORED, n INT) ENGINE=InnoDB",
                       "CREATE TABLE plain (id INT PRIMARY KEY, ts TIMESTAMP NULL) ENGINE=InnoDB", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("SET time_zone = '+05:30'", "INSERT INTO t (id, ts) VALUES (1, '2026-03-01 02:00'), (2, '2026-03-01 03:00')",
                   "SET time_zone = '-03:00'", "BEGIN", "UPDATE t SET n = 1 WHERE id = 1", "INSERT INTO plain VALUES (1, '2026-03-01 02:00')",
                   "INSERT INTO t (id, ts) VALUES (3, '2026-03-01 02:00')", "COMMIT",
                   "SET time_zone = '+00:00'", "UPDATE t SET ts = ts + INTERVAL 1 HOUR WHERE id = 2", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])


@pytest.mark.parametrize("here", [SEVEN, M10])
def test_a_time_zone_with_a_name(pool, rowferry, here):
    """The source's global time zone, where it has always been as far from UTC; the destination need not know it."""
    source, target = pair_of(pool, here, SEVEN)
    source.execute("REPLACE INTO mysql.time_zone_name VALUES ('Test/Fixed', 4711)", "REPLACE INTO mysql.time_zone VALUES (4711, 'N')",
                   "REPLACE INTO mysql.time_zone_transition_type VALUES (4711, 0, 19800, 0, 'TF')",
                   "SET GLOBAL time_zone = 'Test/Fixed'")
    for server in (source, target):
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, ts TIMESTAMP NULL, g DATETIME AS (ts) STORED) ENGINE=InnoDB", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("SET time_zone = 'Test/Fixed'", "INSERT INTO t (id, ts) VALUES (1, '2026-03-01 02:00')", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])
    assert str(target.value("SELECT g FROM t", db=DB)) == "2026-03-01 02:00:00"
