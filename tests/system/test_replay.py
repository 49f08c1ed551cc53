# SPDX-License-Identifier: Apache-2.0
"""Tables that have triggers on the destination: their rows are replayed as the source's own events, and no trigger fires."""

import pytest

from rowferrylib import marks
from rowferrylib.compare import compare
from rowferrylib.workload import Workload
from test_check import check, the

DB, OTHER = "rpl", "rpl_there"
M10, M11, OLD, NEW = "mariadb-10.11", "mariadb-11.8", "mysql-5.6", "mysql-9.7"
PAIRS = [(M10, M10), (M10, M11), (M11, M11), (OLD, OLD), (OLD, NEW), (NEW, NEW)]
REPLAY = {"destination": {"replay_events": True}}

TABLES = [
    "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), n BIGINT UNSIGNED, e ENUM('x','y'), b BLOB, d DECIMAL(9,3), "
    "at TIMESTAMP NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "CREATE TABLE loose (a VARCHAR(20) COLLATE utf8mb4_general_ci, n FLOAT) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "CREATE TABLE parent (id INT PRIMARY KEY) ENGINE=InnoDB",
    "CREATE TABLE child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE) ENGINE=InnoDB",
    "CREATE TABLE plain (id INT PRIMARY KEY, stamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP) ENGINE=InnoDB",
]
TRIGGERED = ["t", "loose", "parent", "child"]

CHANGES = [
    ["INSERT INTO t VALUES (1, 'ä', 18446744073709551615, 'y', 'b\\0b', -1.5, '2026-01-02 03:04:05'), (2, NULL, 0, NULL, NULL, 0, NULL)"],
    ["UPDATE t SET a = 'b', n = 5 WHERE id = 1"],
    ["INSERT INTO loose VALUES ('a', 1.1), ('A', 1.1), ('a', 1.1)", "DELETE FROM loose WHERE a = 'A' COLLATE utf8mb4_bin"],
    ["UPDATE loose SET n = 2.2 LIMIT 1"],
    ["INSERT INTO parent VALUES (1), (2)", "INSERT INTO child VALUES (1, 1), (2, 2)"],
    ["DELETE FROM parent WHERE id = 1"],
    ["SET foreign_key_checks = 0", "INSERT INTO child VALUES (9, 99)"],
    ["SET unique_checks = 0", "INSERT INTO t (id, a) VALUES (3, 'c')", "INSERT INTO plain (id) VALUES (1)",
     "UPDATE t SET id = 4 WHERE id = 3", "INSERT INTO plain (id) VALUES (2)"],
    ["DELETE FROM t WHERE id = 2"],
]


