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
    assert SECRET not in ferry.log() and SECRET not in told, ferry.log()
    if "TABLE" in statement:
        assert "CONNECTION='***'" in ferry.log() and "CONNECTION='***'" in told
