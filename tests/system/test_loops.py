# SPDX-License-Identifier: Apache-2.0
"""Two tasks in opposite directions between two servers, and three in a ring: nothing circulates."""

import json
import time
import uuid

import pytest

from rowferrylib.compare import compare
from rowferrylib.marks import check_binlogs
from rowferrylib.process import wait_for
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
    ferry.began_at = {server: server.binlog_position() for server in pair}
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
    # Beside its load, each had two rows inserted by hand, and those of settle().
    check_binlogs(both_ways.began_at, DB, {server: load.transactions + 4 for server, load in zip(pair, loads)})


@pytest.mark.limit(180)
def test_an_idle_pair_writes_nothing(pair, both_ways):
    a, b = pair
    for server, n in ((a, 1), (b, 2)):
        server.execute(f"INSERT INTO w_parent VALUES ({n}, 7)", db=DB)
    settle_rows = [server.value("SELECT COUNT(*) FROM w_parent", db=DB) for server in (a, b)]
    assert min(settle_rows) >= 1
    both_ways.wait("both rows on both", lambda: all(
        s.value("SELECT COUNT(*) FROM w_parent", db=DB) == 2 for s in (a, b)))
    # Whatever positions were still to be written: at most every ten seconds.
    wait_until_quiet(12, a, b)
    before = [server.binlog_position() for server in (a, b)]
    time.sleep(25)
    assert [server.binlog_position() for server in (a, b)] == before
    both_ways.stop()


def wait_until_quiet(seconds, *servers):
    """Until none of them has logged anything for so long."""
    places, since = None, 0

    def is_quiet():
        nonlocal places, since
        now = [server.binlog_position() for server in servers]
        if now != places:
            places, since = now, time.monotonic()
        return time.monotonic() - since > seconds

    wait_for(f"{seconds} s in which nothing is logged", is_quiet, 6 * seconds, 0.5)


RINGS = [("mariadb-10.11", "mariadb-11.8", "mariadb-10.11"), ("mysql-9.7", "mysql-9.7", "mysql-9.7")]


@pytest.fixture(params=RINGS, ids="-".join)
def ring(request, pool, tmp_path):
    """(servers, a rowferry that carries from each one to the next)"""
    servers = [pool.get(name, role) for name, role in zip(request.param, ("source", "target", "third"))]
    for server in servers:
        server.execute("DROP DATABASE IF EXISTS dump2db")
        server.fresh_database(DB)
        Workload.setup(server, DB)
    prepare_sentinel(DB, *servers)
    tasks = {}
    for i, region in enumerate("abc"):
        following = "bca"[i]
        tasks[f"{region}{following}"] = task_settings(servers[i], servers[(i + 1) % 3], [DB], {
            "region": region, "loop": "ring", "destination": {"region": following}})
    ferry = Rowferry(tmp_path / "ring", tasks)
    ferry.began_at = {server: server.binlog_position() for server in servers}
    ferry.start()
    ferry.wait("all tasks to follow", lambda: ferry.log().count("joined source") == 3)
    yield servers, ferry
    ferry.destroy()


def settle_ring(ferry, servers):
    """A row of each server has come to both of the others."""
    for i, server in enumerate(servers):
        ferry.wait_until_synced(server, servers[(i + 2) % 3], DB, 90)


