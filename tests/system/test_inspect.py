# SPDX-License-Identifier: Apache-2.0
"""rowferry inspect binlog: files and live sources as JSON lines and as SQL."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

from rowferrylib import events, flavour, places
from rowferrylib.runner import REPORT

DB = "inspect"
TABLE = """CREATE TABLE t (id INT PRIMARY KEY, n BIGINT UNSIGNED, s VARCHAR(40), b BLOB, f FLOAT, d DECIMAL(10,3),
    e ENUM('x','y'), st SET('a','b','c'), da DATE, dt DATETIME(3), ts TIMESTAMP(2) NULL, tm TIME(1), y YEAR, bt BIT(9),
    l VARCHAR(10) CHARACTER SET latin1) CHARACTER SET utf8mb4"""
ROW = """(1, 18446744073709551615, 'h\u00e4y\\n"q"', x'00ff', 1.5, -12.340, 'y', 'a,c', '2024-02-29',
    '2024-01-01 10:00:00.125', '2024-01-01 10:00:00.12', '-10:11:12.3', 2024, b'101010101', '\u00e9')"""
VALUES = {"id": 1, "n": 18446744073709551615, "s": 'h\u00e4y\n"q"', "b": {"base64": "AP8="}, "f": 1.5, "d": "-12.340",
          "e": "y", "st": ["a", "c"], "da": "2024-02-29", "dt": "2024-01-01 10:00:00.125",
          "ts": "2024-01-01T10:00:00.12Z", "tm": "-10:11:12.3", "y": 2024, "bt": 341, "l": {"base64": "6Q=="}}


def inspect(*arguments, stdin=None, status=0):
    """stdout and stderr of the command as text; bytes that are none survive in it."""
    done = subprocess.run([str(places.rowferry_binary()), "inspect", "binlog", *map(str, arguments)], input=stdin,
                          capture_output=True, timeout=60, check=False)
    error = done.stderr.decode(errors="replace")
    assert not REPORT.search(error), error
    assert done.returncode == status, error
    return done.stdout.decode(errors="surrogateescape"), error


def lines(*arguments, **how):
    return [json.loads(line) for line in inspect(*arguments, **how)[0].splitlines()]


def fresh_file(server):
    """A new binlog file on the server: its name."""
    server.flush_binlog()
    return server.binlog_position()[0]


def write_rows(server):
    """One binlog file with a table's life, closed: its path."""
    server.fresh_database(DB)
    file = fresh_file(server)
    server.execute("SET time_zone = '+00:00'", TABLE, f"INSERT INTO t VALUES {ROW}", "INSERT INTO t (id) VALUES (2), (3)",
                   "UPDATE t SET s = 'new' WHERE id = 2", "DELETE FROM t WHERE id = 3", db=DB)
    server.flush_binlog()
    return pathlib.Path(server.binlog_path(file))


def rows_of(items):
    return [item for item in items if item["kind"] in ("insert", "update", "delete")]


def test_rows_with_names_and_types(each_server):
    rows = rows_of(lines(write_rows(each_server), "--database", DB))
    assert [(r["kind"], r["database"], r["table"]) for r in rows] == [
        ("insert", DB, "t"), ("insert", DB, "t"), ("insert", DB, "t"), ("update", DB, "t"), ("delete", DB, "t")]
    values = VALUES
    if each_server.name == "mysql-5.6":  # no names, no signs, no character sets in its binlog
        values = {f"@{i + 1}": v for i, v in enumerate(VALUES.values())}
        values.update({"@2": {"signed": -1, "unsigned": 18446744073709551615}, "@7": 2, "@8": 5})
    assert rows[0]["after"] == values
    name = {"mysql-5.6": "@3"}.get(each_server.name, "s")
    assert rows[3]["before"][name] is None and rows[3]["after"][name] == "new"
    assert "after" not in rows[4] and "before" not in rows[0]


def test_places_and_gtids_are_the_servers_own(each_server):
    path = write_rows(each_server)
    items = lines(path)
    shown = {row[1]: row[4] for row in each_server.execute(f"SHOW BINLOG EVENTS IN '{path.name}'")}
    assert all(shown[item["offset"]] in (item["end"], 0) for item in items)  # 0: MariaDB 11.4 on, in transactions
    silent = {"Table_map"}
    kinds = {row[1]: row[2] for row in each_server.execute(f"SHOW BINLOG EVENTS IN '{path.name}'")}
    assert {o for o, kind in kinds.items() if kind not in silent} == {item["offset"] for item in items}
    assert {item["file"] for item in items} == {path.name}
    gtids = [item["gtid"] for item in items if item["kind"] == "gtid"]
    assert len(gtids) == 5 and len(set(gtids)) == 5
    assert {r["gtid"] for r in rows_of(items)} == set(gtids[1:])
    last = each_server.executed_gtids()
    assert gtids[-1] in last if each_server.is_mariadb else gtids[-1].split(":")[0] in last
    assert all(item["server_id"] == each_server.server_id for item in items)
    assert items[-1]["kind"] == "rotate" and items[-1]["next_offset"] == 4


