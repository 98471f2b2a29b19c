"""Local repair: make a broken block parse by setting aside the smallest statements that are wrong.

Line by line the repaired text corresponds to the block's, so positions stay, but for lines that had to be indented
differently; ``shifts`` says by how much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from vetline.core.location import Range
from vetline.syntax.blocks import BlockKind
from vetline.syntax.lines import line_body, split_lines
from vetline.syntax.logical import LogicalLine, indent_text, indent_width, is_trivia, logical_lines
from vetline.syntax.newer import rewrite_newer
from vetline.syntax.parse import Unparsable, parse, parses

_CLOSERS = (")", "]", "}")
_SUITE_WORDS = frozenset(
    {"if", "elif", "else", "for", "while", "try", "except", "finally", "with", "def", "class", "async", "match", "case"}
)
_FOLLOWS = {
    "elif": {"if", "elif"},
    "else": {"if", "elif", "for", "while", "except", "async"},
    "except": {"try", "except"},
    "finally": {"try", "except", "else"},
}
"""Which headers the clauses of a compound statement may follow."""

_MAX_ATTEMPTS = 200


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text that parses in its surroundings; ``set_aside`` and ``shifts`` as in :class:`vetline.syntax.tree.Tree`."""

    lines: Sequence[str]
    shifts: Mapping[int, int]
    set_aside: tuple[Range, ...]


class _Role(Enum):
    SIMPLE = auto()
    HEADER = auto()
    DECORATOR = auto()


@dataclass(slots=True)
class _Part:
    """One logical line under repair."""

    first: int
    end: int
    indent: int
    word: str
    role: _Role
    comment: int
    level: int = 0
    aside: bool = False
    filled: bool = False


class _Repair:
    """The state of one repair: the lines being rewritten, and what has been done to them."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.original = lines
        self.lines = list(lines)
        self.shifts: dict[int, int] = {}
        self.parts = _parts(self.lines)

    def set_aside(self, part: _Part) -> None:
        """Put a statement that does nothing in the place of ``part``; a header keeps its suite."""
        part.aside = True
        space = indent_text(self.lines[part.first])
        end = line_end(self.lines[part.first])
        stand_in = "pass" if part.role is not _Role.HEADER else "if 1: pass" if part.filled else "if 1:"
        self.lines[part.first] = space + stand_in + end
        for row in range(part.first + 1, part.end):
            self.lines[row] = line_end(self.lines[row])
        part.comment = -1
        if part.role is _Role.HEADER:
            part.word = "if"

    def indent(self, part: _Part, space: str) -> None:
        """Give ``part`` the indentation ``space``."""
        line = self.lines[part.first]
        old = indent_text(line)
        if old != space:
            self.lines[part.first] = space + line[len(old) :]
            delta = len(old) - len(space)
            self.shifts[part.first] = delta
            if part.end == part.first + 1 and part.comment >= 0:
                part.comment -= delta

    def fill_suite(self, header: _Part) -> None:
        """Give a header without a suite one, on its own line."""
        header.filled = True
        if header.word == "match" or header.aside:
            self.set_aside(header)
            return
        row = header.end - 1
        line = self.lines[row]
        code = line[: header.comment] if header.comment >= 0 else line_body(line)
        self.lines[row] = code.rstrip() + " pass" + line_end(line)
        header.comment = -1

    def result(self) -> Repaired:
        aside = tuple(_range(self.original, part) for part in self.parts if part.aside)
        return Repaired(self.lines, self.shifts, aside)


def line_end(line: str) -> str:
    """Return the line end of ``line``, which may be empty."""
    return line[len(line_body(line)) :]


def repair(lines: Sequence[str], kind: BlockKind, prefix: str, suffix: str) -> Repaired:
    """Repair the block ``lines`` so that ``prefix`` + block + ``suffix`` parses."""
    work = _Repair(lines)
    open_end = kind is BlockKind.CLASS
    _promote_headers(work.parts, open_end=open_end)
    _level_indentation(work, open_end=open_end)
    _pair_clauses(work)
    for _ in range(_MAX_ATTEMPTS):
        try:
            parse(prefix + "".join(work.lines) + suffix)
            break
        except Unparsable as error:
            if not _set_aside_at(work, error.line - 2):
                break
    return work.result()


def _range(lines: Sequence[str], part: _Part) -> Range:
    last = line_body(lines[part.end - 1])
    return Range.of(part.first, len(indent_text(lines[part.first])), part.end - 1, len(last))


def _parts(lines: list[str]) -> list[_Part]:
    """Cut the block into logical lines, each of which parses on its own or is marked to be set aside.

    Where brackets or quotes were left open, a logical line has swallowed others: those are given back.
    """
    parts: list[_Part] = []
    start = 0
    while start < len(lines):
        logical = next(logical_lines(lines, start), None)
        if logical is None:
            break
        part = _classify(lines, logical)
        if part is None and (cut := _overrun(lines, logical)) < logical.end:
            logical = logical._replace(end=cut, comment=-1)
            part = _classify(lines, logical)
        if part is None:
            part = _Part(logical.first, logical.end, logical.indent, logical.word, _Role.SIMPLE, -1, aside=True)
        parts.append(part)
        start = part.end
    return parts


def _overrun(lines: Sequence[str], logical: LogicalLine) -> int:
    """Return where a logical line that doesn't parse should have ended, judging by the indentation of what follows."""
    if logical.open_quote_line >= 0:
        return logical.open_quote_line + 1
    if logical.word in _SUITE_WORDS:
        for row in range(logical.first, logical.end):
            if line_body(lines[row]).rstrip().endswith(":"):
                return row + 1
        return logical.first + 1
    for row in range(logical.first + 1, logical.end):
        space = indent_text(lines[row])
        rest = lines[row][len(space) :]
        if not is_trivia(rest) and indent_width(space) <= logical.indent and not rest.startswith(_CLOSERS):
            return row
    return logical.end


