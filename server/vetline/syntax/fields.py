"""Replacement fields of f-strings and t-strings in single quotes, as PEP 701 has them since Python 3.12.

A field may hold the quotes that the string began with, line breaks and comments, so where the string ends can only be told
by following its braces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PREFIX = re.compile(r"(?<![\w.])(?:[fFtT][rR]?|[rR][fFtT])\Z")
_LITERAL = {quote: re.compile(rf"(?:[^{quote}\\{{}}\r\n]++|\\[^\r\n]|\{{\{{|\}}\}})*+") for quote in "\"'"}
_SPECIFICATION = re.compile(r"""[^{}"'\r\n]*+""")
_FIELD = re.compile(r"""[^()\[\]{}:#"'\r\n]*+""")
_PLAIN = {quote: re.compile(rf"(?:[^{quote}\\\r\n]++|\\[^\r\n])*+") for quote in "\"'"}

_SPEC = ":"
_FIELD_OPEN = "{field"
_CLOSERS = {"(": ")", "[": "]", "{": "}"}


def has_fields(line: str, quote: int, end: int) -> bool:
    """Tell whether the string whose quote stands at ``quote`` is an f-string with a field open where it seems to end.

    ``end`` is where its content ends if fields are not heeded.
    """
    if line[quote - 1 : quote] not in tuple("fFtTrR") or _PREFIX.search(line, max(0, quote - 3), quote) is None:
        return False
    return line.count("{", quote, end) != line.count("}", quote, end)


def skip_fields(lines: Sequence[str], i: int, position: int, stop: int, is_statement: re.Pattern[str]) -> tuple[int, int]:
    """Return where the f-string ends whose content begins at ``position``: its line, and the column behind.

    A field that is left open ends before a line that ``is_statement`` matches, or at ``stop``; the column is -1 then.
    """
    modes = [lines[i][position - 1]]  # innermost last: a quote, a field, a format specification, or a bracket
    while i < stop:
        line = lines[i]
        while (mode := modes[-1]) and (end := _plain_end(line, position, mode)) < len(line) and line[end] not in "\r\n":
            position = _step(line, end, modes)
            if not modes:
                return i, position
        in_field = modes[-1] not in ('"', "'", _SPEC)
        if not in_field and (modes[-1] == _SPEC or not line.rstrip("\r\n").endswith("\\")):
            return i, len(line)  # the string ends with its line, closed or not
        i, position = i + 1, 0
        if i < stop and in_field and is_statement.match(lines[i]):
            return i, -1
    return stop, -1


def _plain_end(line: str, position: int, mode: str) -> int:
    """Return where the text ends that means nothing in ``mode``."""
    pattern = _LITERAL.get(mode) or (_SPECIFICATION if mode == _SPEC else _FIELD)
    match = pattern.match(line, position)
    assert match is not None  # the patterns match the empty string
    return match.end()


def _step(line: str, position: int, modes: list[str]) -> int:
    """Take the character at ``position`` into account, and return where to go on."""
    char, mode = line[position], modes[-1]
    if mode in ('"', "'"):
        if char == mode:
            modes.pop()
        elif char == "{":
            modes.append(_FIELD_OPEN)
        return position + 1
    if mode == _SPEC:
        if char == "{":
            modes.append(_FIELD_OPEN)
        elif char == "}":
            del modes[-2:]
        elif char in modes:
            del modes[modes.index(char) :]  # the string ends in the middle of a field
        return position + 1
    if char == "#":
        return len(line.rstrip("\r\n"))
    if char in "\"'":
        return _step_string(line, position, modes)
    if char in _CLOSERS:
        modes.append(char)
    elif char == ":" and mode == _FIELD_OPEN:
        modes.append(_SPEC)
    elif (char == "}" and mode == _FIELD_OPEN) or _CLOSERS.get(mode) == char:
        modes.pop()
    return position + 1


def _step_string(line: str, position: int, modes: list[str]) -> int:
    """Skip a string inside a field, or begin it if it has fields of its own."""
    quote = line[position]
    match = _PLAIN[quote].match(line, position + 1)
    assert match is not None
    if has_fields(line, position, match.end()):
        modes.append(quote)
        return position + 1
    return match.end() + 1
