# SPDX-License-Identifier: Apache-2.0
"""The workload: deterministic, of every kind that it promises, and fit for every server."""

import itertools

import pytest

from rowferrylib.compare import compare
from rowferrylib.statements import Statements
from rowferrylib.workload import Workload


def first(n, *arguments, **kinds):
    return list(itertools.islice(Statements(*arguments, **kinds), n))


def test_same_seed_same_statements():
    assert first(500, 1, ddl=True, xa=True) == first(500, 1, ddl=True, xa=True)
    assert first(500, 1, ddl=True) != first(500, 2, ddl=True)
    assert first(500, 1, 0) != first(500, 1, 1)


def test_every_kind_comes():
    generator = Statements(3, ddl=True, xa=True)
    seen = {t.kind for t in itertools.islice(generator, 3000)}
    wanted = {k.__name__ for k in generator.kinds} - {"toggle_index"} | {"create_index", "drop_index", "create_like"}
    assert wanted <= seen, wanted - seen


def test_lanes_write_disjoint_keys():
    keys = [{key for t in range(2000) for key in [g.key(1000)]}
            for g in (Statements(1, lane=(0, 2)), Statements(1, lane=(1, 2)))]
    assert keys[0] and keys[1] and not keys[0] & keys[1]


@pytest.mark.parametrize("xa", [False, True])
def test_every_server_runs_it(each_server, xa):
    db = each_server.fresh_database("harness_workload")
    Workload.setup(each_server, db)
    load = Workload(each_server, db, threads=2, limit=400, ddl=True, xa=xa).start().join()
    assert load.transactions + sum(load.refused.values()) == 800
    assert load.transactions > 600, load.refused
    assert load.rows > load.transactions
    assert each_server.value("SELECT COUNT(*) FROM w_keyless", db=db) > 0
    assert each_server.value("SELECT COUNT(*) FROM w_child", db=db) > 0


def test_one_writer_makes_the_same_content_twice(pool):
    servers = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    for server in servers:
        db = server.fresh_database("harness_workload")
        Workload.setup(server, db)
        Workload(server, db, seed=5, limit=300, ddl=True).start().join()
    compare(*servers, [db])


def test_it_survives_a_restart_of_its_server(private_server):
    server = private_server("mariadb-10.11")
    db = server.fresh_database("harness_workload")
    Workload.setup(server, db)
    with Workload(server, db, survive_restarts=True, ddl=True, xa=True) as load:
        load.wait_for(50)
        server.kill()
        server.start()
        load.wait_for(load.transactions + 50)


def test_an_unexpected_error_fails_the_test(pool):
    server = pool.get("mariadb-10.11")
    db = server.fresh_database("harness_workload")
    load = Workload(server, db).start()
    with pytest.raises(AssertionError, match="doesn't exist"):
        load.join()
