# SPDX-License-Identifier: Apache-2.0
"""rowferry status: what a task reports of itself, and the position that the destination holds."""

import json
import re
import subprocess

import pytest

from rowferrylib.process import wait_for
from rowferrylib.runner import prepare_sentinel, server_settings
from rowferrylib.workload import Workload

DB = "status"
HEAD = ["TASK", "STATE", "LAG", "SOURCE", "QUEUE", "APPLY", "TX", "ROWS", "TX/S", "ROWS/S", "POSITION"]


@pytest.fixture
def pair(pool):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)", db=DB)
    prepare_sentinel(DB, source, target)
    return source, target


def status(ferry, *arguments, code=0):
    done = ferry.command("status", "-c", ferry.config, *arguments)
    assert code is None or done.returncode == code, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def task_of(ferry, code=0):
    """The one task of --json."""
    answer = json.loads(status(ferry, "--json", code=code))
    assert set(answer) == {"time", "tasks"} and len(answer["tasks"]) == 1
    return answer["tasks"][0]


def kill_and_bury(ferry, target):
    """Nothing that it has sent is still being carried out."""
    user = ferry.tasks["task"]["destination"]["user"]
    ferry.kill()
    wait_for("its sessions' end", lambda: not target.execute(
        f"SELECT id FROM information_schema.processlist WHERE user = '{user}'"))


def silent_s(pattern, lines):
    """The seconds in the one line that fits: 100 as a test has set them, and those that passed until the look."""
    [seconds] = [int(found[1]) for found in (re.fullmatch(pattern, line) for line in lines) if found]
    assert 100 <= seconds < 130, lines
    return seconds


def cells(text):
    """Heads and the first task's line as a dict; what stands below as a list."""
    lines = text.splitlines()
    assert lines[0].split() == HEAD
    return dict(zip(HEAD, lines[1].split())), lines[2:]


def ran(pair, rowferry, **changes):
    """A task that has run to the present and ended."""
    ferry = rowferry(*pair, [DB], **changes)
    ferry.run_until("now")
    pair[0].execute("INSERT INTO t VALUES (1, 1), (2, 2)", "UPDATE t SET v = 5", db=DB)
    ferry.run_until("now")
    return ferry


