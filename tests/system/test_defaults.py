# SPDX-License-Identifier: Apache-2.0
"""Columns that the row image of an INSERT leaves out get the source's default, or the task stops."""

import pytest

from rowferrylib.type_cases import M10, M11, NEW, OLD
from test_check import check, the

DB = "defaults"
HINT = "binlog_row_image = FULL the source logs every value"


def prepared(pool, source, target, image="MINIMAL"):
    source, target = pool.get(source), pool.get(target, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.execute(f"DROP DATABASE IF EXISTS {DB}", f"CREATE DATABASE {DB} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    source.execute(f"SET GLOBAL binlog_row_image = {image}")
    return source, target


def make(source, target, here, there, table="t"):
    source.execute(f"CREATE TABLE {table} (id INT PRIMARY KEY AUTO_INCREMENT, a INT, {here}) ENGINE=InnoDB", db=DB)
    target.execute(f"CREATE TABLE {table} (id INT PRIMARY KEY AUTO_INCREMENT, a INT, {there}) ENGINE=InnoDB", db=DB)


STOP_PAIRS = [(NEW, NEW), (OLD, NEW), (M10, M11), (M11, NEW)]
# source's column, destination's
DIFFERENT = [
    ("c VARCHAR(9) DEFAULT '5'", "c VARCHAR(9) DEFAULT '9'"), ("c INT DEFAULT 5", "c INT"), ("c INT", "c INT DEFAULT 9"),
    ("c INT NOT NULL", "c INT NOT NULL DEFAULT 1"), ("c DECIMAL(9,2) DEFAULT 1.50", "c DECIMAL(9,2) DEFAULT 1.51"),
    ("c ENUM('a', 'b')", "c ENUM('a', 'b') NOT NULL"), ("c ENUM('a', 'b') DEFAULT 'b'", "c ENUM('a', 'b') DEFAULT 'a'"),
    ("c DATETIME DEFAULT '2001-02-03'", "c DATETIME DEFAULT CURRENT_TIMESTAMP"),
    ("c DATE DEFAULT '2001-02-03'", "c DATE DEFAULT '2001-02-04'"),
]
ALIKE = ("c1 VARCHAR(20) DEFAULT 'it''s \\\\ \"q\"', c2 INT DEFAULT -5, c3 DECIMAL(9,2) DEFAULT 1.5, c4 DOUBLE DEFAULT 0.25, "
         "c5 DATETIME(3) DEFAULT '2001-02-03 04:05:06.5', c6 ENUM('a', 'b') DEFAULT 'b', c7 SET('x', 'y') DEFAULT 'x,y', "
         "c8 BIT(3) DEFAULT b'101', c9 DATE DEFAULT '2001-02-03', c10 VARCHAR(9) DEFAULT 'NULL', c11 VARCHAR(9) DEFAULT '', "
         "c12 TEXT, c13 TIMESTAMP NOT NULL DEFAULT '2001-02-03 04:05:06', c14 YEAR DEFAULT 2026, c15 VARCHAR(9) DEFAULT '007', "
         "c16 INT(5) ZEROFILL DEFAULT 42, c17 VARCHAR(9) DEFAULT 'é', c18 ENUM('p', 'q') NOT NULL, "
         # Always in the image, so that the destination's does not matter.
         "c19 DATETIME DEFAULT CURRENT_TIMESTAMP, c20 TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP")
# What a lenient source gives by type; a strict destination would not.
NO_DEFAULT = ("c1 INT NOT NULL, c2 VARCHAR(9) NOT NULL, c3 TEXT NOT NULL, c4 DATE NOT NULL, c5 DATETIME(3) NOT NULL, "
              "c6 TIME NOT NULL, c7 DECIMAL(5,2) NOT NULL, c8 BIT(4) NOT NULL, c9 YEAR NOT NULL, c10 ENUM('a', 'b') NOT NULL, "
              "c11 SET('a', 'b') NOT NULL, c12 BINARY(3) NOT NULL, c13 BLOB NOT NULL, c14 DOUBLE NOT NULL, "
              "c15 CHAR(3) NOT NULL, c16 VARBINARY(3) NOT NULL")


@pytest.mark.parametrize("names", [(M10, M11), (M11, NEW), (NEW, M11), (OLD, NEW)], ids="-to-".join)
def test_what_is_left_out_is_the_same(pool, rowferry, names):
    source, target = prepared(pool, *names)
    alike = ALIKE + ("" if names[0] == OLD else ", c21 VARCHAR(40) DEFAULT (CONCAT('u', 'v')), c22 INT DEFAULT (1 + 1)")
    make(source, target, alike, alike.replace("(1 + 1)", "(1 + 2)"))
    make(source, target, NO_DEFAULT, NO_DEFAULT, "n")
    ferry = rowferry(source, target, [DB])
    assert "columns.defaults" not in check(ferry)
    ferry.run_until("now")
    source.execute("SET SESSION sql_mode = ''", "INSERT INTO n (a) VALUES (1), (2)", "INSERT INTO n (a, c1) VALUES (3, 4)", db=DB)
    source.execute("INSERT INTO t (a) VALUES (1), (2)", "INSERT INTO t (a, c2) VALUES (3, 7)", "UPDATE t SET a = 4 WHERE id = 2",
                   "INSERT INTO t () VALUES ()", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT * FROM n ORDER BY id", db=DB) == source.execute("SELECT * FROM n ORDER BY id", db=DB)
    assert target.execute("SELECT * FROM t ORDER BY id", db=DB) == source.execute("SELECT * FROM t ORDER BY id", db=DB)


@pytest.mark.parametrize("names", STOP_PAIRS, ids="-to-".join)
def test_another_default_stops_before_the_first_row_that_takes_it(pool, rowferry, names):
    source, target = prepared(pool, *names)
    for i, (here, there) in enumerate(DIFFERENT):
        make(source, target, here, there, f"t{i}")
    ferry = rowferry(source, target, [DB])
    names_found = the(check(ferry, status=1), "columns.defaults", "FAIL")["names"]
    assert [name.split(" ")[0] for name in names_found] == [f"{DB}.t{i}.c" for i in range(len(DIFFERENT))]
    ferry.run_until("now")
    with source.session(db=DB) as session, session.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = ''")
        for i, (here, _) in enumerate(DIFFERENT):
            value = "'a'" if "ENUM" in here else "'2026-01-01'" if "DATE" in here else "3"
            cursor.execute(f"INSERT INTO t{i} (a, c) VALUES (1, {value})")
        ferry.run_until("now")  # given values need no default
        i = STOP_PAIRS.index(names)
        cursor.execute(f"INSERT INTO t{i} (a) VALUES (2)")
    assert ferry.start("--until", "now").wait_for_end() == 1
    last = ferry.log().strip().splitlines()[-1]
    assert f"table '{DB}.t{i}' column 'c' has " in last and HINT in last, last
    assert "on the source and " in last and "on the target, and the row image of an INSERT leaves it out" in last
    assert target.value(f"SELECT COUNT(*) FROM t{i}", db=DB) == 1
    target.execute(f"ALTER TABLE t{i} MODIFY {DIFFERENT[i][0]}", db=DB)
    ferry.run_until("now")
    assert target.execute(f"SELECT * FROM t{i}", db=DB) == source.execute(f"SELECT * FROM t{i}", db=DB)


def test_a_whole_image_takes_no_default(pool, rowferry):
    source, target = prepared(pool, M10, NEW, "NOBLOB")
    make(source, target, "c INT DEFAULT 5, b TEXT", "c INT DEFAULT 9, b TEXT")
    ferry = rowferry(source, target, [DB])
    assert "columns.defaults" not in check(ferry)
    ferry.run_until("now")
    source.execute("INSERT INTO t (a) VALUES (1)", "SET SESSION binlog_row_image = FULL", "INSERT INTO t (a) VALUES (1)", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT c, b FROM t", db=DB) == [(5, None)] * 2


@pytest.mark.parametrize("name", [M10, OLD, NEW])
def test_a_task_that_lags_behind_another_default_goes_on(pool, rowferry, name):
    source, target = prepared(pool, name, name)
    make(source, target, "c INT DEFAULT 5", "c INT DEFAULT 5")
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO t (a) VALUES (1)", "ALTER TABLE t ALTER c SET DEFAULT 9", "INSERT INTO t (a) VALUES (2)",
                   "ALTER TABLE t ALTER c DROP DEFAULT", "INSERT INTO t (a, c) VALUES (3, 3)", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT a, c FROM t ORDER BY id", db=DB) == [(1, 5), (2, 9), (3, 3)]