def pair_of(pool, here, there):
    source, target = pool.get(here), pool.get(there, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.fresh_database(OTHER)
        server.execute("CREATE TABLE fired (what VARCHAR(40)) ENGINE=InnoDB", db=OTHER)
    return source, target


def add_triggers(server, database=DB):
    for table in TRIGGERED:
        for event in ("INSERT", "UPDATE", "DELETE"):
            server.execute(f"CREATE TRIGGER {table}_{event} AFTER {event} ON {table} FOR EACH ROW "
                           f"INSERT INTO {OTHER}.fired VALUES ('{event} {table}')", db=database)


def commit(source, statements):
    source.execute("SET autocommit = 0", *statements, "COMMIT", db=DB)


@pytest.mark.parametrize("here, there", PAIRS)
def test_no_trigger_fires(pool, rowferry, here, there):
    source, target = pair_of(pool, here, there)
    source.execute(*TABLES, db=DB)
    target.execute(*TABLES, db=DB)
    add_triggers(target)
    ferry = rowferry(source, target, [DB], REPLAY)
    ferry.run_until("now")
    for statements in CHANGES:
        commit(source, statements)
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows >= 9
    assert target.execute(f"SELECT * FROM {OTHER}.fired") == []
    assert source.value("SELECT COUNT(*) FROM child", db=DB) == target.value("SELECT COUNT(*) FROM child", db=DB) == 2
    late = "SELECT COUNT(*) FROM dump2db.marker WHERE updated_at < NOW() - INTERVAL 1 HOUR OR updated_at > NOW() + INTERVAL 1 HOUR"
    assert target.value(late) == 0, "the session kept the time of an event"


@pytest.mark.parametrize("name", [M10, NEW])
def test_another_database_and_one_by_one(pool, rowferry, name):
    """Under the destination's names; batches of one; marked in its binlog; a restart in the middle."""
    source, target = pair_of(pool, name, name)
    source.execute(*TABLES, db=DB)
    target.execute(*TABLES, db=OTHER)
    add_triggers(target, OTHER)
    ferry = rowferry(source, target, [DB], {
        "destination": {"replay_events": True, "batch_transactions": 1}, "route": {"rename": [{"from": DB, "to": OTHER}]}})
    ferry.run_until("now")
    began_at = target.binlog_position()
    for statements in CHANGES[:5]:
        commit(source, statements)
    ferry.run_until("now")
    for statements in CHANGES[5:]:
        commit(source, statements)
    ferry.run_until("now")
    compare(source, target, [DB], renames={DB: OTHER}, ignore_tables=["rpl_there.fired"])
    assert target.value(f"SELECT COUNT(*) FROM {OTHER}.fired") == 0
    tally = marks.tally(target, began_at, OTHER)
    assert tally.unmarked == 0 and tally.marked >= len(CHANGES), tally


@pytest.mark.parametrize("name", [M10, OLD, NEW])
@pytest.mark.parametrize("change, there, text", [
    ("INSERT INTO t (id, a) VALUES (1, 'x')", "INSERT INTO t (id) VALUES (1)", "insert of row id=1, .*Duplicate entry '1'"),
    ("UPDATE t SET a = 'x' WHERE id = 0", "DELETE FROM t", r"update of row id=0, .*Can't find record in 't' \(1032\)"),
    ("DELETE FROM t WHERE id = 0", "DELETE FROM t", r"delete of row id=0, .*Can't find record in 't' \(1032\)"),
])
def test_a_difference_stops(pool, rowferry, name, change, there, text):
    source, target = pair_of(pool, name, name)
    for server in (source, target):
        server.execute(TABLES[0], "INSERT INTO t (id) VALUES (0)", db=DB)
    target.execute("CREATE TRIGGER w BEFORE INSERT ON t FOR EACH ROW SET @a = 1", db=DB)
    ferry = rowferry(source, target, [DB], REPLAY)
    ferry.run_until("now")
    target.execute(there, db=DB)
    before = target.execute("SELECT * FROM t", db=DB)
    source.execute("INSERT INTO t (id) VALUES (7)", change, db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    ferry.wait_for_log(f"table '{DB}.t', {text}.*Source and destination differ in this row\\. Repair it on the destination")
    assert sorted(target.execute("SELECT * FROM t", db=DB)) == sorted([*before, (7, *[None] * 6)])


REFUSED = "on the destination has triggers, and its rows cannot be replayed: {}\\. Give the table the source's definition, or drop"
DIFFERENT = {
    "order": ("a INT, b VARCHAR(9)", "b VARCHAR(9), a INT", REFUSED.format("its columns stand in another order")),
    "more": ("a INT", "a INT, b INT", REFUSED.format("it has another number of columns")),
    "hash": ("a INT", "a INT, UNIQUE (b), b TEXT", REFUSED.format("its keys have hidden columns")),
    "wider": ("a INT, b VARCHAR(9)", "a INT, b VARCHAR(20)", "insert of row id=1, .*Compare the destination's definition of the table"),
}


@pytest.mark.parametrize("name, case", [(name, case) for name in (M10, NEW) for case in DIFFERENT if (name, case) != (NEW, "hash")])
def test_another_definition_is_refused(pool, rowferry, name, case):
    source, target = pair_of(pool, name, name)
    here, there, text = DIFFERENT[case]
    source.execute(f"CREATE TABLE s (id INT PRIMARY KEY, {here}) ENGINE=InnoDB", db=DB)
    target.execute(f"CREATE TABLE s (id INT PRIMARY KEY, {there}) ENGINE=InnoDB",
                   "CREATE TRIGGER w BEFORE INSERT ON s FOR EACH ROW SET @a = 1", db=DB)
    ferry = rowferry(source, target, [DB], REPLAY)
    ferry.run_until("now")
    source.execute("INSERT INTO s (id, a) VALUES (1, 2)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    ferry.wait_for_log(f"table '{DB}.s'.* {text}")
    assert target.value("SELECT COUNT(*) FROM s", db=DB) == 0


def test_what_the_session_needs(pool, rowferry):
    source, target = pair_of(pool, M10, M10)
    for server in (source, target):
        server.execute(TABLES[0], db=DB)
    ferry = rowferry(source, target, [DB], REPLAY)
    for variable, value, normal in (("slave_type_conversions", "ALL_LOSSY", ""), ("slave_exec_mode", "IDEMPOTENT", "STRICT"),
                                    ("slave_run_triggers_for_rbr", "YES", "NO")):
        target.execute(f"SET GLOBAL {variable} = '{value}'")
        try:
            assert ferry.start("--until", "now").wait_for_end() == 1
            ferry.wait_for_log(f"destination.replay_events: the destination has {variable} = '{value}'\\. Set it to '{normal}' there")
            assert the(check(ferry, status=1), "destination.replay_events", "FAIL")
        finally:
            target.execute(f"SET GLOBAL {variable} = '{normal}'")
    target.execute("DROP USER IF EXISTS few@'%'", "CREATE USER few@'%' IDENTIFIED BY 'few'", "GRANT ALL ON *.* TO few@'%'",
                   "REVOKE SUPER, BINLOG REPLAY ON *.* FROM few@'%'")
    ferry.tasks["task"]["destination"].update(user="few", password="few")
    ferry.write_config()
    assert ferry.start("--until", "now").wait_for_end() == 1
    ferry.wait_for_log("destination.replay_events: .*Access denied.* Grant the destination user BINLOG REPLAY")
    target.execute("DROP USER few@'%'")


def test_another_flavour_is_refused(pool, rowferry):
    source, target = pair_of(pool, M10, NEW)
    ferry = rowferry(source, target, [DB], REPLAY)
    assert ferry.start("--until", "now").wait_for_end() == 1
    ferry.wait_for_log("destination.replay_events: source and destination are not of one flavour\\. Set it to false")


@pytest.mark.limit(180)
@pytest.mark.parametrize("name", [M10, NEW])
def test_killed_under_a_workload(tables, pool, rowferry, name):
    """Exactly once, with every table of the workload replayed."""
    source, target = tables(DB, pool.get(name), pool.get(name, "target"))
    target.fresh_database(OTHER)
    target.execute("CREATE TABLE fired (what VARCHAR(40)) ENGINE=InnoDB", db=OTHER)
    n = 0
    for (table,) in target.execute(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{DB}' "
                                   "AND table_type = 'BASE TABLE'"):
        target.execute(f"CREATE TRIGGER fired_{n} AFTER INSERT ON `{table}` FOR EACH ROW INSERT INTO {OTHER}.fired VALUES ('i')", db=DB)
        n += 1
    ferry = rowferry(source, target, [DB], REPLAY)
    ferry.run_until("now")
    with Workload(source, DB, threads=2) as load:
        for point in ("rows_open:3", "commit_sent:4", "rows_open:9", "commit_sent:2"):
            ferry.start(env={"ROWFERRY_TEST_POINT": point})
            assert ferry.wait_for_end() == -9, ferry.log()[-2000:]
        load.wait_for(200)
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows > 100
    assert target.value(f"SELECT COUNT(*) FROM {OTHER}.fired") == 0


@pytest.mark.parametrize("name, settings, columns, changes", [
    (NEW, {"binlog_row_value_options": "PARTIAL_JSON"}, "j JSON",
     ["INSERT INTO s (id, j) VALUES (1, '{\"a\": 1, \"long\": \"0123456789\"}')", "UPDATE s SET j = JSON_SET(j, '$.a', 22)"]),
    (NEW, {"binlog_row_image": "MINIMAL"}, "a INT DEFAULT 5, b INT", ["INSERT INTO s (id, b) VALUES (1, 2)", "UPDATE s SET b = 3"]),
    (M10, {"log_bin_compress": 1, "log_bin_compress_min_len": 10}, "b BLOB",
     ["INSERT INTO s VALUES (1, REPEAT('x', 5000))", "UPDATE s SET b = REPEAT('y', 5000)"]),
])
def test_forms_of_events(pool, rowferry, name, settings, columns, changes):
    source, target = pair_of(pool, name, name)
    for server in (source, target):
        server.execute(f"CREATE TABLE s (id INT PRIMARY KEY, {columns}) ENGINE=InnoDB", db=DB)
    target.execute("CREATE TRIGGER w BEFORE UPDATE ON s FOR EACH ROW SET NEW.id = 77", db=DB)
    ferry = rowferry(source, target, [DB], REPLAY)
    ferry.run_until("now")
    before = {key: source.value(f"SELECT @@global.{key}") for key in settings}
    source.execute(*[f"SET GLOBAL {key} = {value!r}" for key, value in settings.items()])
    try:
        source.execute(*changes, db=DB)
    finally:
        source.execute(*[f"SET GLOBAL {key} = {value!r}" for key, value in before.items()])
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows == 1


COMPUTED = "(id INT PRIMARY KEY, n INT, g INT GENERATED ALWAYS AS (n + {}) STORED, ts TIMESTAMP NULL, d DATE AS (DATE(ts)) STORED) ENGINE=InnoDB"


@pytest.mark.parametrize("name", [M10, M11, NEW])
def test_stored_generated_values(pool, rowferry, name):
    """They are the source's, in whatever time zone its session was, or the task stops."""
    source, target = pair_of(pool, name, name)
    for server in (source, target):
        server.execute("CREATE TABLE t " + COMPUTED.format(1), db=DB)
    target.execute("CREATE TRIGGER w BEFORE INSERT ON t FOR EACH ROW SET @a = 1", db=DB)
    if source.is_mariadb:
        source.execute("SET GLOBAL time_zone = '+05:30'")
    ferry = rowferry(source, target, [DB], REPLAY)
    ferry.run_until("now")
    source.execute("SET time_zone = '+05:30'", "INSERT INTO t (id, n, ts) VALUES (1, 1, '2026-03-01 02:00'), (2, 2, NULL)",
                   "UPDATE t SET n = 5, ts = '2026-03-02 02:00'", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])
    if name == M10:
        return  # it keeps the event's
    target.execute("DROP TABLE t", "CREATE TABLE t " + COMPUTED.format(2), "INSERT INTO t (id, n) VALUES (1, 1)",
                   "CREATE TRIGGER w BEFORE INSERT ON t FOR EACH ROW SET @a = 1", db=DB)
    source.execute("INSERT INTO t (id, n) VALUES (3, NULL), (4, 4)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    ferry.wait_for_log(r"insert of row id=4, .*generated column 'g' is 6 on the destination and 5 on the source\. Its expression")
