"""A broken block cut into logical lines, each of which parses on its own or is known to be wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from vetline.syntax.lines import line_body, split_lines
from vetline.syntax.logical import (
    LogicalLine,
    TripleString,
    code_weight,
    holds_definitions,
    indent_text,
    indent_width,
    is_trivia,
    logical_lines,
)
from vetline.syntax.newer import rewrite_newer
from vetline.syntax.parse import parses

SUITE_WORDS = frozenset(
    {"if", "elif", "else", "for", "while", "try", "except", "finally", "with", "def", "class", "async", "match", "case"}
)
"""Words that a header begins with."""

_CLOSERS = (")", "]", "}")
_GOES_ON = re.compile(r"(?:[,(\[{\\]|\b(?:and|or|not|in|is|if|else))\s*(?:#.*)?$")
"""Ends of lines that leave a header to be continued on the next."""

_HEADER_IN_BRACKETS = re.compile(
    r"[^'\"#]*[(\[{]\s*(?:async\s+)?(?:if|elif|else|for|while|try|except|finally|with|def|class)\b(?!\s*[=)\]}])"
)
"""A bracket before a word that can't begin an expression, but a header."""

_HEADER_END = re.compile(r":\s*(?:#.*)?$")

_WASTE_PER_LINE = 20
_MAX_SUSPECTS = 2


class Role(Enum):
    """What a logical line is to those around it."""

    SIMPLE = auto()
    HEADER = auto()
    """It wants a suite, indented, below it."""
    CASE = auto()
    """A ``case`` with its suite on its own line."""
    DECORATOR = auto()


@dataclass(slots=True)
class Part:
    """One logical line under repair: physical lines ``first`` up to ``end`` (exclusive) of the block.

    ``word`` is its keyword, or what has taken its place, or ``""``; ``level`` how many suites it is in.  ``aside`` tells that
    it can't be parsed; ``filled`` that it is a header with its suite on its own line.
    """

    first: int
    end: int
    indent: int
    word: str
    role: Role
    comment: int
    level: int = 0
    aside: bool = False
    filled: bool = False


def line_end(line: str) -> str:
    """Return the line end of ``line``, which may be empty."""
    return line[len(line_body(line)) :]


def cut(lines: list[str], *, has_suite_behind: bool) -> list[Part]:
    """Cut the block ``lines`` into its parts, in order; those that don't parse are marked as ``aside``.

    Where brackets or quotes were left open, a logical line has swallowed others: those are given back.  Lines that can be
    mended are changed in place: a missing colon is put in, and what is newer than the running Python is rewritten.
    ``has_suite_behind`` tells that the block is followed by the suite of its last header.
    """
    parts, mended = _cut(lines, frozenset(), has_suite_behind=has_suite_behind)
    # What is inside out, because of a quote too many or too few, parses worse than what isn't.
    for string in _suspects(lines, [part for part in parts if part.aside]):
        others = _cut(lines, frozenset({(string.line, string.column)}), has_suite_behind=has_suite_behind)
        if _damage(lines, others[0]) < _damage(lines, parts):
            parts, mended = others
    lines[:] = mended
    return parts


def _suspects(lines: Sequence[str], broken: Sequence[Part]) -> list[TripleString]:
    """Return strings whose first quotes may be to blame: some that seem to hold code, some in the parts that are broken."""
    if not broken:
        return []
    holding = [string for string in _strings(lines, 0, len(lines)) if code_weight(lines, string)]
    first = [strings[0] for part in broken if (strings := _strings(lines, part.first, part.end))]
    return [*holding[:_MAX_SUSPECTS], *first[:_MAX_SUSPECTS]]


def _strings(lines: Sequence[str], start: int, stop: int) -> list[TripleString]:
    """Return the triple-quoted strings over several lines in ``lines[start:stop]``."""
    strings: list[TripleString] = []
    for _ in logical_lines(lines, start, stop, strings=strings):
        pass
    return strings


