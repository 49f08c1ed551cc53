# SPDX-License-Identifier: Apache-2.0
"""Source, destination and rowferry each in a time zone of their own, with and without summer time."""

import json

import pytest

DB = "zone"
# Moments around London's and New York's changes of 2026, the hours that are there twice among them.
MOMENTS = [1774745999, 1774746000, 1792889999, 1792890000, 1792893599, 1792893600, 1793512800, 1793516400, 86400, 2147400000]


@pytest.fixture
def server_in(private_server, monkeypatch):
    """server_in(zone, name): a server whose system time zone that is."""
    def make(zone, name, **options):
        monkeypatch.setenv("TZ", zone)
        server = private_server(name, **options)
        monkeypatch.delenv("TZ")
        return server
    return make


def prepare(source, target):
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in source, target:
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, ts TIMESTAMP(6) NULL, d DATETIME(3), da DATE, ti TIME, "
                       "y YEAR, n BIGINT)", db=DB)


def rows(server):
    """As they are stored: no session's time zone has a part in it."""
    return server.execute("SET time_zone = '+00:00'", "SELECT * FROM t ORDER BY id", db=DB)


@pytest.mark.parametrize("source_name, target_name", [("mariadb-10.11", "mysql-9.7"), ("mysql-9.7", "mariadb-10.11")])
def test_rows(server_in, pool, rowferry, source_name, target_name):
    source, target = server_in("Europe/London", source_name), server_in("America/New_York", target_name)
    prepare(source, target)
    ferry = rowferry(source, target, [DB], env={"TZ": "Asia/Kolkata"})
    ferry.run_until("now")
    for zone in "SYSTEM", "+05:30", "+00:00":
        source.execute(f"SET time_zone = '{zone}'", *[
            f"INSERT INTO t (ts, d, da, ti, y, n) SELECT FROM_UNIXTIME({m}), FROM_UNIXTIME({m}), "
            f"FROM_UNIXTIME({m}), FROM_UNIXTIME({m}), 2026, {m}" for m in MOMENTS], db=DB)
    source.execute("UPDATE t SET ts = ts + INTERVAL 1 HOUR WHERE id % 5 = 0", "DELETE FROM t WHERE id % 7 = 0",
                   "INSERT INTO t (ts, d) VALUES (NOW(6), NOW(3))", db=DB)
    ferry.run_until("now")
    assert rows(target) == rows(source) and len(rows(source)) > 20
    ferry.start()
    ferry.wait_for_log("joined source")
    source.execute("INSERT INTO t (ts) VALUES (NOW(6))", db=DB)

    def lag():
        done = ferry.command("status", "-c", ferry.config, "--json", env={"TZ": "Pacific/Apia"})
        task = json.loads(done.stdout)["tasks"][0]
        return task.get("transactions") and task["is_silent"] is False and task["lag_ms"] is not None and task

    assert ferry.wait("the lag", lag)["lag_ms"] < 9_000
    found = json.loads(ferry.command("check", "-c", ferry.config, "--json").stdout)["findings"]
    assert [f["verdict"] for f in found if f["check"] == "clocks"] == ["OK"]
    ferry.stop()


SUMMER = ["INSERT INTO t (d) VALUES ('2026-07-01 12:00:00'), ('2026-01-01 12:00:00')", "ALTER TABLE t MODIFY d TIMESTAMP NULL",
          "ALTER TABLE t ADD later TIMESTAMP NOT NULL DEFAULT '2026-08-01 00:00:00'"]


@pytest.mark.parametrize("name, zone, there, runs", [
    ("mariadb-10.11", "Asia/Kolkata", "UTC", True), ("mysql-9.7", "Europe/London", "GB", True),
    ("mariadb-10.11", "Europe/London", "UTC", False), ("mariadb-10.11", "Asia/Shanghai", "America/Chicago", False)])
def test_definitions_that_depend_on_it(server_in, rowferry, name, zone, there, runs):
    """London is GMT by its name in winter, and Shanghai CST as is Chicago."""
    source, target = server_in(zone, name), server_in(there, "mariadb-10.11", role="target")
    prepare(source, target)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute(*SUMMER, db=DB)
    if runs:
        ferry.run_until("now")
        assert rows(target) == rows(source)
    else:
        assert ferry.start("--until", "now").wait_for_end() == 1
        assert "the statement depends on the source's system time zone, " in ferry.log()
