# SPDX-License-Identifier: Apache-2.0
"""Names and texts that speak to a terminal: whoever may make a table on a server decides them. Commands and the log show what
would not be seen. Kinds: C0, DEL, C1 as UTF-8 and as bytes, marks of direction; names of tables, columns, users and files, errors,
statements, reasons, reports of other processes."""

import json
import re
import subprocess

import pytest

DB, SERVER = "terminal", "mariadb-10.11"
EVIL = "\x1b]0;owned\x07\x1b[2J\x7f\u009b31m\u202egnp\u2066"
SHOWN = r"\x1b]0;owned\x07\x1b[2J\x7f\u009b31m\u202egnp\u2066"
# What a terminal acts on; the line ends are ours.
SPEAKS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture
def pair(pool):
    servers = pool.get(SERVER), pool.get(SERVER, "target")
    for server in servers:
        server.execute("DROP DATABASE IF EXISTS dump2db")
        server.fresh_database(DB)
    return servers


def is_shown(text, n=1):
    assert not SPEAKS.search(text), repr(text)
    assert text.count(SHOWN) >= n, repr(text)


def test_check(pair, rowferry):
    source, target = pair
    source.execute(f"CREATE TABLE `{EVIL}` (`{EVIL}` INT PRIMARY KEY)", f"CREATE TABLE `x{EVIL}` (id INT) ENGINE=MyISAM", db=DB)
    target.execute(f"CREATE TABLE `{EVIL}` (`{EVIL}` INT PRIMARY KEY, two INT NOT NULL)",
                   f"CREATE VIEW `x{EVIL}` AS SELECT 1 AS id", db=DB)
    ferry = rowferry(*pair, [DB])
    is_shown(ferry.command("check", "-c", ferry.config).stdout)
    told = ferry.command("check", "-c", ferry.config, "--json").stdout
    assert not SPEAKS.search(told) and any(EVIL in finding["what"] for finding in json.loads(told)["findings"]), told


def test_log_status_and_skip(pair, rowferry):
    source, target = pair
    for server in pair:
        server.execute(f"CREATE TABLE `{EVIL}` (id INT PRIMARY KEY)", db=DB)
    ferry = rowferry(*pair, [DB])
    ferry.run_until("now")
    target.execute(f"DROP TABLE `{EVIL}`", db=DB)
    source.execute(f"INSERT INTO `{EVIL}` VALUES (1)", db=DB)
    ferry.start()
    assert ferry.wait_for_end(30) == 1
    is_shown(ferry.log())
    is_shown(ferry.command("status", "-c", ferry.config).stdout)
    assert EVIL in json.loads(ferry.command("status", "-c", ferry.config, "--json").stdout)["tasks"][0]["last_error"]
    # What another process says of itself, and with bytes that are no text.
    target.execute("UPDATE dump2db.progress SET state = CONCAT('x', UNHEX('1b5b324a')), node = UNHEX('1b5d303b7807')")
    told = ferry.command("status", "-c", ferry.config).stdout
    is_shown(told)
    assert r"x\x1b[2J" in told
    target.execute("UPDATE dump2db.progress SET state = 'failed'")
    asked = ferry.command("skip", "-c", ferry.config, "task", "--gtid", "0-1-4000000", "--why", EVIL)
    is_shown(asked.stderr)
    is_shown(ferry.command("skip", "-c", ferry.config, "task", "--list").stdout)


@pytest.mark.parametrize("form", ["--sql", "--json"])
def test_inspect(pair, rowferry, form):
    source, _ = pair
    source.execute("FLUSH BINARY LOGS", f"CREATE TABLE `{EVIL}` (id INT PRIMARY KEY)", f"INSERT INTO `{EVIL}` VALUES (1)", db=DB)
    ferry = rowferry(*pair, [DB])
    arguments = [str(ferry.binary), "inspect", "binlog", *([form] if form == "--sql" else []), str(source.binlog_path())]
    plain = subprocess.run(arguments, capture_output=True, check=True).stdout
    if form == "--sql":
        assert EVIL.encode() in plain, "what other programs read is as it was"
    else:
        assert all(json.loads(line) for line in plain.decode().splitlines()) and not SPEAKS.search(plain.decode())
    on_terminal = subprocess.run(["script", "-qefc", " ".join(arguments), "/dev/null"], capture_output=True, check=True).stdout
    text = on_terminal.decode().replace("\r\n", "\n")
    assert not SPEAKS.search(text), repr(text)
    if form == "--sql":
        is_shown(text)
