# SPDX-License-Identifier: Apache-2.0
"""Joining a source: how it looks there, and one clear error for each thing that trying again cannot cure."""

import contextlib
import errno
import re
import socket

import pytest

from rowferrylib.compare import compare
from rowferrylib.fake_source import COM_BINLOG_DUMP, COM_BINLOG_DUMP_GTID
from rowferrylib.process import wait_for
from rowferrylib.proxy import PASS, Connection, Proxy
from rowferrylib.runner import prepare_sentinel
from rowferrylib.workload import Workload
from test_check import check, the

DB = "reading"


def tables(*servers):
    for server in servers:
        server.execute("DROP DATABASE IF EXISTS dump2db")
        server.fresh_database(DB)
        Workload.setup(server, DB)
    prepare_sentinel(DB, *servers)


@pytest.fixture(params=["mariadb-10.11", "mysql-9.7"])
def pair(request, pool):
    source, target = pool.get(request.param), pool.get("mariadb-10.11", "target")
    tables(source, target)
    return source, target


@pytest.fixture
def private(private_server, pool):
    """A source of its own: the test breaks it."""
    def make(name="mariadb-10.11", **options):
        source, target = private_server(name, **options), pool.get("mariadb-10.11", "target")
        tables(source, target)
        return source, target
    return make


def fails_with(ferry, text, *arguments):
    ferry.start(*arguments)
    assert ferry.wait_for_end(90) == 1
    assert text in ferry.log(), ferry.log()
    return ferry.log()


def purge(source):
    """All but the newest file. A dump thread that has not noticed our end holds its own."""
    def is_done():
        source.execute(f"PURGE BINARY LOGS TO '{source.binlog_files()[-1]}'")
        return len(source.binlog_files()) == 1

    wait_for("the purge", is_done)


def test_it_is_listed_as_a_replica(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    server_id = ferry.tasks["task"]["server_id"]
    listed = []

    def is_the_only_one():  # the connections of earlier tests are listed until the source has buried them
        listed[:] = [(row[0], row[1]) for row in source.execute("SHOW SLAVE HOSTS" if source.is_mariadb else "SHOW REPLICAS")]
        assert (server_id, "127.0.0.1") in listed, listed
        return len(listed) == 1

    ferry.wait("the list of it alone", is_the_only_one)
    ferry.stop()


def test_the_end_of_a_stream_is_a_reset(pair, rowferry):
    """With the line full, a source goes on trying to send what nobody reads, and makes the next connection wait for that."""
    dumps = []

    class Watched(Connection):
        def on_command(self, packet):
            if packet[4] in (COM_BINLOG_DUMP, COM_BINLOG_DUMP_GTID):
                dumps.append(self)
            return PASS

    class WatchingProxy(Proxy):
        connection_class = Watched

    source, target = pair
    with contextlib.closing(WatchingProxy(source.port)) as proxy:
        ferry = rowferry(source, target, [DB], {"source": {"tls": {"mode": "off"}}}, source_port=proxy.port).start()
        ferry.wait_for_log("joined source")
        ferry.wait_until_synced(source, target, DB)
        [dump] = dumps
        dump.is_held = True  # whatever comes is left unread
        ferry.stop()
        wait_for("the reset", lambda: dump.client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) in (
            errno.EPIPE, errno.ECONNRESET))


def test_a_purged_position_stops(private, rowferry):
    source, target = private()
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    Workload(source, DB, limit=20).start().join()
    for _ in range(3):
        source.flush_binlog()
    purge(source)
    log = fails_with(ferry, "reading the binlog")
    assert "(1236)" in log and "purged" in log, log
    assert "(1236). Copy the tables again, and start the task behind the copy with override = true." in log


def test_a_source_that_lacks_what_was_applied_stops(private, rowferry):
    source, target = private()
    ferry = rowferry(source, target, [DB])
    Workload(source, DB, limit=20).start().join()
    ferry.run_until("now")
    source.execute("RESET MASTER")
    source.execute("SET SESSION server_id = 77", "INSERT INTO w_parent VALUES (1, 1)", db=DB)
    log = fails_with(ferry, "has another history than the one that was followed: ")
    assert "Copy the tables again, and start at that copy's position with start.override = true." in log


