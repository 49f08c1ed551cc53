# SPDX-License-Identifier: Apache-2.0
"""Clocks that are wrong, and that are set while a task runs."""

import glob
import json
import os
import re
import time

import pytest

from rowferrylib.process import wait_for
from rowferrylib.runner import SENTINEL, prepare_sentinel

DB = "clock"


class Clock:
    """The wall clock of one process, by libfaketime; its monotonic clock is left alone."""

    def __init__(self, path):
        self.path = path
        self.set(0)

    def set(self, offset_s):
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f"{offset_s:+d}\n")
        os.replace(fresh, self.path)

    def env(self):
        [library] = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        return {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(self.path), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path / "clock")


def prepare(source, target):
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in source, target:
        server.fresh_database(DB)
    prepare_sentinel(DB, source, target)


def task_of(ferry):
    return json.loads(ferry.command("status", "-c", ferry.config, "--json").stdout)["tasks"][0]


def lag_after_a_row(ferry, source, target):
    """What status says once it has counted one transaction more."""
    before = task_of(ferry).get("transactions") or 0
    ferry.wait_until_synced(source, target, DB)
    return ferry.wait("the report", lambda: (t := task_of(ferry)).get("transactions", 0) > before and t)


def assert_sane(task, most_ms=9_000):
    assert task["state"] == "following" and task["lag_ms"] is not None and 0 <= task["lag_ms"] < most_ms, task


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_the_clock_of_this_host_is_set(pool, rowferry, clock, name):
    source, target = pool.get(name), pool.get("mariadb-10.11", "target")
    prepare(source, target)
    ferry = rowferry(source, target, [DB], env={**clock.env(), "ASAN_OPTIONS": "verify_asan_link_order=0:exitcode=86"}).start()
    ferry.wait_for_log("joined source")
    for offset in 3600, -3600:
        clock.set(offset)
        assert_sane(lag_after_a_row(ferry, source, target))
    ferry.stop()


def test_the_clock_of_the_source_is_set(private_server, pool, rowferry, clock, monkeypatch):
    for key, value in clock.env().items():
        monkeypatch.setenv(key, value)
    source = private_server("mariadb-10.11")
    for key in clock.env():
        monkeypatch.delenv(key)
    target = pool.get("mariadb-10.11", "target")
    prepare(source, target)
    ferry = rowferry(source, target, [DB], {"source": {"heartbeat_s": 1}}).start()
    ferry.wait_for_log("joined source")
    for offset in 3600, -3600:
        time.sleep(1.1)  # it is not read more than once a second
        clock.set(offset)
        assert_sane(lag_after_a_row(ferry, source, target))
        assert source.value("SELECT ABS(UNIX_TIMESTAMP() - %d) < 10" % (time.time() + offset))
    ferry.stop()


def test_a_commit_of_the_future(pool, rowferry):
    """A client's own doing: nothing is known of its lag, and what comes behind it counts again."""
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    prepare(source, target)
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    for ahead, is_known in (500, False), (0, True):
        source.execute(f"SET timestamp = UNIX_TIMESTAMP() + {ahead}", f"INSERT INTO {SENTINEL} VALUES ({ahead})", db=DB)
        task = ferry.wait("the lag", lambda: (t := task_of(ferry)).get("transactions") and t["state"] == "following" and (
            t["lag_ms"] is not None) == is_known and t)
        assert not is_known or task["lag_ms"] < 9_000, task
    ferry.stop()


def test_the_clock_of_the_status_server_is_set(pool, rowferry):
    """A task that runs is not called silent, and one that is dead not running."""
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    prepare(source, target)
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    ferry.wait("a report", lambda: target.value("SELECT state FROM dump2db.progress") == "following")
    pid = ferry.process.pid
    ferry.freeze()
    ahead = "UPDATE dump2db.progress SET updated_at = NOW(6) + INTERVAL 1 HOUR"
    target.execute(ahead)
    assert task_of(ferry)["is_silent"] is False
    ferry.thaw()
    ferry.wait("the next report", lambda: 0 <= (task_of(ferry)["silent_ms"] or -1) < 5_000)
    ferry.kill()
    target.execute(ahead)
    wait_for("the session's end", lambda: not task_of(ferry)["has_session"])
    assert task_of(ferry)["is_silent"] is True
    text = ferry.command("status", "-c", ferry.config).stdout
    assert re.search(rf"the last report is 35\d\d s ahead of the server's clock; it was following on 127.0.0.1, process {pid}",
                     text), text
