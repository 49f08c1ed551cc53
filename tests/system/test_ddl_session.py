# SPDX-License-Identifier: Apache-2.0
"""A DDL runs on the target in the session that it ran in on the source: one session, one statement, one look."""

import pytest

from rowferrylib.compare import compare
from rowferrylib.flavour import NAMES

PAIRS = [(name, name) for name in NAMES] + [
    ("mysql-5.6", "mariadb-11.8"), ("mysql-5.6", "mysql-9.7"), ("mariadb-10.11", "mariadb-11.8"),
    ("mariadb-11.8", "mariadb-10.11"), ("mariadb-11.8", "mysql-9.7"), ("mysql-9.7", "mariadb-11.8"),
    ("mysql-9.7", "mariadb-10.11"),
]

# What is stored depends on the session, and differs when any part of it is lost.
SESSIONS = {
    "ansi_quotes": ["SET sql_mode = 'ANSI_QUOTES'", 'CREATE TABLE "ansi" ("a b" INT) COMMENT=\'x"y\'',
                    "SET sql_mode = ''", "INSERT INTO ansi VALUES (1)"],
    "no_backslash_escapes": ["SET sql_mode = 'NO_BACKSLASH_ESCAPES'", r"CREATE TABLE slashes (a INT) COMMENT='a\b\'",
                             "INSERT INTO slashes VALUES (1)"],
    "pipes_as_concat": ["SET sql_mode = 'PIPES_AS_CONCAT'", "CREATE TABLE pipes (a INT COMMENT 'p')",
                        "ALTER TABLE pipes COMMENT='q'", "INSERT INTO pipes VALUES (1)"],
    "real_as_float": ["SET sql_mode = 'REAL_AS_FLOAT'", "CREATE TABLE reals (a REAL)", "INSERT INTO reals VALUES (0.1)"],
    "lenient": ["SET sql_mode = ''", "CREATE TABLE lenient (a VARCHAR(5), b DATE NOT NULL DEFAULT '0000-00-00')",
                "INSERT INTO lenient (a) VALUES ('12345'), ('x')", "ALTER TABLE lenient MODIFY a VARCHAR(2)"],
    "latin1_client": ["SET NAMES latin1", "CREATE TABLE `größe` (`stück` INT COMMENT 'für' , e ENUM('ä','ö'))",
                      "INSERT INTO `größe` VALUES (1, 'ö')", "SET NAMES utf8mb4"],
    "gbk_client": ["SET NAMES gbk", "CREATE TABLE chinese (a INT COMMENT '汉字誠', e ENUM('功','能'))",
                   "INSERT INTO chinese VALUES (1, '能')", "SET NAMES utf8mb4"],
    "utf8_collation": ["SET NAMES utf8 COLLATE utf8_bin", "CREATE TABLE ub (a INT COMMENT 'größer')",
                       "INSERT INTO ub VALUES (1)", "SET NAMES utf8mb4"],
    "time_zone": ["SET time_zone = '+05:30'", "CREATE TABLE zoned (a INT, t TIMESTAMP NULL DEFAULT '2020-01-01 00:00:00')",
                  "INSERT INTO zoned (a) VALUES (1)", "ALTER TABLE zoned ADD d DATETIME DEFAULT '2020-06-01 12:00:00'",
                  "ALTER TABLE zoned MODIFY d TIMESTAMP NULL"],
    "timestamp": ["SET timestamp = 1234567890", "CREATE TABLE timed (a INT)", "INSERT INTO timed VALUES (1)",
                  "ALTER TABLE timed ADD t DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP", "SET timestamp = DEFAULT"],
    "microseconds": ["CREATE TABLE micro (a INT)", "INSERT INTO micro VALUES (1)",
                     "ALTER TABLE micro ADD t DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"],
    "rounding": ["CREATE TABLE rounded (t DATETIME(6))", "INSERT INTO rounded VALUES ('2020-01-01 00:00:00.999999')",
                 "ALTER TABLE rounded MODIFY t DATETIME"],
    "no_foreign_keys": ["SET foreign_key_checks = 0",
                        "CREATE TABLE child (a INT, KEY (a), CONSTRAINT c1 FOREIGN KEY (a) REFERENCES later (a)) ENGINE=InnoDB",
                        "CREATE TABLE later (a INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO later VALUES (1)",
                        "INSERT INTO child VALUES (1)", "TRUNCATE TABLE later", "DROP TABLE later",
                        "SET foreign_key_checks = 1", "CREATE TABLE later (a INT PRIMARY KEY) ENGINE=InnoDB",
                        "INSERT INTO later VALUES (1)"],
    "numbering": ["CREATE TABLE numbered (a INT PRIMARY KEY)", "INSERT INTO numbered VALUES (1), (2), (3)",
                  "SET auto_increment_increment = 10, auto_increment_offset = 3",
                  "ALTER TABLE numbered ADD id INT AUTO_INCREMENT UNIQUE"],
    "zero_number": ["CREATE TABLE zeros (a INT)", "INSERT INTO zeros VALUES (0), (1)",
                    "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'", "ALTER TABLE zeros MODIFY a INT AUTO_INCREMENT PRIMARY KEY"],
    "language": ["SET lc_time_names = 'de_DE'", "CREATE TABLE spoken (a INT)", "INSERT INTO spoken VALUES (1)"],
}

