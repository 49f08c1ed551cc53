# SPDX-License-Identifier: Apache-2.0
"""rowferry check: what it finds on real servers, how it says it, and that it changes nothing."""

import contextlib
import json
import subprocess
import time

import pytest

from rowferrylib.process import wait_for
from rowferrylib.proxy import PASS, Connection, Proxy
from rowferrylib.runner import Rowferry, server_settings, task_settings

DB = "checked"


def check(ferry, *arguments, status=None):
    """The findings by check: {"source.log_bin": [{"verdict": …, "what": …, "cure": …, "names": […]}]}."""
    done = ferry.command("check", "-c", ferry.config, "--json", *arguments)
    assert done.stderr == "" and done.returncode in (0, 1), done.stderr
    answer = json.loads(done.stdout)
    assert done.returncode == (answer["fail"] > 0)
    assert status is None or done.returncode == status, done.stdout
    found = {}
    for finding in answer["findings"]:
        found.setdefault(finding["check"], []).append(finding)
        assert finding["verdict"] == "OK" or finding["cure"] or finding["check"] == "features.invisible", finding
    for verdict in ("ok", "warn", "fail"):
        assert answer[verdict] == sum(f["verdict"] == verdict.upper() for f in answer["findings"])
    return found


def the(found, name, verdict):
    """The one finding of that check, which must have that verdict."""
    assert name in found, sorted(found)
    assert [f["verdict"] for f in found[name]] == [verdict], found[name]
    return found[name][0]


def ids(found, *verdicts):
    return {name for name, findings in found.items() for f in findings if f["verdict"] in verdicts}


def fresh(*servers):
    for server in servers:
        server.fresh_database(DB)
    servers[-1].execute("DROP DATABASE IF EXISTS dump2db")


def make_user(server, name, *grants):
    how = "" if server.is_mariadb or server.name == "mysql-5.6" else "WITH caching_sha2_password "
    server.execute(f"DROP USER IF EXISTS {name}@'%'" if server.name != "mysql-5.6" else "SELECT 1",
                   f"CREATE USER {name}@'%' IDENTIFIED {how}BY 'word'",
                   *[f"GRANT {g} TO {name}@'%'" for g in grants])
    return {"user": name, "password": "word"}


@pytest.fixture
def pair(pool):
    servers = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    fresh(*servers)
    return servers


def test_a_pair_without_fault(pair, rowferry):
    source, target = pair
    for server in pair:
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))", db=DB)
    before = [(s.binlog_position(), s.execute("SHOW DATABASES"), s.execute("SHOW TABLES", db=DB)) for s in pair]
    ferry = rowferry(source, target, [DB])
    found = check(ferry, status=0)
    assert ids(found, "OK") == set(found) == {
        "source.connect", "destination.connect", "clocks", "source.log_bin", "source.binlog_format",
        "source.binlog_row_image", "source.binlog_row_metadata", "source.gtid_mode", "source.server_id",
        "source.binlog_expiry", "source.binlog_filter", "destination.read_only", "destination.dump2db",
        "destination.session", "destination.max_allowed_packet", "destination.binlog", "destination.binlog_events",
        "destination.process",
        "destination.privileges", "source.position", "tables"}
    assert the(found, "destination.dump2db", "OK")["what"] == "schema dump2db is not there; the task creates it"
    assert the(found, "tables", "OK")["what"] == "1 table is carried"
    assert before == [(s.binlog_position(), s.execute("SHOW DATABASES"), s.execute("SHOW TABLES", db=DB)) for s in pair]


def test_the_table_is_aligned(pair, rowferry):
    ferry = rowferry(*pair, [DB])
    done = ferry.command("check", "-c", ferry.config)
    assert (done.returncode, done.stderr) == (0, "")
    *lines, total = done.stdout.splitlines()
    assert total == f"{len(lines) - 1} OK, 1 WARN, 0 FAIL"
    place = lines[0].index("source.connect")
    assert {line[:place].rstrip() for line in lines} == {"OK", "WARN"}
    text = lines[0].index("'127.0.0.1")
    assert all(line[text - 1] == " " and line[text] != " " for line in lines)
    assert lines[-1] == ("WARN  tables" + " " * (text - place - 6) + "the source shows no table that the task carries. "
                         "If there are some, grant the source user SELECT on them, which shows them to the check.")


