# SPDX-License-Identifier: Apache-2.0
"""Are two servers equal? Definitions and every byte of every row, duplicates counted.

Each table is first compared by a sum of row digests that the servers compute. Where the sums differ, the rows
themselves are read and compared: that decides, and gives the differences in words.
"""

import collections
import hashlib
import json
import re
import struct

import pymysql.cursors

FIRST = 5  # differences told for each table
NUMBERS = {"tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year"}
BY_NUMBER = {"bit", "enum", "set"}
TEMPORAL = {"date", "time", "datetime", "timestamp"}

# row_end of a row that has not ended: MariaDB 11.5 on has a longer time.
END_OF_TIME = {"2106-02-07 06:28:15.999999": "2038-01-19 03:14:07.999999"}

Column = collections.namedtuple("Column", "name data_type type nullable charset extra")


class Difference(AssertionError):
    pass


class Summary:
    def __init__(self):
        self.tables = 0
        self.rows = 0

    def __repr__(self):
        return f"{self.tables} tables, {self.rows} rows"


def compare(source, target, databases, renames=None, ignore_tables=(), allow_empty=False):
    """Raises Difference, which tells the first differences of each table; returns a Summary.

    renames: {"db": "other_db", "db.table": "db2.table2"}, as the task's route has them.
    """
    renames = renames or {}
    found = []
    summary = Summary()
    with source.session() as a, target.session() as b:
        for session in (a, b):
            with session.cursor() as cursor:
                cursor.execute("SET time_zone = '+00:00', sql_mode = '', group_concat_max_len = 1000000")
        wanted = [t for db in databases for t in _tables(a, db) if f"{t[0]}.{t[1]}" not in ignore_tables]
        there = {_renamed(t, renames) for t in wanted}
        _compare_table_lists(a, b, databases, wanted, renames, ignore_tables, found)
        for table in wanted:
            other = _renamed(table, renames)
            if other not in {t for t in there if _exists(b, t)}:
                continue
            found += _compare_definitions(source, target, a, b, table, other)
            rows, differences = _compare_rows(a, b, table, other)
            found += differences
            summary.tables += 1
            summary.rows += rows
    if found:
        raise Difference("\n".join([f"{source} and {target} differ:", *found]))
    if not allow_empty and (summary.tables == 0 or summary.rows == 0):
        raise Difference(f"nothing was compared: {summary} in {', '.join(databases)} of {source}")
    return summary


def _quoted(table):
    return ".".join("`" + name.replace("`", "``") + "`" for name in table)


def _fetch(session, statement, arguments=()):
    with session.cursor() as cursor:
        cursor.execute(statement, arguments or None)
        return cursor.fetchall()


def _tables(session, database):
    rows = _fetch(session, "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = %s "
                           "AND table_type <> 'VIEW' ORDER BY table_name", (database,))
    return [tuple(r) for r in rows]


def _exists(session, table):
    return bool(_fetch(session, "SELECT 1 FROM information_schema.tables WHERE table_schema = %s AND table_name = %s",
                       table))


def _renamed(table, renames):
    database, name = table
    if f"{database}.{name}" in renames:
        return tuple(renames[f"{database}.{name}"].split(".", 1))
    return renames.get(database, database), name


def _compare_table_lists(a, b, databases, wanted, renames, ignored, found):
    expected = {_renamed(t, renames): t for t in wanted}
    for other, table in expected.items():
        if not _exists(b, other):
            found.append(f"{table[0]}.{table[1]}: not on the target as {other[0]}.{other[1]}")
    for database in {t[0] for t in expected} | {renames.get(d, d) for d in databases}:
        for table in _tables(b, database):
            if table not in expected and ".".join(table) not in ignored:
                found.append(f"{table[0]}.{table[1]}: on the target only")


# --- definitions


def _columns(session, table):
    rows = _fetch(session, "SELECT column_name, data_type, column_type, is_nullable, character_set_name, extra "
                           "FROM information_schema.columns WHERE table_schema = %s AND table_name = %s "
                           "ORDER BY ordinal_position", table)
    return [Column(*(v.decode() if isinstance(v, bytes) else v for v in row)) for row in rows]


