# SPDX-License-Identifier: Apache-2.0
"""Every column type and kind of table: inserted, updated and deleted, byte for byte."""

import pytest

from rowferrylib.compare import END_OF_TIME, compare
from rowferrylib.table_cases import OLD_TEMPORALS, OLD_TEMPORAL_ROWS, table_cases
from rowferrylib.type_cases import M10, M11, NEW, OLD, tables

DB = "types"
PAIRS = [(M10, M10), (M11, M11), (OLD, OLD), (NEW, NEW), (OLD, M11), (OLD, NEW), (M10, M11), (M11, M10), (M11, NEW),
         (NEW, M11)]
MODE = "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'"


def prepared(pool, names):
    source, target = pool.get(names[0]), pool.get(names[1], "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dump2db", f"DROP DATABASE IF EXISTS {DB}",
                       f"CREATE DATABASE {DB} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    return source, target


@pytest.fixture(params=PAIRS, ids=[f"{a}-to-{b}" for a, b in PAIRS])
def pair(request, pool):
    return prepared(pool, request.param)


def settings(source, target):
    """What MariaDB 11.8 takes a bare character set for is a collation that MySQL lacks."""
    to = {"utf8mb4": "utf8mb4_0900_ai_ci", "utf8mb3": "utf8mb3_unicode_ci", "ucs2": "ucs2_unicode_ci",
          "utf16": "utf16_unicode_ci", "utf32": "utf32_unicode_ci"}
    renames = [{"from": f"{charset}_uca1400_ai_ci", "to": name} for charset, name in to.items()]
    return {"ddl": {"collations": renames}} if (source, target) == (M11, NEW) else {}


def run_all(server, statements):
    with server.session(db=DB) as session, session.cursor() as cursor:
        for statement in statements:
            try:
                cursor.execute(statement)
            except Exception as error:
                raise AssertionError(f"{server}: {statement[:300]}: {error}") from error


def test_each_type(pair, rowferry):
    source, target = pair
    ferry = rowferry(source, target, [DB], settings(source.name, target.name))
    ferry.run_until("now")
    made = list(tables(source.name, target.name))
    statements = [MODE]
    for table in made:
        statements += [table.create(), *table.insert(), *table.change()]
    run_all(source, statements)
    ferry.run_until("now")
    summary = compare(source, target, [DB])
    assert summary.tables == len(made)
    assert summary.rows == sum(2 * t.n for t in made)


@pytest.mark.parametrize("names", PAIRS, ids="-to-".join)
def test_each_kind_of_table(pool, rowferry, names):
    source, target = prepared(pool, names)
    ferry = rowferry(source, target, [DB], settings(*names))
    ferry.run_until("now")
    cases = table_cases(source.name, target.name)
    run_all(source, [MODE, "SET SESSION foreign_key_checks = 1", *(s for case in cases for s in case.statements)])
    ferry.run_until("now")
    assert compare(source, target, [DB]).tables >= len(cases)
    for case in cases:
        if case.name.startswith("versioned"):
            start, end = ("s", "e") if "keyless" in case.name else ("row_start", "row_end")
            history = f"SELECT *, {start}, {end} FROM {case.name} FOR SYSTEM_TIME ALL ORDER BY {start}, {end}, v"
            rows = [[END_OF_TIME.get(str(v), str(v)) for v in row] for row in source.execute(history, db=DB)]
            assert len(rows) > 3
            assert [[END_OF_TIME.get(str(v), str(v)) for v in row] for row in target.execute(history, db=DB)] == rows


@pytest.mark.parametrize("names", [(M10, M10), (M11, M10), (M10, M11), (M10, NEW)], ids="-to-".join)
def test_old_temporal_format(pool, rowferry, names):
    source, target = prepared(pool, names)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("SET GLOBAL mysql56_temporal_format = OFF")
    try:
        run_all(source, [MODE, *OLD_TEMPORALS])
    finally:
        source.execute("SET GLOBAL mysql56_temporal_format = ON")
    for table in ("old_temporals", "old_temporals_keyless"):
        run_all(source, [MODE, *(f"INSERT INTO {table} VALUES ({3 * i + s}, {row})"
                                 for i, row in enumerate(OLD_TEMPORAL_ROWS) for s in range(3)),
                         f"UPDATE {table} SET t6 = '-00:00:01.5', d1 = '2001-02-03 04:05:06.7', s3 = NULL WHERE id % 3 = 1",
                         f"DELETE FROM {table} WHERE id % 3 = 2"])
    ferry.run_until("now")
    # The format itself is the table maker's affair; values and declared types are what must be alike.
    for table in ("old_temporals", "old_temporals_keyless"):
        rows = f"SELECT * FROM {table} ORDER BY id"
        assert len(source.execute(rows, db=DB)) == 2 * len(OLD_TEMPORAL_ROWS)
        assert target.execute(rows, db=DB) == source.execute(rows, db=DB)
