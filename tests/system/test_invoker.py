# SPDX-License-Identifier: Apache-2.0
"""What a statement takes from the account that ran it is the same on the target, where another one runs it: looked at beside
the server's own replica."""

import pytest

from rowferrylib import flavour

DB = "invoked"
SIGKILL = -9
ACCOUNTS = ("inv_app", "inv_b", "inv_c", "inv_renamed")
ROLES = ("inv_r1", "inv_r2", "inv_r3", "inv_r4")
CARRY = {"ddl": {name: True for name in ("tables", "views", "routines", "triggers", "events", "users")}}

PROGRAMS = [
    "CREATE TABLE t (id INT PRIMARY KEY)", "CREATE VIEW v AS SELECT id FROM t", "ALTER VIEW v AS SELECT id + 1 AS id FROM t",
    "CREATE SQL SECURITY INVOKER VIEW v2 AS SELECT CURRENT_USER() AS u", "CREATE PROCEDURE p() SELECT 1",
    "CREATE DEFINER=CURRENT_USER FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
    "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = 1",
    "CREATE DEFINER=inv_b@'%' EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1", "ALTER EVENT e COMMENT 'x'",
    "CREATE DEFINER=inv_b@'%' EVENT e2 ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
    "ALTER DEFINER=CURRENT_USER EVENT e2 COMMENT 'x'",
]
GRANTS = ["GRANT SELECT ON invoked.t TO inv_b", "GRANT EVENT ON invoked.* TO CURRENT_USER()",
          "REVOKE CREATE VIEW ON invoked.* FROM CURRENT_USER()"]
MARIADB_ROLES = [
    "CREATE ROLE inv_r1", "CREATE ROLE inv_r2 WITH ADMIN CURRENT_USER", "CREATE ROLE inv_r3 WITH ADMIN inv_b",
    "CREATE ROLE IF NOT EXISTS inv_r4", "GRANT inv_r1 TO inv_c", "GRANT inv_r2 TO inv_c WITH ADMIN OPTION",
    "SET DEFAULT ROLE inv_r1", "SET ROLE inv_r1", "GRANT SELECT ON invoked.t TO CURRENT_ROLE",
    "GRANT CURRENT_ROLE TO inv_b", "CREATE DEFINER=CURRENT_ROLE VIEW v3 AS SELECT 1 AS a", "SET ROLE NONE",
    "ALTER USER CURRENT_USER PASSWORD EXPIRE NEVER", "SET PASSWORD = PASSWORD('new')",
]
MYSQL_ROLES = ["CREATE ROLE inv_r1", "GRANT inv_r1 TO CURRENT_USER", "ALTER USER CURRENT_USER() DEFAULT ROLE inv_r1",
               "ALTER USER USER() IDENTIFIED BY 'new'", "SET PASSWORD = 'newer'"]
# Last: who is renamed is somebody else in what follows.
RENAME = ["RENAME USER CURRENT_USER TO inv_renamed@'%'"]


def statements(source):
    if source.is_mariadb:
        return PROGRAMS + GRANTS + MARIADB_ROLES + RENAME
    return PROGRAMS + GRANTS + (MYSQL_ROLES if source.name != "mysql-5.6" else []) + RENAME


def clear(*servers):
    for server in servers:
        server.execute(f"DROP DATABASE IF EXISTS {DB}", "DROP DATABASE IF EXISTS dump2db")
        for account in ACCOUNTS:
            if server.value(f"SELECT COUNT(*) FROM mysql.user WHERE user = '{account}'"):
                server.execute(f"DROP USER {account}@'%'")
        for role in ROLES:
            if server.value(f"SELECT COUNT(*) FROM mysql.user WHERE user = '{role}'"):
                server.execute(f"DROP ROLE {role}")


def prepare(source):
    source.execute("CREATE USER inv_app@'%' IDENTIFIED BY 'x'", "GRANT ALL ON *.* TO inv_app@'%' WITH GRANT OPTION",
                   "GRANT CREATE VIEW ON invoked.* TO inv_app@'%'", "CREATE USER inv_b@'%'", "CREATE USER inv_c@'%'",
                   f"CREATE DATABASE {DB}")


def run_as_app(source, all_of_it):
    with source.session(db=DB, user="inv_app", password="x", tcp=True) as session, session.cursor() as cursor:
        for statement in all_of_it:
            cursor.execute(statement)


def definers(server):
    out = []
    for table, name in (("views", "table_name"), ("routines", "routine_name"), ("triggers", "trigger_name"),
                        ("events", "event_name")):
        schema = "table_schema" if table == "views" else name.split("_")[0] + "_schema"
        out += server.execute(f"SELECT {name}, definer FROM information_schema.{table} WHERE {schema} = '{DB}' ORDER BY 1")
    return out