# (servers that can, statements)
SOME = {
    "implicit_timestamp": (("mariadb-10.11", "mariadb-11.8", "mysql-9.7"), [
        "SET explicit_defaults_for_timestamp = 0", "CREATE TABLE implicit (a INT, t TIMESTAMP, u TIMESTAMP NULL)",
        "INSERT INTO implicit (a) VALUES (1)", "SET explicit_defaults_for_timestamp = 1",
        "CREATE TABLE explicit (a INT, t TIMESTAMP, u TIMESTAMP NULL)", "INSERT INTO explicit (a) VALUES (1)"]),
    "no_check_constraints": (("mariadb-10.11", "mariadb-11.8"), [
        "SET check_constraint_checks = 0", "CREATE TABLE unchecked (a INT)", "INSERT INTO unchecked VALUES (-1)",
        "ALTER TABLE unchecked ADD CONSTRAINT positive CHECK (a > 0)"]),
    "if_exists": (("mariadb-10.11", "mariadb-11.8"), [
        "CREATE TABLE iffy (a INT)", "INSERT INTO iffy VALUES (1)", "SET sql_if_exists = 1",
        "DROP TABLE nowhere", "ALTER TABLE nowhere ADD b INT", "ALTER TABLE iffy ADD b INT"]),
    "two_phase_alter": (("mariadb-10.11", "mariadb-11.8"), [
        "CREATE TABLE phased (a INT PRIMARY KEY)", "INSERT INTO phased VALUES (1)", "SET binlog_alter_two_phase = 1",
        "ALTER TABLE phased ADD b INT DEFAULT 2", "ALTER IGNORE TABLE phased ADD UNIQUE (b)", "INSERT INTO phased VALUES (2, 3)",
        "SET binlog_alter_two_phase = 0"]),
    "versioned": (("mariadb-10.11", "mariadb-11.8"), [
        "CREATE TABLE versioned (a INT) WITH SYSTEM VERSIONING", "INSERT INTO versioned VALUES (1)",
        "SET system_versioning_alter_history = KEEP", "ALTER TABLE versioned ADD b INT"]),
    "invisible_primary_key": (("mysql-9.7",), [
        "SET sql_generate_invisible_primary_key = 1", "CREATE TABLE keyless (a INT)", "INSERT INTO keyless VALUES (1)"]),
    "default_collation": (("mysql-9.7",), [
        "SET default_collation_for_utf8mb4 = utf8mb4_general_ci", "CREATE TABLE collated (a TEXT CHARACTER SET utf8mb4, n INT)",
        "SET default_collation_for_utf8mb4 = utf8mb4_0900_ai_ci", "ALTER TABLE collated ADD b TEXT CHARACTER SET utf8mb4",
        "INSERT INTO collated VALUES ('ß', 1, 'ss')"]),
    "character_set_collations": (("mariadb-11.8",), [
        "SET character_set_collations = 'utf8mb4=utf8mb4_bin'", "CREATE TABLE collated (a TEXT CHARACTER SET utf8mb4, n INT)",
        "SET character_set_collations = 'utf8mb4=uca1400_nopad_ai_ci'",
        "ALTER TABLE collated ADD b TEXT CHARACTER SET utf8mb4 NOT NULL",
        "INSERT INTO collated VALUES ('ß', 1, 'ss')"]),
}

