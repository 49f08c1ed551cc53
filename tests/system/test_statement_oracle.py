# SPDX-License-Identifier: Apache-2.0
"""Statements made by a grammar, run on a source and carried: what the source executed is what the destination has.

Version comments, nested comments, sql_mode, character sets and quoting, in all flavour pairs. The source is asked what it made
of each statement; the destination must have the same definitions, and nothing else. ROWFERRY_STATEMENTS: how many for each
pair (default 60); ROWFERRY_SEED repeats a run.
"""

import os
import random

import pymysql
import pytest

from rowferrylib.compare import _columns, _indexes, _plain, _show_create
from rowferrylib.workload import default_seed

DB, VICTIM = "tenant", "victim"
M10, M11, OLD, NEW = "mariadb-10.11", "mariadb-11.8", "mysql-5.6", "mysql-9.7"
PAIRS = [(NEW, NEW), (NEW, M11), (M10, NEW), (M10, M11), (OLD, NEW), (OLD, M10)]
VERSIONS = ["", "50000", "50600", "50700", "80000", "99999", "100100", "100999", "110800", "080000", "999999", "500009"]
CONTENTS = ["UNIQUE", "NOT NULL", "DEFAULT 5", "NOT NULL DEFAULT 7 UNIQUE", "COMMENT 'within */ a comment'", "/* plain */ UNIQUE",
            "UNIQUE /*!99999 later */", "UNIQUE # line\n", "UNIQUE -- line\n"]
TAILS = ["", "# */ x\n", "-- /*!99999\n", "/* /* */", "/*!99999 /* */ , victim.orders TO tenant.stolen #*/",
         "/*! */", "/*+ hint */", "/*M! , victim.orders TO tenant.stolen */", "/*M!999999 , victim.orders TO tenant.stolen */"]
# bytes of strings, by client character set; the second byte of some characters is a backslash or a quote's neighbour
TEXTS = {"utf8mb4": [b"plain", "\u4f5c".encode(), b"it''s", b"a\\\\b"], "latin1": [b"\xe9t\xe9", b"\xa0"],
         "gbk": [b"\xe4\xbd\x9c\x5c", b"\x81\x5c", b"\xb9\xa6"], "sjis": [b"\x83\x5c", b"\x95\x5c\\\\"]}

