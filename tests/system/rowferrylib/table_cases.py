# SPDX-License-Identifier: Apache-2.0
"""Tables whose making is the difficulty: hidden and generated columns, keys of every type, odd names, histories."""

import collections

from .type_cases import ALL, MARIADB, NEW, NOT_OLD

# name: of the table, quoted as it must be. on: the servers that can hold it.
Case = collections.namedtuple("Case", "name statements on", defaults=(ALL,))


def _rows(name, columns, rows):
    return f"INSERT INTO {name} ({columns}) VALUES {', '.join(rows)}"


def _generated():
    for name, key in (("derived", ", PRIMARY KEY (id), UNIQUE KEY by_v (v), KEY by_s (s)"), ("derived_keyless", "")):
        yield Case(name, [
            f"CREATE TABLE {name} (id INT NOT NULL, v INT GENERATED ALWAYS AS (a + 1) VIRTUAL, a INT, "
            f"s VARCHAR(20) GENERATED ALWAYS AS (CONCAT('x', a)) STORED, b VARCHAR(10){key})",
            _rows(name, "id, a, b", ["(1, 1, 'a')", "(2, 2, NULL)", "(3, 3, 'c')", "(4, NULL, 'd')"]),
            f"UPDATE {name} SET a = 20, b = 'z' WHERE id = 2", f"UPDATE {name} SET b = 'only b' WHERE id = 4",
            f"DELETE FROM {name} WHERE id = 3"], NOT_OLD)
    yield Case("invisible", [
        "CREATE TABLE invisible (id INT PRIMARY KEY, a INT INVISIBLE DEFAULT 5, b INT, c VARCHAR(9) INVISIBLE)",
        "INSERT INTO invisible VALUES (1, 1), (2, 2)",
        _rows("invisible", "id, a, b, c", ["(3, 33, 3, 'c')", "(4, NULL, 4, '')"]),
        "UPDATE invisible SET a = 6 WHERE id = 1", "DELETE FROM invisible WHERE id = 2"], NOT_OLD)
    yield Case("functional", [
        "CREATE TABLE functional (id INT PRIMARY KEY, a INT, b VARCHAR(20), j JSON, KEY by_a ((a + 1)), "
        "UNIQUE KEY by_b ((LOWER(b))), KEY by_z ((CAST(j->'$.z' AS UNSIGNED ARRAY))))",
        """INSERT INTO functional VALUES (1, 1, 'A', '{"z": [1, 2]}'), (2, 2, 'B', '{"z": [3]}'), (3, 3, 'C', NULL)""",
        "UPDATE functional SET a = 9, b = 'Q' WHERE id = 1", "UPDATE functional SET j = '{\"z\": [7]}' WHERE id = 3",
        "DELETE FROM functional WHERE id = 2"], frozenset({NEW}))
    yield Case("functional_keyless", [
        "CREATE TABLE functional_keyless (a INT, b VARCHAR(20), KEY by_a ((a + 1)))",
        "INSERT INTO functional_keyless VALUES (1, 'a'), (1, 'a'), (2, 'b')",
        "DELETE FROM functional_keyless WHERE a = 1 LIMIT 1", "UPDATE functional_keyless SET a = 5 WHERE b = 'b'"],
        frozenset({NEW}))
    yield Case("gipk", [
        "SET SESSION sql_generate_invisible_primary_key = ON", "CREATE TABLE gipk (a INT, b VARCHAR(10))",
        "SET SESSION sql_generate_invisible_primary_key = OFF",
        "INSERT INTO gipk VALUES (1, 'a'), (1, 'a'), (2, 'b'), (3, 'c')",
        "DELETE FROM gipk WHERE a = 1 LIMIT 1", "UPDATE gipk SET b = 'z' WHERE a = 2"], frozenset({NEW}))
    yield Case("defaults", [
        "CREATE TABLE defaults (id INT PRIMARY KEY, u VARCHAR(40) DEFAULT (UUID()), r DOUBLE DEFAULT (RAND()), "
        "t TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6))",
        "INSERT INTO defaults (id) VALUES (1), (2), (3)", "UPDATE defaults SET u = 'x' WHERE id = 2",
        "DELETE FROM defaults WHERE id = 3"], NOT_OLD)
    yield Case("unique_blob", [
        "CREATE TABLE unique_blob (a TEXT, b INT, UNIQUE KEY (a))", "INSERT INTO unique_blob VALUES ('a', 1), ('b', 2)",
        "UPDATE unique_blob SET b = 3 WHERE a = 'a'", "DELETE FROM unique_blob WHERE a = 'b'"], MARIADB)