def sessions(source, target):
    found = dict(SESSIONS)
    for name, (servers, statements) in SOME.items():
        if source in servers and (target in servers or name in ("default_collation", "character_set_collations")):
            found[name] = statements
    return found


def collations(server, database):
    """Columns and their collations, the documented equals counted as one."""
    equal = {"utf8mb4_uca1400_nopad_ai_ci": "utf8mb4_0900_ai_ci"}
    rows = server.execute("SELECT table_name, column_name, collation_name FROM information_schema.columns "
                          f"WHERE table_schema = '{database}' AND collation_name IS NOT NULL")
    return sorted((t, c, equal.get(k, k).replace("utf8mb3_", "utf8_")) for t, c, k in rows)


@pytest.mark.limit(300)
@pytest.mark.parametrize("pair", PAIRS, ids=["-to-".join(p) for p in PAIRS])
def test_sessions(pool, rowferry, pair):
    source, target = pool.get(pair[0], "source"), pool.get(pair[1], "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dsess")
        server.execute("CREATE DATABASE dsess CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    ferry = rowferry(source, target, ["dsess"])
    ferry.run_until("now")
    for statements in sessions(*pair).values():
        with source.session(db="dsess") as session, session.cursor() as cursor:
            for statement in statements:
                if statement.startswith("SET NAMES") and "COLLATE" not in statement:
                    session.set_charset(statement.split()[2])  # what PyMySQL encodes the text in
                else:
                    cursor.execute(statement)
    ferry.run_until("now")
    compare(source, target, ["dsess"])
    assert collations(source, "dsess") == collations(target, "dsess")


def test_collations_that_the_target_lacks(pool, rowferry):
    """Named or meant, an operator's word or a documented equal; a stand-in that is not there either stops."""
    source, target = pool.get("mariadb-11.8", "source"), pool.get("mysql-9.7", "target")
    for server in (source, target):
        server.execute("DROP DATABASE IF EXISTS dsess", "DROP DATABASE IF EXISTS dump2db")
    rename = {"from": "utf8mb4_uca1400_ai_ci", "to": "utf8mb4_de_pb_0900_ai_ci"}
    ferry = rowferry(source, target, ["dsess"], {"ddl": {"collations": [{**rename, "to": "nowhere_ci"}]}})
    ferry.run_until("now")
    source.execute("CREATE DATABASE dsess CHARACTER SET utf8mb4",
                   "CREATE TABLE dsess.t (id INT PRIMARY KEY, a VARCHAR(9), b VARCHAR(9) CHARACTER SET utf8mb4, "
                   "c VARCHAR(9) COLLATE utf8mb4_uca1400_ai_ci, d VARCHAR(9) COLLATE utf8mb4_uca1400_nopad_as_cs)",
                   "INSERT INTO dsess.t VALUES (1, 'ä', 'ß', 'ж', '€')")
    ferry.start("--until", "now")
    assert ferry.wait_for_end(30) == 1
    assert ("ddl.collations: 'utf8mb4_uca1400_ai_ci' is to become 'nowhere_ci', which the target does not have. "
            "Name a collation that SHOW COLLATION lists there.") in ferry.log()
    ferry.tasks["task"]["ddl"]["collations"] = [rename]
    ferry.write_config()
    ferry.run_until("now")
    compare(source, target, ["dsess"])
    assert dict(target.execute("SELECT column_name, collation_name FROM information_schema.columns "
                               "WHERE table_schema = 'dsess' AND collation_name IS NOT NULL")) == {
        **dict.fromkeys("abc", "utf8mb4_de_pb_0900_ai_ci"), "d": "utf8mb4_0900_as_cs"}