class Statements:
    def __init__(self, rng, source):
        self.rng = rng
        self.is_mariadb = source.is_mariadb
        self.n = 0
        # MySQL 5.6 logs comments within comments so that nobody can tell what it executed: that stops, and has a test below.
        is_old = source.name == OLD
        self.contents = [text for text in CONTENTS if not is_old or "/*" not in text]
        self.tails = [text for text in TAILS if not is_old or "/*" not in text[2:]]

    def comment(self):
        rng = self.rng
        if rng.random() < 0.3:
            return ""
        mark = rng.choice(["/*!", "/*!", "/*!", "/*M!", "/*"])
        return f"{mark}{rng.choice(VERSIONS)} {rng.choice(self.contents)} */"

    def next(self):
        """(settings, statement as bytes)"""
        rng = self.rng
        self.n += 1
        charset = rng.choice(list(TEXTS))
        mode = rng.choice(["", "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "MSSQL" if self.is_mariadb else ""])
        quotes = [("`", "`")] + ([('"', '"')] if mode in ("ANSI_QUOTES", "MSSQL") else []) + ([("[", "]")] if mode == "MSSQL" else [])
        text = rng.choice(TEXTS[charset])
        if mode == "NO_BACKSLASH_ESCAPES":
            text = text.replace(b"\\\\", b"\\")

        def name(plain):
            left, right = rng.choice(quotes)
            return f"{left}{plain}{right}"

        odd = rng.choice(["x", "x'", "x y", "x#", "x/*"])
        create = [f"CREATE TABLE t{self.n} (id INT PRIMARY KEY, a INT {self.comment()}, {name(odd)} VARCHAR(9) COMMENT '".encode(), text,
                  f"' {self.comment()}, c INT {self.comment()}) {rng.choice(['', '/*!50000 COMMENT=', '/*!99999 COMMENT='])}".encode()]
        create.append(b"'told' */" if create[-1].endswith(b"=") else b"")
        statements = [b"".join(create)]
        if rng.random() < 0.5:
            last = name("l'")
            statements.append(f"ALTER TABLE t{self.n} ADD {name(chr(107) + chr(39))} INT {self.comment()}, ADD {last} INT".encode())
        if rng.random() < 0.5:
            statements.append(f"RENAME TABLE {DB}.t{self.n} TO {DB}.r{self.n} {rng.choice(self.tails)}".encode())
        return [f"SET NAMES {charset}", f"SET sql_mode = '{mode}'"], statements


def run(server, settings, statements):
    """How many of them the server took."""
    taken = 0
    with server.session(db=DB) as session:
        for setting in settings:
            session.query(setting)
        for statement in statements:
            try:
                session.query(statement)
                taken += 1
            except pymysql.err.MySQLError:
                return taken
    return taken


def tables(server, database):
    return sorted(t for (t,) in server.execute(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{database}'"))


def definition(session, table, is_same_kind):
    if is_same_kind:
        return _show_create(session, table)
    return [_plain(c) for c in _columns(session, table)], _indexes(session, table)


def assert_same(source, target, told):
    assert tables(target, VICTIM) == tables(source, VICTIM), told()
    names = tables(source, DB)
    assert tables(target, DB) == names, told()
    with source.session(db=DB) as a, target.session(db=DB) as b:
        for name in names:
            here, there = (definition(s, (DB, name), source.name == target.name) for s in (a, b))
            assert here == there, f"{told()}\n{here}\n{there}"
    return len(names)


@pytest.mark.limit(600)
@pytest.mark.parametrize("here, there", PAIRS, ids=[f"{a}-to-{b}" for a, b in PAIRS])
def test_what_the_source_executed(pool, rowferry, here, there):
    source, target = pool.get(here), pool.get(there, "target")
    seed, count = default_seed(), int(os.environ.get("ROWFERRY_STATEMENTS", "60"))
    print(f"seed {seed}, {count} groups of statements")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        for database in (DB, VICTIM):
            server.execute(f"DROP DATABASE IF EXISTS {database}",
                           f"CREATE DATABASE {database} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        server.execute("CREATE TABLE orders (id INT PRIMARY KEY)", db=VICTIM)
    ferry = rowferry(source, target, [DB, VICTIM])
    ferry.run_until("now")
    made, taken = Statements(random.Random(f"{seed} {here} {there}"), source), 0
    groups = [made.next() for _ in range(count)]
    for settings, statements in groups:
        taken += run(source, settings, statements)
    ferry.run_until("now", timeout_s=300)
    assert assert_same(source, target, lambda: f"seed {seed}") >= count // 3
    assert taken >= count // 2


CASES = {
    "a string that looks like the server's own text": (
        [NEW, M10], ["SET NAMES gbk"],
        [b"CREATE TABLE mine (id INT PRIMARY KEY COMMENT '\xe4\xbd\x9c\x5c', o INT COMMENT ', FOREIGN KEY (o) REFERENCES victim.orders (id)\n"
         b") START TRANSACTION')"]),
    "a rename within a version comment": (
        [NEW, M10], [], [b"CREATE TABLE a (i INT)", b"RENAME TABLE tenant.a TO tenant.b /*!99999 /* */ , victim.orders TO tenant.stolen #*/"]),
    "names in brackets": (
        [M10], ["SET sql_mode = 'MSSQL'"],
        [b"CREATE TABLE a (i INT)", b"ALTER TABLE tenant.a ADD [x'] int, RENAME TO tenant.moved, ADD [y'] int"]),
    "a comment of the version that the source has": (
        [NEW], [], [b"CREATE TABLE v1 (id INT PRIMARY KEY, a INT /*!80000 UNIQUE */)"]),
    "a comment for MariaDB": (
        [M10], [], [b"CREATE TABLE v1 (id INT PRIMARY KEY, a INT /*!100100 UNIQUE */, b INT /*M! UNIQUE */)"]),
}


@pytest.mark.parametrize("case", CASES)
def test_cases(pool, rowferry, case):
    sources, settings, statements = CASES[case]
    compared = 0
    for here in sources:
        for there in (NEW, M11):
            source, target = pool.get(here), pool.get(there, "target")
            target.execute("DROP DATABASE IF EXISTS dump2db")
            for server in (source, target):
                for database in (DB, VICTIM):
                    server.execute(f"DROP DATABASE IF EXISTS {database}",
                                   f"CREATE DATABASE {database} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
                server.execute("CREATE TABLE orders (id INT PRIMARY KEY)", db=VICTIM)
            ferry = rowferry(source, target, [DB, VICTIM])
            ferry.run_until("now")
            assert run(source, settings, statements) == len(statements)
            ferry.run_until("now")
            compared += assert_same(source, target, lambda: case)
    assert compared == 2 * len(sources)


@pytest.mark.parametrize("there", [NEW, M10])
def test_an_old_server_hides_what_it_did_not_execute(pool, rowferry, there):
    """MySQL 5.6 logs a version comment that it left alone as an ordinary one, and that ends where the inner one does."""
    source, target = pool.get(OLD), pool.get(there, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.fresh_database(VICTIM)
        server.execute("CREATE TABLE orders (id INT PRIMARY KEY)", db=VICTIM)
    ferry = rowferry(source, target, [DB, VICTIM])
    ferry.run_until("now")
    assert run(source, [], [b"CREATE TABLE a (i INT)",
                            b"RENAME TABLE tenant.a TO tenant.b /*!99999 /* */ , victim.orders TO tenant.stolen #*/"]) == 2
    assert ferry.start("--until", "now").wait_for_end() == 1
    ferry.wait_for_log("holds the start of another one, and its server logs version comments in the same way\\. "
                       "Look at its objects on the source and replace the statement by one without comments\\.")
    assert tables(target, VICTIM) == ["orders"]
    assert tables(target, DB) == ["a"]


@pytest.mark.parametrize("there", [NEW, M11])
def test_a_client_that_starts_the_transaction_itself(pool, rowferry, there):
    """MySQL takes START TRANSACTION from a client, and its text stands where that of CREATE ... SELECT would."""
    source, target = pool.get(NEW), pool.get(there, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.fresh_database(VICTIM)
        server.execute("CREATE TABLE orders (id INT PRIMARY KEY)", db=VICTIM)
    ferry = rowferry(source, target, [DB, VICTIM])
    ferry.run_until("now")
    create = b"CREATE TABLE `%s` (\n  `id` INT PRIMARY KEY COMMENT '%s', o INT COMMENT '%s'\n) START TRANSACTION"
    hidden = b", FOREIGN KEY (id) REFERENCES victim.orders (id) -- x"
    assert run(source, ["SET NAMES gbk"], [create % (b"plain", b"a", hidden), b"COMMIT", b"CREATE TABLE selected SELECT 1 AS i"]) == 3
    ferry.run_until("now")
    assert assert_same(source, target, lambda: "plain text") == 2
    assert run(source, ["SET NAMES gbk"], [create % (b"mine", b"\xe4\xbd\x9c\x5c", hidden), b"COMMIT"]) == 2
    assert ferry.start("--until", "now").wait_for_end() == 1
    ferry.wait_for_log("the text of CREATE TABLE could be in 'gbk', as the event says, or, written by the server, in UTF-8\\. "
                       "Look at the table on the source and replace the statement by one in UTF-8\\.")
    assert "mine" not in tables(target, DB)
