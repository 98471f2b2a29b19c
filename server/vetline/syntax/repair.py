"""Local repair: make a broken block parse by setting aside the smallest statements that are wrong.

Line by line the repaired text corresponds to the block's, so positions stay, but for lines that had to be indented
differently; ``shifts`` says by how much.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from vetline.core.location import Range
from vetline.syntax.blocks import BlockKind
from vetline.syntax.lines import line_body
from vetline.syntax.logical import BOM, indent_text
from vetline.syntax.parse import Unparsable, parse
from vetline.syntax.parts import SUITE_WORDS, Part, Role, cut, line_end

_FOLLOWS = {
    "elif": {"if", "elif"},
    "else": {"if", "elif", "for", "while", "except", "async"},
    "except": {"try", "except"},
    "finally": {"try", "except", "else"},
}
"""Which headers the clauses of a compound statement may follow."""

_STAND_INS = {
    "elif": "elif 1:",
    "else": "else:",
    "try": "try:",
    "except": "except ():",
    "finally": "finally:",
    "match": "match 0:",
    "case": "case _:",
    "def": "def _():",
    "async def": "async def _():",
    "class": "class _:",
}
"""What takes the place of a broken header so that its statement stays whole; ``if 1:`` does for all others."""

_ASYNC_DEF = re.compile(r"\s*async\s+def\b")

_NOTHING = "0"
"""What takes the place of a broken statement; ``pass`` would make of a handler one that Bandit knows and reports."""

_NO_SUITE = {"except": " raise"}
"""What makes up for the missing suite of a header, for the same reason; ``pass`` does for all others."""

_ON_ONE_LINE = SUITE_WORDS - {"match", "case"}
"""Words that are sure to begin a compound statement, even if it has no suite below."""

_ALONE = {"elif": "if", "else": "if 1", "finally": "if True", "except": "with"}
"""What makes a statement of its own of a clause, and isn't longer."""

_CLAUSE = re.compile(r"\s*(?:elif|else|finally|except(?!\s*:)(?:\s*\*)?)")
"""The words of a clause, but for an ``except`` that says nothing more."""

_NO_CHARACTER = re.compile(f"[\0\ud800-\udfff]|^{BOM}")
"""What Python accepts nowhere, not even in a comment: null, halves of a surrogate pair, a second byte order mark."""