def _classify(lines: list[str], logical: LogicalLine) -> _Part | None:
    """Tell what part a logical line plays; None if it doesn't parse.

    Source for a newer Python is rewritten in place, and a missing colon behind a header is put in.
    """
    text = "".join(lines[logical.first : logical.end])
    for candidate in (text, rewrite_newer(text)):
        if candidate is None:
            continue
        role = _role(candidate, logical.word)
        if role is not None:
            if candidate is not text:
                lines[logical.first : logical.end] = split_lines(candidate)[: logical.end - logical.first]
            return _Part(logical.first, logical.end, logical.indent, logical.word, role, logical.comment)
    if logical.word in _SUITE_WORDS and _next_is_deeper(lines, logical.end, logical.indent):
        row = logical.end - 1
        line = lines[row]
        code = (line[: logical.comment] if logical.comment >= 0 else line_body(line)).rstrip()
        head = "".join(lines[logical.first : row]) + code + ":\n"
        if not code.endswith(":") and _role(head, logical.word) is _Role.HEADER:
            lines[row] = code + ":" + line_end(line)
            return _Part(logical.first, logical.end, logical.indent, logical.word, _Role.HEADER, -1)
    return None


def _role(text: str, word: str) -> _Role | None:
    """Tell what part the text of one logical line plays, by parsing it in suitable surroundings."""
    space = indent_text(text)
    wrap = "if 1:\n" if space else ""
    newline = "" if text.endswith(("\n", "\r")) else "\n"
    if word == "@":
        return _Role.DECORATOR if parses(f"{wrap}{text}{newline}{space}def _(): pass\n") else None
    if word == "case" and parses(f"{wrap}{space}match 0:\n{space} {text.lstrip()}{newline}{space}  pass\n"):
        return _Role.HEADER
    before = {
        "elif": f"{space}if 1: pass\n",
        "else": f"{space}if 1: pass\n",
        "except": f"{space}try: pass\n",
        "finally": f"{space}try: pass\n",
    }.get(word, "")
    behind = f"{space}except: pass\n" if word == "try" else ""
    if parses(f"{wrap}{before}{text}{newline}{behind}"):
        return _Role.SIMPLE
    if word == "match" and parses(f"{wrap}{text}{newline}{space} case _: pass\n"):
        return _Role.HEADER
    if word in _SUITE_WORDS and parses(f"{wrap}{before}{text}{newline}{space} pass\n{behind}"):
        return _Role.HEADER
    return None


