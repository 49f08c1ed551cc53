# SPDX-License-Identifier: Apache-2.0
"""The long runs; tests/system/ has short forms of all of them. The figures stand for a scale of 1."""

import os
import time

import pytest

from rowferrylib.compare import compare
from rowferrylib.killer import POINTS, KillPlan
from rowferrylib.marks import check_binlogs
from rowferrylib.runner import Rowferry, task_settings
from rowferrylib.trouble import ConnectionTrouble, restart_repeatedly, settings_for_proxies
from rowferrylib.workload import Workload

DB = "soak"
HOURS = 3600
SERVERS = ["mariadb-10.11", "mysql-9.7"]
SCALE = float(os.environ.get("ROWFERRY_SOAK_SCALE", "1"))

pytestmark = pytest.mark.limit(12 * HOURS)


def scaled(n, least=1):
    return max(least, round(n * SCALE))


def catch_up(ferry, load, source, target):
    def wait():
        with load.paused():
            ferry.wait_until_synced(source, target, DB, timeout_s=600)
    return wait


def settle(ferry, load, source, target):
    ferry.wait_until_synced(source, target, DB, timeout_s=600)
    summary = compare(source, target, [DB])
    assert summary.rows > 100
    ferry.stop()
    print(f"{load.transactions} transactions, {load.rows} rows, kinds {dict(load.kinds)}; compared {summary}")


@pytest.mark.parametrize("name", SERVERS)
def test_soak_kills(pool, tables, rowferry, name):
    """300 kills, every second one at a named point, under rows, definitions and XA."""
    source, target = tables(DB, pool.get(name), pool.get(name, "target"))
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    # Twice the points at least, or the plan cannot come to each of them.
    plan = KillPlan(scaled(300, 2 * len(POINTS)), provoke={"rotation": source.flush_binlog})
    load = Workload(source, DB, seed=plan.seed, threads=2, ddl=True, xa=True, pause_s=0.005)

    def keep_within_reach():
        # A target that falls ever further behind would be killed among old rows alone.
        with load.paused():
            ferry.run_until("now", timeout_s=600)

    with load:
        for i, kill in enumerate(plan.kills):
            plan.run(ferry, kills=[kill], between=keep_within_reach if i % 10 == 9 else None)
    plan.assert_all_hit()
    print(f"hits {dict(plan.hits)}, {plan.at_random} at random moments, missed {plan.missed}")
    ferry.start()
    settle(ferry, load, source, target)


@pytest.mark.parametrize("which", ["source", "target"])
@pytest.mark.parametrize("name", SERVERS)
def test_soak_restarts(pool, private_server, tables, rowferry, name, which):
    """50 restarts of one server, half of them by SIGKILL; the process lives through all of them."""
    servers = {"source": pool.get(name), "target": pool.get(name, "target")}
    servers[which] = private_server(name, which)
    source, target = tables(DB, *servers.values())
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    ferry.start()
    with Workload(source, DB, threads=2, ddl=True, xa=True, survive_restarts=which == "source", pause_s=0.005) as load:
        restart_repeatedly(ferry, servers[which], scaled(50, 2), catch_up(ferry, load, source, target))
    settle(ferry, load, source, target)


@pytest.mark.parametrize("name", SERVERS)
def test_soak_connections(pool, proxy_to, tables, rowferry, name):
    """Connections of both sides cut, refused, slowed, held half-open; commits whose answers are lost or held."""
    source, target = tables(DB, pool.get(name), pool.get(name, "target"))
    proxies = proxy_to(source), proxy_to(target)
    ferry = rowferry(source, target, [DB], settings_for_proxies(), source_port=proxies[0].port,
                     target_port=proxies[1].port)
    ferry.run_until("now")
    ferry.start()
    with Workload(source, DB, threads=2, ddl=True, xa=True, pause_s=0.005) as load:
        trouble = ConnectionTrouble(ferry, *proxies, catch_up(ferry, load, source, target), longest_hold_s=30)
        trouble.run(scaled(120, 12))
    assert len(trouble.done) == 12, trouble.done
    print(dict(trouble.done))
    settle(ferry, load, source, target)


@pytest.mark.parametrize("name", SERVERS)
def test_soak_loops(private_server, tables, tmp_path, name):
    """100,000 transactions from both sides on disjoint keys, restarts in between; then an idle minute without a write."""
    a, b = tables(DB, private_server(name, "east"), private_server(name, "west"))
    tasks = {"east": task_settings(a, b, [DB]), "west": task_settings(b, a, [DB])}
    ferry = Rowferry(tmp_path / "both", tasks)
    loads = [Workload(server, DB, seed=i, threads=2, ddl="own", lane=(i, 2), first_number=2 * i, largest=20,
                      large_row=3000) for i, server in enumerate((a, b))]
    each, rounds = scaled(50_000, 500), 10
    began_at = {server: server.binlog_position() for server in (a, b)}
    try:
        ferry.start()
        ferry.wait("both tasks to follow", lambda: ferry.log().count("joined source") == 2)
        for load in loads:
            load.start()
        for i in range(1, rounds + 1):
            for load in loads:
                load.wait_for(each * i // rounds, 2 * HOURS)
            ferry.kill() if i % 2 else ferry.stop()
            ferry.start()
        for load in loads:
            load.stop()
        for source, target in ((a, b), (b, a), (a, b)):
            ferry.wait_until_synced(source, target, DB, timeout_s=2 * HOURS)
        compare(a, b, [DB])
        for server, other in ((a, loads[1]), (b, loads[0])):
            seq = server.value("SELECT CAST(SUM(seq) AS SIGNED) FROM dump2db.marker")
            # One marked transaction at most for each of the other side's, two for a DDL; none for the server's own.
            ddl = sum(n for kind, n in other.kinds.items() if "table" in kind or "column" in kind or "index" in kind)
            assert 0 < seq <= other.transactions + ddl + 100, (seq, other.transactions, ddl)
        wait_for_idle(a, b)
        # Beside its load, each had the rows of wait_until_synced().
        check_binlogs(began_at, DB, {server: load.transactions + 2 for server, load in zip((a, b), loads)})
        before = [server.binlog_position() for server in (a, b)]
        time.sleep(60)
        assert [server.binlog_position() for server in (a, b)] == before
        ferry.stop()
    finally:
        ferry.destroy()


def wait_for_idle(*servers):
    """Positions that are still to be written follow within ten seconds."""
    deadline = time.monotonic() + 120
    while True:
        before = [server.binlog_position() for server in servers]
        time.sleep(15)
        if [server.binlog_position() for server in servers] == before:
            return
        assert time.monotonic() < deadline, "an idle pair goes on writing"
