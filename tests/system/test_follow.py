# SPDX-License-Identifier: Apache-2.0
"""A task follows its source: what is committed there is on the target, once."""

import pytest

from rowferrylib.compare import compare
from rowferrylib.runner import prepare_sentinel
from rowferrylib.workload import Workload

DB = "follow"


@pytest.fixture
def pair(pool):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        Workload.setup(server, DB)
    prepare_sentinel(DB, source, target)
    return source, target


def test_rows_arrive_while_it_runs(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    with Workload(source, DB, threads=2) as load:
        load.wait_for(500)
    ferry.wait_until_synced(source, target, DB)
    assert compare(source, target, [DB]).rows > 100
    ferry.stop()


def test_a_place_to_stop_at_that_is_passed(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    passed = source.executed_gtids()
    place = ":".join(map(str, source.binlog_position()))
    source.execute("INSERT INTO rowferry_sentinel VALUES (999999)", db=DB)
    ferry.run_until("now")
    for until in passed, place:
        ferry.run_until(until)
        assert ferry.log().strip().splitlines()[-1].endswith(
            " info task: the place to stop at is already behind the stored position"), ferry.log()
    ferry.run_until("now")
    assert ferry.log().strip().splitlines()[-1].endswith(" info task: reached the place to stop at")


def test_run_until_now_ends_there(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    Workload(source, DB, limit=300).start().join()
    ferry.run_until("now")
    compare(source, target, [DB])
    ferry.run_until("now")
    compare(source, target, [DB])


def test_it_goes_on_after_a_stop(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    with Workload(source, DB, threads=2) as load:
        for _ in range(3):
            load.wait_for(load.transactions + 100)
            ferry.stop()
            load.wait_for(load.transactions + 100)
            ferry.start()
    ferry.wait_until_synced(source, target, DB)
    compare(source, target, [DB])


def test_definitions_arrive_in_order_with_rows(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    with Workload(source, DB, ddl=True) as load:
        load.wait_for(400, timeout_s=90)
    assert sum(load.kinds[k] for k in ("create_table", "add_column", "swap_tables", "drop_table")) > 5
    ferry.wait_until_synced(source, target, DB)
    compare(source, target, [DB])
    ferry.stop()