def grants(server):
    """Of each account and role, without the passwords, which a MySQL source salts anew."""
    out = {}
    for (user, host) in server.execute("SELECT user, host FROM mysql.user WHERE user LIKE 'inv!_%' ESCAPE '!' ORDER BY 1"):
        name = f"'{user}'@'{host}'" if host else user
        out[name] = sorted(row[0] for row in server.execute(f"SHOW GRANTS FOR {name}"))
    return out


def details(server):
    """What SHOW GRANTS does not tell; the account of rowferry stays an admin of roles."""
    if server.is_mariadb:
        return server.execute("SELECT host, user, role, admin_option FROM mysql.roles_mapping WHERE role LIKE 'inv%' AND "
                              f"user NOT IN ('{flavour.USER}') ORDER BY 1, 2, 3")
    return server.execute("SELECT user, host, authentication_string FROM mysql.user WHERE user LIKE 'inv%' ORDER BY 1")


def follow(replica, source):
    """The server's own replica, from where the source is now."""
    file, offset = source.binlog_position()
    user, password = flavour.USER, flavour.PASSWORD
    if source.name == "mysql-9.7":
        replica.execute(f"CHANGE REPLICATION SOURCE TO source_host = '127.0.0.1', source_port = {source.port}, source_user = "
                        f"'{user}', source_password = '{password}', source_log_file = '{file}', source_log_pos = {offset}, "
                        "get_source_public_key = 1", "START REPLICA")
    else:
        replica.execute(f"CHANGE MASTER TO master_host = '127.0.0.1', master_port = {source.port}, master_user = '{user}', "
                        f"master_password = '{password}', master_log_file = '{file}', master_log_pos = {offset}"
                        + (", master_use_gtid = no" if source.is_mariadb else ""), "START SLAVE")


def wait_for_replica(replica, source):
    file, offset = source.binlog_position()
    wait = "SOURCE_POS_WAIT" if source.name == "mysql-9.7" else "MASTER_POS_WAIT"
    assert replica.value(f"SELECT {wait}('{file}', {offset}, 30)") is not None, replica.execute("SHOW SLAVE STATUS")


@pytest.mark.parametrize("name", ["mariadb-10.11", "mysql-9.7"])
def test_as_the_own_replica_does(pool, private_server, rowferry, name):
    source, target = pool.get(name), pool.get(name, "target")
    clear(source, target)
    replica = private_server(name, "replica")
    follow(replica, source)
    ferry = rowferry(source, target, [DB], CARRY)
    ferry.run_until("now")
    prepare(source)
    run_as_app(source, statements(source))
    ferry.run_until("now")
    wait_for_replica(replica, source)
    for look in definers, grants, details:
        assert look(target) == look(source), look.__name__
        assert look(replica) == look(source), look.__name__
    clear(source, target)


@pytest.mark.parametrize("source_name, target_name", [("mysql-5.6", "mysql-5.6"), ("mariadb-11.8", "mariadb-11.8")])
def test_as_on_the_source(pool, rowferry, source_name, target_name):
    source, target = pool.get(source_name), pool.get(target_name, "target")
    clear(source, target)
    ferry = rowferry(source, target, [DB], CARRY)
    ferry.run_until("now")
    prepare(source)
    run_as_app(source, statements(source))
    ferry.run_until("now")
    for look in definers, grants, details:
        assert look(target) == look(source), look.__name__
    clear(source, target)


def test_whom_the_event_does_not_name(pool, rowferry):
    """MariaDB notes nobody with the grant of a role."""
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    clear(source, target)
    ferry = rowferry(source, target, [DB], CARRY)
    ferry.run_until("now")
    prepare(source)
    run_as_app(source, ["CREATE ROLE inv_r1 WITH ADMIN inv_b", "CREATE ROLE inv_r2", "REVOKE inv_r2 FROM CURRENT_USER"])
    ferry.start("--until", "now")
    assert ferry.wait_for_end() == 1
    assert "CURRENT_USER depends on who ran the statement, and the event does not name that account" in ferry.log()
    clear(source, target)


@pytest.mark.parametrize("point", ["ddl_before", "ddl_after"])
def test_a_role_that_a_crash_meets(pool, rowferry, point):
    """It is made and granted to its admin in one statement, and the binlog of the target shows whether that was done."""
    source, target = pool.get("mariadb-10.11"), pool.get("mariadb-10.11", "target")
    clear(source, target)
    ferry = rowferry(source, target, [DB], CARRY)
    ferry.run_until("now")
    prepare(source)
    ferry.run_until("now")
    run_as_app(source, ["CREATE ROLE inv_r1", "GRANT inv_r1 TO inv_c"])
    ferry.start("--until", "now", env={"ROWFERRY_TEST_POINT": f"{point}:1"})
    assert ferry.wait_for_end() == SIGKILL
    ferry.run_until("now")
    for look in grants, details:
        assert look(target) == look(source), look.__name__
    clear(source, target)