def _damage(lines: Sequence[str], parts: Sequence[Part]) -> tuple[int, int]:
    """Return how many lines are set aside, and how much in strings elsewhere looks like code."""
    aside = sum(part.end - part.first for part in parts if part.aside)
    strings = [one for part in parts if not part.aside for one in _strings(lines, part.first, part.end)]
    return aside, sum(code_weight(lines, string) for string in strings)


def _cut(
    original: Sequence[str], closed: frozenset[tuple[int, int]], *, has_suite_behind: bool
) -> tuple[list[Part], list[str]]:
    """Cut a block as :func:`cut` does, and return the mended lines, too; ``closed`` as for :func:`logical_lines`."""
    lines = list(original)
    parts: list[Part] = []
    start = 0
    waste = _WASTE_PER_LINE * len(lines)
    while start < len(lines):
        stop = None if waste > 0 else _next_statement(lines, start)
        logical = next(logical_lines(lines, start, stop, closed), None)
        if logical is None:
            break
        part = None if logical.is_open else _classify(lines, logical, has_suite_behind=has_suite_behind)
        while part is None and (end := _overrun(lines, logical)) < logical.end:
            waste -= logical.end - end
            logical = logical._replace(end=end, comment=-1)
            part = _classify(lines, logical, has_suite_behind=has_suite_behind)
        if part is None:
            role = Role.DECORATOR if logical.word == "@" else Role.SIMPLE
            part = Part(logical.first, logical.end, logical.indent, logical.word, role, -1, aside=True)
        parts.append(part)
        start = part.end
    for index, part in enumerate(parts, 1):
        has_suite = parts[index].indent > part.indent if index < len(parts) else has_suite_behind
        if part.aside and has_suite:
            part.role = Role.HEADER
            part.word = _keyword(part, parts[index:])
    return parts, lines


def _keyword(header: Part, behind: Sequence[Part]) -> str:
    """Return the keyword that a broken header has most likely begun with, judging by what is ``behind`` it, too."""
    if behind and behind[0].word == "case":
        return "match"
    if header.word in ("try", "except", "else", "finally"):
        return header.word
    following = next((part for part in behind if part.indent <= header.indent), header)
    if following.indent == header.indent and following.word in ("except", "finally"):
        return "try"
    return header.word if header.word in SUITE_WORDS else "if"


def _next_statement(lines: Sequence[str], start: int) -> int:
    """Return where the statement that begins at or behind line ``start`` ends, judging by indentation alone.

    This is for texts in which next to nothing is right, such as another language's: looking for the end of every open
    bracket would take time that grows with the square of their length.
    """
    while start < len(lines) and is_trivia(lines[start]):
        start += 1
    for row in range(start + 1, len(lines)):
        if _begins_statement(lines[row], indent_width(indent_text(lines[start]))):
            return row
    return len(lines)


def _begins_statement(line: str, indent: int) -> bool:
    """Tell whether ``line`` can't be part of a statement above it at ``indent``, judging by indentation alone."""
    space = indent_text(line)
    return not is_trivia(line) and indent_width(space) <= indent and not line.startswith(_CLOSERS, len(space))


def _overrun(lines: Sequence[str], logical: LogicalLine) -> int:
    """Return where a logical line that doesn't parse should have ended."""
    strings = _strings(lines, logical.first, logical.end)
    for string in strings:
        if holds_definitions(lines, string):
            return string.line + 1
    if logical.open_quote_line >= 0:
        return logical.open_quote_line + 1
    in_string = {row for string in strings for row in range(string.line + 1, string.end_line + 1)}
    code = [row for row in range(logical.first, logical.end) if row not in in_string and not is_trivia(lines[row])]
    is_header = logical.word in SUITE_WORDS or _HEADER_IN_BRACKETS.match(lines[logical.first])
    for row, following in pairwise(code):
        if _begins_statement(lines[following], logical.indent):
            return following
        if is_header:
            if _HEADER_END.search(line_body(lines[row])):
                return row + 1
            if not _GOES_ON.search(line_body(lines[row])) and not lines[following].lstrip(" \t\f").startswith(_CLOSERS):
                return max(row, logical.first + 1)  # this line is already part of the suite
    if len(code) > 1 and _is_statement(lines, code[1], logical.end):
        return code[1]
    return logical.end


