# SPDX-License-Identifier: Apache-2.0
"""The GRANT statements of README.md and rowferry.conf(5), word for word: with them `rowferry check` finds no fault; and the
first copy that README.md describes."""

import json
import os
import re
import shutil
import subprocess
import uuid

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


MORE = {"mariadb-11.8": "SUPER, SET USER", "mysql-9.7": "SUPER, SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER", "mysql-5.6": "SUPER"}


@pytest.mark.parametrize("name", MORE)
def test_what_other_definers_and_users_need(pool, rowferry, name):
    source, target = pool.get(name), pool.get(name, "target")
    for server in (source, target):
        server.fresh_database(DB)
    target.execute("DROP DATABASE IF EXISTS dump2db")
    classes = {key: True for key in ("tables", "views", "routines", "triggers", "events", "users")}
    ferry = rowferry(source, target, [DB], {"destination": allow(target, "destination", "more"), "ddl": classes})

    def lacking():
        done = ferry.command("check", "-c", ferry.config, "--json")
        return [f["what"] for f in json.loads(done.stdout)["findings"] if "user lacks" in f["what"]]

    [what] = lacking()
    words = ["CREATE USER on *.*", "GRANT OPTION on *.*"]
    if name != "mysql-5.6":  # there it has SUPER already
        words += ["SET USER (MariaDB)", "log_bin_trust_function_creators"]
    for word in words:
        assert word in what, what
    target.execute(f"GRANT {MORE[name]} ON *.* TO more@'%'")
    [what] = lacking()
    assert "SET USER" not in what and "TRIGGER" not in what and "CREATE USER" in what, what
    target.execute("GRANT ALL ON *.* TO more@'%' WITH GRANT OPTION")
    [what] = lacking()
    assert what.endswith(": PROXY ON ''@'%' WITH GRANT OPTION"), what
    target.execute("GRANT PROXY ON ''@'%' TO more@'%' WITH GRANT OPTION")
    assert not lacking()
    target.execute("DROP USER more@'%'")


PROGRAM = """#!/bin/sh
exec {program} --no-defaults --host=127.0.0.1 --port={server.port} --user={user} --password={password} "$@"
"""


def programs(folder, source, target):
    """The programs of the recipe, with a login."""
    folder.mkdir()
    dump = source.flavour.client("mysqldump") if source.name.startswith("mysql") else ["mariadb-dump"]
    for name, program, server in (dump[-1].rpartition("/")[2], dump, source), ("mariadb", ["mariadb"], target):
        path = folder / name
        path.write_text(PROGRAM.format(program=" ".join(shutil.which(w) or w for w in program), server=server,
                                       user=flavour.USER, password=flavour.PASSWORD))
        path.chmod(0o755)
    return folder


@pytest.mark.parametrize("name, follow", [("mariadb-10.11", "gtid"), ("mariadb-10.11", "file"), ("mysql-9.7", "gtid"),
                                          ("mysql-9.7", "file")])
def test_the_first_copy(pool, rowferry, tmp_path, name, follow):
    """The recipe as it stands there, its last line too: what is printed goes into the configuration."""
    source, target = pool.get(name), pool.get(name, "target")
    for server in (source, target):
        server.fresh_database(DB)
    target.execute("DROP DATABASE IF EXISTS dump2db")
    source.flush_binlog()  # MariaDB sends an incident of the same file again, also from before the position
    source.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)", db=DB)
    if not source.is_mariadb:  # its set has more than one line
        source.execute(f"SET gtid_next = '{uuid.uuid4()}:5'", "INSERT INTO t VALUES (7)", db=DB)
    readme = (places.TOP / "README.md").read_text(encoding="utf-8")
    [recipe] = re.findall(r"^### The first copy\n+```\n(.*?)```", readme, re.S | re.M)
    dump, other_dump, *rest = recipe.splitlines()
    assert dump.startswith("mariadb-dump ") and other_dump.startswith("mysqldump ") and len(rest) == 2
    script = "\n".join(["set -e", dump if source.is_mariadb else other_dump, rest[0], rest[1].replace("-h db2", "")])
    path = f"{programs(tmp_path / 'bin', source, target)}:{os.environ['PATH']}"
    shown = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True, cwd=tmp_path,
                           env={**os.environ, "PATH": path}).stdout
    source.execute("INSERT INTO t VALUES (3)", "DELETE FROM t WHERE id IN (1, 7)", db=DB)
    if follow == "gtid":
        [gtid] = re.findall(r"(?:gtid_slave_pos|GTID_PURGED)='\+?([^']*)'", shown)
        assert source.is_mariadb or "\n" in gtid
        start = {"gtid": gtid}
    else:
        [(file, offset)] = re.findall(r"_LOG_FILE='(\S+)', \w+_LOG_POS=(\d+)", shown)
        start = {"binlog_file": file, "start_position": int(offset)}
    ferry = rowferry(source, target, [DB], {"source": {"start": start}})
    ferry.run_until()
    assert target.execute("SELECT id FROM t ORDER BY id", db=DB) == [(2,), (3,)]
    if follow == "file" and not source.is_mariadb:  # what came before the file position is not known
        assert ferry.start("--until", source.executed_gtids()).wait_for_end() == 1
        assert "the place to stop at is a GTID set, and the task follows the files of its source" in ferry.log()
