# SPDX-License-Identifier: Apache-2.0
"""pt-online-schema-change on the source, under load: both sides end equal."""

import os
import shutil
import subprocess

import pytest

from rowferrylib.compare import compare
from rowferrylib.runner import SENTINEL, prepare_sentinel
from rowferrylib.workload import Workload

DB = "dosc"
TABLE = "w_keyed"
SERVERS = ("mariadb-10.11", "mysql-5.6")


def change(server, table, alter, *options):
    """One pt-online-schema-change; small chunks, so that the load comes between them."""
    done = subprocess.run(
        ["pt-online-schema-change", "--execute", "--alter", alter, "--no-version-check", "--recursion-method", "none",
         "--chunk-size", "200", "--chunk-time", "0", "--no-analyze-before-swap", *options,
         f"S={server.socket},u=root,D={DB},t={table}"],
        capture_output=True, text=True, timeout=100, check=False, env={**os.environ, "PERL5LIB": ""})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(params=SERVERS)
def pair(pool, request):
    assert shutil.which("pt-online-schema-change"), "Debian's percona-toolkit is not installed"
    source, target = pool.get(request.param, "source"), pool.get(request.param, "target")
    for server in (source, target):
        server.fresh_database(DB)
        Workload.setup(server, DB)
    prepare_sentinel(DB, source, target)
    return source, target


def others(server):
    return [f"{DB}.{row[0]}" for row in server.execute("SELECT table_name FROM information_schema.tables WHERE "
                                                      f"table_schema = '{DB}'") if row[0] not in (TABLE, SENTINEL)]


def definition(server):
    return server.execute(f"SHOW CREATE TABLE {DB}.{TABLE}")[0][1]


@pytest.mark.limit(240)
@pytest.mark.parametrize("carried", ["database", "table"])
def test_under_load(pair, rowferry, carried):
    source, target = pair
    tables = {"databases": None, "tables": [f"{DB}.{TABLE}", f"{DB}.{SENTINEL}"]} if carried == "table" else {}
    ferry = rowferry(source, target, [DB], {"source": tables}).start()
    ferry.wait_for_log("joined source")
    with Workload(source, DB, threads=2, pause_s=0.005, largest=20) as load:
        load.wait_for(300)
        before = load.transactions
        change(source, TABLE, "ADD COLUMN extra INT NOT NULL DEFAULT 3, ADD KEY by_extra (extra), MODIFY b VARCHAR(90)")
        assert load.transactions - before > 20, "the load stood still"
        load.wait_for(load.transactions + 100)
        change(source, TABLE, "DROP COLUMN extra, ENGINE=InnoDB", "--no-drop-old-table")
        load.wait_for(load.transactions + 100)
    ferry.wait_until_synced(source, target, DB)
    ferry.stop()
    assert "varchar(90)" in definition(target)
    left = others(source)
    assert f"{DB}._{TABLE}_old" in left
    ignored = left if carried == "table" else []
    if carried == "table":
        # The old table was the carried one before the swap, so it stays carried under its working name.
        ignored = [name for name in left if name != f"{DB}._{TABLE}_old"]
    assert compare(source, target, [DB], ignore_tables=ignored).rows > 100
    for server in (source, target):
        assert server.value(f"SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = '{DB}'") == 0


@pytest.mark.limit(240)
@pytest.mark.parametrize("point", ["ddl_before", "ddl_running", "ddl_after"])
def test_killed_at_each_of_its_statements(pair, rowferry, point):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    with Workload(source, DB, threads=1, limit=400) as load:
        change(source, TABLE, "ADD COLUMN extra INT NOT NULL DEFAULT 3")
        load.wait_for(100)
    deaths = 0
    for number in range(1, 30):
        # By turns at the first and the second pass: a statement that is run again passes the point once more.
        ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": f"{point}:{2 - number % 2}"})
        status = ferry.wait_for_end()
        if status == 0:
            break
        assert status == -9, ferry.log()[-3000:]
        deaths += 1
    assert deaths >= 3, ferry.log()[-3000:]
    ferry.run_until("now")
    compare(source, target, [DB])


@pytest.mark.limit(240)
def test_into_a_renamed_database(pair, rowferry):
    source, target = pair
    target.execute(f"DROP DATABASE IF EXISTS {DB}_copy", f"CREATE DATABASE {DB}_copy")
    Workload.setup(target, f"{DB}_copy")
    prepare_sentinel(f"{DB}_copy", target)
    ferry = rowferry(source, target, [DB], {"route": {"rename": [{"from": DB, "to": f"{DB}_copy"}]}}).start()
    ferry.wait_for_log("joined source")
    with Workload(source, DB, threads=2, pause_s=0.005, largest=20) as load:
        load.wait_for(200)
        change(source, TABLE, "ADD COLUMN extra INT NOT NULL DEFAULT 3")
        load.wait_for(load.transactions + 100)
    ferry.wait_until_synced(source, target, DB, renamed=f"{DB}_copy")
    ferry.stop()
    definitions = [s.execute(f"SHOW CREATE TABLE {d}.{TABLE}")[0][1] for s, d in ((source, DB), (target, f"{DB}_copy"))]
    assert "`extra` int" in definitions[1]
    compare(source, target, [DB], {DB: f"{DB}_copy"})


@pytest.mark.limit(240)
def test_unknown_working_table_is_a_stop(pair, rowferry):
    """Its rows were never carried, so it cannot take the place of a table that is; a pattern makes it known."""
    source, target = pair
    tables = {"databases": None, "tables": [f"{DB}.{TABLE}", f"{DB}.{SENTINEL}"]}
    unaware = rowferry(source, target, [DB], {"source": tables})
    aware = rowferry(source, target, [DB], {"source": {**tables, "working_tables": ["^fresh_(.+)$", "^_(.+)_old$"]}})
    unaware.run_until("now")
    aware.run_until("now")
    Workload(source, DB, limit=50).start().join()
    change(source, TABLE, "ADD COLUMN extra INT NOT NULL DEFAULT 3", "--new-table-name", "fresh_%T")
    Workload(source, DB, limit=50, seed=7).start().join()
    unaware.start("--until", "now")
    assert unaware.wait_for_end() == 1
    assert "RENAME TABLE: " in unaware.log() and f"fresh_{TABLE}" in unaware.log(), unaware.log()
    assert "extra" not in definition(target)
    target.execute(f"TRUNCATE TABLE {DB}.{TABLE}")  # what the first task has carried, the second carries again
    aware.run_until("now")
    compare(source, target, [DB], ignore_tables=others(source))
