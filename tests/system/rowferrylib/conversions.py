# SPDX-License-Identifier: Apache-2.0
"""What ALTER TABLE makes of the values of one type in a column of another, on each server.

A table with edge values of a type is altered once in a lenient sql_mode; those of its rows that were converted without a
warning are altered once more in the strict mode.  What comes out is kept as text, row by row.
"""

import collections
import datetime
import random
import re

import pymysql

from .flavour import NAMES

OLD, NEW, M10, M11 = "mysql-5.6", "mysql-9.7", "mariadb-10.11", "mariadb-11.8"
ALL = frozenset(NAMES)
MARIADB = frozenset({M10, M11})
AT_ROW = re.compile(r"at row (\d+)")
LENIENT = ["", "NO_ZERO_IN_DATE,NO_ZERO_DATE", "ALLOW_INVALID_DATES"]
STRICT = ["STRICT_TRANS_TABLES", "STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE"]
ROUND, TRUNCATE = "round", "truncate"
FRACTIONS = {(M10, ROUND): "TIME_ROUND_FRACTIONAL", (M11, ROUND): "TIME_ROUND_FRACTIONAL",
             (NEW, TRUNCATE): "TIME_TRUNCATE_FRACTIONAL"}

# values: SQL expressions. on: the servers that have the type.
Variant = collections.namedtuple("Variant", "kind type values on", defaults=(ALL,))


