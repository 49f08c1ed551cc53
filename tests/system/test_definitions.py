# SPDX-License-Identifier: Apache-2.0
"""The destination's definition of a table, when rows of it come for the first time."""

import pytest

DB = "defs"
M10 = "mariadb-10.11"


@pytest.mark.parametrize("option, table", [("allow_triggers", "has triggers"), ("allow_nontransactional", "cannot roll back")])
def test_a_table_that_is_refused_stays_refused(pool, rowferry, option, table):
    """The exact path looks at it a second time."""
    source, target = pool.get(M10), pool.get(M10, "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
    source.execute("CREATE TABLE r (id INT PRIMARY KEY) ENGINE=InnoDB", db=DB)
    if option == "allow_triggers":
        target.execute("CREATE TABLE r (id INT PRIMARY KEY) ENGINE=InnoDB",
                       "CREATE TRIGGER w BEFORE INSERT ON r FOR EACH ROW SET @a = 1", db=DB)
    else:
        target.execute("CREATE TABLE r (id INT PRIMARY KEY) ENGINE=MyISAM", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("INSERT INTO r VALUES (1)", db=DB)
    assert ferry.start("--until", "now").wait_for_end() == 1
    assert table in last_line(ferry) and option in last_line(ferry)
    assert target.value("SELECT COUNT(*) FROM r", db=DB) == 0
    ferry.tasks["task"]["destination"][option] = True
    ferry.write_config()
    ferry.run_until("now")
    assert target.value("SELECT COUNT(*) FROM r", db=DB) == 1