@pytest.mark.parametrize("name", ["mysql-9.7", "mysql-5.6"])
def test_errant_transactions_are_named(private, rowferry, name):
    """Of another server than the source, which MySQL lets pass, and of the source itself."""
    source, target = private(name, gtid_mode="ON", enforce_gtid_consistency="ON")
    ferry = rowferry(source, target, [DB])
    source.execute("INSERT INTO w_parent VALUES (1, 1)", db=DB)
    has = gtids(source)
    uuid = source.value("SELECT @@global.server_uuid")
    errant = f"00000000-0000-0000-0000-0000000000aa:7-9,{uuid}:900"
    start_at(ferry, gtid=f"{has},{errant}")
    log = fails_with(ferry, "lacks transactions that the position holds", "--until", "now")
    assert f"lacks transactions that the position holds: '{errant}'. The source is no heir" in log, log
    assert "source.start.gtid, with override = true." in log
    finding = the(check(ferry, status=1), "source.position", "FAIL")
    assert f"'{errant}'" in finding["what"] and "override = true" in finding["cure"]
    source.execute("INSERT INTO w_parent VALUES (2, 2)", db=DB)
    start_at(ferry, gtid=has, override=True)
    ferry.run_until("now")
    assert target.execute("SELECT id FROM w_parent", db=DB) == [(2,)]


@pytest.mark.parametrize("gtid_mode", ["ON", "OFF"])
def test_another_server_behind_the_same_address(private, rowferry, gtid_mode):
    source, target = private("mysql-5.6", gtid_mode=gtid_mode, enforce_gtid_consistency=gtid_mode)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO w_parent VALUES (1, 1)", db=DB)
    ferry.run_until("now")
    source.stop()
    (source.data / "auto.cnf").unlink()  # its identity
    source.start()
    source.execute("INSERT INTO w_parent VALUES (2, 2)", db=DB)
    if gtid_mode == "ON":
        ferry.run_until("now")
        assert "the source is another server than at the last start" in ferry.log()
    else:
        fails_with(ferry, "the stored position of task 'task' is a file position on another server", "--until", "now")
        file = source.binlog_files()[-1]
        ferry.tasks["task"]["source"]["start"] = {"binlog_file": file, "start_position": 4, "override": True}
        ferry.write_config()
        ferry.run_until("now")
        del ferry.tasks["task"]["source"]["start"]
        ferry.write_config()
    source.execute("INSERT INTO w_parent VALUES (3, 3)", db=DB)
    ferry.run_until("now")
    assert sorted(target.execute("SELECT id FROM w_parent", db=DB)) == [(1,), (2,), (3,)]


def reset_binlog(source):
    source.execute("RESET MASTER" if source.is_mariadb else "RESET BINARY LOGS AND GTIDS")
    source.execute(f"INSERT INTO {DB}.rowferry_sentinel VALUES (999999)")


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_a_binlog_that_is_reset(private, rowferry, name):
    """The stream stays open, at the end of a file that is gone; the new transactions have old GTIDs."""
    source, target = private(name)
    ferry = rowferry(source, target, [DB], {"source": {"heartbeat_s": 1}})
    ferry.run_until("now")
    ferry.start()
    for _ in range(5):
        ferry.wait_until_synced(source, target, DB)
    reset_binlog(source)
    assert ferry.wait_for_end(60) == 1
    refusal = "has another history than the one that was followed: " if source.is_mariadb else (
        "lacks transactions that the position holds: '")
    assert "has another history than the one that was followed: " in ferry.log() or refusal in ferry.log()
    log = fails_with(ferry, refusal, "--until", "now")
    assert "reached the place to stop at" not in log.rpartition("following from")[2]


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_a_damaged_binlog_stops(private, rowferry, name):
    source, target = private(name)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO w_keyed (id, b) VALUES (1, 'before')", "INSERT INTO w_keyed (id, b) VALUES (2, 'damaged')",
                   "INSERT INTO w_keyed (id, b) VALUES (3, 'behind')", db=DB)
    with open(source.binlog_path(), "r+b") as file:
        at = file.read().rindex(b"damaged")
        file.seek(at)
        file.write(b"D")
    ferry.start()
    assert ferry.wait_for_end(30) == 1
    assert re.search(rf"error task: gtid \S+, binlog\.\d+:\d+: event write_rows\S* at binlog\.\d+:\d+: .* has a wrong checksum, each of "
                     r"the 3 times it was read\. See whether mysqlbinlog --verify-binlog-checksum", ferry.log()), ferry.log()
    assert target.execute("SELECT id FROM w_keyed", db=DB) == [(1,)]


