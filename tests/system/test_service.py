# SPDX-License-Identifier: Apache-2.0
"""The init script, run for real."""

import os
import pwd
import signal
import subprocess

import pytest

from rowferrylib import places
from rowferrylib.process import wait_for
from rowferrylib.runner import prepare_sentinel

DB = "service"


@pytest.fixture
def service(tmp_path):
    """service(ferry): service("start") and so on for its configuration; what it printed, and the exit status."""
    script = tmp_path / "rowferry.init"
    text = (places.TOP / "etc/init.d/rowferry.in").read_text(encoding="utf-8")
    assert text.count("/etc/default/rowferry") == 3
    script.write_text(text.replace("/etc/default/rowferry", str(tmp_path / "default")))

    def run(action):
        done = subprocess.run(["sh", script, action], capture_output=True, text=True, timeout=60, check=False,
                              env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        return done.returncode, done.stdout + done.stderr

    def make(ferry):
        (tmp_path / "default").write_text(
            f"DAEMON={ferry.binary}\nCONFIG={ferry.config}\nDAEMON_USER={pwd.getpwuid(os.geteuid()).pw_name}\n"
            f"PIDFILE={tmp_path}/pid\nOUTPUT={tmp_path}/output\nLOG_DIR={tmp_path}/log\nSTOP_SECONDS=20\n")
        return run

    yield make
    if (tmp_path / "pid").exists():
        run("stop")


def test_a_life(pool, rowferry, service, tmp_path):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in source, target:
        server.fresh_database(DB)
    prepare_sentinel(DB, source, target)
    log = tmp_path / "log/rowferry.log"
    ferry = rowferry(source, target, [DB], settings={"log": {"file": str(log)}})
    run = service(ferry)

    def pid():
        return int((tmp_path / "pid").read_text())

    def arrives(number):
        source.execute(f"INSERT INTO rowferry_sentinel VALUES ({number})", db=DB)
        wait_for("the row", lambda: target.value(f"SELECT 1 FROM rowferry_sentinel WHERE n = {number}", db=DB))

    assert run("status") == (3, "rowferry is not running\n")
    assert run("stop")[0] == 0
    assert run("start")[0] == 0
    wait_for("the log", lambda: "joined source" in log.read_text())
    first = pid()
    arrives(1)
    assert run("start")[0] == 0 and pid() == first
    assert run("status") == (0, "rowferry is running\n")
    log.rename(tmp_path / "log/rowferry.log.1")
    assert run("reload")[0] == 0
    wait_for("a new log", log.exists)
    assert run("restart")[0] == 0 and pid() != first
    arrives(2)
    os.kill(pid(), signal.SIGKILL)
    wait_for("its end", lambda: run("status")[0] == 1)
    assert run("start")[0] == 0
    arrives(3)
    assert run("stop")[0] == 0
    assert log.read_text().rstrip().endswith("info task: stopped")
    assert run("status")[0] == 3 and run("nonsense")[0] == 2
    ferry.config.write_text("nonsense = 1;\n")
    code, said = run("start")
    assert code == 1 and "'nonsense': unknown key" in said and run("status")[0] == 3
