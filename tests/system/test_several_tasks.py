# SPDX-License-Identifier: Apache-2.0
"""Several tasks of one process: sources and destinations shared, and one that fails beside others."""

import json
import re

import pytest

from rowferrylib import flavour
from rowferrylib.runner import Rowferry, prepare_sentinel, task_settings

DBS = ("several_a", "several_b")
TABLE = "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))"


@pytest.fixture
def process(tmp_path):
    """process(tasks): a Rowferry with these."""
    made = []

    def make(tasks):
        made.append(Rowferry(tmp_path / "several", tasks))
        return made[-1]

    yield make
    for ferry in made:
        ferry.destroy()


def prepare(*servers):
    for server in servers:
        server.execute("DROP DATABASE IF EXISTS dump2db")
        for db in DBS:
            server.fresh_database(db)
            server.execute(TABLE, db=db)
            prepare_sentinel(db, server)


def tasks_of(ferry, *names):
    done = ferry.command("status", "-c", ferry.config, "--json", *names)
    return {task["task"]: task for task in json.loads(done.stdout)["tasks"]}, done.returncode


def rows(server, db):
    return server.execute("SELECT id, v FROM t ORDER BY id", db=db)


def test_shared_sources_and_destinations(pool, process):
    """Two sources into one destination, and one of them into a second one as well."""
    one, two = pool.get("mariadb-10.11"), pool.get("mysql-9.7")
    target, other = pool.get("mariadb-10.11", "target"), pool.get("mysql-9.7", "target")
    prepare(one, two, target, other)
    ferry = process({"one": task_settings(one, target, DBS[:1]), "two": task_settings(two, target, DBS[1:]),
                     "three": task_settings(one, other, DBS[:1])})
    found = json.loads(ferry.command("check", "-c", ferry.config, "--json").stdout)["findings"]
    assert {f["task"] for f in found} == {"one", "two", "three"} and not [f for f in found if f["verdict"] == "FAIL"]
    ferry.run_until("now")
    ferry.start()
    ferry.wait("three replicas", lambda: len(re.findall("joined source", ferry.log())) >= 3)
    for i in range(1, 12):
        one.execute(f"INSERT INTO t (id, v) VALUES ({i}, 'one')", db=DBS[0])
        two.execute(f"INSERT INTO t (id, v) VALUES ({i}, 'two')", db=DBS[1])
        if i % 10 == 0:
            one.execute(f"ALTER TABLE t ADD COLUMN c{i} INT", f"CREATE TABLE made{i} LIKE t", db=DBS[0])
            two.execute(f"ALTER TABLE t ADD COLUMN c{i} INT", db=DBS[1])
    ferry.wait_until_synced(one, target, DBS[0])
    ferry.wait_until_synced(one, other, DBS[0])
    ferry.wait_until_synced(two, target, DBS[1])
    assert rows(target, DBS[0]) == rows(other, DBS[0]) == rows(one, DBS[0]) and rows(target, DBS[1]) == rows(two, DBS[1])
    ferry.wait("the reports", lambda: all(t["state"] == "following" for t in tasks_of(ferry)[0].values()))
    tasks, code = tasks_of(ferry)
    assert code == 0 and sorted(tasks) == ["one", "three", "two"]
    assert set(tasks_of(ferry, "three")[0]) == {"three"}
    assert target.execute("SELECT name FROM dump2db.progress ORDER BY 1") == [("one",), ("two",)]
    assert other.execute("SELECT name FROM dump2db.progress") == [("three",)]
    ferry.stop()
    assert {t["state"] for t in tasks_of(ferry)[0].values()} == {"stopped"}


@pytest.mark.parametrize("side", ["source", "destination"])
def test_one_that_fails_beside_one_that_does_not(pool, process, side):
    source, target = pool.get("mariadb-10.11"), pool.get("mysql-9.7", "target")
    prepare(source, target)
    ferry = process({"good": task_settings(source, target, DBS[:1]),
                     "bad": task_settings(source, target, DBS[1:], {side: {"password": "wrong"}})})
    ferry.start()
    ferry.wait_for_log("good: joined source")
    ferry.wait_for_log(r"error bad: .*Access denied")
    ferry.wait_until_synced(source, target, DBS[0])
    ferry.wait("the report", lambda: tasks_of(ferry)[0]["good"]["state"] == "following")
    tasks, code = tasks_of(ferry)
    assert code == 1
    if side == "source":
        assert tasks["bad"]["state"] == "failed" and "Access denied" in tasks["bad"]["reason"]
    else:
        assert "Access denied" in tasks["bad"]["report_error"]
    assert ferry.process.stop() == 1  # one has failed
    ferry.tasks["bad"][side]["password"] = flavour.PASSWORD
    ferry.write_config()
    ferry.process = None
    ferry.start()
    ferry.wait_for_log("bad: joined source")
    ferry.wait_until_synced(source, target, DBS[1])
    ferry.stop()
