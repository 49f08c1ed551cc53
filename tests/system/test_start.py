# SPDX-License-Identifier: Apache-2.0
"""Beginnings: an owner knows itself again, what an earlier life has left does no harm; and places to stop at."""

import re

import pytest

from rowferrylib.compare import compare
from rowferrylib.runner import prepare_sentinel

DB = "beginnings"
BOTH = pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])


@pytest.fixture
def pair(pool, name):
    source, target = pool.get(name), pool.get(name, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY)", db=DB)
    prepare_sentinel(DB, source, target)
    return source, target


def owner_session(ferry, target):
    return target.value(f"SELECT IS_USED_LOCK('{lock_name(ferry, target)}')")


def lock_name(ferry, target):
    number = ferry.tasks["task"]["server_id"]
    key = target.value("SELECT lock_key FROM dump2db.version")
    assert re.fullmatch("[0-9A-F]{32}", key)
    return f"rowferry.{number}.0.{key}"


@BOTH
@pytest.mark.parametrize("statement", ["COMMIT", "SELECT seq, file_offset, class, objects", "UPDATE dump2db.marker SET epoch"])
def test_a_start_that_loses_an_answer(pair, proxy_to, rowferry, statement):
    """The second start of a process: whatever answer is lost, its next one knows the epoch for its own."""
    source, target = pair
    proxy = proxy_to(target)
    ferry = rowferry(source, target, [DB], {"destination": {"tls": {"mode": "off"}}}, target_port=proxy.port)
    ferry.run_until("now")
    ferry.start()
    ferry.wait_until_synced(source, target, DB)
    epoch = target.value("SELECT epoch FROM dump2db.marker")
    lost = proxy.lose_reply(statement, "done")
    target.execute(f"KILL {owner_session(ferry, target)}")
    source.execute("INSERT INTO t VALUES (1)", db=DB)
    lost.wait(60)
    ferry.wait_until_synced(source, target, DB)
    assert target.value("SELECT epoch FROM dump2db.marker") >= epoch + (1 if "epoch" in statement else 2)
    assert compare(source, target, [DB]).rows > 1
    ferry.stop()


def test_another_owner_of_the_same_epoch(pool, rowferry, tmp_path):
    """Epochs are counted, so two processes can take the same number one after the other: only one of them is its owner."""
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
    prepare_sentinel(DB, source, target)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    ferry.start()
    ferry.wait_until_synced(source, target, DB)
    ferry.freeze()
    target.execute("UPDATE dump2db.marker SET epoch = epoch + 1, owner = 'somebody else'")
    source.execute(f"INSERT INTO {DB}.rowferry_sentinel VALUES (987654)")
    ferry.thaw()
    assert ferry.wait_for_end() == 1
    assert "has another owner now: epoch 3, ours was 2. One rowferry process runs a task" in ferry.log()
    assert target.value(f"SELECT COUNT(*) FROM {DB}.rowferry_sentinel WHERE n = 987654") == 0