def _is_statement(lines: Sequence[str], row: int, stop: int) -> bool:
    """Tell whether what begins at ``row``, in open brackets, is rather a statement than one of several elements."""
    logical = next(logical_lines(lines, row, stop), None)
    if logical is None or logical.is_open or logical.end == stop:
        return False
    text = "".join(lines[row : logical.end])
    return not text.rstrip().endswith(",") and _role(text, logical.word) is not None


def _classify(lines: list[str], logical: LogicalLine, *, has_suite_behind: bool) -> Part | None:
    """Tell what part a logical line plays; None if it doesn't parse."""
    text = "".join(lines[logical.first : logical.end])
    role = _role(text, logical.word)
    if role is None and (older := rewrite_newer(text)) is not None:
        role = _role(older, logical.word)
        if role is not None:
            lines[logical.first : logical.end] = split_lines(older)[: logical.end - logical.first]
    if role is not None:
        is_keyword = role is not Role.SIMPLE or logical.word not in ("match", "case")
        return Part(logical.first, logical.end, logical.indent, logical.word if is_keyword else "", role, logical.comment)
    if logical.word not in SUITE_WORDS or not _has_suite(lines, logical, has_suite_behind=has_suite_behind):
        return None
    row = logical.end - 1
    line = lines[row]
    code = (line[: logical.comment] if logical.comment >= 0 else line_body(line)).rstrip()
    head = "".join(lines[logical.first : row]) + code + ":\n"
    if code.endswith(":") or _role(head, logical.word) is not Role.HEADER:
        return None
    lines[row] = code + ":" + line_end(line)
    return Part(logical.first, logical.end, logical.indent, logical.word, Role.HEADER, -1)


def _has_suite(lines: Sequence[str], logical: LogicalLine, *, has_suite_behind: bool) -> bool:
    """Tell whether the next line of code behind ``logical`` is indented more than it."""
    for line in lines[logical.end :]:
        if not is_trivia(line):
            return indent_width(indent_text(line)) > logical.indent
    return has_suite_behind


def _role(text: str, word: str) -> Role | None:
    """Tell what part the text of one logical line plays, by parsing it in suitable surroundings."""
    space = indent_text(text)
    wrap = "if 1:\n" if space else ""
    newline = "" if text.endswith(("\n", "\r")) else "\n"
    if word == "@":
        return Role.DECORATOR if parses(f"{wrap}{text}{newline}{space}def _(): pass\n") else None
    before = {
        "elif": f"{space}if 1: pass\n",
        "else": f"{space}if 1: pass\n",
        "except": f"{space}try: pass\n",
        "finally": f"{space}try: pass\n",
    }.get(word, "")
    behind = f"{space}except: pass\n" if word == "try" else ""
    if parses(f"{wrap}{before}{text}{newline}{behind}"):
        return Role.SIMPLE
    if word == "case" and parses(f"{wrap}{space}match 0:\n{space} {text.lstrip()}{newline}"):
        return Role.CASE
    if word == "case" and parses(f"{wrap}{space}match 0:\n{space} {text.lstrip()}{newline}{space}  pass\n"):
        return Role.HEADER
    if word == "match" and parses(f"{wrap}{text}{newline}{space} case _: pass\n"):
        return Role.HEADER
    if word in SUITE_WORDS and parses(f"{wrap}{before}{text}{newline}{space} pass\n{behind}"):
        return Role.HEADER
    return None
