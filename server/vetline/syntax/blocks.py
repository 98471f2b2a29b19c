"""A buffer as a list of blocks, kept up to date edit by edit.

A block is a top-level statement with the blank lines and comments behind it; a class is split into its header and its
members.  Where blocks begin follows from the text alone, and scanning can start at any of them, so an edit costs the
blocks that it touches.  Invariant: after any edits the blocks equal those of a fresh split of the text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from vetline.syntax.logical import CONTINUATION_WORDS, LogicalLine, TripleString, code_weight, logical_lines

_MAX_OPEN_QUOTES = 16


class BlockKind(StrEnum):
    """What a block is made of."""

    TRIVIA = "trivia"
    """Blank lines and comments, at the head of a text."""
    STATEMENT = "statement"
    """A whole top-level statement, or several that couldn't be told apart."""
    CLASS = "class"
    """A class's decorators and header, without its body."""
    MEMBER = "member"
    """A statement in the body of the class before it."""


@dataclass(frozen=True, slots=True)
class BlockSpan:
    """A block's shape: ``code_lines`` lines of code in ``lines`` lines altogether, ``indent`` columns in."""

    kind: BlockKind
    indent: int
    code_lines: int
    lines: int


@dataclass(frozen=True, slots=True)
class BlockChange:
    """What an edit did to the list of blocks: ``spans`` replace the blocks from ``first`` up to ``end``."""

    first: int
    end: int
    spans: tuple[BlockSpan, ...]


