# SPDX-License-Identifier: Apache-2.0
"""What a target's tables, or dump2db, may be that a task must stop at: one error line that names the cure."""

import re

import pytest

DB = "stops"
ROW = "INSERT INTO t VALUES (1, NULL)"

# what is done to the target, what the source then commits, and the end of the line
CASES = {
    "a view": (
        ["DROP TABLE t", "CREATE VIEW t AS SELECT 1 AS id, 2 AS v"], ROW,
        r"'stops\.t' is a view on server '127\.0\.0\.1:\d+'\. Rows can be applied to a table only: rename or drop the view, or "
        r"route the table elsewhere\."),
    "no table": (
        ["DROP TABLE t"], ROW,
        r"table 'stops\.t' does not exist on the destination\. Copy it from the source first, or leave it out of the task\."),
    "a trigger": (
        ["CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 7"], ROW,
        r"table 'stops\.t' on the destination has triggers, which would run a second time\. "
        r"Drop them there, or keep them from running with destination\.replay_events, or allow them with destination\.allow_triggers\."),
    "an engine that cannot roll back": (
        ["ALTER TABLE t ENGINE=MyISAM"], ROW,
        r"table 'stops\.t' on the destination has engine MyISAM, which cannot roll back\. "
        r"ALTER it to InnoDB, or allow it with destination\.allow_nontransactional for one-way use\."),
    "a column that takes no NULL": (
        ["ALTER TABLE t MODIFY v INT NOT NULL"], ROW,
        r"'v'.*\. Let the target's column take NULL, as the source's does\."),
    "a row that is there": (
        ["INSERT INTO t VALUES (1, 2)"], ROW,
        r"insert of row id=1, .*Duplicate entry '1' for key 'PRIMARY' \(1062\)\. Source and destination differ in this row\. "
        r"Repair it on the destination and start the task again, or pass the transaction over with rowferry skip\."),
    "a table that refuses the row": (
        ["ALTER TABLE t ADD CONSTRAINT above CHECK (id > 5)"], ROW,
        r"insert of row id=1, .*`above` failed for `stops`\.`t` \(4025\)\. Compare the destination's definition of the table "
        r"with the source's, put right what the destination refuses, and start the task again, or pass the transaction over "
        r"with rowferry skip\."),
    "a newer dump2db": (
        ["INSERT INTO dump2db.version (version) VALUES (77)"], ROW,
        r"server '127\.0\.0\.1:\d+': schema dump2db has version 77, this release knows 1\. "
        r"Use the newer rowferry that made it, on every node\."),
    "a tablespace that comes from a file": (
        [], "ALTER TABLE t DISCARD TABLESPACE",
        r"'stops\.t' discards or imports a tablespace: its rows come from a file\. Copy the table again and skip this statement\."),
    "a table that leaves what is carried": (
        [], "RENAME TABLE t TO stops_other.t",
        r"'stops\.t' is carried and becomes 'stops_other\.t', which is not\. "
        r"Carry 'stops_other\.t' too, or drop or rename 'stops\.t' on the target and skip this statement\."),
}


def pair_of(pool, name):
    source, target = pool.get(name), pool.get(name, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database("stops_other")
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT) ENGINE=InnoDB", db=DB)
    return source, target


def stop_line(ferry):
    assert ferry.start("--until", "now").wait_for_end() == 1, ferry.log()
    errors = [line for line in ferry.log().splitlines() if " error task: " in line]
    assert len(errors) == 1, ferry.log()
    return errors[0]


@pytest.mark.parametrize("done, statement, text", CASES.values(), ids=CASES.keys())
def test_a_target_that_is_not_as_it_must_be(pool, rowferry, done, statement, text):
    source, target = pair_of(pool, "mariadb-10.11")
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    before = target.value("SELECT gtid FROM dump2db.marker")
    if done:
        target.execute(*done, db=DB)
    source.execute(statement, db=DB)
    line = stop_line(ferry)
    assert re.search(text + "$", line), line
    assert target.value("SELECT gtid FROM dump2db.marker") == before


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_prepared_rows_of_another_layout(pool, rowferry, name):
    source, target = pair_of(pool, name)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    with source.session(db=DB) as session, session.cursor() as cursor:
        for statement in ("XA START 'stops'", ROW, "XA END 'stops'", "XA PREPARE 'stops'"):
            cursor.execute(statement)
        ferry.run_until("now")
        target.execute("UPDATE dump2db.prepared SET changes = CONCAT(x'63', SUBSTRING(changes, 2))")
        cursor.execute("XA COMMIT 'stops'")
    line = stop_line(ferry)
    assert line.endswith(": dump2db.prepared holds layout 99, this release knows 1"), line
    assert target.value("SELECT COUNT(*) FROM t", db=DB) == 0


def test_a_place_to_stop_at_that_is_none(pool, rowferry):
    source, target = pair_of(pool, "mariadb-10.11")
    ferry = rowferry(source, target, [DB])
    assert ferry.start("--until", "tomorrow").wait_for_end() == 1
    assert re.search(r" error task: .*'tomorrow'.*\. Give 'now', a GTID set of the source, or FILE:OFFSET\.$", ferry.log(), re.M)