def test_every_server_to_itself(each_server, pool, rowferry):
    source, target = each_server, pool.get(each_server.name, "target")
    fresh(source, target)
    for server in (source, target):
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))", db=DB)
    before = source.binlog_position(), target.binlog_position()
    ferry = rowferry(source, target, [DB])
    found = check(ferry, status=0)
    assert ids(found, "WARN") == ({"source.binlog_row_metadata"} if each_server.name == "mysql-5.6" else set())
    assert (source.binlog_position(), target.binlog_position()) == before
    ferry.run_until("now")
    source.execute("INSERT INTO t VALUES (1, 'a')", db=DB)
    again = check(ferry, status=0)
    assert the(again, "destination.dump2db", "OK")["what"] == "schema dump2db has version 1"
    assert "from the stored position on, gtid set '" in the(again, "source.position", "OK")["what"]
    ferry.run_until("now")


def test_a_running_task_is_left_alone(pair, rowferry):
    ferry = rowferry(*pair, [DB]).start()
    ferry.wait_for_log("joined source")
    the(check(ferry, status=0), "source.server_id", "OK")
    assert ferry.is_running() and ferry.log().count("joined source") == 1
    ferry.stop()


def test_binlog_settings_of_the_source(private_server, pool, rowferry):
    source = private_server("mariadb-10.11", binlog_format="MIXED", binlog_row_image="MINIMAL",
                            binlog_row_metadata="NO_LOG", binlog_expire_logs_seconds=7200, binlog_ignore_db=DB)
    source.fresh_database(DB)
    found = check(rowferry(source, pool.get("mariadb-10.11", "target"), [DB]), status=1)
    finding = the(found, "source.binlog_format", "FAIL")
    assert finding["what"] == "binlog_format is MIXED: changes are logged as statements, which stop the task"
    assert finding["cure"].startswith("Set binlog_format = ROW ")
    assert the(found, "source.binlog_row_image", "WARN")["what"].startswith("binlog_row_image is MINIMAL: ")
    assert the(found, "source.binlog_row_metadata", "WARN")["what"] == (
        "binlog_row_metadata is NO_LOG: columns come without names and are matched by their place")
    assert the(found, "source.binlog_expiry", "WARN")["what"] == "binlogs are deleted after 2.0 hours"
    assert the(found, "source.binlog_filter", "FAIL")["names"] == [DB]


def test_settings_of_a_mysql_source(private_server, pool, rowferry):
    source = private_server("mysql-9.7", gtid_mode="OFF", enforce_gtid_consistency="OFF",
                            binlog_row_value_options="PARTIAL_JSON", binlog_do_db="other")
    source.fresh_database(DB)
    found = check(rowferry(source, pool.get("mariadb-11.8", "target"), [DB]), status=1)
    assert the(found, "source.gtid_mode", "WARN")["what"].startswith("gtid_mode is OFF: the position is a file and offset")
    assert the(found, "source.binlog_row_value_options", "OK")["what"].endswith("are made whole with the row before them")
    source.execute("SET GLOBAL binlog_row_image = MINIMAL")
    found = check(rowferry(source, pool.get("mariadb-11.8", "target"), [DB]), status=1)
    assert the(found, "source.binlog_row_value_options", "FAIL")["what"].endswith(
        "and binlog_row_image MINIMAL: MariaDB takes whole documents, and the events hold none")
    assert the(found, "source.binlog_filter", "FAIL")["names"] == [DB]
    assert "dump2db is kept out of the source's binlog" in the(found, "source.binlog_filter_marks", "WARN")["what"]
    assert "from its present position on, 'binlog." in the(found, "source.position", "OK")["what"]
    start = {"source": {"start": {"binlog_file": source.binlog_position()[0], "start_position": 130}}}
    found = check(rowferry(source, pool.get("mariadb-11.8", "target"), [DB], start), status=1)
    assert "the source does not send its binlog from source.start on" in the(found, "source.position", "FAIL")["what"]
    start = {"source": {"start": {"gtid": "3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5"}}}
    found = check(rowferry(source, pool.get("mariadb-11.8", "target"), [DB], start), status=1)
    the(found, "source.gtid_mode", "FAIL")
    assert "has gtid_mode off, start.gtid cannot be found there" in the(found, "source.position", "FAIL")["what"]


def test_sessions_of_another_format(private_server, pool, rowferry):
    source = private_server("mysql-9.7", performance_schema="ON")
    source.fresh_database(DB)
    ferry = rowferry(source, pool.get("mysql-9.7", "target"), [DB])
    assert "source.session_format" not in check(ferry)
    with source.session() as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION binlog_format = STATEMENT")
        finding = the(check(ferry), "source.session_format", "WARN")
    assert finding["what"] == "sessions of the source with a binlog_format other than ROW: 1"