def start_at(ferry, **start):
    ferry.tasks["task"]["source"]["start"] = start or None
    ferry.write_config()


def gtids(server):
    return server.value("SELECT @@global.gtid_binlog_pos" if server.is_mariadb else "SELECT @@global.gtid_executed")


def test_an_override_is_carried_out_once(pair, rowferry):
    source, target = pair
    for server in pair:
        server.execute("CREATE TABLE keyless (n INT)", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    before = gtids(source)
    source.execute("INSERT INTO keyless VALUES (1)", db=DB)
    ferry.run_until("now")

    def rows():
        return len(target.execute("SELECT n FROM keyless", db=DB))

    start_at(ferry, gtid=before, override=True)
    check = ferry.command("check", "-c", ferry.config).stdout
    assert "override has been carried out" not in check
    ferry.run_until("now")
    assert rows() == 2
    for _ in range(2):
        ferry.run_until("now")
        assert rows() == 2
    assert ferry.log().count("source.start.override has been carried out already: the stored position wins; remove it") == 2
    assert "source.start.override has been carried out already" in ferry.command("check", "-c", ferry.config).stdout
    start_at(ferry)  # taken out, it may be given again
    ferry.run_until("now")
    start_at(ferry, gtid=before, override=True)
    ferry.run_until("now")
    assert rows() == 3


def test_a_start_that_a_stored_position_makes_void(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO w_parent VALUES (1, 1)", db=DB)
    ahead = "source.start is ahead of the stored position, which wins"
    start_at(ferry, gtid=gtids(source))
    assert ahead in ferry.command("check", "-c", ferry.config).stdout
    ferry.run_until("now")
    assert ferry.log().count(ahead) == 1
    assert target.value("SELECT COUNT(*) FROM w_parent", db=DB) == 1
    ferry.run_until("now")  # it has come to that place: nothing to say
    assert ferry.log().count(ahead) == 1
    assert ahead not in ferry.command("check", "-c", ferry.config).stdout


def test_a_start_that_is_gone_from_the_source(private, rowferry):
    """What the first start needed is purged a week later."""
    source, target = private()
    ferry = rowferry(source, target, [DB])
    file, offset = source.binlog_position()
    start_at(ferry, binlog_file=file, start_position=offset)
    ferry.run_until("now")
    source.execute("FLUSH BINARY LOGS")
    source.execute("INSERT INTO w_parent VALUES (1, 1)", db=DB)
    ferry.run_until("now")
    purge(source)
    ferry.run_until("now")
    target.execute("DROP DATABASE dump2db")
    fails_with(ferry, f"has no binlog position '{file}:{offset}'", "--until", "now")


def test_two_with_one_server_id(pair, pool, rowferry):
    source, target = pair
    first = rowferry(source, target, [DB]).start()
    first.wait_for_log("joined source")
    other = pool.get("mariadb-11.8", "target")
    tables(other)
    second = rowferry(source, other, [DB], {"server_id": first.tasks["task"]["server_id"]}, settings={"node": "10.1.2.3"})
    fails_with(second, f"server_id {first.tasks['task']['server_id']} is already in use on source")
    first.stop()


def test_the_sources_own_server_id(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB], {"server_id": source.value("SELECT @@server_id")})
    fails_with(ferry, f"server_id {source.value('SELECT @@server_id')} is that of the source '127.0.0.1:{source.port}' itself. "
                      "Give the task a server_id that no server has.")


@pytest.mark.parametrize("options, text", [({"binlog_format": "MIXED"}, "has binlog_format MIXED"),
                                           ({"skip_log_bin": None}, "writes no binlog")])
def test_a_server_that_cannot_be_a_source(private_server, pool, rowferry, options, text):
    if "skip_log_bin" in options:
        options = {"log_bin": None, **options}
    source, target = private_server("mariadb-10.11", **options), pool.get("mariadb-10.11", "target")
    tables(source, target)
    fails_with(rowferry(source, target, [DB]), text)


def test_statement_format_in_a_session_stops_and_can_be_passed_over(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("SET SESSION binlog_format = STATEMENT", "INSERT INTO w_parent VALUES (5, 5)", db=DB)
    fails_with(ferry, "changes to 'reading.w_parent' were logged as a statement")
    gtid = re.search(r"error task: gtid ([^,]+),", ferry.log()).group(1)
    done = ferry.command("skip", "-c", ferry.config, "task", "--gtid", gtid, "--why", "copied by hand")
    assert done.returncode == 0, done.stderr
    source.execute("INSERT INTO w_parent VALUES (6, 6)", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT id FROM w_parent", db=DB) == [(6,)]
    assert target.execute("SELECT state, why FROM dump2db.skipped") == [("used", "copied by hand")]


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
@pytest.mark.parametrize("how", ["privilege", "password"])
def test_rights_that_go_away(private, rowferry, how, name):
    source, target = private(name)
    rights = "REPLICATION SLAVE, REPLICATION MASTER ADMIN" if source.is_mariadb else "REPLICATION SLAVE"
    source.execute("CREATE USER reader@'%' IDENTIFIED BY 'one'",
                   f"GRANT {rights}, {'BINLOG MONITOR' if source.is_mariadb else 'REPLICATION CLIENT'} ON *.* TO reader@'%'")
    ferry = rowferry(source, target, [DB], {"source": {"user": "reader", "password": "one"}}).start()
    ferry.wait_for_log("joined source")
    if how == "privilege":
        source.execute(f"REVOKE {rights} ON *.* FROM reader@'%'")
    else:
        source.execute("ALTER USER reader@'%' IDENTIFIED BY 'two'")
    source.end_sessions_of("reader")
    assert ferry.wait_for_end(60) == 1
    assert "Access denied" in ferry.log() and "trying again in 30" not in ferry.log(), ferry.log()


def test_a_filter_by_thread_where_none_is_logged(pool, rowferry):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    tables(source, target)
    ferry = rowferry(source, target, [DB], {"filter": {"ignore_threads": [4711]}})
    ferry.run_until("now")
    source.execute("INSERT INTO w_parent VALUES (6, 6)", db=DB)
    fails_with(ferry, "ignore_threads cannot be followed")


@pytest.mark.parametrize("name", ["mysql-9.7", "mysql-5.6", "mariadb-11.8"])
def test_a_filter_by_thread(pool, rowferry, name):
    source, target = pool.get(name), pool.get(name, "target")
    tables(source, target)
    with source.session(db=DB) as session, session.cursor() as cursor:
        cursor.execute("SELECT CONNECTION_ID()")
        thread = cursor.fetchone()[0]
        ferry = rowferry(source, target, [DB], {"filter": {"ignore_threads": [thread]}})
        ferry.run_until("now")
        cursor.execute("INSERT INTO w_parent VALUES (1, 1)")
        session.commit()
        source.execute("INSERT INTO w_parent VALUES (2, 2)", db=DB)
    ferry.run_until("now")
    assert [row[0] for row in target.execute("SELECT id FROM w_parent", db=DB)] == [2]


def test_kinds_of_change_left_out(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB], {"filter": {"ignore": ["delete"]}})
    ferry.run_until("now")
    source.execute("INSERT INTO w_parent VALUES (1, 1), (2, 2)", "UPDATE w_parent SET v = 9 WHERE id = 1",
                   "DELETE FROM w_parent", db=DB)
    ferry.run_until("now")
    assert sorted(target.execute("SELECT id, v FROM w_parent", db=DB)) == [(1, 9), (2, 2)]


def test_until_a_place_stops_exactly_there(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    places = []
    for n in range(1, 7):
        source.execute(f"INSERT INTO w_parent VALUES ({n}, {n})", db=DB)
        places.append((source.executed_gtids(), "%s:%d" % source.binlog_position()))

    def arrived():
        return sorted(row[0] for row in target.execute("SELECT id FROM w_parent", db=DB))

    ferry.run_until(places[1][0])
    assert arrived() == [1, 2]
    ferry.run_until(places[3][1])
    assert arrived() == [1, 2, 3, 4]
    ferry.run_until("now")
    assert arrived() == [1, 2, 3, 4, 5, 6]


def test_a_backlog_with_rotations_between(pair, rowferry):
    """A batch that begins behind a rotation once carried nothing of what it held."""
    source, target = pair
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    for n in range(40):
        source.execute(f"INSERT INTO w_parent VALUES ({n}, {n})", db=DB)
        if n % 3 == 0:
            source.flush_binlog()
    ferry.run_until("now")
    assert compare(source, target, [DB]).rows == 40


def test_renamed_databases_and_tables(pair, rowferry):
    source, target = pair
    for name in ("reading_b", "reading_c"):
        source.execute(f"DROP DATABASE IF EXISTS {name}")
        target.execute(f"DROP DATABASE IF EXISTS {name}")
    ferry = rowferry(source, target, ["reading_b"], {"route": {"rename": [
        {"from": "reading_b", "to": "reading_c"}, {"from": "reading_b.old", "to": "reading_c.new"}]}})
    ferry.run_until("now")
    source.execute("CREATE DATABASE reading_b")
    source.execute("CREATE TABLE t (id INT PRIMARY KEY)", "CREATE TABLE reading_b.old (id INT PRIMARY KEY, v INT)",
                   "INSERT INTO t VALUES (1)", "INSERT INTO old VALUES (1, 1)", "ALTER TABLE old ADD COLUMN w INT DEFAULT 3",
                   "UPDATE old SET v = 2", db="reading_b")
    ferry.run_until("now")
    assert target.execute("SELECT * FROM reading_c.t") == [(1,)]
    assert target.execute("SELECT * FROM reading_c.new") == [(1, 2, 3)]
    assert not target.execute("SHOW DATABASES LIKE 'reading\\_b'")


def test_only_the_named_tables(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [], {"source": {"databases": None, "tables": [f"{DB}.w_par*", f"/^{DB}$/.w_keyl?ss"]}})
    ferry.run_until("now")
    source.execute("INSERT INTO w_parent VALUES (1, 1)", "INSERT INTO w_loose VALUES (1, 1, 1)",
                   "INSERT INTO w_keyless (a, b) VALUES (1, 'x')", "CREATE TABLE stranger (id INT)", db=DB)
    ferry.run_until("now")
    count = {t: target.value(f"SELECT COUNT(*) FROM {t}", db=DB) for t in ("w_parent", "w_loose", "w_keyless")}
    assert count == {"w_parent": 1, "w_loose": 0, "w_keyless": 1}
    assert not target.execute("SHOW TABLES LIKE 'stranger'", db=DB)


def test_an_alter_in_two_phases(pool, rowferry):
    source, target = pool.get("mariadb-11.8"), pool.get("mariadb-11.8", "target")
    tables(source, target)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    two_phase = "SET SESSION binlog_alter_two_phase = 1"
    source.execute("CREATE TABLE phases (id INT PRIMARY KEY, v INT)", "INSERT INTO phases VALUES (1, 1), (2, 1)", two_phase,
                   "ALTER TABLE phases ADD COLUMN x INT DEFAULT 4, ALGORITHM = COPY", db=DB)
    with pytest.raises(Exception, match="Duplicate entry"):
        source.execute(two_phase, "ALTER TABLE phases ADD UNIQUE (v), ALGORITHM = COPY", db=DB)
    source.execute("UPDATE phases SET v = 7", db=DB)
    ferry.run_until("now")
    compare(source, target, [DB])
    assert target.execute("SELECT id, v, x FROM phases", db=DB) == [(1, 7, 4), (2, 7, 4)]
    assert target.value("SELECT COUNT(*) FROM dump2db.ddl") == 2


def test_a_source_that_folds_names(private, rowferry):
    source, target = private(lower_case_table_names=1)
    ferry = rowferry(source, target, ["READING"])
    ferry.run_until("now")
    source.execute("INSERT INTO W_Parent VALUES (1, 1)", "CREATE TABLE Folded (id INT PRIMARY KEY)",
                   "INSERT INTO FOLDED VALUES (7)", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT id FROM w_parent", db=DB) == [(1,)]
    assert target.execute("SELECT id FROM folded", db=DB) == [(7,)]
