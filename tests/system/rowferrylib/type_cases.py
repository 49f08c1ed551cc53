# SPDX-License-Identifier: Apache-2.0
"""Columns of every type with their values, as SQL, and which servers can hold them."""

import collections

OLD, NEW, M10, M11 = "mysql-5.6", "mysql-9.7", "mariadb-10.11", "mariadb-11.8"
ALL = frozenset({OLD, NEW, M10, M11})
MARIADB, MYSQL = frozenset({M10, M11}), frozenset({OLD, NEW})
NOT_OLD = ALL - {OLD}

# values: SQL expressions. on: the servers that have the type.
Column = collections.namedtuple("Column", "type values on", defaults=(ALL,))

INTEGERS = {"TINYINT": 8, "SMALLINT": 16, "MEDIUMINT": 24, "INT": 32, "BIGINT": 64}


def _integers():
    for name, bits in INTEGERS.items():
        top = 2 ** (bits - 1)
        yield Column(name, ["0", "NULL", str(-top), str(top - 1), "-1", str(0x0102030405060708 >> (64 - bits))])
        yield Column(f"{name} UNSIGNED", ["0", str(2 * top - 1), str(top), str(top - 1), "NULL", "1"])
    yield Column("INT(9) ZEROFILL", ["0", "42", "4294967295", "NULL"])
    yield Column("BOOLEAN", ["TRUE", "FALSE", "NULL"])
    for bits in (1, 5, 8, 9, 17, 33, 64):
        yield Column(f"BIT({bits})", ["b'0'", str(2 ** bits - 1), "NULL", str(2 ** (bits - 1)), "1"])


def _decimals():
    nines = "9" * 35 + "." + "9" * 30
    yield Column("DECIMAL(65,30)", [nines, "-" + nines, "0", "-0." + "0" * 29 + "1", "NULL",
                                    "123456789012345678901234567890.000000001000000002"])
    yield Column("DECIMAL(65,0)", ["9" * 65, "-" + "9" * 65, "1" + "0" * 64, "0"])
    yield Column("DECIMAL(30,30)", ["0." + "9" * 30, "-0.1", "0.000000001", "NULL"])
    yield Column("DECIMAL(10,2) UNSIGNED", ["0", "99999999.99", "0.01", "NULL"])
    for digits in range(1, 10):
        yield Column(f"DECIMAL({9 + digits},{digits})", ["9" * 9 + "." + "9" * digits, "-1.1", "-0.9", "7"])
    yield Column("FLOAT", ["0", "1.1", "0.1", "16777216", "3.4028234e38", "-3.4028234e38", "1.17549435e-38",
                           "1.4e-45", "NULL", "123456.789"])
    for name in ("FLOAT", "DOUBLE"):
        yield Column(name, ["-0.0e0", "0", "NULL"])
    yield Column("FLOAT UNSIGNED", ["0", "2.5", "3.4e38"])
    yield Column("FLOAT(7,3)", ["1234.567", "-0.001", "0"])
    yield Column("DOUBLE", ["0", "0.1", "1.7976931348623157e308", "-1.7976931348623157e308", "5e-324",
                            "2.2250738585072014e-308", "1e15", "123456789.12345678", "0.30000000000000004", "NULL"])
    yield Column("DOUBLE UNSIGNED", ["0", "1e300", "0.1"])
    yield Column("DOUBLE(20,5)", ["123456789012345.12345", "-0.00001"])


def _temporals():
    yield Column("YEAR", ["0", "1901", "2155", "2026", "NULL"])
    yield Column("DATE", ["'0000-00-00'", "'2026-00-00'", "'2026-02-00'", "'0000-01-01'", "'1000-01-01'",
                          "'9999-12-31'", "'2023-02-31'", "NULL", "'2024-02-29'"])
    for digits in range(7):
        dot = "." + "987654"[:digits] if digits else ""
        nines = "." + "9" * digits if digits else ""
        one = "." + "0" * (digits - 1) + "1" if digits else ""
        yield Column(f"TIME({digits})", ["'838:59:59'", "'-838:59:59'", f"'-00:00:01{dot}'", f"'-00:00:00{one}'",
                                         f"'12:34:56{dot}'", f"'-12:34:56{nines}'", "'00:00:00'", "NULL",
                                         f"'-256:00:00{dot}'"])
        yield Column(f"DATETIME({digits})", ["'0000-00-00 00:00:00'", f"'9999-12-31 23:59:59{nines}'",
                                             f"'1000-01-01 00:00:00{one}'", f"'2026-00-15 01:02:03{dot}'",
                                             f"'2026-05-00 23:59:59{nines}'", f"'2023-02-31 12:00:00{dot}'", "NULL",
                                             f"'1969-12-31 23:59:59{dot}'"])
        moments = ["'0000-00-00 00:00:00'", f"'1970-01-01 00:00:01{dot}'", f"'2038-01-19 03:14:07{nines}'",
                   f"'2026-03-29 01:30:00{dot}'", f"'2026-10-25 01:30:00{one}'"]
        yield Column(f"TIMESTAMP({digits}) NULL DEFAULT NULL", [*moments, "NULL"])
        yield Column(f"TIMESTAMP({digits}) NOT NULL DEFAULT '2001-02-03 04:05:06'",
                     [*moments, "'2038-01-19 03:14:08'", f"'2106-02-07 06:28:15{nines}'"], frozenset({M11}))