def test_a_status_server(pair, pool, rowferry):
    other = pool.get("mariadb-11.8", "status")
    other.execute("DROP DATABASE IF EXISTS dump2db")
    status = server_settings(other)
    the(check(rowferry(*pair, [DB], {"status": status}), status=0), "status.connect", "OK")
    status.update(make_user(other, "reader", "SELECT ON *.*"))
    found = check(rowferry(*pair, [DB], {"status": status}), status=0)
    assert the(found, "status.dump2db", "WARN")["names"] == [f"{p} on dump2db" for p in (
        "CREATE", "INSERT", "UPDATE", "DELETE")]
    status["password"] = "wrong"
    found = check(rowferry(*pair, [DB], {"status": status}), status=0)
    assert "Access denied" in the(found, "status.connect", "WARN")["what"]


def test_a_source_without_a_binlog(private_server, pool, rowferry):
    source = private_server("mysql-9.7", skip_log_bin=None)
    found = check(rowferry(source, pool.get("mysql-9.7", "target"), [DB]), status=1)
    finding = the(found, "source.log_bin", "FAIL")
    assert finding["what"].endswith("writes no binlog") and finding["cure"] == "Start it with log_bin."
    assert "source.position" not in found


def test_server_ids(pair, rowferry, tmp_path):
    source, target = pair
    found = check(rowferry(source, target, [DB], {"server_id": source.server_id}), status=1)
    assert the(found, "source.server_id", "FAIL")["what"] == (
        f"server_id {source.server_id} is that of the source '127.0.0.1:{source.port}' itself")
    ferry = rowferry(source, target, [DB], {"server_id": 77001})
    (tmp_path / "password").write_text("ferry\n", encoding="utf-8")
    other = subprocess.Popen([str(ferry.binary), "inspect", "binlog", "--host", "127.0.0.1", "--port", str(source.port),
                              "--user", "rowferry", "--password-file", str(tmp_path / "password"), "--server-id", "77001"],
                             stdout=subprocess.DEVNULL)
    try:
        wait_for("the other replica", lambda: 77001 in [r[0] for r in source.execute("SHOW SLAVE HOSTS")])
        finding = the(check(ferry, status=1), "source.server_id", "FAIL")
    finally:
        other.kill()
        other.wait()
    assert finding["what"] == (f"server_id 77001 is already in use on source '127.0.0.1:{source.port}' by replica "
                               "'rowferry-inspect:0'")
    assert finding["cure"] == ("Another 'rowferry run' of this task may be running: stop one of the two. Otherwise give every "
                               "replica, and every task, a server_id of its own.")


@pytest.mark.parametrize("name, monitor", [("mariadb-10.11", "BINLOG MONITOR"), ("mysql-9.7", "REPLICATION CLIENT")])
def test_privileges_on_the_source(pool, rowferry, name, monitor):
    source, target = pool.get(name), pool.get(name, "target")
    fresh(source, target)
    source.execute("CREATE TABLE t (id INT PRIMARY KEY)", db=DB)
    user = make_user(source, "nobody", "USAGE ON *.*")
    found = check(rowferry(source, target, [DB], {"source": user}), status=1)
    finding = the(found, "source.log_bin", "FAIL")
    assert "cannot read the binlog position" in finding["what"] and "REPLICATION CLIENT" in finding["cure"]
    assert "REPLICATION SLAVE" in the(found, "source.server_id", "FAIL")["cure"]
    user = make_user(source, "nobody", f"{monitor} ON *.*")
    found = check(rowferry(source, target, [DB], {"source": user}), status=1)
    assert "REPLICATION SLAVE" in the(found, "source.position", "FAIL")["cure"]
    more = ", REPLICATION MASTER ADMIN" if source.is_mariadb else ""
    user = make_user(source, "nobody", f"{monitor}, REPLICATION SLAVE{more} ON *.*")
    found = check(rowferry(source, target, [DB], {"source": user}), status=0)
    assert ids(found, "WARN") == {"tables"}


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7", "mysql-5.6"])
def test_privileges_on_the_destination(pool, rowferry, name):
    source, target = pool.get("mariadb-10.11"), pool.get(name, "target")
    fresh(source, target)
    user = make_user(target, f"half{name[-1]}", f"SELECT, INSERT, CREATE, INDEX ON {DB}.*", "SELECT ON dump2db.*")
    before = target.binlog_position()
    found = check(rowferry(source, target, [DB], {"destination": user}), status=1)
    assert target.binlog_position() == before
    assert the(found, "destination.privileges", "FAIL")["names"] == [f"{p} on {DB}" for p in (
        "UPDATE", "DELETE", "ALTER", "DROP")]
    assert [f["names"] for f in found["destination.dump2db"] if f["verdict"] == "FAIL"] == [
        [f"{p} on dump2db" for p in ("CREATE", "INSERT", "UPDATE", "DELETE")]]
    assert the(found, "destination.process", "WARN")["cure"] == "Grant PROCESS on *.* to the destination user."
    assert "may not set sql_log_bin" in the(found, "destination.progress", "WARN")["what"]
    off = {"destination": {**user, "binlog": False}}
    finding = the(check(rowferry(source, target, [DB], off), status=1), "destination.session", "FAIL")
    assert "cannot set sql_log_bin to 'OFF'" in finding["what"] and "BINLOG ADMIN (MariaDB)" in finding["cure"]
    target.execute(f"GRANT {'BINLOG MONITOR' if target.is_mariadb else 'REPLICATION CLIENT'} ON *.* TO {user['user']}@'%'")
    found = check(rowferry(source, target, [DB], {"destination": user}), status=1)
    assert ("destination.binlog_events" in ids(found, "WARN")) != target.is_mariadb
    if not target.is_mariadb:
        assert "REPLICATION SLAVE" in the(found, "destination.binlog_events", "WARN")["cure"]


