# SPDX-License-Identifier: Apache-2.0
"""run --dry-run: prints what it would do, and writes nothing anywhere."""

import re

import pytest

from rowferrylib.runner import prepare_sentinel

DB = "dry"


@pytest.fixture(params=["mariadb-10.11", "mysql-9.7", "mysql-5.6"])
def pair(request, pool):
    source, target = pool.get(request.param), pool.get(request.param, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)", "CREATE TABLE other (id INT PRIMARY KEY)", db=DB)
    prepare_sentinel(DB, source, target)
    return source, target


def dry_run(ferry, target):
    """What it prints; the target's binlog knows of any write."""
    def state():
        return target.binlog_position(), sorted(target.execute("SELECT table_schema, table_name FROM information_schema.tables"))

    before = state()
    done = ferry.command("run", "-c", ferry.config, "--until", "now", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert state() == before
    return done.stdout


def test_a_task_that_has_never_run(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    assert dry_run(ferry, target) == ""
    assert not target.execute("SHOW DATABASES LIKE 'dump2db'")
    if not source.is_mariadb:
        first = source.executed_gtids()
        source.execute("INSERT INTO t VALUES (3, 4)", db=DB)
        ferry.tasks["task"]["source"]["start"] = {"gtid": first}
        ferry.write_config()
        assert "INSERT INTO `dry`.`t` (`id`,`v`) VALUES (3,4);" in dry_run(ferry, target)


def test_rows_and_definitions(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO t VALUES (3, 4)", "ALTER TABLE t ADD COLUMN x INT", "INSERT INTO t VALUES (5, 6, 7)",
                   "CREATE TABLE made (id INT)", "INSERT INTO made VALUES (8)", "UPDATE t SET v = 9 WHERE id = 3",
                   "RENAME TABLE made TO renamed", "INSERT INTO renamed VALUES (9)", "INSERT INTO other VALUES (10)",
                   "XA START 'x'", "INSERT INTO other VALUES (11)", "XA END 'x'", "XA PREPARE 'x'", "XA COMMIT 'x'",
                   "CREATE VIEW seen AS SELECT 1", "TRUNCATE TABLE other", "DROP TABLE renamed", db=DB)
    if source.name != "mysql-5.6":
        source.execute("CREATE TABLE selected ENGINE=InnoDB AS SELECT * FROM t", db=DB)
    printed = dry_run(ferry, target)
    wanted = ["INSERT INTO `dry`.`t` (`id`,`v`) VALUES (3,4);", "ALTER TABLE t ADD COLUMN x INT;",
              "-- rows of 'dry.t' that cannot be shown: table 'dry.t': ", "CREATE TABLE made (id INT);",
              "-- rows of 'dry.made' that cannot be shown: table 'dry.made' does not exist on the destination",
              "RENAME TABLE made TO renamed;", "-- rows of 'dry.renamed' that cannot be shown", "INSERT INTO `dry`.`other` (`id`) VALUES (10);",
              "TRUNCATE TABLE other;", "DROP TABLE "]
    if source.name != "mysql-5.6":
        wanted += ["CREATE TABLE `selected` (", "-- rows of 'dry.selected' that cannot be shown"]
    places = [printed.find(text) for text in wanted]
    assert places == sorted(places) and places[0] >= 0, (dict(zip(wanted, places)), printed)
    assert "CREATE VIEW" not in printed and "\0" not in printed
    if source.name != "mysql-5.6":  # which has no XA PREPARE in its binlog
        assert re.search(r"^-- XA PREPARE \S+: 1 changes would wait", printed, re.MULTILINE)
    ferry.run_until("now")
    assert target.execute("SELECT id, v, x FROM t ORDER BY id", db=DB) == [(3, 9, None), (5, 6, 7)]


def test_beside_a_task_that_runs(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    ferry.wait_until_synced(source, target, DB)
    before = ferry.log()
    assert dry_run(ferry, target) == ""
    ferry.wait_until_synced(source, target, DB)
    assert ferry.log() == before
    ferry.stop()


def test_a_row_that_does_not_fit_stops_it(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.execute("DROP TABLE t", db=DB)
    source.execute("INSERT INTO t VALUES (1, 1)", db=DB)
    done = ferry.command("run", "-c", ferry.config, "--until", "now", "--dry-run")
    assert done.returncode == 1 and "table 'dry.t' does not exist on the destination" in done.stderr