def _plain():
    yield Case("auto", [
        "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
        "CREATE TABLE auto (id INT AUTO_INCREMENT PRIMARY KEY, t TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP, v INT)",
        "INSERT INTO auto (id, v) VALUES (0, 1), (NULL, 2), (-5, 3), (NULL, 4)", "UPDATE auto SET v = 9 WHERE id = 0",
        "DELETE FROM auto WHERE id = -5", "SET SESSION sql_mode = ''"])
    wide = [("TINYINT", "3"), ("VARCHAR(3)", "'ab'"), ("INT UNSIGNED", "4000000000"), ("BIT(3)", "5")]
    columns = ", ".join(f"c{i} {wide[i % 4][0]}" for i in range(1000))
    values = ", ".join("NULL" if i % 7 == 0 else wide[i % 4][1] for i in range(1000))
    for name, key in (("wide", "PRIMARY KEY (c2)"), ("wide_keyless", None)):
        yield Case(name, [
            f"CREATE TABLE {name} ({columns}{', ' + key if key else ''})", f"INSERT INTO {name} VALUES ({values})",
            f"UPDATE {name} SET c999 = 1, c500 = -1, c0 = 7",
            f"INSERT INTO {name} VALUES ({values.replace('4000000000', '1')})", f"DELETE FROM {name} WHERE c2 = 4000000000",
            f"INSERT INTO {name} VALUES ({values})"])
    yield Case("twins", [
        "CREATE TABLE twins (v VARCHAR(10), n INT) DEFAULT CHARSET=latin1",
        "INSERT INTO twins VALUES ('A', 1), ('a', 1), ('a', 1), ('a ', 1), (NULL, 1), (NULL, 1), ('ä', 1)",
        "DELETE FROM twins WHERE HEX(v) = '61' LIMIT 1", "DELETE FROM twins WHERE v IS NULL LIMIT 1",
        "UPDATE twins SET n = 2 WHERE HEX(v) = '6120'", "UPDATE twins SET v = 'A' WHERE HEX(v) = 'E4'"])
    yield Case("loose", [
        "CREATE TABLE loose (a INT, b INT, c VARCHAR(9), UNIQUE KEY (a, b))",
        "INSERT INTO loose VALUES (1, NULL, 'x'), (1, NULL, 'x'), (1, NULL, 'y'), (1, 1, 'z'), (NULL, NULL, 'n')",
        "DELETE FROM loose WHERE c = 'x' LIMIT 1", "UPDATE loose SET c = 'Y' WHERE c = 'y'",
        "UPDATE loose SET a = 5, b = 5 WHERE c = 'n'", "UPDATE loose SET b = NULL WHERE b = 1"])