_MAX_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text that parses in its surroundings; ``set_aside`` and ``shifts`` as in :class:`vetline.syntax.tree.Tree`."""

    lines: Sequence[str]
    shifts: Mapping[int, int]
    set_aside: tuple[Range, ...]


class _Repair:
    """The state of one repair: the lines being rewritten, and what has been done to them."""

    def __init__(self, lines: Sequence[str], *, has_suite_behind: bool) -> None:
        self.original = lines
        self.shifts: dict[int, int] = {row: 1 for row, line in enumerate(lines) if row and line[:1] == BOM}
        self.lines = [_NO_CHARACTER.sub("\ufffd", line[self.shifts.get(row, 0) :]) for row, line in enumerate(lines)]
        self.parts = cut(self.lines, has_suite_behind=has_suite_behind)

    def set_aside(self, part: Part, *, alone: bool = False) -> None:
        """Put something that does nothing in the place of ``part``; a header keeps its suite.

        It stays the same clause of its compound statement, unless it has to stand ``alone``.
        """
        part.aside = True
        stand_in = _NOTHING
        if part.role is Role.HEADER or (part.word in _ON_ONE_LINE and not alone):
            word = "async def" if part.word == "async" and self.is_definition(part) else part.word
            stand_in = "if 1:" if alone else _STAND_INS.get(word, "if 1:")
            part.word = stand_in.partition(" ")[0].rstrip(":")
            if part.filled or part.role is not Role.HEADER:
                stand_in += " pass"
        elif part.role is Role.DECORATOR and not alone:
            stand_in = ""
        else:
            part.word = ""
        space = indent_text(self.lines[part.first])
        self.lines[part.first] = space + stand_in + line_end(self.lines[part.first])
        for row in range(part.first + 1, part.end):
            self.lines[row] = line_end(self.lines[row])
        part.comment = -1

    def is_definition(self, part: Part) -> bool:
        """Tell whether ``part`` begins a function or a class."""
        return part.word in ("def", "class") or _ASYNC_DEF.match(self.lines[part.first]) is not None

    def stand_alone(self, part: Part) -> None:
        """Make a statement of a clause that belongs to none, or set it aside."""
        line = self.lines[part.first]
        if part.aside or (words := _CLAUSE.match(line)) is None:
            self.set_aside(part, alone=True)
            return
        start, end = len(indent_text(line)), words.end()
        self.lines[part.first] = line[:start] + _ALONE[part.word].ljust(end - start) + line[end:]
        part.word = _ALONE[part.word].partition(" ")[0]

    def indent(self, part: Part, space: str) -> None:
        """Give ``part`` the indentation ``space``."""
        line = self.lines[part.first]
        old = indent_text(line)
        if old != space:
            self.lines[part.first] = space + line[len(old) :]
            delta = len(old) - len(space)
            self.shifts[part.first] = self.shifts.get(part.first, 0) + delta
            if part.end == part.first + 1 and part.comment >= 0:
                part.comment -= delta

    def fill_suite(self, header: Part) -> None:
        """Give a header without a suite one, on its own line."""
        header.filled = True
        if header.word == "match" or header.aside:
            self.set_aside(header, alone=header.word == "match")
            return
        row = header.end - 1
        line = self.lines[row]
        code = line[: header.comment] if header.comment >= 0 else line_body(line)
        self.lines[row] = code.rstrip() + _NO_SUITE.get(header.word, " pass") + line_end(line)
        header.comment = -1

    def result(self) -> Repaired:
        aside = tuple(_range(self.original, part) for part in self.parts if part.aside)
        return Repaired(self.lines, self.shifts, aside)


def repair(lines: Sequence[str], kind: BlockKind, prefix: str) -> Repaired:
    """Repair the block ``lines`` so that ``prefix`` + block parses; the header of a class gets a suite on its line."""
    work = _Repair(lines, has_suite_behind=kind is BlockKind.CLASS)
    for part in work.parts:
        if part.aside:
            work.set_aside(part)
    _level_indentation(work)
    _pair_clauses(work)
    for _ in range(_MAX_ATTEMPTS):
        try:
            parse(prefix + "".join(work.lines))
            return work.result()
        except Unparsable as error:
            if not _set_aside_at(work, error.line - 2):
                break
    _flatten(work)
    return work.result()


def _range(lines: Sequence[str], part: Part) -> Range:
    last = part.end - 1
    while last > part.first and not lines[last].strip():
        last -= 1
    return Range.of(part.first, len(indent_text(lines[part.first])), last, len(line_body(lines[last])))


class _Level(NamedTuple):
    """A level of indentation: where the header above it begins, and its white space."""

    header_indent: int
    space: str


def _level_indentation(work: _Repair) -> None:
    """Make the indentation consistent: no line deeper than its header allows, none between two levels, no empty suite."""
    if not work.parts:
        return
    levels = [_Level(-1, indent_text(work.lines[work.parts[0].first]))]
    header: Part | None = None
    for part in work.parts:
        top = levels[-1]
        if header is not None:
            if part.indent > header.indent:
                space = indent_text(work.lines[part.first])
                if not space.startswith(top.space) or space == top.space:
                    space = top.space + " "
                levels.append(_Level(header.indent, space))
            else:
                work.fill_suite(header)
        # What stands between two levels counts to the deeper one, which it has most likely just begun to leave.
        while part.indent <= levels[-1].header_indent:
            levels.pop()
        part.level = len(levels) - 1
        work.indent(part, levels[-1].space)
        header = part if part.role is Role.HEADER else None
    if header is not None:
        work.fill_suite(header)


def _pair_clauses(work: _Repair) -> None:
    """Mend, or set aside, what lacks its other half: ``else`` without ``if``, ``try`` without ``except``, decorators …"""
    _pair_decorators(work)
    previous: dict[int, Part] = {}  # by level: the header whose clauses may still follow
    for part in work.parts:
        for level in [k for k in previous if k > part.level]:
            _close(work, previous.pop(level))
        before = previous.get(part.level)
        if part.word in _FOLLOWS and (before is None or before.word not in _FOLLOWS[part.word]):
            work.stand_alone(part)
        _pair_case(work, part, previous.get(part.level - 1))
        if before is not None and part.word not in _FOLLOWS:
            _close(work, before)
        if part.word in SUITE_WORDS:
            previous[part.level] = part
        else:
            previous.pop(part.level, None)
    for part in previous.values():
        _close(work, part)


def _pair_decorators(work: _Repair) -> None:
    """Take what is broken behind decorators for a definition, and set aside the decorators of nothing."""
    decorated: int | None = None  # the level at which a definition follows
    for above, part in reversed([*pairwise([None, *work.parts])]):
        assert part is not None
        if work.is_definition(part):
            decorated = part.level
        elif part.word == "@" and decorated == part.level:
            pass
        elif part.aside and above is not None and above.word == "@" and above.level == part.level:
            part.word, part.role = "def", Role.HEADER if part.role is Role.HEADER else Role.SIMPLE
            work.set_aside(part)
            decorated = part.level
        else:
            decorated = None
            if part.word == "@":
                work.set_aside(part, alone=True)


def _pair_case(work: _Repair, part: Part, around: Part | None) -> None:
    """Set aside a ``case`` outside of a ``match``, and a ``match`` that something else than a ``case`` is in."""
    is_case = part.word == "case" and part.role in (Role.HEADER, Role.CASE)
    if around is None or around.word != "match" or around.role is not Role.HEADER:
        if is_case:
            work.set_aside(part, alone=True)
    elif part.aside and not is_case:
        part.filled = part.filled or part.role is not Role.HEADER
        part.role, part.word = Role.HEADER, "case"
        work.set_aside(part)
    elif not is_case:
        work.set_aside(around, alone=True)


def _close(work: _Repair, part: Part) -> None:
    """End a compound statement; a ``try`` that found no handler becomes an ``if``."""
    if part.word == "try":
        work.set_aside(part, alone=True)


def _set_aside_at(work: _Repair, row: int) -> bool:
    """Set aside the statement at line ``row``, or the nearest one before it that isn't yet; tell whether there was one."""
    candidates = [part for part in work.parts if part.first <= row and not part.aside]
    if not candidates:
        return False
    work.set_aside(candidates[-1], alone=True)
    return True


def _flatten(work: _Repair) -> None:
    """Put all statements on one level, without their suites: each of them parses on its own."""
    space = indent_text(work.lines[work.parts[0].first]) if work.parts else ""
    for part in work.parts:
        work.indent(part, space)
        if part.word in _ALONE and not part.aside:
            work.stand_alone(part)
        if part.aside or part.role is Role.DECORATOR or part.word in ("try", "case"):
            part.role = Role.SIMPLE
            work.set_aside(part)
        elif part.role is Role.HEADER and not part.filled:
            work.fill_suite(part)