def _next_is_deeper(lines: Sequence[str], row: int, indent: int) -> bool:
    """Tell whether the next line of code from ``row`` on is indented by more than ``indent`` columns."""
    for line in lines[row:]:
        if not is_trivia(line):
            return indent_width(indent_text(line)) > indent
    return False


def _promote_headers(parts: Sequence[_Part], *, open_end: bool) -> None:
    """Make headers of the broken lines that have a suite, so that the suite keeps its place."""
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        has_suite = open_end if following is None else following.indent > part.indent
        if part.aside and has_suite and part.word in _SUITE_WORDS:
            part.role = _Role.HEADER


def _level_indentation(work: _Repair, *, open_end: bool) -> None:
    """Make the indentation consistent: no line deeper than its header allows, none between two levels, no empty suite."""
    for part in work.parts:
        if part.aside:
            work.set_aside(part)
    if not work.parts:
        return
    levels = [(work.parts[0].indent, indent_text(work.lines[work.parts[0].first]))]
    header: _Part | None = None
    for part in work.parts:
        if header is not None:
            if part.indent > levels[-1][0]:
                space = indent_text(work.lines[part.first])
                if not space.startswith(levels[-1][1]) or space == levels[-1][1]:
                    space = levels[-1][1] + " "
                levels.append((part.indent, space))
            else:
                work.fill_suite(header)
        while len(levels) > 1 and part.indent < levels[-1][0]:
            levels.pop()
        part.level = len(levels) - 1
        work.indent(part, levels[-1][1])
        header = part if part.role is _Role.HEADER else None
    if header is not None and not open_end:
        work.fill_suite(header)


def _pair_clauses(work: _Repair) -> None:
    """Set aside headers and decorators that lack their other half: ``else`` without ``if``, ``try`` without ``except`` …"""
    previous: dict[int, _Part] = {}  # by level: the header whose clauses may still follow
    decorators: list[_Part] = []
    for part in work.parts:
        for level in [k for k in previous if k > part.level]:
            _close(work, previous.pop(level))
        before = previous.get(part.level)
        if decorators and part.role is not _Role.DECORATOR:
            if part.word not in ("def", "class", "async") or part.aside or part.level != decorators[-1].level:
                for decorator in decorators:
                    work.set_aside(decorator)
            decorators = []
        if part.role is _Role.DECORATOR:
            decorators.append(part)
        if part.word in _FOLLOWS and not part.aside and (before is None or before.word not in _FOLLOWS[part.word]):
            work.set_aside(part)
        if before is not None and not (part.word in _FOLLOWS and not part.aside):
            _close(work, before)
        if part.word in _SUITE_WORDS and not part.aside:
            previous[part.level] = part
        else:
            previous.pop(part.level, None)
    for part in previous.values():
        _close(work, part)
    for decorator in decorators:
        work.set_aside(decorator)


def _close(work: _Repair, part: _Part) -> None:
    """End a compound statement; a ``try`` that found no handler becomes an ``if``."""
    if part.word == "try":
        work.set_aside(part)


def _set_aside_at(work: _Repair, row: int) -> bool:
    """Set aside the statement at line ``row``, or the nearest one before it that isn't yet; tell whether there was one."""
    candidates = [part for part in work.parts if part.first <= row and not part.aside]
    if not candidates:
        candidates = [part for part in work.parts if not part.aside]
        candidates = candidates[:1]
    if not candidates:
        return False
    work.set_aside(candidates[-1])
    return True
