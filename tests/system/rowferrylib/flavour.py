# SPDX-License-Identifier: Apache-2.0
"""The four servers: where their programs lie, how a data folder is made, what they are started with."""

import glob
import os
import pathlib
import shutil
import subprocess

from . import places

NAMES = ("mariadb-10.11", "mariadb-11.8", "mysql-9.7", "mysql-5.6")
USER = "rowferry"
PASSWORD = "ferry"


def _users(plugin):
    """root without a password from everywhere, and the user that tasks connect as."""
    how = f"IDENTIFIED WITH {plugin} BY" if plugin else "IDENTIFIED BY"
    return [
        "CREATE USER root@'%'",
        "GRANT ALL PRIVILEGES ON *.* TO root@'%' WITH GRANT OPTION",
        f"CREATE USER {USER}@'%' {how} '{PASSWORD}'",
        f"GRANT ALL PRIVILEGES ON *.* TO {USER}@'%' WITH GRANT OPTION",
    ]


class Flavour:
    """One server version. Programs that come with their libraries are run by their own loader."""

    is_mariadb = False
    fixed_options = ()  # those that a server wants at every start as at its initialisation

    def __init__(self, name, root):
        self.name = name
        self.root = pathlib.Path(root)
        self.env = {}

    def is_installed(self):
        return self.program().exists()

    def loader(self):
        """What stands before the program's name on the command line."""
        if self.root == pathlib.Path("/"):
            return []
        loader = glob.glob(f"{self.root}/usr/lib64/ld-linux-*.so.*") + glob.glob(f"{self.root}/usr/lib/ld-linux-*")
        libraries = glob.glob(f"{self.root}/usr/lib/*-linux-gnu")
        return [loader[0], "--library-path", ":".join(libraries)]

    def program(self):
        raise NotImplementedError

    def client(self, name):
        """The command line that begins with a client program of this version's own."""
        return [*self.loader(), str(self.root / "usr/bin" / name)]

    def command(self, *arguments):
        as_user = ["--user=root"] if os.geteuid() == 0 else []
        return [*self.loader(), str(self.program()), "--no-defaults", *as_user, *arguments]

    def places(self):
        """Arguments that name the server's own files."""
        raise NotImplementedError

    def defaults(self):
        """Options of a test server, before a test's own. Small, and fast rather than safe against power cuts:
        a killed process loses nothing that it has written."""
        return {
            "log_bin": "binlog",
            "binlog_format": "ROW",
            "sync_binlog": 0,
            "innodb_flush_log_at_trx_commit": 2,
            "innodb_buffer_pool_size": "64M",
            "innodb_use_native_aio": 0,
            "performance_schema": "OFF",
            "max_allowed_packet": "1G",
            "max_connections": 200,
            "character_set_server": "utf8mb4",
            "skip_name_resolve": "ON",
            "secure_file_priv": "",
            "local_infile": "ON",
            "bind_address": "127.0.0.1",
        }

    def make_data(self, folder, *arguments):
        """Fills the folder with a fresh data folder that has the users above."""
        raise NotImplementedError

    def template(self, *arguments):
        """A data folder made once for each version of the server and kept in the cache."""
        version = subprocess.run([*self.loader(), str(self.program()), "--no-defaults", "--version"],
                                 env={**os.environ, **self.env}, capture_output=True, text=True, check=True).stdout
        key = "".join(c if c.isalnum() or c in ".-" else "_" for c in version.split("Ver")[1].split()[0])
        template = places.cache_folder() / "data" / "".join((f"{self.name}-{key}-{self.recipe()}", *arguments))
        if not template.exists():
            template.parent.mkdir(parents=True, exist_ok=True)
            fresh = template.with_name(f".new.{template.name}.{os.getpid()}")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            self.make_data(fresh, *arguments)
            (fresh / "auto.cnf").unlink(missing_ok=True)  # the server's identity: each copy makes its own
            try:
                fresh.rename(template)
            except OSError:  # another run was faster
                shutil.rmtree(fresh)
        return template

    def recipe(self):
        """Changes when the making of data folders changes, so that old ones are left alone."""
        return f"1-{os.geteuid()}"

    def _bootstrap(self, folder, arguments, sql):
        log = folder.with_name(folder.name + ".log")  # beside it: --initialize wants an empty folder
        with open(log, "wb") as output:
            done = subprocess.run(self.command(*self.places(), f"--datadir={folder}", *arguments), input=sql.encode(),
                                  stdout=output, stderr=output, env={**os.environ, **self.env}, check=False)
        if done.returncode != 0 or b"[ERROR]" in log.read_bytes():
            raise AssertionError(f"no data folder for {self.name}: exit {done.returncode}\n{places.tail(log)}")
        log.unlink()


