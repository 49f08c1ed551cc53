# SPDX-License-Identifier: Apache-2.0
"""The GRANT statements of README.md and rowferry.conf(5), word for word: with them `rowferry check` finds no fault; and the
first copy that README.md describes."""

import json
import re
import subprocess

import pytest

from rowferrylib import flavour, places

DB = "shop"
PLACES = ("source, MariaDB", "source, MySQL", "destination, MariaDB", "destination, MySQL")


def statements():
    """{"source, MariaDB": [statement, …], …} of the README."""
    text = (places.TOP / "README.md").read_text(encoding="utf-8")
    text = re.sub("^ +", "", text, flags=re.M)  # blocks inside of a list
    found = {}
    for block in re.findall(r"```sql\n(.*?)```", text, re.S):
        for title, body in re.findall(r"-- (\w+, \w+)[^\n]*\n(.*?)(?=^-- |\Z)", block, re.S | re.M):
            found[title] = [" ".join(s.split()) for s in body.split(";") if s.strip()]
    return found


def test_the_manual_has_the_same_statements():
    manual = " ".join((places.TOP / "man/rowferry.conf.5").read_text(encoding="utf-8").split())
    found = statements()
    assert sorted(found) == sorted(PLACES)
    for title in PLACES:
        for statement in found[title]:
            if not statement.startswith("CREATE"):
                assert statement + ";" in manual, statement


def allow(server, role, name):
    flavour = "MariaDB" if server.is_mariadb else "MySQL"
    lines = statements()[f"{role}, {flavour}"]
    if server.name == "mysql-5.6":
        lines = [s.replace("SESSION_VARIABLES_ADMIN", "SUPER") for s in lines]  # as the block's title says
    else:
        server.execute(f"DROP USER IF EXISTS {name}@'%'")
    server.execute(*[s.replace("rowferry@", f"{name}@") for s in lines])
    return {"user": name, "password": "secret"}


@pytest.mark.parametrize("source_name, target_name", [
    ("mariadb-10.11", "mariadb-10.11"), ("mariadb-11.8", "mysql-9.7"), ("mysql-9.7", "mariadb-11.8"),
    ("mysql-5.6", "mysql-5.6")])
def test_nothing_is_missing(pool, rowferry, source_name, target_name):
    source, target = pool.get(source_name), pool.get(target_name, "target")
    for server in (source, target):
        server.fresh_database(DB)
    target.execute("DROP DATABASE IF EXISTS dump2db")
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))", db=DB)
    target.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))", db=DB)
    ferry = rowferry(source, target, [DB], {"source": allow(source, "source", "reading"),
                                            "destination": allow(target, "destination", "writing")})
    done = ferry.command("check", "-c", ferry.config, "--json")
    bad = [f for f in json.loads(done.stdout)["findings"] if f["verdict"] != "OK"]
    assert not [f for f in bad if "privilege" in f["what"] or "Grant" in f.get("cure", "") or f["verdict"] == "FAIL"], bad
    ferry.start()
    ferry.wait_for_log("joined source")
    source.execute("ALTER TABLE t ADD w INT", "INSERT INTO t VALUES (1, 'a', 2)", db=DB)
    ferry.wait("the row", lambda: target.execute("SELECT * FROM t", db=DB) == source.execute("SELECT * FROM t", db=DB))


def test_the_first_copy(pool, rowferry):
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    for server in (source, target):
        server.fresh_database(DB)
    target.execute("DROP DATABASE IF EXISTS dump2db")
    source.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)", db=DB)
    [command] = re.findall(r"^(mariadb-dump .*) > shop.sql", (places.TOP / "README.md").read_text(encoding="utf-8"), re.M)
    login = ["--host=127.0.0.1", f"--user={flavour.USER}", f"--password={flavour.PASSWORD}"]
    dump = subprocess.run([command.split()[0], "--no-defaults", f"--port={source.port}", *login, *command.split()[1:]],
                          check=True, capture_output=True).stdout
    source.execute("INSERT INTO t VALUES (3)", "DELETE FROM t WHERE id = 1", db=DB)
    subprocess.run(["mariadb", "--no-defaults", f"--port={target.port}", *login], input=dump, check=True)
    [gtid] = re.findall(rb"gtid_slave_pos='(.*)'", dump)
    ferry = rowferry(source, target, [DB], {"source": {"start": {"gtid": gtid.decode()}}})
    ferry.run_until()
    assert target.execute("SELECT id FROM t ORDER BY id", db=DB) == source.execute("SELECT id FROM t ORDER BY id", db=DB)