# What each character set has to show: characters of 1, 2, 3 and 4 bytes, and those whose second byte is a backslash
# or a quote's neighbour.
CHARSETS = {
    "latin1": (ALL, [bytes(range(128, 256)), "é\\'".encode("latin1")]),
    "utf8": (ALL, ["aé€ж漢".encode()]),
    "utf8mb4": (ALL, ["aé€ж漢😀\U0010ffff".encode()]),
    "ucs2": (ALL, ["a\\'é€ж漢\0".encode("utf-16-be"), b"\x00\x5c\x5c\x00\x27\x5c"]),
    "utf16": (ALL, ["a\\'é€ж漢😀".encode("utf-16-be"), b"\x5c\x27\xd8\x5c\xdc\x27"]),
    "utf16le": (ALL, ["a\\'é€ж漢😀".encode("utf-16-le")]),
    "utf32": (ALL, ["a\\'é€ж漢😀".encode("utf-32-be")]),
    "gbk": (ALL, [b"\x81\x5c\xbf\x5c", b"\xd6\xd0\xce\xc4'\\"]),
    "gb2312": (ALL, [b"\xd6\xd0\xce\xc4'\\"]),
    "big5": (ALL, [b"\xa5\x5c\xb3\x5c", "中文'\\".encode("big5")]),
    "sjis": (ALL, [b"\x83\x5c\x95\x5c", "日本'".encode("shift_jis"), b"\xb1\xb2"]),
    "cp932": (ALL, [b"\x83\x5c\x95\x5c\x87\x40", b"\xb1\x5c'"]),
    "ujis": (ALL, ["日本語'\\".encode("euc_jp"), b"\x8e\xb1\x8f\xb0\xa1"]),
    "eucjpms": (ALL, ["日本語'\\".encode("euc_jp"), b"\x8e\xb1\xad\xa1"]),
    "euckr": (ALL, ["한글'\\".encode("euc_kr")]),
    "gb18030": (frozenset({NEW}), ["漢\\'😀é".encode("gb18030"), b"\x81\x5c\x81\x30\x81\x30"]),
    "koi8r": (ALL, ["жук\\'".encode("koi8_r")]),
    "cp1251": (ALL, ["жук\\'\xa0".encode("cp1251")]),
    "hebrew": (ALL, [b"\xe0\xe1\\'"]),
    "tis620": (ALL, [b"\xa1\xe0\xa1\\'"]),
    "ascii": (ALL, [bytes(range(1, 128))]),
}
WIDE = {"ucs2": "utf-16-be", "utf16": "utf-16-be", "utf16le": "utf-16-le", "utf32": "utf-32-be"}


def _literal(charset, raw):
    return f"_{charset} 0x{raw.hex()}" if raw else "''"


def _characters():
    for charset, (on, samples) in CHARSETS.items():
        # SQL's own characters, NUL, newlines, a control Z, and trailing spaces.
        plain = [t.encode(WIDE.get(charset, "ascii")) for t in ("\0\n\r\x1a\"'`\\%_--/*", "ab  ", " ", "\\", "'", "tab\t")]
        values = ["''", "NULL", *(_literal(charset, raw) for raw in [*samples, *plain])]
        for kind in ("CHAR(160)", "VARCHAR(200)", "TEXT"):
            yield Column(f"{kind} CHARACTER SET {charset}", values, on)
    yield Column("CHAR(0)", ["''", "NULL"])
    yield Column("CHAR(255) CHARACTER SET utf8mb4", ["REPEAT('😀', 255)", "REPEAT('a', 255)", "''"])
    yield Column("VARCHAR(300) CHARACTER SET latin1", ["REPEAT('x', 300)", "REPEAT(' ', 300)", "''"])
    yield Column("TINYTEXT", ["REPEAT('x', 255)", "''", "NULL"])
    yield Column("MEDIUMTEXT", ["REPEAT('ж', 40000)", "''", "NULL"])
    yield Column("LONGTEXT", ["REPEAT('\\\\', 70000)", "''", "NULL"])