@BOTH
def test_a_second_reading_of_a_prepared_transaction(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    start = source.executed_gtids()
    with source.session(db=DB) as session, session.cursor() as cursor:
        for statement in ("XA START 'again'", "INSERT INTO t VALUES (5)", "XA END 'again'", "XA PREPARE 'again'"):
            cursor.execute(statement)
        ferry.run_until("now")
        assert target.execute("SELECT part FROM dump2db.prepared") == [(0,)]
        ferry.tasks["task"]["source"]["start"] = {"gtid": start, "override": True}
        ferry.write_config()
        ferry.run_until("now")
        cursor.execute("XA COMMIT 'again'")
    ferry.run_until("now")
    assert target.execute("SELECT id FROM t", db=DB) == [(5,)]
    assert target.execute("SELECT part FROM dump2db.prepared") == []


@BOTH
def test_a_new_life_under_an_old_number(pair, rowferry):
    """As the hint says: the marker's rows deleted, and a start. The old records are not taken for its own."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("CREATE TABLE a (id INT PRIMARY KEY)", "CREATE TABLE b (id INT PRIMARY KEY)", db=DB)
    ferry.run_until("now")
    number = ferry.tasks["task"]["server_id"]
    target.execute("DELETE FROM dump2db.task", f"DELETE FROM dump2db.marker WHERE server_id = {number}",
                   f"INSERT INTO dump2db.skipped (server_id, state, gtid, file, file_offset, what, who, why) VALUES "
                   f"({number}, 'asked', '0-1-5', '', 0, 'pass over', 'x', 'x')")
    ferry.tasks["task"]["source"]["start"] = {"gtid": source.executed_gtids()}
    ferry.write_config()
    ferry.run_until("now")
    source.execute("CREATE TABLE c (id INT PRIMARY KEY)", "CREATE TABLE d (id INT PRIMARY KEY)", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT state, COUNT(*) FROM dump2db.ddl GROUP BY state") == [("done", 2)]
    assert target.execute("SELECT state FROM dump2db.skipped") == [("cancelled",)]
    compare(source, target, [DB], allow_empty=True)


@pytest.mark.parametrize("name", ["mysql-9.7"])
@pytest.mark.parametrize("to", ["mysql-9.7", "mariadb-10.11"])
def test_a_commit_of_the_far_future(pool, pair, rowferry, to):
    source, target = pair[0], pool.get(to, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    target.fresh_database(DB)
    target.execute("CREATE TABLE t (id INT PRIMARY KEY)", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("SET original_commit_timestamp = 4200000000000000", f"INSERT INTO {DB}.t VALUES (1)")
    ferry.run_until("now")
    assert target.execute("SELECT id FROM t", db=DB) == [(1,)]


@BOTH
def test_stopping_at_a_place_that_is_done_with(pair, rowferry):
    """Followed by GTID, so that the file is known from the source alone, which has nothing to send."""
    source, target = pair
    source.execute("INSERT INTO t VALUES (1)", db=DB)
    place = "%s:%d" % source.binlog_position()
    ferry = rowferry(source, target, [DB], {"source": {"heartbeat_s": 1, "start": {"gtid": source.executed_gtids()}}})
    ferry.run_until(place, timeout_s=60)
    assert target.execute("SELECT id FROM t", db=DB) == []


@pytest.mark.parametrize("name", ["mariadb-10.11"])
def test_places_to_stop_at_that_are_none(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    file = source.binlog_position()[0]
    hint = "Give 'now', a GTID set of the source, or FILE:OFFSET."
    for place, why in {
            "": "no place to stop at.", "bnlog.000001:5": f"'bnlog.000001' is no binlog file of the source; it writes '{file}' now.",
            f"{file}x:5": f"'{file}x' is no binlog file of the source; it writes '{file}' now.", f"{file}:-1": "'-1' is no offset.",
            f"{file}:": "'' is no offset.", f"{file}: 5": "' 5' is no offset.",
            f"{file}:99999999999999999999999": "'99999999999999999999999' is no offset."}.items():
        assert ferry.start("--until", place).wait_for_end() == 1
        assert f"--until '{place}': {why} {hint}" in ferry.log().splitlines()[-1]


@BOTH
def test_a_prepared_transaction_that_is_passed_over(pair, rowferry):
    """Its rows do not come with another transaction that has its XID."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    target.execute("INSERT INTO t VALUES (1)", db=DB)
    with source.session(db=DB) as session, session.cursor() as cursor:
        def prepare(row):
            for statement in ("XA START 'again'", f"INSERT INTO t VALUES ({row})", "XA END 'again'", "XA PREPARE 'again'"):
                cursor.execute(statement)

        prepare(1)
        cursor.execute("XA COMMIT 'again'")
        assert ferry.start("--until", "now").wait_for_end() == 1
        gtid = re.findall(r"error task: gtid (\S+), ", ferry.log())[-1]
        assert ferry.command("skip", "-c", ferry.config, "task", "--gtid", gtid, "--why", "x").returncode == 0
        ferry.run_until("now")
        assert target.execute("SELECT part FROM dump2db.prepared") == []
        prepare(2)
        cursor.execute("XA COMMIT 'again'")
    ferry.run_until("now")
    assert target.execute("SELECT id FROM t ORDER BY id", db=DB) == source.execute("SELECT id FROM t ORDER BY id", db=DB)


def make_user(server, name, *grants):
    server.execute(f"DROP USER IF EXISTS {name}@'%'", f"CREATE USER {name}@'%' IDENTIFIED BY '{name}'",
                   *(f"GRANT {grant} TO {name}@'%'" for grant in grants))


def few_rights(server, database):
    """The destination user as the README has it."""
    if server.is_mariadb:
        make_user(server, "ferry", "PROCESS, BINLOG ADMIN, BINLOG MONITOR ON *.*", f"ALL ON {database}.*", "ALL ON dump2db.*")
    else:
        make_user(server, "ferry", "PROCESS, REPLICATION CLIENT, REPLICATION SLAVE, SESSION_VARIABLES_ADMIN ON *.*",
                  f"ALL ON {database}.*", "ALL ON dump2db.*")
    return {"destination": {"user": "ferry", "password": "ferry"}}


@BOTH
def test_a_login_without_rights_cannot_keep_a_task_out(pair, rowferry, name):
    """It may take any lock, and does not know this one's name. Who does know it is named, and waited for."""
    source, target = pair
    ferry = rowferry(source, target, [DB], few_rights(target, DB))
    ferry.run_until("now")
    make_user(target, "nobody")
    number = ferry.tasks["task"]["server_id"]
    with target.session(user="nobody", password="nobody") as session, session.cursor() as cursor:
        for guess in (f"rowferry.{number}.0", f"rowferry.{number}.0."):
            cursor.execute(f"SELECT GET_LOCK('{guess}', 0)")
            source.execute("INSERT INTO t SELECT COALESCE(MAX(id), 0) + 1 FROM t", db=DB)
            ferry.run_until("now")
        cursor.execute(f"SELECT GET_LOCK('{lock_name(ferry, target)}', 0)")
        ferry.start("--until", "now")
        ferry.wait_for_log(r"session \d+ of 'nobody@[^']*' holds the lock of the task's owner, and this user may not end it: "
                           r"every owner must be the same user")
        assert ferry.is_running()
    assert ferry.wait_for_end() == 0
    assert target.value("SELECT COUNT(*) FROM t", db=DB) == 2