class BlockList:
    """The blocks of one text, in order; they cover every line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._spans: list[BlockSpan] = []
        self._starts: list[int] = []
        self._closed: frozenset[tuple[int, int]] = frozenset()
        self._split(lines)

    @property
    def spans(self) -> Sequence[BlockSpan]:
        return self._spans

    @property
    def starts(self) -> Sequence[int]:
        """The line that each block begins at."""
        return self._starts

    def copy(self) -> BlockList:
        """Return an independent copy."""
        clone = BlockList.__new__(BlockList)
        clone._spans, clone._starts, clone._closed = self._spans.copy(), self._starts.copy(), self._closed
        return clone

    def update(self, lines: Sequence[str], first: int, removed: int, added: int) -> BlockChange:
        """Follow an edit that put ``added`` lines in the place of ``removed`` ones at line ``first`` of ``lines``.

        ``lines`` is the text after the edit.
        """
        old, starts = self._spans, self._starts
        if self._closed:
            return self._resplit(lines)
        begin = max(bisect_right(starts, first) - 2, 0)  # the block before: it may take the changed line in
        shift = added - removed
        known = bisect_left(starts, first + removed)
        fresh: list[BlockSpan] = []
        line = starts[begin]
        for span in _scan(lines, line, old[begin] if begin else None, self._closed):
            if span is None:
                return self._resplit(lines)
            while known < len(old) and starts[known] + shift < line:
                known += 1
            if (
                known < len(old)
                and starts[known] + shift == line
                and (old[known].kind, old[known].indent) == (span.kind, span.indent)
            ):
                return self._exchange(begin, known, fresh, shift)
            fresh.append(span)
            line += span.lines
        return self._exchange(begin, len(old), fresh, shift)

    def _exchange(self, first: int, end: int, fresh: Sequence[BlockSpan], shift: int) -> BlockChange:
        """Put ``fresh`` in the place of the blocks from ``first`` up to ``end``, and move the others by ``shift`` lines."""
        starts = self._starts
        if shift:
            starts[end:] = [start + shift for start in starts[end:]]
        starts[first:end] = accumulate((span.lines for span in fresh[:-1]), initial=starts[first]) if fresh else ()
        self._spans[first:end] = fresh
        return BlockChange(first, end, tuple(fresh))

    def _resplit(self, lines: Sequence[str]) -> BlockChange:
        count = len(self._spans)
        self._split(lines)
        return BlockChange(0, count, tuple(self._spans))

    def _split(self, lines: Sequence[str]) -> None:
        """Split the whole text, after deciding which open quotes to close."""
        closed: frozenset[tuple[int, int]] = frozenset()
        while True:
            spans = list(_scan(lines, 0, None, closed, patient=len(closed) >= _MAX_OPEN_QUOTES))
            if None not in spans:
                break
            closed |= {_open_quote(lines, closed)}
        self._spans = [span for span in spans if span is not None]
        self._starts = list(accumulate((span.lines for span in self._spans[:-1]), initial=0))
        self._closed = closed


def _open_quote(lines: Sequence[str], closed: frozenset[tuple[int, int]]) -> tuple[int, int]:
    """Find the triple quote that was left open, given that the text ends inside a string.

    One quote too many turns every later string inside out, so the one to blame is rarely the last.  It is one whose string
    holds what looks like code; of several, as a docstring may well show code, the one with which closed the least code is
    left inside of strings, and of equals the first.
    """
    strings, starts = _strings(lines, 0, closed)
    weights = [code_weight(lines, string) for string in strings]
    # Close the first, and all that were strings aren't, while what was between them is.
    turned, _ = _strings(lines, starts[0], closed | {(strings[0].line, strings[0].column)})
    turned_weights = list(accumulate((code_weight(lines, string) for string in turned), initial=0))
    culprit, least, before = strings[-1], None, 0
    for string, weight in zip(strings, weights, strict=True):
        behind = turned_weights[-1] - turned_weights[bisect_left(turned, string.line, key=lambda other: other.line)]
        if weight and (least is None or before + behind < least):
            culprit, least = string, before + behind
        before += weight
    return culprit.line, culprit.column


def _strings(lines: Sequence[str], start: int, closed: frozenset[tuple[int, int]]) -> tuple[list[TripleString], list[int]]:
    """Return the strings over several lines from line ``start`` on, and the first lines of the statements that they are in."""
    strings: list[TripleString] = []
    starts: list[int] = []
    for logical in logical_lines(lines, start, closed=closed, strings=strings):
        starts += [logical.first] * (len(strings) - len(starts))
    return strings, starts


def _scan(
    lines: Sequence[str],
    start: int,
    at: BlockSpan | None,
    closed: frozenset[tuple[int, int]],
    patient: bool = False,
) -> Iterator[BlockSpan | None]:
    """Yield the blocks from line ``start`` on, which must be the first line of a block.

    ``at`` is that block as it was before an edit: it tells whether ``start`` lies in the body of a class.  Yields None, and
    stops, where the text ends in an open string, unless ``patient``.
    """
    stream = logical_lines(lines, start, closed=closed)
    first = next(stream, None)
    if start == 0 and (first is None or first.first > 0):
        yield BlockSpan(BlockKind.TRIVIA, 0, 0, first.first if first else len(lines))
    member_indent = at.indent if at is not None and at.kind is BlockKind.MEMBER else -1
    while first is not None:
        if first.open_quote_line >= 0 and not patient:
            yield None
            return
        kind = BlockKind.MEMBER if 0 <= member_indent <= first.indent else BlockKind.STATEMENT
        if kind is BlockKind.STATEMENT:
            member_indent = -1
        last = first
        is_header = kind is BlockKind.STATEMENT and first.word == "class"
        upcoming: LogicalLine | None = None
        for line in stream:
            if is_header and line.indent > first.indent:
                kind, member_indent = BlockKind.CLASS, line.indent
            if kind is BlockKind.CLASS or _begins_block(line, last, first.indent):
                upcoming = line
                break
            if line.open_quote_line >= 0 and not patient:
                yield None
                return
            decorated = last.word == "@" and line.indent == first.indent
            is_header = kind is BlockKind.STATEMENT and decorated and line.word == "class"
            last = line
        end = upcoming.first if upcoming else len(lines)
        yield BlockSpan(kind, first.indent, last.end - first.first, end - first.first)
        first = upcoming


def _begins_block(line: LogicalLine, previous: LogicalLine, indent: int) -> bool:
    """Tell whether ``line`` begins a block of its own, behind ``previous`` in a block at ``indent``."""
    if line.indent != indent:
        return line.indent < indent
    return line.word not in CONTINUATION_WORDS and not (previous.word == "@" and previous.indent == indent)