def test_standard_input_gives_the_same(pool):
    path = write_rows(pool.get("mariadb-10.11"))
    of_file = inspect(path)[0].replace(f'"file":"{path.name}"', '"file":"-"')
    assert inspect("-", stdin=path.read_bytes())[0] == of_file
    third = lines(path)[3]["offset"]
    assert lines("-", "--from", third, stdin=path.read_bytes()) == [
        {**item, "file": "-"} for item in lines(path, "--from", third)]


def test_from_until_limit_and_filters(pool):
    server = pool.get("mysql-9.7")
    path = write_rows(server)
    items = lines(path)
    gtid = next(i for i, item in enumerate(items) if item["kind"] == "update") - 2
    assert items[gtid]["kind"] == "gtid"
    middle = items[gtid]["offset"]
    assert lines(path, "--from", middle) == items[gtid:]
    assert lines(path, "--until", middle) == items[:gtid]
    assert lines(path, "--limit", 3) == items[:3]
    assert lines(path, "--from", middle, "-n", 2) == items[gtid:gtid + 2]
    assert len(lines(path, "--table", "t*")) == 5
    assert lines(path, "--table", "u") == lines(path, "--database", "other") == []
    assert [item["kind"] for item in lines(path, "--database", "ins????")] == ["statement"] + [
        "insert"] * 3 + ["update", "delete"]
    # Several files: from counts in the first, until in the last.
    again = lines(path, path, "--from", middle, "--until", middle)
    assert again == items[gtid:] + items[:gtid]


def test_rows_without_their_table_map(pool):
    path = write_rows(pool.get("mysql-9.7"))
    row = next(item for item in lines(path) if item["kind"] == "insert")
    _, error = inspect(path, "--from", row["offset"], status=1)
    assert f"rowferry: {path.name}:{row['offset']}: event write_rows: rows of table id" in error
    assert "which no table map has described. Begin where a transaction begins." in error


@pytest.mark.parametrize("name", ["mariadb-10.11", "mariadb-11.8", "mysql-9.7"])
def test_sql_makes_the_same_rows(pool, name):
    server = pool.get(name)
    path = write_rows(server)
    before = server.execute("SELECT *, HEX(s), HEX(l) FROM t ORDER BY id", db=DB)
    assert len(before) == 2
    text, _ = inspect(path, "--sql")
    assert text.startswith(f"-- {path.name}:4 ")
    server.fresh_database(DB)
    server.script(text.encode(errors="surrogateescape"))
    assert server.execute("SELECT *, HEX(s), HEX(l) FROM t ORDER BY id", db=DB) == before


def test_sql_without_names(pool):
    path = write_rows(pool.get("mysql-5.6"))
    text, _ = inspect(path, "--sql", "--database", DB)
    assert f"UPDATE `{DB}`.`t` SET `@1`=2," in text
    assert f"DELETE FROM `{DB}`.`t` WHERE `@1`=3 AND `@2` IS NULL" in text


def live_options(server, folder):
    password = folder / "password"
    password.write_text(flavour.PASSWORD + "\n", encoding="utf-8")
    return ["--host", "127.0.0.1", "--port", server.port, "--user", flavour.USER, "--password-file", password]


def test_a_live_source_shows_what_the_file_has(each_server, tmp_path):
    path = write_rows(each_server)
    live = lines(*live_options(each_server, tmp_path), "--from", path.name, "--until", "now")
    assert [item for item in live if item["file"] == path.name and item["kind"] != "format_description"] == [
        item for item in lines(path) if item["kind"] != "format_description"]
    start = lines(path)[4]
    live = lines(*live_options(each_server, tmp_path), "--from", f"{path.name}:{start['offset']}", "--limit", 1)
    assert live == [start]  # not the format description, which the server sends first