def _numbers():
    for name, bits in (("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32), ("BIGINT", 64)):
        top = 2 ** (bits - 1)
        own = [0, 1, -1, 5, 69, 70, 99, 100, 101, 126, top - 1, -top]
        times = [1231, 1901, 2155, 2156, 2020, 235959, 236060, 101112, 20200101, 20200231, 20201301, 20200100, 691231, 700101,
                 8385959, 8385960, -8385959, 20200101235959, 20200101240000, 99991231235959, 10000101000000, 1012359]
        inside = [n for n in dict.fromkeys(own + times) if -top <= n < top]
        yield Variant("integer", name, [str(n) for n in inside])
        if name in ("SMALLINT", "BIGINT"):
            yield Variant("integer", f"{name} UNSIGNED", [str(n) for n in [*inside, top, 2 * top - 1] if n >= 0])
    yield Variant("integer", "INT(9) ZEROFILL", ["0", "42", "4294967295"])
    yield Variant("decimal", "DECIMAL(10,2)", ["0", "0.5", "1.5", "2.5", "-0.5", "-2.5", "0.49", "99999999.99", "-99999999.99",
                                               "235959.99", "20200101", "2020.5", "70.00", "0.01", "127.5", "101112.13"])
    yield Variant("decimal", "DECIMAL(65,30)", ["9" * 35 + "." + "9" * 30, "-" + "9" * 35 + "." + "9" * 30, "0", "0.1",
                                                "18446744073709551615.5", "18446744073709551614.5", "-9223372036854775808.5",
                                                "9223372036854775807.5", "20200101235959.9999995", "235959.9999995", "235959.5",
                                                "0." + "0" * 29 + "1", "123456789.123456789123456789"])
    yield Variant("decimal", "DECIMAL(5,0) UNSIGNED", ["0", "99999", "255", "1231", "2020"])
    generator = random.Random(13)
    doubles = [0, 0.1, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 1e15, 1e16, 123456789.12345678, 1e20, -1e20, 1e22, 5e-324, 1.7976931348623157e308,
               9223372036854775807.0, 18446744073709551615.0, 0.30000000000000004, 20200101.0, 20200101235959.9, 235959.9999999,
               235959.5, 2020.0, 1e-7, 1e-5, 0.0001, 1.005, 2.675, 1e14, 123456.789, 70.0, 127.5, 255.5, 2147483647.5, 1e-20]
    doubles += [generator.uniform(-1, 1) * 10 ** generator.randrange(-12, 20) for _ in range(40)]
    yield Variant("double", "DOUBLE", [repr(float(d)) + ("" if "e" in repr(float(d)) else "e0") for d in doubles])
    yield Variant("double", "DOUBLE(20,5)", ["0", "0.00001", "-0.00001", "123456789012345.12345", "2.5", "235959.99999", "20200101"])
    yield Variant("float", "FLOAT", ["0", "1.1", "0.1", "16777216", "3.4028234e38", "-3.4028234e38", "1.17549435e-38", "123456.789",
                                     "2.5", "-2.5", "0.5", "1.5", "20200101", "235959", "2020", "1e10", "1e-5", "1e15", "8388608.5",
                                     *(repr(generator.uniform(-1, 1) * 10 ** generator.randrange(-9, 12)) for _ in range(30))])
    yield Variant("float", "FLOAT(7,3)", ["1234.567", "-0.001", "0", "2.5", "2020", "9999.999"])
    yield Variant("bit", "BIT(1)", ["0", "1"])
    yield Variant("bit", "BIT(17)", ["0", "1", "97", "2020", "65537", "131071"])
    yield Variant("bit", "BIT(64)", ["0", "1", "20200101", "18446744073709551615", "9223372036854775808", "0x6162636465666768"])


def _temporals():
    yield Variant("year", "YEAR", ["0", "1901", "2155", "2020", "1970"])
    yield Variant("date", "DATE", ["'0000-00-00'", "'2026-00-00'", "'2026-02-00'", "'0000-01-01'", "'1000-01-01'", "'9999-12-31'",
                                   "'2023-02-31'", "'2024-02-29'", "'1901-01-01'", "'2155-12-31'", "'2020-01-01'", "'1969-12-31'",
                                   "'2038-01-20'", "'2106-02-08'", "'2020-03-29'"])
    for digits in (0, 2, 6):
        kind = "_f" if digits else ""
        some = ["." + "987654"[:digits], "." + "9" * digits, "." + ("5" + "0" * 5)[:digits], "." + "0" * (digits - 1) + "1",
                ".49" + "9" * (digits - 2), ".000000"[:digits + 1]] if digits else [""]
        suffix = f"({digits})" if digits else ""
        of = lambda bases: [f"'{base}{tail}'" for base in bases for tail in some]  # noqa: E731
        yield Variant("time" + kind, f"TIME{suffix}", ["'838:59:59'", "'-838:59:59'", *of(
            ["-00:00:01", "00:00:00", "12:34:56", "-12:34:56", "23:59:59", "24:00:00", "-256:00:00", "838:59:58", "19:01:01"])])
        yield Variant("datetime" + kind, f"DATETIME{suffix}", ["'0000-00-00 00:00:00'", *of(
            ["9999-12-31 23:59:59", "1000-01-01 00:00:00", "2026-00-15 01:02:03", "2026-05-00 23:59:59", "2023-02-31 12:00:00",
             "1969-12-31 23:59:59", "2020-01-01 00:00:00", "2020-01-01 23:59:59", "2020-12-31 23:59:59", "2038-01-19 03:14:07",
             "2038-01-19 05:14:08", "2106-02-07 06:28:15", "2155-01-01 00:00:00", "2020-03-29 02:30:00"])])
        yield Variant("timestamp" + kind, f"TIMESTAMP{suffix} NULL", ["'0000-00-00 00:00:00'", *of(
            ["1970-01-01 10:00:01", "2038-01-19 03:14:06", "2020-01-01 23:59:59", "2020-12-31 12:00:00", "2020-01-01 00:00:00"])])


TEXTS = ["", " ", "a", "abc", "  12", "12 ", "12abc", "1.5", "2.5", "-0.5", "1e3", "1e400", "1e-400", "0x10", "+5", "-", ".", "5.", ".5",
         "99999999999999999999", "-99999999999999999999", "18446744073709551615", "9223372036854775808", "127.5", "255", "1e19", "0.1",
         "0.30000000000000004", "123456789012345678901234567890.123456789", "1.005", "2,5", "\t7", "7\t", "12\0", "1_000", "inf", "nan",
         "2020-01-01", "2020-1-1", "20-01-01", "70-01-01", "69-12-31", "2020-02-31", "2020-13-01", "2020-00-00", "0000-00-00", "2020/01/01",
         "2020.01.01", "2020 01 01", "2020@01@01", "20200101", "200101", "20200101235959", "200101235959", "2020-01-01T10:00:00",
         "2020-01-01T10:00:00Z", "2020-01-01T10:00:00+05:00", "2020-01-01 10:00:00+05:00", "2020-01-01 10:00:00-14:00",
         "2020-01-01 10:00:00 +05:00", "2020-01-01 10:00", "2020-01-01 10", "2020-01-01 24:00:00", "2020-01-01 10:60:00",
         "2020-01-01 23:59:59.999999", "2020-01-01 23:59:59.9999995", "2020-01-01 23:59:59.5", "2020-12-31 23:59:59.9999999",
         "2020-01-01 10:00:00.", "2020-01-01 10:00:00 ", " 2020-01-01", "2020-01-01 ", "2020-01-01x", "2020-01-01  10:00:00",
         "2020-01-01 10:00:00abc", "2020-01-01 10:00:00.12345678901", "9999-12-31 23:59:59.9999999", "2038-01-19 03:14:08",
         "2106-02-07 06:28:16", "1969-12-31 23:59:59", "2020-03-29 02:30:00", "2020-01-01\t10:00:00", "2020-01-01 10-00-00",
         "10:00", "10:00:00", "1 10:00:00", "34 22:59:59", "35 00:00:00", "10:60:00", "-10:00:00", "-838:59:59", "839:00:00", "838:59:59.9",
         "10:00:00.9999995", "10:00:00.5", "10:00:00abc", "10", "1000", "100000", "235960", "10.5", "1 10", "-1 10:00:00", "10:", ":10",
         "10:00:00+05:00", "0:0:0", "12:34:56.789 ", "2020-01-01 10:00:00.5+05:00", "0", "00", "0000", "1", "01", "70", "2155", "2156",
         "1900", "1901", "2020", "-1", "2020.5", "2020abc", "a,b", "b,a", "a,a", ",a", "a,", "A", "a ", "zz", "0000-00-00 00:00:00",
         "0000-00-00 10:00:00", "00-00-00", "00:00:00", "2020-01-00", "true", "null", "{}", "[1, 2]", '{"a":1}', '{"b":1,"a":2}', '"x"',
         '[1,2.0,1e2,"\\u00e9"]', '{"a":1,"a":2}', " {} ", "123e4567-e89b-12d3-a456-426655440000", "123E4567E89B12D3A456426655440000",
         "{123e4567-e89b-12d3-a456-426655440000}", "::1", "192.168.0.1", "::ffff:192.168.0.1", "2001:DB8::1", "fe80::1%eth0", "1.2.3",
         "a        b", "abcde  ", "abcdefgh"]
WIDE = ["é", "€", "ж漢", "😀", "٣", "１２", "abcdé", "abcdeé", "\u00a012", "2020-01-01\u00a010:00:00", "ａ"]


def _quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("\0", "\\0") + "'"


def _texts():
    longs = ["REPEAT('9', 100)", "CONCAT('0.', REPEAT('1', 90))", "CONCAT(REPEAT(' ', 70), '5')", "CONCAT('5', REPEAT(' ', 70))"]
    every = [_quoted(t) for t in TEXTS]
    wide = [_quoted(t) for t in WIDE]
    yield Variant("char", "CHAR(5)", [_quoted(t) for t in TEXTS if len(t) <= 5])
    yield Variant("char", "CHAR(120)", [*every, *wide])
    yield Variant("varchar", "VARCHAR(5)", [_quoted(t) for t in [*TEXTS, *WIDE] if len(t) <= 5])
    yield Variant("varchar", "VARCHAR(300)", [*every, *wide, *longs])
    yield Variant("varchar", "VARCHAR(300) CHARACTER SET latin1", [*every, "'é'", "'€'", *longs])
    yield Variant("varchar", "VARCHAR(200) CHARACTER SET utf16", [*every, *wide])
    yield Variant("text", "TEXT", [*every, *wide, "REPEAT('x', 700)"])
    binaries = ["0x00", "0x6100", "0xc3", "0xc3a9", "0xff", "0xe282ac", "0xf09f9880", "0xeda080", "0xf8", "0x20", "0x0102030405060708"]
    yield Variant("binary", "BINARY(5)", [_quoted(t) for t in TEXTS if len(t) <= 5] + [b for b in binaries if len(b) <= 12])
    yield Variant("binary", "BINARY(16)", [_quoted(t) for t in TEXTS if len(t) <= 16] + binaries)
    yield Variant("binary", "BINARY(60)", [*every, *binaries])
    yield Variant("varbinary", "VARBINARY(5)", [_quoted(t) for t in TEXTS if len(t) <= 5] + [b for b in binaries if len(b) <= 12])
    yield Variant("varbinary", "VARBINARY(300)", [*every, *binaries, *longs])
    yield Variant("blob", "BLOB", [*every, *binaries, "REPEAT('x', 700)"])


MEMBERS = "'a','1','2020-01-01','12:00:00','0','12abc','2','1.5','3','é','10:00:00.5','2020-01-01T10:00:00+05:00'"


def _others():
    yield Variant("enum", f"ENUM({MEMBERS},'')", ["0", *(str(n) for n in range(1, 14))])
    yield Variant("enum", "ENUM('2','1','a')", ["0", "1", "2", "3"])
    yield Variant("set", f"SET({MEMBERS})", ["0", *(str(2 ** n) for n in range(12)), "3", "6", "4095", "513"])
    yield Variant("set", "SET('2','1','a')", ["0", "1", "2", "3", "5", "7"])
    documents = ["{}", "[]", "null", "true", "0", "-1", "1.5", '""', '"12"', '"2020-01-01"', '"10:00:00"', "[1, 2]", '{"a": 1}',
                 "2020", "20200101", "1e100", '"a"']
    yield Variant("json", "JSON", [_quoted(d) for d in documents], ALL - {OLD})
    yield Variant("uuid", "UUID", ["'123e4567-e89b-12d3-a456-426655440000'", "'00000000-0000-0000-0000-000000000000'"], MARIADB)
    yield Variant("inet6", "INET6", ["'::'", "'::1'", "'::ffff:192.168.0.1'", "'2001:db8::1'"], MARIADB)
    yield Variant("inet4", "INET4", ["'0.0.0.0'", "'192.168.0.1'"], MARIADB)


VARIANTS = [*_numbers(), *_temporals(), *_texts(), *_others()]
TEMPORAL = ("year", "date", "time", "datetime", "timestamp")


def is_temporal(variant):
    return variant.kind.removesuffix("_f") in TEMPORAL


def reading(kind, server):
    """An expression that shows a value of column v whole, alike on all servers."""
    if kind in ("float", "double"):
        return "v + 0e0"
    if kind in ("bit", "enum", "set"):
        return "v + 0"
    if kind == "json" and not server.is_mariadb:
        return "HEX(CAST(v AS CHAR))"
    return "HEX(CONVERT(v, BINARY))" if kind in ("json", "binary", "varbinary", "blob") else "HEX(CONVERT(v USING utf8mb4))"


def settings(source, target):
    """The (fractions at the source, fractions at the target) that a statement can meet: rowferry carries the setting where
    the target has it."""
    of_source = [ROUND] if source == OLD else [ROUND, TRUNCATE]
    return [(f, ROUND if target == OLD else f) for f in of_source]


class Measure:
    """Conversions on one server."""

    def __init__(self, server, db="conv"):
        self.server = server
        server.execute(f"DROP DATABASE IF EXISTS {db}", f"CREATE DATABASE {db} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        self.connection = server.connect(db=db)
        self.connection.encoding = "latin1"  # of answers: MySQL 5.6 puts raw bytes into its warnings
        self.cursor = self.connection.cursor()
        self.run("SET timestamp = 1700000000", "SET time_zone = '+02:00'", "SET max_error_count = 65535")

    def run(self, *statements):
        for statement in statements:
            self.cursor.execute(statement.encode())
        return self.cursor.fetchall()

    def mode(self, sql_mode, fractions):
        own = FRACTIONS.get((self.server.name, fractions))
        return ",".join(filter(None, (sql_mode, own)))

    def fill(self, variant, values=None):
        """Table `base`; returns what is stored, by the values' places (None: refused)."""
        self.run("DROP TABLE IF EXISTS base", "SET sql_mode = 'ALLOW_INVALID_DATES'",
                 f"CREATE TABLE base (id INT PRIMARY KEY, v {variant.type}) ENGINE=InnoDB")
        for at, value in enumerate(variant.values if values is None else values):
            try:
                self.run(f"INSERT INTO base VALUES ({at + 1}, {value})")
            except pymysql.err.MySQLError:
                pass
        return dict(self.run(f"SELECT id, {reading(variant.kind, self.server)} FROM base"))

    def keep(self, ids):
        self.run(f"DELETE FROM base WHERE id NOT IN ({','.join(map(str, ids))})")

    def alter(self, variant, mode, ids, engine):
        """(values by id, ids with a warning, error)."""
        listed = ",".join(map(str, sorted(ids)))
        self.run("DROP TABLE IF EXISTS m", "SET sql_mode = 'ALLOW_INVALID_DATES'", "CREATE TABLE m LIKE base", f"ALTER TABLE m ENGINE={engine}",
                 f"INSERT INTO m SELECT * FROM base WHERE id IN ({listed})", f"SET sql_mode = '{mode}'")
        try:
            self.run(f"ALTER TABLE m MODIFY v {variant.type}")
        except pymysql.err.MySQLError as error:
            return {}, [], str(error.args[1])
        order = sorted(ids)
        warned = []
        for level, _, text in self.run("SHOW WARNINGS"):
            found = AT_ROW.search(text)
            if level != "Note" and found and 0 < int(found.group(1)) <= len(order):
                warned.append(order[int(found.group(1)) - 1])
        return dict(self.run(f"SELECT id, {reading(variant.kind, self.server)} FROM m")), warned, None

    def convert(self, variant, mode, ids, engine="MyISAM"):
        """What becomes of each row alone: (values by id, ids with a warning). Rows that make ALTER fail have none."""
        ids = set(ids)
        while ids:
            values, warned, error = self.alter(variant, mode, ids, engine)
            if error is None:
                return values, warned
            found = AT_ROW.search(error)
            at = int(found.group(1)) if found else 0
            if not 0 < at <= len(ids):
                return self.one_by_one(variant, mode, ids, engine)
            ids.discard(sorted(ids)[at - 1])
        return {}, []

    def one_by_one(self, variant, mode, ids, engine):
        all_values, all_warned = {}, []
        for one in ids:
            values, warned, _ = self.alter(variant, mode, {one}, engine)
            all_values.update(values)
            all_warned += warned
        return all_values, all_warned


def modes(origin, goal):
    """(sql_mode, fractions) that can matter to this pair."""
    has_fractions = is_temporal(goal) and (origin.kind.endswith("_f") or not is_temporal(origin))
    is_dated = is_temporal(goal) or is_temporal(origin)
    for fractions in (ROUND, TRUNCATE) if has_fractions else (TRUNCATE,):
        for mode in [*(LENIENT if is_dated else LENIENT[:1]), *(STRICT if is_dated else STRICT[:1])]:
            yield mode, fractions


def measure_pair(measure, origin, goal, stored):
    """Of the filled table `base`: ((origin, goal, sql_mode, fractions), values by id)."""
    name = measure.server.name
    clean = None
    for mode, fractions in modes(origin, goal):
        if name == OLD and fractions == TRUNCATE and len({f for _, f in modes(origin, goal)}) > 1:
            continue
        if mode in STRICT:
            values, _ = measure.convert(goal, measure.mode(mode, fractions), clean, "InnoDB") if clean else ({}, [])
        else:
            values, warned = measure.convert(goal, measure.mode(mode, fractions), set(stored))
            if mode == "":
                clean = {at for at in values if at not in warned}
        yield (origin.type, goal.type, mode, fractions), values


def measure_origin(measure, origin, goals=VARIANTS):
    stored = measure.fill(origin)
    yield (origin.type, None, None, None), stored
    for goal in goals:
        if measure.server.name in goal.on:
            yield from measure_pair(measure, origin, goal, stored)


KINDS = tuple(dict.fromkeys(v.kind for v in sorted(VARIANTS, key=lambda v: [
    "integer", "decimal", "double", "float", "bit", "year", "date", "time", "time_f", "datetime", "datetime_f", "timestamp", "timestamp_f",
    "char", "varchar", "text", "binary", "varbinary", "blob", "enum", "set", "json", "uuid", "inet6", "inet4"].index(v.kind))))
KIND_OF = {v.type: v.kind for v in VARIANTS}
DATED = ("date", "datetime", "datetime_f", "timestamp", "timestamp_f")
SAME, ODDLY_LENIENTLY, ODDLY, LENIENTLY, EVER = ".oOls"  # the table's letters, each covers those before it


def is_odd(kind, stored):
    """As reading() shows it: no date that is there and that a TIMESTAMP of every server and time zone can hold."""
    if kind not in DATED:
        return False
    try:
        day = datetime.date.fromisoformat(bytes.fromhex(stored).decode()[:10])
    except ValueError:
        return True
    return not datetime.date(1970, 1, 2) <= day < datetime.date(2038, 1, 18)


def relation(one, other):
    """Which of the table's three strings a pair of servers belongs to."""
    if (one in MARIADB) != (other in MARIADB):
        return "across"
    return "mariadb" if one in MARIADB else "mysql"


def differences(measured):
    """(relation, kind, kind) of conversions that give other values on another server, and the letter for it."""
    found = {}
    for one in measured:
        for other in measured:
            if one < other:
                for key in measured[one]:
                    origin, goal, mode, _ = key
                    odd = differ(measured[one], measured[other], key)
                    if goal is None or not odd:
                        continue
                    letters = (ODDLY_LENIENTLY, ODDLY) if all(odd) else (LENIENTLY, EVER)
                    cell = relation(one, other), KIND_OF[origin], KIND_OF[goal]
                    found[cell] = cover(found.get(cell, SAME), letters[mode in STRICT])
    return found


def cover(one, other):
    """A letter for both."""
    if {one, other} == {ODDLY, LENIENTLY}:
        return EVER
    return max(one, other, key=".oOls".index)


def differ(one, other, key):
    """For each value that both servers have stored alike and converted without an error, to different ones: is it odd?"""
    stored = key[0], None, None, None
    values, others = one[key], other.get(key, {})
    return [is_odd(KIND_OF[key[0]], one[stored][at]) for at in values.keys() & others.keys()
            if values[at] != others[at] and one[stored][at] == other[stored].get(at)]


def report(measured):
    found = differences(measured)
    for origin in KINDS:
        rows = ("".join(found.get((name, origin, goal), SAME) for goal in KINDS) for name in ("across", "mariadb", "mysql"))
        texts = ", ".join(f'"{row}"' if row.strip(SAME) else "SAME_ALWAYS" for row in rows)
        yield f"    [KIND_{origin.upper()}] = {{{texts}}},"
