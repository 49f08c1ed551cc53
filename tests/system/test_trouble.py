# SPDX-License-Identifier: Apache-2.0
"""Servers that restart and connections that break while a task runs; tests/soak/ has the long forms of these."""

import pytest

from rowferrylib.compare import compare
from rowferrylib.trouble import ConnectionTrouble, restart_repeatedly, settings_for_proxies
from rowferrylib.workload import Workload

DB = "trouble"


def catch_up(ferry, load, source, target):
    def wait():
        with load.paused():
            ferry.wait_until_synced(source, target, DB, timeout_s=90)
    return wait


@pytest.mark.limit(300)
@pytest.mark.parametrize("which", ["source", "target"])
@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_a_server_restarts(pool, private_server, tables, rowferry, name, which):
    servers = {"source": pool.get(name), "target": pool.get(name, "target")}
    servers[which] = private_server(name, which)
    source, target = tables(DB, *servers.values())
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    ferry.start()
    with Workload(source, DB, threads=2, ddl=True, survive_restarts=which == "source", pause_s=0.005) as load:
        restart_repeatedly(ferry, servers[which], 3, catch_up(ferry, load, source, target))
    assert load.transactions > 20
    ferry.wait_until_synced(source, target, DB)
    assert compare(source, target, [DB]).rows > 20
    ferry.stop()


@pytest.mark.limit(300)
def test_connections_break(pool, proxy_to, tables, rowferry):
    source, target = tables(DB, pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"))
    proxies = proxy_to(source), proxy_to(target)
    ferry = rowferry(source, target, [DB], settings_for_proxies(), source_port=proxies[0].port,
                     target_port=proxies[1].port)
    ferry.run_until("now")
    ferry.start()
    with Workload(source, DB, threads=2, ddl=True, pause_s=0.005) as load:
        trouble = ConnectionTrouble(ferry, *proxies, catch_up(ferry, load, source, target), longest_hold_s=3).run(12)
    assert len(trouble.done) == 12
    ferry.wait_until_synced(source, target, DB)
    compare(source, target, [DB])
    ferry.stop()