def test_the_source_of_a_task(pool, rowferry):
    source = pool.get("mariadb-10.11")
    path = write_rows(source)
    ferry = rowferry(source, pool.get("mariadb-10.11", "target"), [DB])
    live = ferry.command("inspect", "binlog", "-c", ferry.config, "task", "--from", path.name, "--until",
                         f"{path.name}:{os.path.getsize(path)}", "--table", "t")
    assert live.returncode == 0, live.stderr
    assert live.stdout == inspect(path, "--table", "t")[0]
    done = ferry.command("inspect", "binlog", "-c", ferry.config, "nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"there is no task 'nobody' in '{ferry.config}'. Its tasks are: task." in done.stderr


@pytest.mark.parametrize("until", [[], ["--until", "now"]])
@pytest.mark.parametrize("file", ["binlog.999999", "other.000001", "a.000001", "binlog.000000"])
def test_a_place_that_the_source_does_not_have(each_server, tmp_path, file, until):
    text, error = inspect(*live_options(each_server, tmp_path), "--from", file, *until, status=1)
    assert text == "" and "Could not find first log file name in binary log index file" in error


def test_a_place_behind_the_end(each_server, tmp_path):
    file, offset = each_server.binlog_position()
    text, error = inspect(*live_options(each_server, tmp_path), "--from", f"{file}:{offset + 10}", "--until", "now", status=1)
    assert text == ""
    assert error == f"rowferry: the place to begin at lies behind the one to end at, {file}:{offset}\n" or "(1236)" in error


def test_where_a_live_source_begins(pool, tmp_path):
    server = pool.get("mariadb-10.11")
    place = ":".join(map(str, server.binlog_position()))
    text, error = inspect(*live_options(server, tmp_path), "--until", "now")
    assert (text, error) == ("", f"rowferry: beginning at the source's present end, {place}; --from names another place\n")


def test_an_offset_inside_an_event(each_server):
    path = write_rows(each_server)
    item = rows_of(lines(path))[0]
    for offset in item["offset"] + 7, item["end"] - 3:
        _, error = inspect(path, "--from", offset, status=1)
        assert error == (f"rowferry: {path.name}: offset {offset} is not the beginning of an event. The event that it lies in "
                         f"begins at {item['offset']} and ends at {item['end']}.\n")


def test_compressed_transactions(pool):
    server = pool.get("mysql-9.7")
    server.fresh_database(DB)
    file = fresh_file(server)
    server.execute("CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(200))", "SET SESSION binlog_transaction_compression = 1",
                   f"INSERT INTO t VALUES (1, '{'a' * 200}'), (2, '{'b' * 200}')", db=DB)
    items = lines(server.binlog_path(file))
    rows = rows_of(items)
    assert [r["after"] for r in rows] == [{"id": 1, "s": "a" * 200}, {"id": 2, "s": "b" * 200}]
    payload = [row for row in server.execute(f"SHOW BINLOG EVENTS IN '{file}'") if row[2] == "Transaction_payload"]
    assert {(r["offset"], r["end"]) for r in rows} == {(payload[0][1], payload[0][4])}
    inner = [item["inner"] for item in items if "inner" in item]
    assert inner == sorted(inner) and inner[0] == 1
    assert items[-1]["kind"] == "commit" and items[-1]["gtid"] == rows[0]["gtid"]


def test_compressed_events(private_server):
    server = private_server("mariadb-10.11", log_bin_compress="ON", log_bin_compress_min_len=10)
    server.fresh_database(DB)
    file = fresh_file(server)
    server.execute("CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(200))", f"INSERT INTO t VALUES (1, '{'a' * 200}')", db=DB)
    items = lines(server.binlog_path(file))
    assert [r["after"] for r in rows_of(items)] == [{"id": 1, "s": "a" * 200}]
    assert "CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(200))" in [i.get("sql") for i in items]


def test_nothing_is_left_out(pool):
    """Statement format, another rowferry's marks, system tables: an inspector shows what is there."""
    server = pool.get("mariadb-10.11")
    server.fresh_database(DB)
    file = fresh_file(server)
    server.execute("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, r DOUBLE)", "SET SESSION binlog_format = STATEMENT",
                   "SET @v = 5", "INSERT INTO t (r) VALUES (RAND() + @v)", "SET SESSION binlog_format = ROW",
                   "CREATE TABLE mysql.rowferry_try (id INT)", "INSERT INTO mysql.rowferry_try VALUES (1)",
                   "DROP TABLE mysql.rowferry_try", "CREATE DATABASE IF NOT EXISTS dump2db",
                   "CREATE TABLE dump2db.try_marker (id INT)", "INSERT INTO dump2db.try_marker VALUES (7)",
                   "DROP TABLE dump2db.try_marker", db=DB)
    items = lines(server.binlog_path(file))
    assert {"intvar", "rand", "user_var"} <= {item["kind"] for item in items}
    assert "INSERT INTO t (r) VALUES (RAND() + @v)" in [item.get("sql") for item in items]
    assert {(r["database"], r["table"]) for r in rows_of(items)} == {("mysql", "rowferry_try"), ("dump2db", "try_marker")}


def test_values_that_need_the_tables_definition(private_server):
    """MariaDB's old temporal format: the event is shown as it is, and reading goes on behind it."""
    server = private_server("mariadb-10.11", mysql56_temporal_format="OFF")
    server.fresh_database(DB)
    file = fresh_file(server)
    server.execute("CREATE TABLE t (id INT PRIMARY KEY, a TIME(3))", "INSERT INTO t VALUES (1, '10:11:12.123')",
                   "CREATE TABLE u (id INT PRIMARY KEY)", "INSERT INTO u VALUES (5)", db=DB)
    items = lines(server.binlog_path(file), "--database", DB)
    shown = next(item for item in items if "trouble" in item)
    assert (shown["kind"], shown["table"], set(shown["body"])) == ("write_rows_v1", "t", {"base64"})
    assert "whose length only the table's definition tells" in shown["trouble"]
    assert items[-1]["after"] == {"id": 5}
    assert f"{shown['offset']} " in inspect(server.binlog_path(file), "--sql")[0].split("NOT READABLE: ")[0].splitlines()[-1]


def test_a_file_that_is_cut(pool, tmp_path):
    path = write_rows(pool.get("mariadb-10.11"))
    items = lines(path)
    cut = tmp_path / "cut.000001"
    cut.write_bytes(path.read_bytes()[:items[-2]["end"] - 3])
    text, error = inspect(cut, status=1)
    assert [json.loads(line)["offset"] for line in text.splitlines()] == [item["offset"] for item in items[:-2]]
    size = items[-2]["end"] - items[-2]["offset"]
    assert error == (f"rowferry: {cut}:{items[-2]['offset']}: the file ends inside an event: {size} bytes announced, "
                     f"{size - 3} are there\n")


def test_a_file_that_is_damaged(pool, tmp_path):
    path = write_rows(pool.get("mysql-9.7"))
    offset = rows_of(lines(path))[0]["offset"]
    damaged = tmp_path / "damaged.000001"
    raw = bytearray(path.read_bytes())
    raw[offset + 30] ^= 1
    damaged.write_bytes(raw)
    _, error = inspect(damaged, status=1)
    assert f"rowferry: {damaged.name}:{offset}: " in error
    assert error.endswith("has a wrong checksum. Reading again may cure it; if it does not, the binlog is damaged.\n"), error


def test_offsets_above_four_gigabytes(pool, tmp_path):
    """A sparse file, so that the place is far and the bytes are few."""
    path = write_rows(pool.get("mysql-5.6"))
    raw, far = path.read_bytes(), 5 << 30
    items = lines(path)
    big = tmp_path / "big.000001"
    with open(big, "wb") as file:
        file.write(raw[:items[2]["offset"]])
        file.seek(far)
        file.write(raw[items[2]["offset"]:])
    moved = far - items[2]["offset"]
    found = lines(big, "--from", far)
    assert [(i["kind"], i["offset"], i["end"]) for i in found] == [
        (i["kind"], i["offset"] + moved, i["end"] + moved) for i in items[2:]]


def test_an_unknown_event_is_shown(pool, tmp_path):
    path = write_rows(pool.get("mysql-5.6"))
    raw, items = path.read_bytes(), lines(path)
    end = items[0]["end"]
    strange = tmp_path / "strange.000001"
    strange.write_bytes(raw[:end] + events.Event(99, b"abc").bytes() + raw[end:])
    item = lines(strange)[1]
    assert (item["type"], item["body"], item["offset"]) == (99, {"base64": "YWJj"}, end)


@pytest.mark.parametrize("arguments, text", [
    ([], "nothing to inspect was named. Name binlog files, a task (-c FILE TASK), or a server (--host, --socket)."),
    (["--json", "--sql", "x"], "options '--json' and '--sql' exclude each other"),
    (["--host", "h", "x"], "with '--host' no file or task can be named, 'x' was given"),
    (["--host", "h", "-c", "x"], "options '--config' and '--host' exclude each other"),
    (["-c", "x"], "with '--config' the name of one task is needed, 0 were given"),
    (["--limit", "0", "x"], "option '--limit' wants a number from 1 to 18446744073709551615, not '0'. "
                            "See 'rowferry inspect binlog --help'."),
])
def test_wrong_arguments(arguments, text):
    assert inspect(*arguments, status=2)[1] == f"rowferry: {text}\n"


def test_wrong_files(tmp_path):
    assert inspect("/nowhere", status=1)[1] == "rowferry: cannot open '/nowhere': No such file or directory\n"
    text = tmp_path / "text"
    text.write_text("hello, world", encoding="utf-8")
    assert inspect(text, status=1)[1] == (
        f"rowferry: {text}:0: this is no binlog: it does not begin with fe 'b' 'i' 'n'\n")
    assert inspect(text, "--from", "3", status=1)[1] == (
        "rowferry: option '--from' wants an offset from 4 on for a file, not '3'\n")
    shutil.copy(text, tmp_path / "encrypted")
    (tmp_path / "encrypted").write_bytes(b"\xfdbin and so on")
    assert "the file is encrypted (binlog_encryption = ON). Read it from its server" in inspect(
        tmp_path / "encrypted", status=1)[1]