KEYS = {
    "ci": ("VARCHAR(20) CHARACTER SET latin1", ["'abc'", "'b '", "'ß'", "''"], ALL),
    "bin": ("VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", ["'abc'", "'ABC'", "'Abc'", "'ж'"], ALL),
    "ucs2": ("CHAR(20) CHARACTER SET ucs2", ["'abc'", "'ж'", "''"], ALL),
    "gbk": ("VARCHAR(20) CHARACTER SET gbk", ["_gbk 0x815c", "'a\\\\b'", "''"], ALL),
    "varbinary": ("VARBINARY(20)", ["0x00", "''", "0x6100", "0x61", "0x6120"], ALL),
    "binary": ("BINARY(4)", ["0x00", "0x61", "0x6120", "0x27225c00"], ALL),
    "decimal": ("DECIMAL(30,10)", ["1.0000000001", "-99999999999999999999.9999999999", "0"], ALL),
    "float": ("FLOAT", ["1.1", "0.1", "3.4e38", "-7.77"], ALL),
    "double": ("DOUBLE", ["1.1", "0.1", "1.7e308", "0.30000000000000004"], ALL),
    "date": ("DATE", ["'0000-00-00'", "'2026-02-00'", "'2026-02-03'"], ALL),
    "datetime": ("DATETIME(6)", ["'0000-00-00 00:00:00'", "'2026-02-03 04:05:06.000007'", "'2026-00-03 00:00:00'"], ALL),
    "timestamp": ("TIMESTAMP(3)", ["'1970-01-01 00:00:01'", "'2026-02-03 04:05:06.007'", "'0000-00-00 00:00:00'"], ALL),
    "time": ("TIME(2)", ["'-838:59:59'", "'00:00:00.01'", "'-00:00:00.01'"], ALL),
    "year": ("YEAR", ["0", "1901", "2155"], ALL),
    "enum": ("ENUM('b', 'a', 'c')", ["'a'", "'b'", "'nothing'"], ALL),
    "set": ("SET('x', 'y', 'z')", ["'x,z'", "''", "'y'"], ALL),
    "bit": ("BIT(33)", ["b'1'", "8589934591", "0"], ALL),
    "bigint": ("BIGINT UNSIGNED", ["18446744073709551615", "9223372036854775808", "0"], ALL),
    "uuid": ("UUID", ["'123e4567-e89b-12d3-a456-426655440000'", "'f47ac10b-58cc-4372-a567-0e02b2c3d479'"],
             MARIADB),
    "inet6": ("INET6", ["'::'", "'2001:db8::ff00:42:8329'"], MARIADB),
    "inet4": ("INET4", ["'1.2.3.4'", "'255.254.0.0'"], MARIADB),
}


def _keys():
    for name, (kind, values, on) in KEYS.items():
        table = f"key_{name}"
        rows = [f"({v}, {n}, 0)" for n, v in enumerate(values)]
        yield Case(table, [
            f"CREATE TABLE {table} (c {kind} NOT NULL, n INT NOT NULL, v INT, PRIMARY KEY (c)) COLLATE=utf8mb4_general_ci",
            _rows(table, "c, n, v", rows), *(f"UPDATE {table} SET v = v + 1 WHERE n = {n}" for n in range(len(values))),
            f"DELETE FROM {table} WHERE n = 1", f"UPDATE {table} SET c = {values[1]} WHERE n = 0"], on)
        yield Case(f"pair_{name}", [
            f"CREATE TABLE pair_{name} (n INT NOT NULL, v INT, c {kind} NOT NULL, PRIMARY KEY (n, c)) "
            "COLLATE=utf8mb4_general_ci",
            _rows(f"pair_{name}", "c, n, v", rows), f"DELETE FROM pair_{name} WHERE n = 0",
            f"UPDATE pair_{name} SET c = {values[0]} WHERE n = 1"], on)
    yield Case("key_case", [
        "CREATE TABLE key_case (c VARCHAR(20) PRIMARY KEY, v INT) COLLATE=utf8mb4_general_ci",
        "INSERT INTO key_case VALUES ('abc', 1), ('é', 2)", "UPDATE key_case SET c = 'ABC' WHERE v = 1",
        "UPDATE key_case SET v = 3 WHERE v = 1", "UPDATE key_case SET c = 'E' WHERE v = 2"])
    yield Case("key_prefix", [
        "CREATE TABLE key_prefix (t TEXT NOT NULL, b BLOB NOT NULL, v INT, PRIMARY KEY (t(3), b(2)))",
        "INSERT INTO key_prefix VALUES ('abcd', 'xyz', 1), ('abdd', 'xyz', 2), ('ж', 0x00, 3)",
        "UPDATE key_prefix SET v = 9 WHERE v = 1", "UPDATE key_prefix SET t = 'abczzz' WHERE v = 9",
        "DELETE FROM key_prefix WHERE v = 3"])


def _names():
    for name in ("a.b", "q``t", "таблица", "sp ace", "a'b\"c", "select", "100%_d", "@#$"):
        if name == "a.b":
            columns = ("`c.d`", "`e``f`")
        else:
            columns = ("`столбец`", "`a\"b'c`")
        yield Case(f"`{name}`", [
            f"CREATE TABLE `{name}` ({columns[0]} INT PRIMARY KEY, {columns[1]} VARCHAR(20))",
            f"INSERT INTO `{name}` VALUES (1, 'a'), (2, 'b'), (3, 'c')",
            f"UPDATE `{name}` SET {columns[1]} = 'z' WHERE {columns[0]} = 1", f"DELETE FROM `{name}` WHERE {columns[0]} = 2"])


