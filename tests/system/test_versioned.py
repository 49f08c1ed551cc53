# SPDX-License-Identifier: Apache-2.0
"""The history of MariaDB's system-versioned tables, to the microsecond."""

import pytest

from test_check import check, the

DB = "history"


@pytest.mark.parametrize("name", ["mariadb-10.11", "mariadb-11.8"])
def test_history_is_the_source_s(pool, rowferry, name):
    """Also where rows end when they begin: in one statement, by a trigger, and where the clock is set back."""
    source, target = pool.get(name), pool.get(name, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE k (a INT PRIMARY KEY, b INT) ENGINE=InnoDB WITH SYSTEM VERSIONING",
                       "CREATE TABLE n (a INT) ENGINE=InnoDB WITH SYSTEM VERSIONING",
                       "CREATE TABLE y (a INT) ENGINE=InnoDB", db=DB)
    source.execute("CREATE TRIGGER tg AFTER INSERT ON y FOR EACH ROW BEGIN UPDATE k SET b = b + 1; DELETE FROM k; END", db=DB)
    ferry = rowferry(source, target, [DB])
    assert the(check(ferry), "features.history", "WARN")["names"] == [f"{DB}.n"]
    ferry.run_until("now")
    source.execute("INSERT INTO k VALUES (1, 1), (2, 1)", "INSERT INTO y VALUES (1)",
                   "SET timestamp = 1700000000.5", "INSERT INTO n VALUES (1), (1), (2)", "INSERT INTO k VALUES (1, 1)",
                   "UPDATE k SET b = 2", "DELETE FROM n WHERE a = 2", "DELETE FROM n LIMIT 1",
                   "SET timestamp = 1700000100.5", "UPDATE n SET a = 9", "UPDATE k SET b = 3",
                   "SET timestamp = 1700000050.5", "DELETE FROM k", "DELETE FROM n", db=DB)
    ferry.run_until("now")
    for table in "kn":
        rows = [sorted(server.execute(f"SELECT *, row_start, row_end FROM {table} FOR SYSTEM_TIME ALL", db=DB))
                for server in (source, target)]
        assert rows[0] == rows[1] and rows[0]
