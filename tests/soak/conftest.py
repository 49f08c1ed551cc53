# SPDX-License-Identifier: Apache-2.0
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from rowferrylib.fixtures import *  # noqa: E402,F401,F403 pylint: disable=wildcard-import,unused-wildcard-import
