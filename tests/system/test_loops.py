# SPDX-License-Identifier: Apache-2.0
"""Two tasks in opposite directions between two servers: nothing circulates."""

import time

import pytest

from rowferrylib.compare import compare
from rowferrylib.runner import Rowferry, prepare_sentinel, task_settings
from rowferrylib.workload import Workload

DB = "loops"
PAIRS = [("mariadb-10.11", "mariadb-10.11"), ("mariadb-11.8", "mariadb-10.11"), ("mysql-9.7", "mysql-9.7")]


@pytest.fixture(params=PAIRS, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def pair(request, pool):
    a, b = pool.get(request.param[0]), pool.get(request.param[1], "target")
    for server in (a, b):
        server.execute("DROP DATABASE IF EXISTS dump2db")
        server.fresh_database(DB)
        Workload.setup(server, DB)
    prepare_sentinel(DB, a, b)
    return a, b


@pytest.fixture
def both_ways(pair, tmp_path):
    a, b = pair
    ferry = Rowferry(tmp_path / "both", {"east": task_settings(a, b, [DB]), "west": task_settings(b, a, [DB])})
    ferry.start()
    ferry.wait("both tasks to follow", lambda: ferry.log().count("joined source") == 2)
    yield ferry
    ferry.destroy()


def settle(ferry, a, b):
    ferry.wait_until_synced(a, b, DB)
    ferry.wait_until_synced(b, a, DB)
    ferry.wait_until_synced(a, b, DB)
    assert compare(a, b, [DB]).rows > 100


def seqs(*servers):
    """Target transactions so far, by server: the sum of the markers' sequence numbers."""
    return [server.value("SELECT CAST(SUM(seq) AS SIGNED) FROM dump2db.marker") for server in servers]


@pytest.mark.limit(240)
def test_rows_and_definitions_do_not_circulate(pair, both_ways):
    a, b = pair
    loads = [Workload(a, DB, seed=1, threads=1, ddl=False, lane=(0, 2)),
             Workload(b, DB, seed=2, threads=1, ddl=False, lane=(1, 2))]
    for load in loads:
        load.start()
    for server, name in ((a, "from_a"), (b, "from_b")):
        server.execute(f"CREATE TABLE {name} (id INT PRIMARY KEY, v INT)", f"INSERT INTO {name} VALUES (1, 1)",
                       f"ALTER TABLE {name} ADD COLUMN w INT DEFAULT 5", f"TRUNCATE TABLE {name}",
                       f"INSERT INTO {name} VALUES (2, 2, 2)", f"RENAME TABLE {name} TO {name}_2", db=DB)
    for load in loads:
        load.wait_for(400, 120)
    both_ways.stop()
    for load in loads:
        load.wait_for(load.transactions + 100)
    both_ways.start()
    for load in loads:
        load.wait_for(load.transactions + 100)
        load.stop()
    settle(both_ways, a, b)
    # Each server saw at most one marked transaction for each of the other's (and a few for positions), none for its own.
    for server, other in ((a, loads[1]), (b, loads[0])):
        assert 0 < seqs(server)[0] <= other.transactions + 40, (seqs(a, b), [load.transactions for load in loads])
    both_ways.stop()


@pytest.mark.limit(180)
def test_an_idle_pair_writes_nothing(pair, both_ways):
    a, b = pair
    for server, n in ((a, 1), (b, 2)):
        server.execute(f"INSERT INTO w_parent VALUES ({n}, 7)", db=DB)
    settle_rows = [server.value("SELECT COUNT(*) FROM w_parent", db=DB) for server in (a, b)]
    assert min(settle_rows) >= 1
    both_ways.wait("both rows on both", lambda: all(
        s.value("SELECT COUNT(*) FROM w_parent", db=DB) == 2 for s in (a, b)))
    time.sleep(12)  # whatever positions were still to be written: at most every ten seconds
    before = [server.binlog_position() for server in (a, b)]
    time.sleep(25)
    assert [server.binlog_position() for server in (a, b)] == before
    both_ways.stop()
