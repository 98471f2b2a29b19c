"""Logical lines: the physical lines that make up one statement or one compound statement's header.

The scanner needs no grammar, so it works on code in any state of repair and written for any Python version.  It follows
the tokenizer's rules for strings, comments, brackets and continuation lines (Python reference, §2.1), and gets back
into step where code is broken: a keyword that can only begin a statement ends open brackets, and a string in single
quotes ends with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vetline.syntax.fields import has_fields, skip_fields

TAB_WIDTH = 8  # Python reference, §2.1.8
BOM = "\ufeff"
"""What a text in a file may begin with; it has no width."""

_TOKEN = re.compile(r"""[#()\[\]{}]|\"{3}|'{3}|["']|\\(?=[\r\n])""")
_STRING_BODY = {quote: re.compile(rf"(?:[^{quote}\\\r\n]++|\\[^\r\n])*+") for quote in "\"'"}
_TRIPLE_END = {
    quote * 3: re.compile(rf"(?:[^\\{quote}]++|\\.|{quote}(?!{quote * 2}))*+{quote * 3}", re.DOTALL) for quote in "\"'"
}
_INDENT = re.compile(r"[ \t\f]*+")
_WORD = re.compile(r"[A-Za-z_]\w*+|@")

_STATEMENT_ONLY = re.compile(
    r"[ \t\f]*+(?:(?:async[ \t]+)?(?:def|class|with)[ \t(]|(?:while|assert|del|raise|return|global|nonlocal|elif)\b(?!\s*=)"
    r"|(?:try|finally|else)\s*:|except\b.*:|(?:pass|break|continue)\s*(?:#|;|$)|import\s+\w|from\s+[\w.]+\s+import\b)"
)
"""Words that can begin a statement but can't stand inside brackets; seen there, the brackets were left open."""

_DEFINITION = re.compile(
    r"[ \t\f]*+(?:(?:async\s+)?def\s+\w+\s*\(.*|class\s+\w+\s*(?:\(.*\))?:\s*(?:#.*)?$|@\w[\w.]*(?:\(.*\))?\s*$"
    r"|import\s+\w[\w.]*+(?:\s*,\s*\w[\w.]*+|\s+as\s+\w++)*+\s*$|from\s+[\w.]+\s+import\s+[\w(])"
)
_STATEMENT = re.compile(
    r"[ \t\f]*+(?:(?:if|elif|for|while|with|except)\b.*:\s*$|(?:else|try|finally):\s*$"
    r"|\w[\w.]*+(?:\[[^\]]*\])?\s*=\s*\S|\w[\w.]*+\(.*\)\s*(?:#.*)?$)"
)
"""Lines that hint, the former more than the latter, that a string swallowed code because its quotes were left open."""

CONTINUATION_WORDS = frozenset({"else", "elif", "except", "finally"})
"""Words that carry on a compound statement instead of beginning one."""


class LogicalLine(NamedTuple):
    """One logical line: physical lines ``first`` up to ``end`` (exclusive), numbered as in the scanned text.

    ``indent`` is its width in columns, tabs expanded; ``word`` its first word (``@`` for a decorator, ``""`` if it
    begins with something else).  ``open_quote_line`` is the line where a triple-quoted string begins that nothing ends,
    or -1; ``comment`` is the column of the comment on its last physical line, or -1.  ``is_open`` tells that it ended with
    brackets or a string still open.
    """

    first: int
    end: int
    indent: int
    word: str
    open_quote_line: int
    comment: int
    is_open: bool


class TripleString(NamedTuple):
    """A triple-quoted string over several lines: where it opens, and the line of its end (the text's last if it has none)."""

    line: int
    column: int
    end_line: int


def indent_text(line: str) -> str:
    """Return the white space that ``line`` begins with."""
    match = _INDENT.match(line)
    assert match is not None  # the pattern matches the empty string
    return match.group()


def indent_width(space: str) -> int:
    """Return the column that leading white space ends at; a form feed starts again from 0, as in CPython."""
    return len(space.rpartition("\f")[2].removeprefix(BOM).expandtabs(TAB_WIDTH))


def is_trivia(line: str) -> bool:
    """Tell whether a physical line outside strings and brackets is blank or only a comment."""
    return not (stripped := line.lstrip(" \t\f\r\n")) or stripped[0] == "#"


def logical_lines(
    lines: Sequence[str],
    start: int = 0,
    stop: int | None = None,
    closed: frozenset[tuple[int, int]] = frozenset(),
    strings: list[TripleString] | None = None,
) -> Iterator[LogicalLine]:
    """Yield the logical lines of ``lines[start:stop]``; blank lines and comments between them are left out.

    ``closed`` names triple quotes, by line and column, that shall end with their line.  ``strings``, if given, collects
    the triple-quoted strings that span lines.
    """
    if stop is None:
        stop = len(lines)
    token = _TOKEN.search
    i = start
    while i < stop:
        line = lines[i]
        space = indent_text(line) if line[:1] != BOM else BOM + indent_text(line[1:])
        if len(space) == len(line) or line[len(space)] in "#\r\n":
            i += 1
            continue
        first = i
        indent, word = _begin(line, space) if line[len(space)] != "\\" else _begin_below(lines, i, stop)
        depth = 0
        comment = -1
        open_quote_line = -1
        position = len(space)
        while True:  # one physical line a turn
            continued = False
            while (match := token(line, position)) is not None:
                char = match.group()
                position = match.end()
                if char in "([{":
                    depth += 1
                elif char in ")]}":
                    depth = depth - 1 if depth else 0
                elif char == "#":
                    comment = position - 1
                    break
                elif char == "\\":
                    continued = True
                    break
                elif len(char) == 1:
                    i, position = _skip_string(lines, i, position, stop, char)
                    if position < 0:  # in a field that is left open
                        break
                    line = lines[i]
                elif (i, position - 3) in closed:
                    position = len(line)
                else:
                    opened, column = i, position - 3
                    i, position = _skip_triple(lines, i, position, stop, char)
                    if strings is not None and i > opened:
                        strings.append(TripleString(opened, column, min(i, stop - 1)))
                    if i == stop:
                        open_quote_line = opened
                        break
                    line = lines[i]
            if open_quote_line >= 0 or position < 0:
                i = _before_decorators(lines, first, i)
                break
            i += 1
            if i >= stop or not (depth or continued):
                break
            line = lines[i]
            if depth and _STATEMENT_ONLY.match(line):
                i = _before_decorators(lines, first, i)
                break
            position, comment = 0, -1
        yield LogicalLine(first, i, indent, word, open_quote_line, comment, depth > 0 or position < 0 or open_quote_line >= 0)


def _begin(line: str, space: str) -> tuple[int, str]:
    """Return the indentation and the first word of a line that begins with ``space``."""
    return indent_width(space), found.group() if (found := _WORD.match(line, len(space))) else ""


def _begin_below(lines: Sequence[str], i: int, stop: int) -> tuple[int, str]:
    """Return the indentation and the first word of a logical line that begins with a lone backslash.

    CPython takes the first backslash that isn't at the margin for the indentation; if there is none, that of what follows.
    """
    while i < stop - 1 and lines[i].rstrip("\r\n").lstrip(" \t\f") == "\\":
        if indent := indent_width(indent_text(lines[i])):
            return indent, ""
        i += 1
    return _begin(lines[i], indent_text(lines[i]))


def holds_definitions(lines: Sequence[str], string: TripleString) -> bool:
    """Tell whether ``string``, behind its first line, seems to hold definitions or imports."""
    return any(_DEFINITION.match(lines[row]) for row in range(string.line + 1, string.end_line + 1))


def code_weight(lines: Sequence[str], string: TripleString) -> int:
    """Return how much of ``string``, behind its first line, looks like code.

    Lines that are indented more than the one where it begins weigh less: so do docstrings show code.
    """
    indent = indent_width(indent_text(lines[string.line]))
    weight = 0
    for row in range(string.line + 1, string.end_line + 1):
        line = lines[row]
        if own := 4 if _DEFINITION.match(line) else 1 if _STATEMENT.match(line) else 0:
            weight += own if indent_width(indent_text(line)) > indent else 4 * own
    return weight


def _skip_string(lines: Sequence[str], i: int, position: int, stop: int, quote: str) -> tuple[int, int]:
    """Return where the string in single quotes ends whose body begins at ``position``: its line, and the column behind.

    A backslash at the end of a line carries it to the next; without one it ends with its line, closed or not.  An
    f-string goes on as long as one of its fields is open; the column is -1 if a statement begins before it is closed.
    """
    start = position
    while True:
        line = lines[i]
        match = _STRING_BODY[quote].match(line, position)
        assert match is not None  # the pattern matches the empty string
        position = match.end()
        if start and has_fields(line, start - 1, position):
            return skip_fields(lines, i, start, stop, _STATEMENT_ONLY)
        start = 0
        if line.startswith(quote, position):
            return i, position + 1
        if line.startswith("\\", position) and i + 1 < stop:
            i, position = i + 1, 0
            continue
        return i, len(line)


def _skip_triple(lines: Sequence[str], i: int, position: int, stop: int, quote: str) -> tuple[int, int]:
    """Return where a triple-quoted string ends whose body begins at ``position``; ``(stop, 0)`` if nowhere."""
    while i < stop:
        if match := _TRIPLE_END[quote].match(lines[i], position):
            return i, match.end()
        # A backslash before the line end escapes only that, so each line can be read on its own.
        i, position = i + 1, 0
    return stop, 0


def _before_decorators(lines: Sequence[str], first: int, i: int) -> int:
    """Move up from a definition at line ``i`` over its decorators, but not to line ``first``."""
    while i - 1 > first and lines[i - 1].lstrip(" \t\f").startswith("@"):
        i -= 1
    return i
