# SPDX-License-Identifier: Apache-2.0
"""Generated columns: the destination computes them in a session of its own, so no row is sought by them."""

DB = "generated"


def test_no_row_is_sought_by_a_generated_key(pool, rowferry):
    """Both servers store another date for each row; by the source's, the other row would be found."""
    source, target = pool.get("mysql-9.7"), pool.get("mysql-9.7", "target")
    target.execute("DROP DATABASE IF EXISTS dump2db")
    for server in (source, target):
        server.fresh_database(DB)
        server.execute("CREATE TABLE t (a INT, ts TIMESTAMP NULL, g DATE GENERATED ALWAYS AS (DATE(ts)) STORED NOT NULL, "
                       "UNIQUE KEY (g))", db=DB)
    ferry = rowferry(source, target, [DB])
    ferry.run_until("now")
    source.execute("SET time_zone = '+05:30'", "INSERT INTO t (a, ts) VALUES (1, '2026-03-01 02:00'), (2, '2026-03-02 02:00')",
                   "DELETE FROM t WHERE a = 1", db=DB)
    ferry.run_until("now")
    assert target.execute("SELECT a FROM t", db=DB) == source.execute("SELECT a FROM t", db=DB) == [(2,)]
