# SPDX-License-Identifier: Apache-2.0
"""What proves an account reaches neither the log nor a report, whether the statement runs or is refused."""

import pytest

DB, SECRET = "secrets", "s3cr3t"
STATEMENTS = {
    "a server": f"CREATE SERVER {DB}1 FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1', USER 'u', PASSWORD '{SECRET}')",
    "an account": f"CREATE USER {DB}1@localhost IDENTIFIED BY '{SECRET}'",
    "a connection": f"CREATE TABLE {DB}.fed (id INT) ENGINE=InnoDB CONNECTION='mysql://u:{SECRET}@127.0.0.1/d/t'",
}


@pytest.mark.parametrize("statement", [pytest.param(s, id=name) for name, s in STATEMENTS.items()])
def test_a_secret_stays_one(pool, rowferry, statement):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dump2db", f"DROP USER IF EXISTS {DB}1@localhost", f"DROP SERVER IF EXISTS {DB}1")
        server.fresh_database(DB)
    ferry = rowferry(source, target, [DB], {"ddl": {"users": True}})
    ferry.run_until("now")
    if "TABLE" in statement or "USER " in statement.split("(")[0]:
        target.execute(statement)  # it is there: the source's is refused
    source.execute(statement)
    source.execute("CREATE TABLE last (id INT PRIMARY KEY)", db=DB)
    ferry.start("--until", "now")
    ferry.wait_for_end(30)
    told = ferry.command("status", "-c", ferry.config).stdout + ferry.command("status", "-c", ferry.config, "--json").stdout
    kept = target.execute("SELECT CONVERT(statement USING utf8mb4) FROM dump2db.ddl")
    assert kept and SECRET not in ferry.log() + told + str(kept), ferry.log()
    if "TABLE" in statement:
        assert "CONNECTION='***'" in ferry.log() and "CONNECTION='***'" in told


WORDS = {
    "mysql-9.7": [f"CREATE USER {DB}2@localhost IDENTIFIED WITH caching_sha2_password BY '{SECRET}'",
                  f"ALTER USER {DB}2@localhost IDENTIFIED BY 'n{SECRET}'"],
    "mysql-5.6": [f"CREATE USER {DB}2@localhost IDENTIFIED BY '{SECRET}'", f"SET PASSWORD FOR {DB}2@localhost = PASSWORD('n{SECRET}')",
                  f"GRANT SELECT ON {DB}.* TO {DB}2@localhost IDENTIFIED BY '{SECRET}'"],
    "mariadb-11.8": [f"CREATE USER {DB}2@localhost IDENTIFIED VIA mysql_native_password USING PASSWORD('{SECRET}')",
                     f"SET PASSWORD FOR {DB}2@localhost = PASSWORD('n{SECRET}')"],
}


def hashes(server):
    """What the server keeps of the account's password."""
    column = "password" if server.name == "mysql-5.6" else "authentication_string"
    return [row[0].decode("latin-1") if isinstance(row[0], bytes) else row[0] for row in server.execute(
        f"SELECT {column} FROM mysql.user WHERE user = '{DB}2'")]


@pytest.mark.parametrize("name", WORDS)
def test_neither_passwords_nor_their_hashes(pool, rowferry, name):
    """Killed between the statement and the note that it ran: what is kept tells still that it was this one."""
    source, target = pool.get(name), pool.get(name, "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dump2db", f"GRANT USAGE ON *.* TO {DB}2@localhost"
                       if name == "mysql-5.6" else f"CREATE USER IF NOT EXISTS {DB}2@localhost", f"DROP USER {DB}2@localhost")
        server.fresh_database(DB)
    ferry = rowferry(source, target, [DB], {"ddl": {"users": True}})
    ferry.run_until("now")
    secrets = []
    for statement in WORDS[name]:
        source.execute(statement)
        secrets += [*hashes(source)]
        ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": "ddl_after:1"})
        assert ferry.wait_for_end() == -9
        ferry.run_until("now")
    assert hashes(target) == hashes(source)
    kept = str(target.execute("SELECT statement, objects FROM dump2db.ddl WHERE class = 'USER'")) + ferry.log()
    assert "'***'" in kept and "seal" in kept
    for secret in [SECRET, *secrets]:
        assert secret and secret not in kept, kept


def test_a_replacement(pool, rowferry):
    """What an operator gives instead, with a mistake first: not in the server's own words, and not kept once it has run."""
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dump2db", f"DROP USER IF EXISTS {DB}3@localhost")
        server.fresh_database(DB)
    ferry = rowferry(source, target, [DB], {"ddl": {"users": True}})
    ferry.run_until("now")
    target.execute(f"CREATE USER {DB}3@localhost")
    source.execute(f"CREATE USER {DB}3@localhost")
    gtid = source.value("SELECT @@gtid_binlog_pos")
    for words, ended in (("BOGUS IDENTIFIED BY", 1), ("IDENTIFIED BY", 0)):
        done = ferry.command("skip", "-c", ferry.config, "task", "--gtid", gtid, "--why", "it is there",
                             "--replace", f"ALTER USER {DB}3@localhost {words} '{SECRET}'")
        assert done.returncode == 0, done.stderr
        ferry.start("--until", "now")
        assert ferry.wait_for_end(30) == ended, ferry.log()
        if ended:
            assert ferry.command("skip", "-c", ferry.config, "task", "--cancel", "1").returncode == 0
    assert "near '***'" in ferry.log() and SECRET not in ferry.log(), ferry.log()
    kept = target.execute("SELECT state, CONVERT(replacement USING utf8mb4) FROM dump2db.skipped ORDER BY id")
    assert kept == [("cancelled", "***"), ("used", f"ALTER USER {DB}3@localhost IDENTIFIED BY '***'")]