def _show_create(session, table):
    text = _fetch(session, f"SHOW CREATE TABLE {_quoted(table)}")[0][1]
    text = re.sub(r"^CREATE (.*?)`(?:[^`]|``)*`", r"CREATE \1", text, count=1)
    # MySQL says the character set only where it was said, and the statement that it logs may say it.
    text = re.sub(r" CHARACTER SET (\w+) COLLATE \1_", r" COLLATE \1_", text)
    return re.sub(r" AUTO_INCREMENT=\d+", "", text)


def _plain(column):
    """What two flavours can agree on."""
    kind = re.sub(r"^((?:tiny|small|medium|big)?int|year)\(\d+\)", r"\1", column.type)
    charset = "utf8mb3" if column.charset == "utf8" else column.charset
    if column.data_type == "json" or (kind == "longtext" and charset == "utf8mb4"):
        return column.name, "json or longtext", column.nullable, None
    return column.name, kind, column.nullable, charset


def _indexes(session, table):
    return _fetch(session, "SELECT index_name, seq_in_index, column_name, non_unique, sub_part "
                           "FROM information_schema.statistics WHERE table_schema = %s AND table_name = %s "
                           "ORDER BY index_name, seq_in_index", table)


def _compare_definitions(source, target, a, b, table, other):
    name = ".".join(table)
    if source.name == target.name:
        left, right = _show_create(a, table), _show_create(b, other)
        if left == right:
            return []
        return [f"{name}: definitions differ", *_lines_that_differ(left, right)]
    out = []
    left, right = [_plain(c) for c in _columns(a, table)], [_plain(c) for c in _columns(b, other)]
    if left != right:
        out += [f"{name}: columns differ", *_lines_that_differ("\n".join(map(str, left)), "\n".join(map(str, right)))]
    left, right = _indexes(a, table), _indexes(b, other)
    if left != right:
        out += [f"{name}: indexes differ", *_lines_that_differ("\n".join(map(str, left)), "\n".join(map(str, right)))]
    return out


def _lines_that_differ(left, right):
    left, right = left.splitlines(), right.splitlines()
    return ([f"    source: {line.strip()}" for line in left if line not in right]
            + [f"    target: {line.strip()}" for line in right if line not in left])


# --- rows


def _expression(column):
    """An expression whose text tells every two values apart."""
    name = "`" + column.name.replace("`", "``") + "`"
    if column.data_type in NUMBERS:
        return f"CAST({name} AS CHAR)"
    if column.data_type == "float":  # the widened number has all digits, but -0 + 0 is 0
        return f"CONCAT(IF(LEFT({name}, 1) = '-', '-', ''), ABS({name} + 0e0))"
    if column.data_type == "double":  # as it stands: MySQL 9.7 rounds the text of an expression
        return f"CAST({name} AS CHAR)"
    if column.data_type in BY_NUMBER:  # + 0 would make a SET of 64 members a double
        return f"CAST({name} | 0 AS CHAR)"
    if column.data_type in TEMPORAL:
        return f"CAST({name} AS CHAR)"
    if column.data_type == "json":
        return f"HEX(CONCAT(CAST({name} AS CHAR), CHAR(0), JSON_TYPE({name})))"
    return f"HEX({name})"


def _sums(session, table, columns):
    """(rows, rows with a digest, sum, exclusive or) over the digests of all rows."""
    fields = ", ".join(f"IFNULL({_expression(c)}, '-')" for c in columns)
    digest = f"SHA2(CONCAT_WS('|', {fields}), 256)"  # the one digest that all of the servers have
    halves = [f"CAST(CONV({part}, 16, 10) AS UNSIGNED)" for part in ("LEFT(d, 15)", "RIGHT(d, 15)")]
    session.select_db(table[0])  # MySQL wants a default database for a derived table
    return _fetch(session, f"SELECT COUNT(*), COUNT(d), SUM({halves[0]}), BIT_XOR({halves[1]}) FROM "
                           f"(SELECT {digest} AS d FROM {_quoted(table)}) AS digests")[0]


