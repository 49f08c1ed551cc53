#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""usage: tests/unsteady.py FAILURES FOLDER

Repeats, once and alone, the tests of FOLDER that failed by nothing but a wait that was too long, a busy machine's fault.
FAILURES is what the run has written there (rowferrylib/fixtures.py). Prints "unsteady: NAME" for each that passes now and
"failed again: NAME" for the others, skipped ones among them. A difference, a crash, a sanitizer's report or a wrong text is never repeated; more than
three waits are no accident, and nothing is repeated then.
"""

import os
import re
import subprocess
import sys

MOST = 3


def only_waits(path):
    """The tests all of whose failures were waits, in order."""
    kinds = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                kind, name = line.rstrip("\n").split("\t", 1)
                kinds.setdefault(name, set()).add(kind)
    return [name for name, seen in kinds.items() if seen == {"wait"}]


def passes(folder, name):
    environment = {key: value for key, value in os.environ.items() if key != "ROWFERRY_FAILURES"}
    done = subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", folder, "-q",
                           os.path.join(folder, name)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False)
    sys.stderr.write(done.stdout)
    return done.returncode == 0 and re.search(r"^1 passed\b", done.stdout, re.MULTILINE) is not None


def main():
    names = only_waits(sys.argv[1])
    if len(names) > MOST:
        print(f"{len(names)} tests waited in vain, more than {MOST}: none is repeated")
        return
    for name in names:
        print(f"{'unsteady' if passes(sys.argv[2], name) else 'failed again'}: {name}", flush=True)


main()