def test_a_destination_that_cannot_be_written_to(private_server, pool, rowferry):
    source = pool.get("mysql-9.7")
    target = private_server("mysql-9.7", read_only="ON", max_allowed_packet="16M")
    fresh(source)
    target.execute("SET GLOBAL read_only = OFF", f"CREATE DATABASE {DB}")
    user = make_user(target, "writer", "ALL ON *.*")
    target.execute("REVOKE SUPER, CONNECTION_ADMIN ON *.* FROM writer@'%'", "SET GLOBAL read_only = ON")
    found = check(rowferry(source, target, [DB], {"destination": user}), status=1)
    finding = the(found, "destination.read_only", "FAIL")
    assert finding["what"].startswith("the destination is read-only: ")
    assert finding["cure"] == "Set read_only = OFF on the destination."
    assert the(found, "destination.max_allowed_packet", "WARN")["what"] == (
        "the destination takes statements of 16777216 bytes, the source has rows of up to 1073741824")
    found = check(rowferry(source, target, [DB], {"destination": {"user": "root", "password": ""}}), status=0)
    assert the(found, "destination.read_only", "WARN")["what"].endswith("this user may write all the same")


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_a_position_that_was_purged(private_server, pool, rowferry, name):
    source, target = private_server(name), pool.get(name, "target")
    fresh(source, target)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    the(check(ferry, status=0), "source.position", "OK")
    source.execute(f"CREATE TABLE {DB}.t (id INT PRIMARY KEY)", "FLUSH BINARY LOGS", f"INSERT INTO {DB}.t VALUES (1)",
                   "FLUSH BINARY LOGS")
    wait_for("the first files to be purged", lambda: source.execute(
        f"PURGE BINARY LOGS TO '{source.binlog_position()[0]}'") is not None and len(source.binlog_files()) == 1)
    finding = the(check(ferry, status=1), "source.position", "FAIL")
    assert finding["what"].startswith("the source does not send its binlog from the stored position on, gtid set '")
    assert finding["cure"]


def test_places_to_start_at(pair, rowferry):
    source, target = pair
    found = check(rowferry(source, target, [DB], {"source": {"start": {"binlog_file": "binlog.999999"}}}), status=1)
    finding = the(found, "source.position", "FAIL")
    assert "has no binlog position 'binlog.999999:4'" in finding["what"] or "not" in finding["what"]
    at = source.executed_gtids()
    found = check(rowferry(source, target, [DB], {"source": {"start": {"gtid": at}}}), status=0)
    assert the(found, "source.position", "OK")["what"] == (
        f"the source sends its binlog from source.start on, gtid set '{at}'")


def test_a_server_id_of_another_task(pair, rowferry):
    rowferry(*pair, [DB], {"server_id": 77002}).run_until("now")
    found = check(rowferry(*pair, [DB], {"server_id": 77002}, name="other"), status=1)
    assert the(found, "destination.task", "FAIL")["what"] == (
        "server_id 77002 belongs to task 'task' in dump2db, not to 'other'")


def test_a_source_of_another_kind(pair, pool, rowferry):
    ferry = rowferry(*pair, [DB])
    ferry.run_until("now")
    ferry.tasks["task"]["source"].update(server_settings(pool.get("mariadb-11.8")))
    ferry.write_config()
    found = check(ferry)
    assert the(found, "source.identity", "WARN")["what"].startswith(
        f"the stored position is of another server: 'mariadb:{pair[0].server_id}@")
    mysql = pool.get("mysql-9.7")
    mysql.fresh_database(DB)
    ferry.tasks["task"]["source"].update(server_settings(mysql))
    ferry.write_config()
    found = check(ferry, status=1)
    assert the(found, "source.identity", "FAIL")["what"].startswith("the stored position is of 'mariadb:")