def _mariadb():
    yield Case("versioned", [
        "CREATE TABLE versioned (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING",
        "INSERT INTO versioned VALUES (1, 1), (2, 2), (3, 3)", "UPDATE versioned SET v = 10 WHERE id = 1",
        "UPDATE versioned SET v = 11 WHERE id = 1", "DELETE FROM versioned WHERE id = 2"], MARIADB)
    yield Case("versioned_keyless", [
        "CREATE TABLE versioned_keyless (v INT, s TIMESTAMP(6) GENERATED ALWAYS AS ROW START, "
        "e TIMESTAMP(6) GENERATED ALWAYS AS ROW END, w INT WITHOUT SYSTEM VERSIONING, PERIOD FOR SYSTEM_TIME (s, e)) "
        "WITH SYSTEM VERSIONING",
        "INSERT INTO versioned_keyless (v, w) VALUES (1, 1), (2, 2), (2, 2)", "UPDATE versioned_keyless SET v = 10 WHERE v = 1",
        "UPDATE versioned_keyless SET w = 5 WHERE v = 2", "DELETE FROM versioned_keyless WHERE v = 2 LIMIT 1"], MARIADB)
    yield Case("counter", [
        "CREATE SEQUENCE counter START WITH 5 INCREMENT BY 3 CACHE 2", *["DO NEXT VALUE FOR counter"] * 5,
        "DO SETVAL(counter, 1000)", "DO NEXT VALUE FOR counter"], MARIADB)
    yield Case("uncached", ["CREATE SEQUENCE uncached INCREMENT BY -1 NOCACHE", *["DO NEXT VALUE FOR uncached"] * 3],
               MARIADB)
    yield Case("by_sequence", [
        "CREATE SEQUENCE feed", "CREATE TABLE by_sequence (id BIGINT DEFAULT NEXTVAL(feed) PRIMARY KEY, v INT)",
        "INSERT INTO by_sequence (v) VALUES (1), (2), (3)"], MARIADB)
    yield Case("checked", [
        "CREATE TABLE checked (id INT PRIMARY KEY, v INT CHECK (v > 0))", "INSERT INTO checked VALUES (1, 1)",
        "SET check_constraint_checks = 0", "INSERT INTO checked VALUES (2, -2)", "UPDATE checked SET v = -1 WHERE id = 1",
        "SET check_constraint_checks = 1"], MARIADB)


def table_cases(source, target):
    everything = (case for group in (_generated, _plain, _keys, _names, _mariadb) for case in group())
    return [case for case in everything if source in case.on and target in case.on]


# Old temporal formats: in MariaDB the making of a table decides.
OLD_TEMPORALS = [
    "CREATE TABLE old_temporals (id INT PRIMARY KEY, "
    + ", ".join(f"t{d} TIME({d}), d{d} DATETIME({d}), s{d} TIMESTAMP({d}) NULL" for d in (0, 1, 3, 6)) + ")",
    "CREATE TABLE old_temporals_keyless AS SELECT * FROM old_temporals",
]
OLD_TEMPORAL_ROWS = [
    "'-838:59:59', '9999-12-31 23:59:59', '1970-01-01 00:00:01', '-12:34:56.7', '2026-02-03 04:05:06.7', "
    "'2038-01-19 03:14:07.9', '12:34:56.789', '1000-01-01 00:00:00.001', '2026-02-03 04:05:06.007', "
    "'-00:00:00.000001', '9999-12-31 23:59:59.999999', '2026-02-03 04:05:06.000007'",
    "'838:59:59', '0000-00-00 00:00:00', '0000-00-00 00:00:00', '-00:00:00.1', '2026-00-00 00:00:00.1', "
    "'0000-00-00 00:00:00', '-838:59:58.999', '0000-00-00 00:00:00', '2026-02-03 04:05:06', "
    "'838:59:58.999999', '2026-02-03 00:00:00', '1999-12-31 23:59:59.999999'",
    ", ".join(["NULL"] * 12),
]