def _bytes():
    every = "0x" + bytes(range(256)).hex()
    yield Column("BINARY(8)", ["0x6100", "0x00", "''", "0x6162636465666768", "0x2020", "NULL", "0x00000000000000ff"])
    yield Column("BINARY(255)", [every[:-2], "''"])
    yield Column("VARBINARY(300)", [every, "''", "0x00", "0x6120", "0x6100", "NULL", "0x275c22", "0xc3"])
    yield Column("TINYBLOB", [f"LEFT({every}, 255)", "''", "0x00", "NULL"])
    yield Column("BLOB", [f"REPEAT({every}, 255)", "''", "0x00", "NULL", "REPEAT('x', 65535)"])
    yield Column("MEDIUMBLOB", [f"REPEAT({every}, 300)", "''", "REPEAT(0x00, 65536)", "NULL"])
    yield Column("LONGBLOB", [f"REPEAT({every}, 2000)", "''", "NULL"])


def _members(n):
    return ", ".join(f"'m{i}'" for i in range(n))


def _enums():
    yield Column("ENUM('a', 'b', '', 'it''s', 'x,y')", ["'a'", "''", "'no such'", "NULL", "'it''s'", "'x,y'", "0"])
    yield Column(f"ENUM({_members(255)})", ["'m0'", "'m254'", "0", "NULL"])
    yield Column(f"ENUM({_members(256)})", ["'m0'", "'m255'", "0", "NULL"])
    yield Column(f"ENUM({_members(1000)})", ["'m0'", "'m999'", "'m256'", "NULL"])
    yield Column("ENUM('é', 'ü', 'ж') CHARACTER SET utf8mb4", ["'é'", "'ж'", "0"])
    yield Column("ENUM('é', 'ü') CHARACTER SET latin1", ["'é'", "'ü'", "0"])
    yield Column("ENUM('漢', 'b') CHARACTER SET gbk", ["1", "2", "0"])
    for n in (1, 8, 9, 16, 17, 24, 25, 32, 33, 64):
        yield Column(f"SET({_members(n)})", ["''", str(2 ** n - 1), str(2 ** (n - 1)), "1", "NULL"])
    yield Column("SET('ж', 'ü') CHARACTER SET utf8mb4", ["'ж,ü'", "''", "'ü'"])


DOCUMENTS = ["{}", "[]", "null", "true", "0", "-1", "65535", "-32769", "4294967296", "1.5", '""',
             '{"a": 1, "b": [1, 2, {"c": null}], "": false}', '"q\\"uo\'te\\\\ \\u0001 \u00e9\U0001f600"',
             '[' * 30 + ']' * 30]