def _rows(session, table, columns, normalise):
    fields = ", ".join(_expression(c) for c in columns)
    with session.cursor(pymysql.cursors.SSCursor) as cursor:
        cursor.execute(f"SELECT {fields} FROM {_quoted(table)}")
        for row in cursor:
            yield tuple(v if f is None or v is None else f(v) for f, v in zip(normalise, row))


def _holds_negative_zero(session):
    """Some releases of MariaDB store every -0.0 as 0.0."""
    return _fetch(session, "SELECT LEFT(d, 1) FROM (SELECT -1e-300 * 1e-300 AS d UNION ALL SELECT 1e0) t LIMIT 1")[0][0] == "-"


def _normaliser(left, right, has_negative_zero):
    """How two servers' texts of one value are brought to one form; None: they are the same already."""
    if left.data_type in ("float", "double"):
        def number(text):
            value = float(text) if left.data_type == "double" else struct.unpack("<f", struct.pack("<f", float(text)))[0]
            return repr(value if value or has_negative_zero else 0.0)
        return number
    if left.type == "timestamp(6)":
        return lambda text: END_OF_TIME.get(text, text)
    if "json" in (left.data_type, right.data_type) and left.data_type != right.data_type:
        return lambda text: json.dumps(json.loads(bytes.fromhex(text).split(b"\0")[0]), sort_keys=True)
    return None


def _digest(row):
    hashed = hashlib.blake2b(digest_size=16)
    for value in row:
        hashed.update(b"\0" if value is None else b"\1%d:" % len(value) + value.encode())
    return hashed.digest()


def _compare_rows(a, b, table, other):
    """(number of rows, differences)"""
    left, right = _columns(a, table), {c.name: c for c in _columns(b, other)}
    if not left or [c.name for c in left] != list(right):
        return 0, []  # told by the definitions
    right = list(right.values())
    sums = _sums(a, table, left)
    # A row without a digest (too long for it, or a server that has none) is not in the sums.
    if sums == _sums(b, other, right) and sums[0] == sums[1]:
        return sums[0], []
    has_negative_zero = _holds_negative_zero(a) and _holds_negative_zero(b)
    normalise = [_normaliser(x, y, has_negative_zero) for x, y in zip(left, right)]
    tally = collections.Counter()
    n = 0
    for row in _rows(a, table, left, normalise):
        tally[_digest(row)] += 1
        n += 1
    for row in _rows(b, other, right, normalise):
        tally[_digest(row)] -= 1
    tally = {digest: count for digest, count in tally.items() if count}
    if not tally:
        return n, []
    missing, extra = (sum(c for c in tally.values() if c > 0), -sum(c for c in tally.values() if c < 0))
    out = [f"{'.'.join(table)}: {missing} rows are missing or other on the target, {extra} are there only"]
    key = _key_positions(a, table, left)
    told = [_tell(row, tally, left, key, "source") for row in _rows(a, table, left, normalise)
            if tally.get(_digest(row), 0) > 0]
    told += [_tell(row, tally, left, key, "target") for row in _rows(b, other, right, normalise)
             if tally.get(_digest(row), 0) < 0]
    # Both versions of one key stand together.
    told.sort(key=lambda t: t[0])
    out += [text for _, text in told[:2 * FIRST]]
    if len(told) > 2 * FIRST:
        out.append(f"    and {len(told) - 2 * FIRST} more")
    return n, out


def _key_positions(session, table, columns):
    names = [r[2] for r in _indexes(session, table) if r[0] == "PRIMARY"]
    return [i for i, c in enumerate(columns) if c.name in names] or list(range(len(columns)))


def _tell(row, tally, columns, key, side):
    def show(column, value):
        if value is None:
            return f"{column.name}=NULL"
        if _expression(column).startswith("HEX("):
            raw = bytes.fromhex(value) if re.fullmatch("([0-9A-F]{2})*", value) else value.encode()
            value = repr(raw)[1:] if column.charset else "0x" + raw.hex()
        return f"{column.name}={value if len(value) <= 60 else value[:60] + f'… ({len(value)})'}"

    count = abs(tally[_digest(row)])
    text = ", ".join(show(c, v) for c, v in zip(columns, row))
    order = tuple("" if row[i] is None else row[i] for i in key)
    return order, f"    {side}: {text}" + (f" ({count} times)" if count > 1 else "")
