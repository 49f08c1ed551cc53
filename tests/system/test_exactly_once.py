# SPDX-License-Identifier: Apache-2.0
"""Whatever breaks, each source transaction is on the target once."""

import pytest

from rowferrylib.compare import compare
from rowferrylib.killer import KillPlan, freeze_at, kill_at
from rowferrylib.proxy import Proxy
from rowferrylib.runner import prepare_sentinel
from rowferrylib.workload import Workload

DB = "once"
PAIRS = ["mariadb-10.11", "mysql-9.7"]


@pytest.fixture(params=PAIRS)
def pair(request, pool):
    source, target = pool.get(request.param), pool.get(request.param, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        Workload.setup(server, DB)
    prepare_sentinel(DB, source, target)
    return source, target


def settle(ferry, source, target):
    ferry.wait_until_synced(source, target, DB)
    assert compare(source, target, [DB]).rows > 100
    ferry.stop()


@pytest.mark.limit(420)
def test_twenty_kills(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    plan = KillPlan(20, provoke={"rotation": source.flush_binlog})
    with Workload(source, DB, seed=plan.seed, threads=2, ddl=True, xa=True, pause_s=0.002):
        plan.run(ferry)
    plan.assert_all_hit()
    ferry.start()
    settle(ferry, source, target)


@pytest.mark.parametrize("when", ["before", "sent", "done", "held"])
def test_commit_without_an_answer(pair, rowferry, when):
    source, target = pair
    proxy = Proxy(target.port)
    ferry = rowferry(source, target, [DB], {"destination": {"tls": {"mode": "off"}}}, target_port=proxy.port)
    ferry.run_until("now")
    lost = [proxy.lose_reply("COMMIT", when, skip=skip) for skip in ((10, 30, 60) if when != "held" else (10,))]
    ferry.start()
    with Workload(source, DB, threads=2) as load:
        for one in lost:
            one.wait(60)
        load.wait_for(load.transactions + 200)
    settle(ferry, source, target)
    proxy.close()


def test_a_frozen_owner_wakes_up(pair, rowferry):
    source, target = pair
    frozen = rowferry(source, target, [DB])
    frozen.run_until("now")
    with Workload(source, DB, threads=2) as load:
        load.wait_for(50)
        freeze_at(frozen, "rows_open", 5)
        successor = rowferry(source, target, [DB], {"server_id": frozen.tasks["task"]["server_id"]})
        successor.start().wait_for_log("ending session .* of an earlier owner")
        load.wait_for(load.transactions + 100)
        frozen.thaw()
        assert frozen.wait_for_end() == 1
        assert "has another owner now" in frozen.log()
        load.wait_for(load.transactions + 100)
    settle(successor, source, target)


def test_a_restart_while_the_old_commit_is_under_way(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    with Workload(source, DB, threads=2) as load:
        load.wait_for(100)
        freeze_at(ferry, "rows_open", 3)  # the transaction is open, COMMIT has not been sent
        with target.session() as session, session.cursor() as blocker:
            blocker.execute("FLUSH TABLES WITH READ LOCK")
            ferry.thaw()
            ferry.wait("COMMIT to hang", lambda: target.value(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'COMMIT'"))
            ferry.kill()
            ferry.start().wait_for_log("ending session .* of an earlier owner")
            blocker.execute("UNLOCK TABLES")
        load.wait_for(load.transactions + 100)
    settle(ferry, source, target)


@pytest.mark.parametrize("point", ["ddl_before", "ddl_running", "ddl_after", "xa_between"])
def test_one_kill_at(pair, rowferry, point):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    with Workload(source, DB, ddl=True, xa=True, threads=2) as load:
        kill_at(ferry, point, 2)
        load.wait_for(300)
    ferry.start()
    settle(ferry, source, target)


@pytest.mark.limit(240)
def test_without_gtids(pool, private_server, rowferry):
    """By file and offset, from the oldest server to the newest: killed, stopped, rotated, the source restarted."""
    source = private_server("mysql-5.6", gtid_mode="OFF", enforce_gtid_consistency="OFF", max_binlog_size="64K")
    target = pool.get("mysql-9.7", "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        Workload.setup(server, DB)
    prepare_sentinel(DB, source, target)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    plan = KillPlan(6, points={"rows_open": 20, "ddl_after": 2, "rotation": 3},
                    provoke={"rotation": source.flush_binlog})
    with Workload(source, DB, threads=2, ddl=True, survive_restarts=True, pause_s=0.002) as load:
        plan.run(ferry)
        plan.assert_all_hit()
        ferry.start()
        load.wait_for(load.transactions + 100)
        source.restart()
        load.wait_for(load.transactions + 100)
        ferry.stop()
        source.execute("FLUSH LOGS")
        load.wait_for(load.transactions + 100)
        ferry.start()
    place = source.binlog_position()
    ferry.wait_until_synced(source, target, DB)
    assert target.execute("SELECT follow, gtids FROM dump2db.marker") == [("file", "")]
    assert int(place[0].rpartition(".")[2]) > 5, place
    settle(ferry, source, target)


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_a_position_that_is_taken_away(pool, tables, rowferry, name):
    """Never a new beginning at the source's present position, in a process that had another one."""
    source, target = tables("gone", pool.get(name), pool.get(name, "target"))
    ferry = rowferry(source, target, ["gone"]).start()
    ferry.wait_for_log("no position is stored on the destination: beginning at the source's present one")
    ferry.wait_for_log("joined source")
    ferry.wait_until_synced(source, target, "gone")
    ferry.freeze()
    target.end_sessions_of("rowferry")
    target.execute("DROP DATABASE dump2db")
    source.execute("INSERT INTO gone.rowferry_sentinel VALUES (999999)")
    ferry.thaw()
    assert ferry.wait_for_end() == 1
    assert "the task's position is gone from dump2db on the destination. Bring dump2db back" in ferry.log()


def test_marker_rows_without_their_task(pool, tables, rowferry):
    source, target = tables("gone", pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"))
    ferry = rowferry(source, target, ["gone"])
    ferry.run_until("now")
    target.execute("DELETE FROM dump2db.task")
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    number = ferry.tasks["task"]["server_id"]
    assert (f"error task: destination: dump2db.marker has rows of server_id {number}, and dump2db.task has none. "
            "Bring the row of dump2db.task back from a backup; or copy the tables again, delete the rows of this "
            "server_id from dump2db.marker and give that copy's position as start.") in ferry.log()
    assert target.value("SELECT COUNT(*) FROM dump2db.task") == 0


def test_a_marker_that_cannot_be_written(pool, tables, rowferry):
    source, target = tables("gone", pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"))
    ferry = rowferry(source, target, ["gone"]).start()
    ferry.wait_for_log("joined source")
    ferry.wait_until_synced(source, target, "gone")
    target.execute("RENAME TABLE dump2db.marker TO dump2db.away")
    source.execute("INSERT INTO gone.rowferry_sentinel VALUES (999999)")
    assert ferry.wait_for_end() == 1
    assert "Table 'dump2db.marker' doesn't exist (1146). The position cannot be written." in ferry.log()
    assert "Source and destination differ" not in ferry.log()
    target.execute("RENAME TABLE dump2db.away TO dump2db.marker")
    ferry.run_until("now")
    assert target.value("SELECT COUNT(*) FROM gone.rowferry_sentinel WHERE n = 999999") == 1
    target.execute("DELETE FROM dump2db.marker")
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert "has 0 rows in dump2db.marker where 1 are expected. Its position is gone." in ferry.log()
