# SPDX-License-Identifier: Apache-2.0
"""What the source may leave out of its row events, or put in another form."""

import pytest

from rowferrylib.compare import compare
from rowferrylib.runner import prepare_sentinel
from rowferrylib.type_cases import M10, M11, NEW, OLD

DB = "images"
PAIRS = [(M10, M10), (M11, M11), (OLD, OLD), (NEW, NEW), (OLD, NEW), (OLD, M11), (M11, NEW), (NEW, M11), (M10, M11),
         (M11, M10)]


def fresh(source, target):
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dump2db", f"DROP DATABASE IF EXISTS {DB}",
                       f"CREATE DATABASE {DB} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    prepare_sentinel(DB, source, target)


@pytest.fixture(params=PAIRS, ids="-to-".join)
def pair(request, pool):
    source, target = pool.get(request.param[0]), pool.get(request.param[1], "target")
    fresh(source, target)
    return source, target


def make_tables(name):
    columns = ("a INT, u BIGINT UNSIGNED DEFAULT 7, s VARCHAR(30) DEFAULT 'preset', t TEXT, b BLOB, "
               "d DATETIME(3) DEFAULT '2001-02-03 04:05:06', e ENUM('x', 'y'), f DECIMAL(12,4)")
    options = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"
    return [f"CREATE TABLE {name}_key (id INT PRIMARY KEY, {columns}) {options}",
            f"CREATE TABLE {name}_unique ({columns}, id INT NOT NULL, UNIQUE KEY (id)) {options}",
            f"CREATE TABLE {name}_loose ({columns}, id INT, UNIQUE KEY (id)) {options}",
            f"CREATE TABLE {name}_none (id INT, {columns}) {options}"]


def change_tables(name):
    for table in (f"{name}_{kind}" for kind in ("key", "unique", "loose", "none")):
        fields = "id, a, u, s, t, b, e, f"
        yield from (
            f"INSERT INTO {table} ({fields}) VALUES (1, 1, 18446744073709551615, 'é', REPEAT('text', 99), 0x00ff27, 'x', 1.5), "
            "(2, 2, 2, 'b', NULL, NULL, 'y', -1.5), (3, NULL, NULL, NULL, '', '', NULL, NULL)",
            f"INSERT INTO {table} (id) VALUES (4), (5), (6)",
            f"INSERT INTO {table} (id, t) VALUES (7, 'blob only')",
            f"UPDATE {table} SET a = 100 WHERE id = 1", f"UPDATE {table} SET s = NULL WHERE id IN (2, 3)",
            f"UPDATE {table} SET t = CONCAT(IFNULL(t, ''), 'more') WHERE id < 4", f"UPDATE {table} SET b = NULL WHERE id = 1",
            f"UPDATE {table} SET id = id + 10 WHERE id = 5", f"UPDATE {table} SET u = 9223372036854775809 WHERE id = 4",
            f"DELETE FROM {table} WHERE id = 6", f"DELETE FROM {table} WHERE id = 2")


def test_each_row_image(pair, rowferry):
    """Switched from session to session, within one stream."""
    source, target = pair
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    names = []
    for image in ("FULL", "MINIMAL", "NOBLOB") + (("FULL_NODUP",) if source.name == M11 else ()):
        name = image.lower()
        names.append(name)
        source.execute(f"SET SESSION binlog_row_image = {image}", *make_tables(name), *change_tables(name), db=DB)
    ferry.wait_until_synced(source, target, DB)
    ferry.stop()
    assert compare(source, target, [DB]).rows >= len(names) * 4 * 5
    full = source.execute("SELECT * FROM full_key ORDER BY id", db=DB)
    assert len(full) == 5
    for name in names:
        assert target.execute(f"SELECT * FROM {name}_key ORDER BY id", db=DB) == full


# --- settings of the whole server: each on its own, with the binlog made new under it

GLOBALS = [
    (M10, {"binlog_row_metadata": "NO_LOG"}), (M10, {"binlog_row_metadata": "MINIMAL"}),
    (M10, {"log_bin_compress": "ON", "log_bin_compress_min_len": 10}),
    (M11, {"log_bin_compress": "ON", "binlog_row_metadata": "NO_LOG"}), (M11, {"binlog_checksum": "NONE"}),
    (M10, {"binlog_checksum": "NONE"}), (OLD, {"binlog_checksum": "NONE"}), (NEW, {"binlog_checksum": "NONE"}),
    (NEW, {"binlog_row_metadata": "MINIMAL"}), (NEW, {"binlog_transaction_compression": "ON"}),
    (NEW, {"binlog_transaction_compression": "ON", "binlog_checksum": "NONE", "binlog_row_image": "MINIMAL"}),
]