def _text(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _documents():
    yield Column("JSON", ["NULL", *map(_text, DOCUMENTS)], NOT_OLD)
    big = "(SELECT JSON_ARRAYAGG(REPEAT('x', 1000)) FROM (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) AS t)"
    typed = ["CAST(1.50 AS JSON)", "CAST(CAST(-123456789.123456789 AS DECIMAL(40, 20)) AS JSON)",
             "CAST(18446744073709551615 AS JSON)", "CAST(-9223372036854775808 AS JSON)",
             "CAST(DATE'2026-02-03' AS JSON)", "CAST(TIME'-10:11:12.123456' AS JSON)",
             "CAST(TIMESTAMP'2026-02-03 04:05:06.000007' AS JSON)", "CAST(1.7976931348623157e308 AS JSON)",
             "CAST(1e0 AS JSON)", "CAST(0.1e0 AS JSON)", "CAST(-0.0e0 AS JSON)",
             "CAST(CAST(2026 AS YEAR) AS JSON)",
             "JSON_OBJECT('d', CAST(1.10 AS DECIMAL(5, 2)), 't', TIME'01:02:03', 'b', x'00ff5c27', 'bit', b'101')",
             f"JSON_ARRAY({big}, {big}, x'fffe', '\\\\', 'a\\0b')",
             "JSON_OBJECT('k1', REPEAT('y', 70000), 'k2', JSON_ARRAY(1, 70000, -70000, 1e100, TRUE))",
             '\'{"\\\\"": 1, "\'\'": 2, "ж": 3, "😀": 4}\'']
    yield Column("JSON", ["NULL", *typed], frozenset({NEW}))


def _shapes():
    points = ["ST_GeomFromText('POINT(1 2)', 4326)", "ST_GeomFromText('POINT(-1.5 1e10)')", "NULL",
              "ST_GeomFromText('POINT(0 0)', 3857)"]
    yield Column("POINT", points, NOT_OLD)
    yield Column("GEOMETRY", [*points, "ST_GeomFromText('POLYGON((0 0,0 4,4 4,4 0,0 0),(1 1,1 2,2 2,2 1,1 1))')",
                              "ST_GeomFromText('LINESTRING(0 0,1 1,2 3)', 4326)",
                              "ST_GeomFromText('MULTIPOLYGON(((0 0,0 3,3 3,3 0,0 0)),((9 9,9 8,8 8,9 9)))')",
                              "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(2 2,3 3))', 4326)"], NOT_OLD)
    yield Column("GEOMETRY", ["GeomFromText('POINT(1 2)', 4326)", "GeomFromText('POINT(-1.5 1e10)')", "NULL",
                              "GeomFromText('POLYGON((0 0,0 4,4 4,4 0,0 0))', 7)"], frozenset({OLD}))
    yield Column("MULTIPOINT", ["ST_GeomFromText('MULTIPOINT(1 1, 2 2)')", "NULL"], NOT_OLD)


def _flavoured():
    yield Column("VECTOR(3)", ["0x0000803f0000004000004040", "0xcdcccc3dcdcc8cbfca1b0e5e", "NULL"], frozenset({NEW, M11}))
    uuids = ["123e4567-e89b-12d3-a456-426655440000", "f47ac10b-58cc-4372-a567-0e02b2c3d479",
             "01890a5d-ac96-774b-bcce-b302099a8057", "00000000-0000-0000-0000-000000000000",
             "ffffffff-ffff-ffff-ffff-ffffffffffff", "00112233-4455-6677-8899-aabbccddeeff"]
    yield Column("UUID", ["NULL", *(f"'{u}'" for u in uuids)], MARIADB)
    yield Column("INET6", ["'::'", "'2001:db8::ff00:42:8329'", "'::ffff:1.2.3.4'", "NULL", "'102:304:506::'"], MARIADB)
    yield Column("INET4", ["'1.2.3.4'", "'0.0.0.0'", "'255.254.0.0'", "NULL"], MARIADB)
    for kind in ("VARCHAR(1000)", "TEXT", "LONGBLOB", "VARBINARY(2000)", "TINYTEXT"):
        yield Column(f"{kind} COMPRESSED", ["REPEAT('a', 250)", "'short'", "''", "NULL", "REPEAT('\\'\\\\ ', 80)"], MARIADB)
    yield Column("MEDIUMTEXT COMPRESSED CHARACTER SET utf8mb4", ["REPEAT('жa', 40000)", "'😀'"], MARIADB)


GROUPS = {"integers": _integers, "decimals": _decimals, "temporals": _temporals, "characters": _characters,
          "bytes": _bytes, "enums": _enums, "documents": _documents, "shapes": _shapes, "flavoured": _flavoured}
PER_TABLE = 12


class Table:
    """Columns c0, c1, … behind an id. Row sets: 0 stays as inserted, 1 is updated to its successor's, 2 is deleted."""

    def __init__(self, name, columns, key):
        self.name = name
        self.columns = columns
        self.key = key
        self.n = max(len(c.values) for c in columns)

    def create(self):
        lines = [f"c{i} {c.type}" for i, c in enumerate(self.columns)]
        return (f"CREATE TABLE {self.name} (id INT NOT NULL, {', '.join(lines)}{self.key}) "
                "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci ROW_FORMAT=DYNAMIC")

    def _row(self, i):
        return [c.values[i % len(c.values)] for c in self.columns]

    def insert(self):
        """Statements of a few rows each, so that none is too long."""
        for i in range(self.n):
            fields = ", ".join(self._row(i))
            yield f"INSERT INTO {self.name} VALUES " + ", ".join(f"({3 * i + s}, {fields})" for s in range(3))

    def change(self):
        for i in range(self.n):
            fields = ", ".join(f"c{k} = {v}" for k, v in enumerate(self._row(i + 1)))
            yield f"UPDATE {self.name} SET {fields} WHERE id = {3 * i + 1}"
        yield f"DELETE FROM {self.name} WHERE id % 3 = 2"


def tables(source, target):
    """Each group's columns that both servers have, a dozen to a table, with a primary key and without any."""
    for group, columns in GROUPS.items():
        common = [c for c in columns() if source in c.on and target in c.on]
        for at in range(0, len(common), PER_TABLE):
            part = common[at:at + PER_TABLE]
            yield Table(f"{group}{at // PER_TABLE}", part, ", PRIMARY KEY (id)")
            yield Table(f"{group}{at // PER_TABLE}_keyless", part, "")