@pytest.mark.limit(240)
def test_a_ring_of_three(ring):
    servers, ferry = ring
    loads = [Workload(server, DB, seed=i, threads=1, ddl=False, lane=(i, 3)).start() for i, server in enumerate(servers)]
    for i, server in enumerate(servers):
        name = f"from_{'abc'[i]}"
        server.execute(f"CREATE TABLE {name} (id INT PRIMARY KEY, v INT)", f"INSERT INTO {name} VALUES (1, 1)",
                       f"ALTER TABLE {name} ADD COLUMN w INT DEFAULT 5", f"TRUNCATE TABLE {name}",
                       f"INSERT INTO {name} VALUES (2, 2, 2)", f"RENAME TABLE {name} TO {name}_2",
                       f"CREATE TABLE {name}_gone (id INT)", f"DROP TABLE {name}_gone", db=DB)
    for load in loads:
        load.wait_for(150, 120)
    ferry.stop()
    for load in loads:
        load.wait_for(load.transactions + 50)
    ferry.start()
    for load in loads:
        load.wait_for(load.transactions + 50)
        load.stop()
    settle_ring(ferry, servers)
    for other in servers[1:]:
        assert compare(servers[0], other, [DB]).rows > 100
    # Each server took the changes of the two others once: with the marks of DDL and a few positions, no more.
    for i, server in enumerate(servers):
        others = sum(load.transactions for load in loads[:i] + loads[i + 1:])
        assert 0 < seqs(server)[0] <= others + 80, (seqs(*servers), [load.transactions for load in loads])
    ferry.stop()  # writes down the positions that are still to be written
    check_binlogs(ferry.began_at, DB, {server: load.transactions + 3 for server, load in zip(servers, loads)})
    joined = ferry.log().count("joined source")
    ferry.start()
    ferry.wait("all tasks to follow", lambda: ferry.log().count("joined source") == joined + 3)
    # Once around and no further: what b takes from a goes on to c, and ends there.
    places = [":".join(map(str, server.binlog_position())) for server in servers]
    servers[0].execute("INSERT INTO from_a_2 VALUES (77, 7, 7)", db=DB)
    ferry.wait("it on c", lambda: servers[2].value("SELECT 1 FROM from_a_2 WHERE id = 77", db=DB))
    ferry.wait_until_synced(servers[2], servers[1], DB)  # behind it, from c by way of a to b
    for task, place in zip(("ab", "bc", "ca"), places):
        logged = ferry.command("inspect", "binlog", "-c", ferry.config, task, "--from", place, "--until", "now",
                               "--table", "from_a_2").stdout.splitlines()
        assert [(row["kind"], row["after"]) for row in map(json.loads, logged)] == [("insert", {"id": 77, "v": 7, "w": 7})], logged
    ferry.stop()


@pytest.mark.limit(180)
def test_minimal_row_images_carry_the_mark(ring):
    """The marks of a ring say how far a transaction goes: one column of the marker's, which every update changes."""
    servers, ferry = ring
    ferry.stop()
    for server in servers:
        server.execute("SET GLOBAL binlog_row_image = 'MINIMAL'")  # the key and what changed, and no more
    ferry.start()
    ferry.wait("all tasks to follow", lambda: ferry.log().count("joined source") == 6)
    loads = [Workload(server, DB, seed=i, threads=1, ddl=False, lane=(i, 3)).start() for i, server in enumerate(servers)]
    for load in loads:
        load.wait_for(60, 60)
        load.stop()
    settle_ring(ferry, servers)
    for other in servers[1:]:
        assert compare(servers[0], other, [DB]).rows > 20
    ferry.stop()
    check_binlogs(ferry.began_at, DB, {server: load.transactions + 1 for server, load in zip(servers, loads)})


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_a_mark_covers_its_own_server_alone(pool, rowferry, name):
    """A source that is a native replica too logs other servers' statements, under connection numbers of theirs."""
    source, target = pool.get(name), pool.get(name, "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dump2db")
        server.fresh_database(DB)
    there = rowferry(target, source, [DB], name="back", )
    there.run_until("now")  # makes dump2db on the source
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    with source.session(db=DB) as session, session.cursor() as cursor:
        cursor.execute("INSERT INTO dump2db.ddl (server_id, seq, state, origin, connection_id, class, gtid, file, file_offset, default_db, "
                       "statement_hash, statement, objects) VALUES (77, 1, 'started', '', 4242, '', '', '', 0, '', '', '', '')")
        cursor.execute("SET SESSION pseudo_thread_id = 4242")
        cursor.execute("CREATE TABLE its_own (id INT PRIMARY KEY)")
        if source.is_mariadb:
            cursor.execute("SET SESSION server_id = 999")
        else:
            cursor.execute(f"SET gtid_next = '{uuid.uuid4()}:1'")
        cursor.execute("CREATE TABLE foreign_one (id INT PRIMARY KEY)")
        if not source.is_mariadb:
            cursor.execute("SET gtid_next = 'AUTOMATIC'")
    ferry.run_until("now")
    assert [t for (t,) in target.execute(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{DB}'")] == ["foreign_one"]