def test_a_task_that_follows(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    for i in range(3):
        source.execute(f"INSERT INTO t VALUES ({i}, 1)", db=DB)
    ferry.wait_until_synced(source, target, DB)
    ferry.wait("the report of 4 transactions", lambda: task_of(ferry, code=None).get("transactions") == 4)
    task = task_of(ferry)
    assert (task["task"], task["state"], task["pid"], task["node"]) == (
        "task", "following", ferry.process.pid, "127.0.0.1")
    assert task["row_changes"] == 4 and task["epoch"] == 1 and task["is_silent"] is False
    assert task["reason"] == task["last_error"] == ""
    for name in ("lag_ms", "lag_queue_ms", "lag_apply_ms"):
        assert 0 <= task[name] < 30_000, task
    assert task["transactions_per_s"] is None and task["report_error"] is None
    file, offset = source.binlog_position()
    assert task["position"] == {"gtids": source.executed_gtids(), "file": file, "offset": offset, "follow": "gtid",
                                "epoch": 1, "seq": task["position"]["seq"]}
    line, below = cells(status(ferry))
    assert (line["TASK"], line["STATE"], line["TX"], line["ROWS"]) == ("task", "following", "4", "4")
    assert line["LAG"].endswith("s") and line["TX/S"] == line["ROWS/S"] == "-"
    assert line["POSITION"] == f"{file}:{offset}"
    assert below == [f"  gtids: {source.executed_gtids()}"]
    ferry.stop()
    assert task_of(ferry)["state"] == "stopped"


def test_a_task_that_has_not_run(pair, rowferry):
    ferry = rowferry(*pair, [DB])
    line, below = cells(status(ferry, code=1))
    assert line == {**dict.fromkeys(HEAD, "-"), "TASK": "task"}
    assert below == ["  no report: the task has not run yet"]
    task = task_of(ferry, code=1)
    assert (task["state"], task["position"], task["report_error"]) == (None, None, None)


def test_a_task_that_has_failed(pair, rowferry):
    source, target = pair
    ferry = ran(pair, rowferry)
    target.execute("DELETE FROM t WHERE id = 2", db=DB)
    source.execute("UPDATE t SET v = 6 WHERE id = 2", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    line, below = cells(status(ferry, code=1))
    assert line["STATE"] == "failed" and line["LAG"] == line["APPLY"] == "-"
    assert below[1].startswith("  stopped by: gtid ") and "update of row id=2" in below[1] and len(below) == 2
    task = task_of(ferry, code=1)
    assert task["last_error"] == task["reason"] == below[1].partition(": ")[2]
    assert task["lag_ms"] is None


def test_what_was_not_measured_is_no_zero(pair, rowferry):
    _, target = pair
    ferry = ran(pair, rowferry)
    target.execute("UPDATE dump2db.progress SET state = 'following', lag_ms = NULL, lag_source_ms = NULL, "
                   "lag_queue_ms = 0, lag_apply_ms = 3725000, updated_at = NOW(6)")
    line, _ = cells(status(ferry))
    assert (line["LAG"], line["SOURCE"], line["QUEUE"], line["APPLY"]) == ("-", "-", "0ms", "1h02m")
    task = task_of(ferry)
    assert (task["lag_ms"], task["lag_source_ms"], task["lag_queue_ms"]) == (None, None, 0)
    target.execute("UPDATE dump2db.progress SET lag_ms = 61200, lag_source_ms = 1500, lag_apply_ms = 999, "
                   "updated_at = NOW(6)")
    line, _ = cells(status(ferry))
    assert (line["LAG"], line["SOURCE"], line["APPLY"]) == ("1m01s", "1.5s", "999ms")


def test_a_task_that_was_killed(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    ferry.wait("a report", lambda: target.value("SELECT state FROM dump2db.progress") == "following")
    pid = ferry.process.pid
    kill_and_bury(ferry, target)
    target.execute("UPDATE dump2db.progress SET updated_at = NOW(6) - INTERVAL 100 SECOND")
    line, below = cells(status(ferry, code=1))
    assert line["STATE"] == "silent" and line["LAG"] == line["SOURCE"] == "-"
    assert silent_s(rf"  no report for (\d+) s; it was following on 127\.0\.0\.1, process {pid}", below)
    task = task_of(ferry, code=1)
    assert task["is_silent"] is True and 100_000 <= task["silent_ms"] < 130_000 and task["lag_ms"] is None


def test_reports_that_enter_the_binlog_are_seldom(pair, rowferry):
    """Such a task says nothing while nothing changes; as long as its session is there it is not called silent."""
    source, target = pair
    grants = "ALL ON dump2db.*", f"ALL ON {DB}.*"
    target.execute("DROP USER IF EXISTS logged@'%'", "CREATE USER logged@'%' IDENTIFIED BY 'word'",
                   *[f"GRANT {g} TO logged@'%'" for g in grants])
    ferry = rowferry(source, target, [DB], {"destination": {"user": "logged", "password": "word"}}).start()
    ferry.wait_for_log("joined source")
    ferry.wait("a report", lambda: target.value("SELECT state FROM dump2db.progress") == "following")

    def look():
        """A report of what changed just before may still come, and makes the task look fresh: once."""
        target.execute("UPDATE dump2db.progress SET updated_at = NOW(6) - INTERVAL 100 SECOND")
        line, below = cells(status(ferry))
        assert line["STATE"] == "following"
        return below if any("no report" in b for b in below) else None

    below = ferry.wait("a look that no report comes before", look)
    assert silent_s(r"  no report for (\d+) s: nothing has changed, and reports enter the binlog here", below)
    assert task_of(ferry)["has_session"] is True
    kill_and_bury(ferry, target)
    assert task_of(ferry, code=None)["has_session"] is False
    target.execute("UPDATE dump2db.progress SET updated_at = NOW(6) - INTERVAL 100 SECOND")
    line, below = cells(status(ferry, code=1))
    assert line["STATE"] == "silent"


def test_why_a_task_waits(pair, rowferry):
    _, target = pair
    ferry = ran(pair, rowferry)
    target.execute("UPDATE dump2db.progress SET state = 'waiting', reason = 'the disk\nis full', last_error = 'another', "
                   "updated_at = NOW(6)")
    _, below = cells(status(ferry))
    assert below[1:] == ["  because: the disk is full", "  last error: another"]


def test_servers_that_do_not_answer(pool, private_server, rowferry):
    source, target = pool.get("mariadb-10.11"), private_server("mariadb-10.11")
    ferry = rowferry(source, target, [DB])
    target.stop()
    line, below = cells(status(ferry, code=1))
    assert line["STATE"] == line["POSITION"] == "-"
    assert [b.split(": server ")[0] for b in below] == ["  no report: destination", "  no position: destination"]
    assert all("cannot connect" in b for b in below)


def test_a_source_that_is_gone(pool, private_server, rowferry):
    source, target = private_server("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
    prepare_sentinel(DB, source, target)
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    ferry.wait_until_synced(source, target, DB)
    source.stop()

    def retrying():
        task = task_of(ferry, code=None)
        return task if task["state"] == "retrying" else None

    task = wait_for("the reason to be told", retrying)
    assert task["reason"].startswith("source: ") and task["last_error"] == task["reason"]
    assert f"'127.0.0.1:{source.port}'" in task["reason"]
    source.start()

    def following():
        task = task_of(ferry)
        return task if task["state"] == "following" and task["reason"] == "" else None

    task = wait_for("it to follow again", following, 60)
    # Each try may have failed in a way of its own: the server ends, is away, does not answer yet.
    told = re.findall(r" warning task: (.*); trying again in ", ferry.log())
    assert f"'127.0.0.1:{source.port}'" in task["last_error"] and task["last_error"] in [f"source: {t}" for t in told], told
    ferry.stop()


def test_a_status_server_of_its_own(pool, pair, rowferry):
    other = pool.get("mariadb-11.8", "status")
    other.execute("DROP DATABASE IF EXISTS dump2db")
    ferry = ran(pair, rowferry, changes={"status": server_settings(other)})
    assert task_of(ferry)["state"] == "done" and task_of(ferry)["position"]["file"]
    assert other.value("SELECT COUNT(*) FROM dump2db.progress") == 1
    assert pair[1].value("SELECT COUNT(*) FROM dump2db.progress") == 0


@pytest.mark.parametrize("how", ["default", "wanted", "denied"])
def test_reports_and_the_status_servers_binlog(pool, pair, rowferry, how):
    other = pool.get("mariadb-11.8", "status")
    other.execute("DROP DATABASE IF EXISTS dump2db", "DROP USER IF EXISTS teller@'%'",
                  "CREATE USER teller@'%' IDENTIFIED BY 'word'", "GRANT ALL ON dump2db.* TO teller@'%'", "FLUSH BINARY LOGS")
    settings = server_settings(other)
    if how == "wanted":
        settings["binlog"] = True
    if how == "denied":
        settings.update(user="teller", password="word")
    ferry = rowferry(*pair, [DB], {"status": settings})
    found = [f for f in json.loads(ferry.command("check", "-c", ferry.config, "--json").stdout)["findings"]
             if f["check"] == "status.binlog"]
    assert [f["verdict"] for f in found] == (["WARN"] if how == "denied" else [])
    ferry.start()
    ferry.wait("the tables", lambda: other.execute("SHOW DATABASES LIKE 'dump2db'")
               and other.execute("SHOW TABLES FROM dump2db LIKE 'progress'"))
    ferry.wait("a report", lambda: other.value("SELECT COUNT(*) FROM dump2db.progress"))
    # Who replicates from there has the tables, whatever becomes of the reports.
    logged = str(other.execute(f"SHOW BINLOG EVENTS IN '{other.binlog_files()[-1]}' LIMIT 1000"))
    assert "CREATE TABLE IF NOT EXISTS dump2db.progress" in logged and "CREATE TABLE IF NOT EXISTS dump2db.marker" in logged
    assert ("(dump2db.progress)" in logged) == (how != "default")  # its table map
    if how == "default":
        before, stamp = other.binlog_position(), other.value("SELECT updated_at FROM dump2db.progress")
        ferry.wait("another report", lambda: other.value("SELECT updated_at FROM dump2db.progress") > stamp)
        assert other.binlog_position() == before
    ferry.stop()
    assert ferry.log().count("reports enter the binlog of") == (1 if how == "denied" else 0)


def test_rates_between_two_looks(pair, rowferry):
    source, target = pair
    for server in pair:
        Workload.setup(server, DB)
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    watch = subprocess.Popen([str(ferry.binary), "status", "-c", str(ferry.config), "--watch", "1", "--json"],
                             stdout=subprocess.PIPE, text=True)
    try:
        with Workload(source, DB, threads=2):
            looks = [json.loads(watch.stdout.readline())["tasks"][0] for _ in range(6)]
    finally:
        watch.kill()
        watch.wait()
    assert looks[0]["transactions_per_s"] is None
    measured = [look for look in looks if look.get("transactions_per_s")]
    assert measured and all(look["rows_per_s"] >= look["transactions_per_s"] / 2 > 0 for look in measured)
    counted = [look["transactions"] for look in looks if "transactions" in look]
    assert counted == sorted(counted) and counted[-1] > counted[0]
    # What it calls a rate is the difference that was really counted: at most the whole, in at least half a second.
    assert max(look["transactions_per_s"] for look in measured) <= (counted[-1] - counted[0]) / 0.5


def test_wrong_arguments(pair, rowferry):
    ferry = rowferry(*pair, [DB])
    done = ferry.command("status", "-c", ferry.config, "nobody")
    assert (done.returncode, done.stderr) == (
        2, f"rowferry: there is no task 'nobody' in '{ferry.config}'. Its tasks are: task.\n")
    done = ferry.command("status", "-c", ferry.folder / "nowhere.conf")
    assert done.returncode == 2 and f"{ferry.folder}/nowhere.conf" in done.stderr
    done = ferry.command("status", "-c", ferry.config, "--watch", "0")
    assert (done.returncode, done.stderr) == (
        2, "rowferry: option '--watch' wants a number from 1 to 86400, not '0'. See 'rowferry status --help'.\n")
