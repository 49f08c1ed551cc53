# SPDX-License-Identifier: Apache-2.0
"""The commands and what is around them: words that are no command, files that cannot be opened, a full standard output."""

import os
import re
import subprocess

import pytest

from rowferrylib import places
from rowferrylib.runner import REPORT

DB = "command"


def run(*arguments, status, stdout=subprocess.PIPE):
    done = subprocess.run([str(places.rowferry_binary()), *map(str, arguments)], stdout=stdout, stderr=subprocess.PIPE,
                          text=True, timeout=60, check=False)
    assert not REPORT.search(done.stderr), done.stderr
    assert done.returncode == status, done.stderr
    return done.stderr


@pytest.fixture
def ferry(pool, rowferry):
    return rowferry(pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target"), [DB])


@pytest.mark.parametrize("words, text", [
    ([], "'rowferry' needs a command. See 'rowferry --help'."),
    (["ran"], "'rowferry' has no command 'ran'. See 'rowferry --help'."),
    (["inspect"], "'rowferry inspect' needs a command. See 'rowferry inspect --help'."),
    (["inspect", "relaylog"], "'rowferry inspect' has no command 'relaylog'. See 'rowferry inspect --help'."),
])
def test_words_that_are_no_command(words, text):
    assert run(*words, status=2) == f"rowferry: {text}\n"


@pytest.mark.parametrize("command", ["--help", "--version", "status", "check", "inspect"])
def test_no_room_on_standard_output(ferry, pool, command):
    server = pool.get("mariadb-10.11")
    arguments = {"status": ["status", "-c", ferry.config], "check": ["check", "-c", ferry.config],
                 "inspect": ["inspect", "binlog", server.binlog_path(server.binlog_files()[0])]}
    with open("/dev/full", "w", encoding="ascii") as full:
        error = run(*arguments.get(command, [command]), status=1, stdout=full)
    what = r"(\S+:\d+: (event \w+: )?cannot write what was read|cannot write to standard output)"
    assert re.search(f"^rowferry: {what}: No space left on device\n\\Z", error, re.M), error


def test_a_log_file_that_cannot_be_opened(ferry):
    ferry.settings["log"] = {"file": "/nonexistent/rowferry.log"}
    ferry.write_config()
    assert run("run", "-c", ferry.config, status=2) == (
        "rowferry: cannot open log file '/nonexistent/rowferry.log': No such file or directory\n")


def test_pid_files(ferry, tmp_path):
    def fails(path, text):
        assert run("run", "-c", ferry.config, "--pid-file", path, status=2) == f"rowferry: {text}\n"

    fails("/nonexistent/pid", "cannot open pid file '/nonexistent/pid': No such file or directory")
    fails("/dev/full", "cannot write pid file '/dev/full': Invalid argument")
    path = tmp_path / "pid"
    ferry.start("--pid-file", path)
    ferry.wait("its number in the file", lambda: path.exists() and path.read_text(encoding="ascii").endswith("\n"))
    os.kill(int(path.read_text(encoding="ascii")), 0)
    fails(path, f"pid file '{path}' is held by a process that runs")
    ferry.stop()
    assert not path.exists()


def test_a_folder_is_no_binlog(tmp_path):
    assert run("inspect", "binlog", tmp_path, status=1) == f"rowferry: {tmp_path}:0: cannot read: Is a directory\n"