class MariaDB(Flavour):
    is_mariadb = True

    def program(self):
        return self.root / "usr/sbin/mariadbd"

    def share(self):
        for name in ("mariadb", "mysql"):
            if (self.root / "usr/share" / name / "english").exists():
                return self.root / "usr/share" / name
        raise AssertionError(f"{self.name} has no share folder below {self.root}")

    def places(self):
        return [f"--lc-messages-dir={self.share()}", f"--character-sets-dir={self.share()}/charsets",
                f"--plugin-dir={self.root}/usr/lib/mysql/plugin"]

    def defaults(self):
        return {**super().defaults(), "innodb_log_file_size": "64M", "binlog_row_metadata": "FULL",
                "log_slave_updates": "ON"}

    def make_data(self, folder, *arguments):
        scripts = []
        for topic in ("system_tables", "performance_tables", "system_tables_data", "sys_schema"):
            scripts += glob.glob(f"{self.share()}/m*_{topic}.sql")
        text = "".join(pathlib.Path(s).read_text(encoding="utf-8") for s in scripts)
        # The rows for this machine's host name would tie the template to it.
        text = "\n".join(line for line in text.splitlines() if "@current_hostname" not in line)
        users = ";\n".join(_users(None))
        self._bootstrap(folder, ["--bootstrap", "--innodb-log-file-size=64M", "--log-warnings=0",
                                 "--max-allowed-packet=8M", "--net-buffer-length=16K", *arguments],
                        "CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n" + text
                        + "\nFLUSH PRIVILEGES;\n" + users + ";\n")


class MySQL(Flavour):
    def defaults(self):
        return {**super().defaults(), "gtid_mode": "ON", "enforce_gtid_consistency": "ON"}


class MySQL9(MySQL):
    fixed_options = ("lower_case_table_names",)

    def program(self):
        return self.root / "usr/sbin/mysqld"

    def places(self):
        return [f"--basedir={self.root}/usr", f"--lc-messages-dir={self.root}/usr/share/mysql",
                f"--character-sets-dir={self.root}/usr/share/mysql/charsets",
                f"--plugin-dir={self.root}/usr/lib/mysql/plugin"]

    def defaults(self):
        return {**super().defaults(), "mysqlx": "OFF", "innodb_redo_log_capacity": "64M",
                "binlog_row_metadata": "FULL"}

    def make_data(self, folder, *arguments):
        users = folder.with_name(folder.name + ".sql")
        users.write_text("".join(f"{s};\n" for s in _users("caching_sha2_password")), encoding="utf-8")
        try:
            self._bootstrap(folder, ["--initialize-insecure", f"--init-file={users}", "--secure-file-priv=",
                                     "--innodb-redo-log-capacity=64M", "--skip-log-bin", *arguments], "")
        finally:
            users.unlink()


class MySQL56(MySQL):
    def __init__(self, name, root):
        super().__init__(name, root)
        self.env = {"LD_LIBRARY_PATH": str(self.root)}

    def loader(self):
        return []

    def program(self):
        return self.root / "mysqld"

    def places(self):
        return [f"--basedir={self.root}", f"--lc-messages-dir={self.root}/share",
                f"--character-sets-dir={self.root}/share/charsets"]

    def defaults(self):
        return {**super().defaults(), "log_slave_updates": "ON", "innodb_log_file_size": "48M",
                "explicit_defaults_for_timestamp": "ON"}

    def make_data(self, folder, *arguments):
        # The package brings a data folder instead of a means to make one.
        shutil.rmtree(folder)
        places.copy_tree(self.root / "data/mysql", folder)
        sql = ["FLUSH PRIVILEGES", "DELETE FROM mysql.user WHERE user = '' OR (user = 'root' AND host <> 'localhost')",
               "DELETE FROM mysql.db WHERE user = ''", "UPDATE mysql.user SET password = ''", "FLUSH PRIVILEGES",
               *_users(None)]
        self._bootstrap(folder, ["--bootstrap", "--innodb-log-file-size=48M", *arguments], ";\n".join(sql) + ";\n")


def flavour(name):
    cache = places.cache_folder()
    if name == "mariadb-10.11":
        return MariaDB(name, "/")
    if name == "mariadb-11.8":
        return MariaDB(name, cache / name)
    if name == "mysql-9.7":
        return MySQL9(name, cache / name)
    if name == "mysql-5.6":
        return MySQL56(name, cache / name)
    raise ValueError(f"no such server: {name}; there are {', '.join(NAMES)}")
