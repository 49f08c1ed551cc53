# SPDX-License-Identifier: Apache-2.0
"""Transactions of a shop gone mad, as SQL text: the same for the same seed, whatever the server answers."""

import collections
import random

# kind: what it is, for the statistics; statements run in one transaction unless is_ddl.
Transaction = collections.namedtuple("Transaction", "kind statements is_ddl", defaults=(False,))

SETUP = [
    """CREATE TABLE w_keyed (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, a INT, b VARCHAR(60), c DECIMAL(12,4),
        d DOUBLE, at DATETIME(6), KEY (a)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""",
    """CREATE TABLE w_unique (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, u INT, v VARCHAR(20),
        UNIQUE KEY (u)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""",
    "CREATE TABLE w_keyless (a INT, b VARCHAR(20)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    """CREATE TABLE w_compound (a VARCHAR(20) NOT NULL, b INT NOT NULL, n INT NOT NULL, PRIMARY KEY (a, b))
        ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""",
    "CREATE TABLE w_large (id INT NOT NULL PRIMARY KEY, body LONGBLOB) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "CREATE TABLE w_parent (id INT NOT NULL PRIMARY KEY, v INT) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    """CREATE TABLE w_child (id INT NOT NULL PRIMARY KEY, parent_id INT NOT NULL, v INT,
        CONSTRAINT w_cascade FOREIGN KEY (parent_id) REFERENCES w_parent (id) ON DELETE CASCADE ON UPDATE CASCADE)
        ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""",
    """CREATE TABLE w_loose (id INT NOT NULL PRIMARY KEY, parent_id INT, v INT,
        CONSTRAINT w_set_null FOREIGN KEY (parent_id) REFERENCES w_parent (id) ON DELETE SET NULL ON UPDATE CASCADE)
        ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""",
]

TEXTS = ["", "plain", "O''Brien", "größer", "日本語", "🚢 ferry", "trailing ", "new\\nline", "back\\\\slash", "NULL"]


class Statements:
    """An endless iterator of transactions.

    number: part of the names of the writer's own tables.
    ddl: "own" redefines these tables, True the shared one too.
    lane: (k, n): only keys that are k modulo n are touched, so that n writers on several servers never meet.
    """

    def __init__(self, seed, number=0, ddl=False, xa=False, lane=(0, 1), largest=200, large_row=300_000):
        self.random = random.Random(f"{seed}-{number}")
        self.number = number
        self.lane, self.lanes = lane
        self.largest = largest
        self.large_row = large_row
        self.serial = 0  # of names that must not come twice
        self.inserted = self.lanes  # a guess at the highest automatic key: what updates and deletes aim at
        self.extra_columns = []  # added to w_keyed by this writer
        self.tables = {}  # of this writer alone: name to its list of extra columns
        self.has_index = set()
        kinds = {
            self.insert: 14, self.insert_many: 6, self.update: 12, self.update_many: 4, self.update_key: 3,
            self.delete: 6, self.delete_many: 2, self.upsert: 6, self.replace: 3, self.swap_unique: 3,
            self.keyless_insert: 6, self.keyless_change: 6, self.compound: 6, self.family: 6, self.drop_parents: 3,
            self.move_parent: 2, self.large: 1, self.mixed: 8, self.roll_back: 4, self.savepoints: 4, self.nothing: 1,
        }
        if xa:
            kinds[self.xa] = 3
        if ddl:
            kinds.update({
                self.create_table: 2, self.drop_table: 1, self.fill_table: 6, self.add_column: 2, self.drop_column: 2,
                self.toggle_index: 2, self.rename_table: 1, self.swap_tables: 1, self.truncate_table: 1,
                self.change_default: 1,
            })
        if ddl is True:
            kinds.update({self.widen_shared: 1, self.narrow_shared: 1})
        self.kinds = list(kinds)
        self.weights = list(kinds.values())

    def __iter__(self):
        while True:
            yield self.next()

    def next(self):
        kind = self.random.choices(self.kinds, self.weights)[0]
        made = kind()
        return made if isinstance(made, Transaction) else Transaction(kind.__name__, made)

    # --- pieces

    def key(self, space):
        """A key of this writer's lane."""
        return self.random.randrange(1, max(2, space // self.lanes)) * self.lanes + self.lane

    def near(self, column="id", width=1):
        """A condition that meets up to width keys of this lane."""
        low = self.key(self.inserted)
        where = f"{column} BETWEEN {low} AND {low + (width - 1) * self.lanes}"
        return where if self.lanes == 1 else f"{where} AND MOD({column}, {self.lanes}) = {self.lane}"

    def text(self):
        return f"'{self.random.choice(TEXTS)}{self.random.randrange(1000)}'"

    def value(self):
        return self.random.choice(["NULL", str(self.random.randrange(-10 ** 6, 10 ** 6))])

    def moment(self):
        r = self.random
        return (f"'{r.randrange(1971, 2037)}-{r.randrange(1, 13):02}-{r.randrange(1, 29):02} "
                f"{r.randrange(24):02}:{r.randrange(60):02}:{r.randrange(60):02}.{r.randrange(10 ** 6):06}'")

    def keyed_row(self):
        r = self.random
        return (f"({self.value()}, {self.text()}, {r.randrange(-10 ** 9, 10 ** 9) / 10 ** 4}, "
                f"{r.choice(['NULL', repr(r.uniform(-1e9, 1e9))])}, {self.moment()})")

    def name(self, what):
        self.serial += 1
        return f"w{self.number}_{what}{self.serial}"

    # --- rows

    def insert(self, rows=1):
        self.inserted += rows * self.lanes
        return ["INSERT INTO w_keyed (a, b, c, d, at) VALUES " + ", ".join(self.keyed_row() for _ in range(rows))]

    def insert_many(self):
        return self.insert(self.random.randrange(2, self.largest + 1))

    def update(self, width=1):
        change = self.random.choice(["a = a + 1", f"b = {self.text()}", f"a = {self.value()}, at = {self.moment()}",
                                     "c = c * 1.5", "d = -d", "b = NULL"])
        return [f"UPDATE w_keyed SET {change} WHERE {self.near(width=width)}"]

    def update_many(self):
        return self.update(self.random.randrange(2, self.largest + 1))

    def update_key(self):
        """A changed primary key; often one that is taken, which fails and rolls back."""
        return [f"UPDATE w_keyed SET id = {self.key(self.inserted) + 10 ** 6 * self.lanes} WHERE {self.near()}"]

    def delete(self, width=1):
        return [f"DELETE FROM w_keyed WHERE {self.near(width=width)}"]

    def delete_many(self):
        return self.delete(self.random.randrange(2, max(3, self.largest // 2)))

    def upsert(self):
        rows = ", ".join(f"({self.key(400)}, {self.text()})" for _ in range(self.random.randrange(1, 6)))
        return [f"INSERT INTO w_unique (u, v) VALUES {rows} ON DUPLICATE KEY UPDATE v = VALUES(v)"]

    def replace(self):
        return [f"REPLACE INTO w_unique (u, v) VALUES ({self.key(400)}, {self.text()})"]

    def swap_unique(self):
        """Two rows exchange their unique values, through NULL."""
        one, two = self.key(400), self.key(400)
        return [f"UPDATE w_unique SET u = NULL, v = 'swapping' WHERE u = {one}",
                f"UPDATE w_unique SET u = {one} WHERE u = {two}",
                f"UPDATE w_unique SET u = {two}, v = 'swapped' WHERE u IS NULL AND v = 'swapping' LIMIT 1"
                if one != two else f"UPDATE w_unique SET u = {one} WHERE u IS NULL AND v = 'swapping' LIMIT 1"]

    def keyless_insert(self):
        row = f"({self.key(50)}, {self.text()})"
        return ["INSERT INTO w_keyless VALUES " + ", ".join([row] * self.random.randrange(1, 5))]

    def keyless_change(self):
        where = f"a = {self.key(50)} ORDER BY b LIMIT {self.random.randrange(1, 3)}"
        return [self.random.choice([f"DELETE FROM w_keyless WHERE {where}",
                                    f"UPDATE w_keyless SET b = {self.text()} WHERE {where}"])]

    def compound(self):
        a, b = self.random.choice("aAäbB"), self.key(60)
        return [self.random.choice([
            f"INSERT INTO w_compound VALUES ('{a}', {b}, 1) ON DUPLICATE KEY UPDATE n = n + 1",
            f"DELETE FROM w_compound WHERE b = {b}",
            f"UPDATE w_compound SET a = '{self.random.choice('xyz')}' WHERE a = '{a}' AND b = {b}"])]

    def family(self):
        parent = self.key(300)
        out = [f"INSERT IGNORE INTO w_parent VALUES ({parent}, {self.value()})"]
        for _ in range(self.random.randrange(1, 6)):
            table = self.random.choice(["w_child", "w_loose"])
            out.append(f"INSERT INTO {table} VALUES ({self.key(2000)}, {parent}, {self.value()}) "
                       "ON DUPLICATE KEY UPDATE v = VALUES(v)")
        return out

    def drop_parents(self):
        return [f"DELETE FROM w_parent WHERE id = {self.key(300)}"]

    def move_parent(self):
        return [f"UPDATE w_parent SET id = {self.key(300)} WHERE id = {self.key(300)}"]

    def large(self):
        size = self.random.randrange(1000, self.large_row)
        return [f"REPLACE INTO w_large VALUES ({self.key(20)}, REPEAT({self.text()}, {size // 8}))"]

    def mixed(self):
        """Several of the above in one transaction."""
        parts = [self.insert, self.update, self.delete, self.upsert, self.keyless_insert, self.keyless_change,
                 self.compound, self.family]
        return [s for _ in range(self.random.randrange(2, 12)) for s in self.random.choice(parts)()]

    def roll_back(self):
        return [*self.mixed(), "ROLLBACK"]

    def savepoints(self):
        return [*self.insert(3), "SAVEPOINT one", *self.mixed(), "ROLLBACK TO SAVEPOINT one", *self.update(5),
                "SAVEPOINT two", *self.keyless_insert(), "RELEASE SAVEPOINT two"]

    def nothing(self):
        """A transaction that changes no row."""
        return ["UPDATE w_keyed SET a = 1 WHERE id = -1"]

    def xa(self):
        xid = f"'{self.name('xa')}'"
        end = self.random.choice(["COMMIT", "COMMIT", "ROLLBACK"])
        # No row is shared between an XA transaction and one in between: it would wait for a lock of its own writer.
        self.inserted += 2 * self.lanes
        return Transaction("xa", [f"XA START {xid}", *self.insert(2), *self.keyless_insert(), f"XA END {xid}",
                                  f"XA PREPARE {xid}", f"XA {end} {xid}"], True)

    # --- definitions: of this writer's own tables, and a column of the shared one

    def ddl(self, kind, *statements):
        return Transaction(kind, list(statements), True)

    def own(self):
        return self.random.choice(sorted(self.tables))

    def create_table(self):
        name = self.name("t")
        self.tables[name] = []
        if len(self.tables) > 1 and self.random.random() < 0.3:
            like = self.random.choice([t for t in sorted(self.tables) if t != name])
            self.tables[name] = list(self.tables[like])
            if like in self.has_index:
                self.has_index.add(name)
            return self.ddl("create_like", f"CREATE TABLE {name} LIKE {like}")
        key = self.random.choice(["PRIMARY KEY (id)", "KEY (id)"])
        return self.ddl("create_table", f"CREATE TABLE {name} (id INT NOT NULL, v VARCHAR(30), {key}) "
                                        "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4")

    def drop_table(self):
        if len(self.tables) < 4:
            return self.create_table()
        names = self.random.sample(sorted(self.tables), self.random.choice([1, 1, 2]))
        for name in names:
            del self.tables[name]
            self.has_index.discard(name)
        return self.ddl("drop_table", "DROP TABLE " + ", ".join(names))

    def fill_table(self):
        if not self.tables:
            return self.create_table()
        name = self.own()
        columns = ["id", "v", *self.tables[name]]
        rows = (f"({self.key(100)}, {self.text()}{''.join(', ' + self.value() for _ in self.tables[name])})"
                for _ in range(self.random.randrange(1, 10)))
        change = self.random.choice([f"DELETE FROM {name} WHERE id = {self.key(100)}",
                                     f"UPDATE {name} SET v = {self.text()} WHERE id = {self.key(100)}"])
        return [f"INSERT IGNORE INTO {name} ({', '.join(columns)}) VALUES {', '.join(rows)}", change]

    def add_column(self):
        if not self.tables:
            return self.create_table()
        name, column = self.own(), self.name("c")
        where = self.random.choice(["", " FIRST", " AFTER id"])
        self.tables[name].append(column)
        default = self.random.choice(["INT DEFAULT 7", "BIGINT NOT NULL DEFAULT 0", "VARCHAR(20) DEFAULT 'x'"])
        if "NOT NULL" in default:
            default = "BIGINT DEFAULT 0"  # fill_table() writes NULLs too
        return self.ddl("add_column", f"ALTER TABLE {name} ADD COLUMN {column} {default}{where}")

    def drop_column(self):
        name = next((t for t in sorted(self.tables) if self.tables[t]), None)
        if name is None:
            return self.add_column()
        column = self.tables[name].pop(self.random.randrange(len(self.tables[name])))
        return self.ddl("drop_column", f"ALTER TABLE {name} DROP COLUMN {column}")

    def toggle_index(self):
        if not self.tables:
            return self.create_table()
        name = self.own()
        if name in self.has_index:
            self.has_index.discard(name)
            return self.ddl("drop_index", f"DROP INDEX by_v ON {name}")
        self.has_index.add(name)
        return self.ddl("create_index", f"CREATE INDEX by_v ON {name} (v)")

    def rename(self, old, new):
        self.tables[new] = self.tables.pop(old)
        if old in self.has_index:
            self.has_index.discard(old)
            self.has_index.add(new)

    def rename_table(self):
        if not self.tables:
            return self.create_table()
        old, new = self.own(), self.name("t")
        self.rename(old, new)
        return self.ddl("rename_table", f"RENAME TABLE {old} TO {new}")

    def swap_tables(self):
        if len(self.tables) < 2:
            return self.create_table()
        one, two = self.random.sample(sorted(self.tables), 2)
        between = self.name("swap")
        for old, new in ((one, between), (two, one), (between, two)):
            self.rename(old, new)
        return self.ddl("swap_tables", f"RENAME TABLE {one} TO {between}, {two} TO {one}, {between} TO {two}")

    def truncate_table(self):
        if not self.tables:
            return self.create_table()
        return self.ddl("truncate_table", f"TRUNCATE TABLE {self.own()}")

    def change_default(self):
        name = next((t for t in sorted(self.tables) if self.tables[t]), None)
        if name is None:
            return self.add_column()
        return self.ddl("change_default", f"ALTER TABLE {name} ALTER COLUMN v SET DEFAULT {self.text()}")

    def widen_shared(self):
        column = self.name("c")
        self.extra_columns.append(column)
        return self.ddl("widen_shared", f"ALTER TABLE w_keyed ADD COLUMN {column} INT DEFAULT {self.random.randrange(9)}")

    def narrow_shared(self):
        if not self.extra_columns:
            return self.widen_shared()
        return self.ddl("narrow_shared", f"ALTER TABLE w_keyed DROP COLUMN {self.extra_columns.pop(0)}")
