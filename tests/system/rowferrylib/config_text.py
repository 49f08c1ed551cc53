# SPDX-License-Identifier: Apache-2.0
"""Python values to libconfig text."""


def _string(text):
    out = ['"']
    for c in text:
        if c in '"\\':
            out.append("\\" + c)
        elif c == "\n":
            out.append("\\n")
        elif ord(c) < 32:
            out.append(f"\\x{ord(c):02x}")
        else:
            out.append(c)
    return "".join(out) + '"'


def _value(value, depth):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}L" if abs(value) > 2 ** 31 - 1 else str(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dict):
        tabs = "\t" * depth
        return "{\n" + to_text(value, depth + 1) + tabs + "}"
    if isinstance(value, (list, tuple)):
        items = ", ".join(_value(v, depth) for v in value)
        # A libconfig array holds scalars of one type; groups stand in a list.
        return f"({items})" if any(isinstance(v, dict) for v in value) else f"[{items}]"
    raise TypeError(f"no libconfig form of {value!r}")


def to_text(settings, depth=0):
    """A group's settings, one a line; a setting whose value is None is left out."""
    tabs = "\t" * depth
    return "".join(f"{tabs}{key} = {_value(value, depth)};\n" for key, value in settings.items() if value is not None)