@pytest.mark.parametrize("name, settings", GLOBALS, ids=lambda v: v if isinstance(v, str) else "-".join(v))
def test_each_server_setting(pool, rowferry, name, settings):
    source, target = pool.get(name), pool.get(name, "target")
    fresh(source, target)
    ferry = rowferry(source, target, [DB]).start()
    ferry.wait_for_log("joined source")
    before = {k: source.value(f"SELECT @@global.{k}") for k in settings}
    source.execute(*make_tables("before"), *change_tables("before"), db=DB)
    try:
        source.execute(*(f"SET GLOBAL {k} = {v}" for k, v in settings.items()))
        source.execute(*make_tables("under"), *change_tables("under"),
                       "INSERT INTO under_none (id, t) VALUES (1000, REPEAT('long and compressible ', 2900))", db=DB)
    finally:
        source.execute(*(f"SET GLOBAL {k} = '{v}'" if isinstance(v, str) else f"SET GLOBAL {k} = {v}"
                         for k, v in before.items()))
    source.execute(*make_tables("after"), *change_tables("after"), db=DB)
    ferry.wait_until_synced(source, target, DB)
    ferry.stop()
    assert compare(source, target, [DB]).tables == 13


def test_partial_json(pool, rowferry):
    for image in ("FULL", "MINIMAL"):
        source, target = pool.get(NEW), pool.get(NEW, "target")
        fresh(source, target)
        ferry = rowferry(source, target, [DB])
        ferry.run_until("now")
        source.execute(
            f"SET SESSION binlog_row_value_options = 'PARTIAL_JSON', binlog_row_image = {image}",
            "CREATE TABLE j (id INT PRIMARY KEY, a JSON, n INT, b JSON)",
            "CREATE TABLE k (id INT, a JSON)",
            *(f"""INSERT INTO {t} VALUES ({i}, '{{"name": "{"x" * 200}", "list": [1, 2, 3, {{"deep": [true, null]}}], "n": {i},
              "\\\\"q''": 1}}' {rest})""" for t, rest in (("j", ", 5, '[1, 2, 3]'"), ("k", "")) for i in range(8)),
            "INSERT INTO j VALUES (100, NULL, 1, NULL)",
            *(statement.format(t=t) for t in ("j", "k") for statement in (
                "UPDATE {t} SET a = JSON_SET(a, '$.name', 'short') WHERE id = 0",
                "UPDATE {t} SET a = JSON_SET(a, '$.new', CAST(1.50 AS DECIMAL(5,2))) WHERE id = 1",
                "UPDATE {t} SET a = JSON_REMOVE(a, '$.list[1]', '$.n') WHERE id = 2",
                "UPDATE {t} SET a = JSON_REPLACE(a, '$.list[3].deep[0]', TIME'01:02:03.5') WHERE id = 3",
                "UPDATE {t} SET a = JSON_SET(a, '$.\"\\\\\"q''\"', x'00ff') WHERE id = 4",
                "UPDATE {t} SET a = JSON_SET(a, '$.list[9]', 'appended') WHERE id = 5",
                "UPDATE {t} SET a = JSON_SET(JSON_REMOVE(a, '$.list[0]'), '$.list[0]', 'two diffs') WHERE id = 6",
                "UPDATE {t} SET a = '\"whole\"' WHERE id = 7")),
            "UPDATE j SET n = 6 WHERE id < 3", "UPDATE j SET b = JSON_SET(b, '$[1]', 'm'), a = JSON_SET(a, '$.n', 9) WHERE id = 3",
            "UPDATE j SET b = JSON_SET(b, '$[0]', 'one of two') WHERE id = 4", "UPDATE j SET a = '{}' WHERE id = 100",
            "DELETE FROM j WHERE id = 7", db=DB)
        ferry.run_until("now")
        assert compare(source, target, [DB]).rows == 16


@pytest.mark.parametrize("image, there, change", [
    ("FULL", "NULL", "JSON_REPLACE(a, '$.n', 2)"), ("MINIMAL", "'{}'", "JSON_REMOVE(a, '$.list[1]')"),
    ("FULL", """'{"list": 1}'""", "JSON_REMOVE(a, '$.list[0]')"), ("MINIMAL", """'{"new": 1}'""", "JSON_SET(a, '$.new', 2)"),
    ("MINIMAL", """'{"n": 1}'""", "JSON_SET(JSON_REPLACE(a, '$.n', 2), '$.list[3]', 4)")])
def test_partial_json_of_another_document_stops(pool, rowferry, image, there, change):
    """MySQL's own replica stops with error 3903: the functions that change a document do nothing then."""
    source, target = pool.get(NEW), pool.get(NEW, "target")
    fresh(source, target)
    ferry = rowferry(source, target, [DB])
    for server in (source, target):
        server.execute("CREATE TABLE j (id INT PRIMARY KEY, a JSON)", db=DB)
    ferry.run_until("now")
    source.execute(f"""INSERT INTO j VALUES (1, '{{"n": 1, "list": [1, 2, 3], "pad": "{"x" * 99}"}}')""", db=DB)
    ferry.run_until("now")
    target.execute(f"UPDATE j SET a = {there}", db=DB)
    before = target.execute("SELECT a FROM j", db=DB)
    source.execute(f"SET SESSION binlog_row_value_options = 'PARTIAL_JSON', binlog_row_image = {image}",
                   f"UPDATE j SET a = {change}", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    last = ferry.log().strip().splitlines()[-1]
    assert f"table '{DB}.j', update of row id=1" in last and "0 rows matched where 1 must. Source and destination differ" in last
    assert target.execute("SELECT a FROM j", db=DB) == before