def test_one_server_under_two_names(pair, rowferry):
    source, _ = pair
    ferry = rowferry(source, source, [DB], {"destination": {"host": None, "port": None, "socket": str(source.socket)}})
    finding = the(check(ferry, status=1), "destination.identity", "FAIL")
    assert finding["what"].endswith("every row would be applied to itself")


def test_servers_that_do_not_answer(pair, private_server, rowferry):
    gone = private_server("mariadb-10.11")
    gone.stop()
    found = check(rowferry(pair[0], gone, [DB]), status=1)
    assert "cannot connect" in the(found, "destination.connect", "FAIL")["what"]
    assert found["destination.connect"][0]["what"].startswith("destination: server '127.0.0.1:")
    the(found, "source.position", "OK")
    assert not any(name.startswith("destination.") for name in found if name != "destination.connect")


def test_versions_and_clocks(private_server, pool, rowferry):
    old = private_server("mariadb-10.11", version="10.1.48-MariaDB", init_connect="SET timestamp = 1000000000")
    user = make_user(old, "plain", "SELECT ON *.*", "BINLOG MONITOR, REPLICATION SLAVE, REPLICATION MASTER ADMIN ON *.*")
    found = check(rowferry(old, pool.get("mariadb-10.11", "target"), [DB], {"source": user}), status=1)
    finding = the(found, "source.connect", "FAIL")
    assert finding["what"].endswith("is MariaDB 10.1.48-MariaDB, which is too old")
    assert "s apart: " in the(found, "clocks", "WARN")["what"]


def test_a_slow_answer_is_no_other_clock(pair, rowferry):
    class Slow(Connection):
        def on_command(self, packet):
            if b"UNIX_TIMESTAMP(NOW(6))" in packet:
                time.sleep(3)
                asked.append(packet)
            return PASS

    class SlowProxy(Proxy):
        connection_class = Slow

    asked = []
    source, target = pair
    with contextlib.closing(SlowProxy(target.port)) as proxy:
        ferry = rowferry(source, target, [DB], {"destination": {"tls": {"mode": "off"}}}, target_port=proxy.port)
        the(check(ferry, status=0), "clocks", "OK")
    assert asked


def test_another_task_reads_the_destination(private_server, pool, tmp_path):
    here, there = pool.get("mysql-9.7"), private_server("mysql-9.7", binlog_ignore_db="dump2db")
    tasks = {"east": task_settings(here, there, [DB], {"destination": {"region": "e"}, "region": "w"}),
             "west": task_settings(there, here, [DB], {"destination": {"region": "w"}, "region": "e"})}
    fresh(here, there)
    ferry = Rowferry(tmp_path / "both", tasks)
    found = check(ferry, "east", status=1)
    assert "would carry changes round" in the(found, "destination.binlog_filter", "FAIL")["what"]
    both = ferry.command("check", "-c", ferry.config)
    assert both.returncode == 1
    lines = [line.split() for line in both.stdout.splitlines()[:-1]]
    assert {line[1] for line in lines} == {"east", "west"}
    tasks["east"]["destination"]["binlog"] = False
    there.restart(binlog_ignore_db="other")
    ferry.write_config()
    assert "do not reach its binlog" in the(check(ferry, "east", status=1), "destination.binlog", "FAIL")["what"]


@pytest.mark.parametrize("command", ["check", "status", "run"])
def test_a_configuration_without_a_task(pair, rowferry, command):
    ferry = rowferry(*pair, [DB])
    (ferry.folder / "conf.d/task.conf").unlink()
    done = ferry.command(command, "-c", ferry.config)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"rowferry: '{ferry.config}' has no task: put one file a task into '{ferry.folder}/conf.d'\n")


def test_wrong_arguments(pair, rowferry):
    ferry = rowferry(*pair, [DB])
    done = ferry.command("check", "-c", ferry.config, "nobody")
    assert (done.returncode, done.stdout, done.stderr) == (
        2, "", f"rowferry: there is no task 'nobody' in '{ferry.config}'. Its tasks are: task.\n")
    ferry.tasks["task"]["server_id"] = 0
    ferry.write_config()
    done = ferry.command("check", "-c", ferry.config)
    assert done.returncode == 2 and "'server_id'" in done.stderr
    assert done.stderr.endswith(f"rowferry: the configuration '{ferry.config}' has 1 mistake\n")
