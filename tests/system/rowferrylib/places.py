# SPDX-License-Identifier: Apache-2.0
"""Where things lie: the cache of servers, the folder of this run, the binary under test."""

import os
import pathlib
import shutil
import socket
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[3]


def cache_folder():
    """Outside the tree, kept from run to run."""
    folder = os.environ.get("ROWFERRY_CACHE") or os.path.expanduser("~/.cache/rowferry")
    return pathlib.Path(folder)


def run_folder():
    """A new folder for the data and logs of one run; short, since socket paths end at 107 characters."""
    base = os.environ.get("ROWFERRY_RUN_FOLDER")
    if base:
        os.makedirs(base, exist_ok=True)
    return pathlib.Path(tempfile.mkdtemp(prefix="rowferry-", dir=base))


def rowferry_binary():
    """The binary that test.sh built; None where a run has none (the tests of the harness need none)."""
    binary = os.environ.get("ROWFERRY")
    return pathlib.Path(binary) if binary else None


def log_folder():
    """Where logs of a failed run are kept, or None."""
    folder = os.environ.get("ROWFERRY_LOGS")
    return pathlib.Path(folder) if folder else None


def unavailable_servers():
    """Servers that could not be downloaded today: name to reason."""
    path = os.environ.get("ROWFERRY_UNAVAILABLE")
    if not path or not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as lines:
        return dict(line.rstrip("\n").split(": ", 1) for line in lines if ": " in line)


_kept_ports = []


def free_port():
    """A port that nobody else on this machine is given until the run ends, whether our server listens or is down.

    The socket that keeps it never listens, so a server, which binds with SO_REUSEADDR as well, may have the port; a bind
    without it may not, and the kernel hands it to no client and to no one who asks for any port.
    """
    kept = socket.socket()
    kept.bind(("127.0.0.1", 0))
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # behind bind(): the port itself must not be shared
    port = kept.getsockname()[1]
    try:
        with socket.create_server(("127.0.0.1", port)):
            _kept_ports.append(kept)
    except OSError:  # a kernel that is not Linux: the port is free, and no more than that
        kept.close()
    return port


def tail(path, lines=30):
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            return "".join(f.readlines()[-lines:])
    except FileNotFoundError:
        return ""


def copy_tree(source, target):
    """By reference where the file system can, so that a data folder of 100 MB costs nothing."""
    if shutil.which("cp"):
        import subprocess
        subprocess.run(["cp", "-a", "--reflink=auto", str(source), str(target)], check=True)
    else:
        shutil.copytree(source, target, symlinks=True)
