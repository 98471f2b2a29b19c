"""Blocks as syntax trees, tolerant of broken code."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from vetline.core.location import Range
from vetline.syntax.blocks import BlockKind
from vetline.syntax.encoding import column_of_byte
from vetline.syntax.lines import split_lines
from vetline.syntax.logical import BOM
from vetline.syntax.newer import rewrite_newer
from vetline.syntax.parse import Unparsable, parse
from vetline.syntax.repair import repair

FIRST_LINE = 2
"""The ``lineno`` of a block's first line: every block is parsed behind one line that gives it its surroundings."""

_NO_SHIFTS: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tree:
    """The statements of one block, and how their positions relate to its text.

    A node's ``lineno`` is its line in the block, counted from 0, plus :data:`FIRST_LINE`.  ``set_aside`` holds the ranges,
    relative to the block, of statements that could not be parsed and are missing from ``body``.
    """

    body: tuple[ast.stmt, ...]
    lines: Sequence[str] = field(repr=False)
    """The text that was parsed, which differs from the block's where that is broken, line by line."""
    shifts: Mapping[int, int] = field(default_factory=lambda: _NO_SHIFTS, repr=False)
    """For lines that were parsed further left or right: what to add to a column, in characters."""
    set_aside: tuple[Range, ...] = ()

    def range_of(self, node: ast.AST) -> Range:
        """Return where ``node`` stands in the block, in lines from 0 and columns in code points."""
        located: ast.expr = node  # type: ignore[assignment]  # any node with a position will do
        end_line = located.lineno if located.end_lineno is None else located.end_lineno
        end_byte = located.col_offset if located.end_col_offset is None else located.end_col_offset
        first, last = located.lineno - FIRST_LINE, end_line - FIRST_LINE
        return Range.of(first, self.column(first, located.col_offset), last, self.column(last, end_byte))

    def column(self, line: int, byte_offset: int) -> int:
        """Convert a byte offset of :mod:`ast` to a column of the block's text."""
        column = column_of_byte(self.lines[line], byte_offset) if line < len(self.lines) else byte_offset
        return max(0, column + self.shifts.get(line, 0))


NO_TREE = Tree((), ())


def parse_block(kind: BlockKind, indent: int, text: str) -> Tree:
    """Parse the code of one block.

    ``indent`` is the block's, in columns.  Broken parts are repaired or set aside; this never fails.
    """
    if kind is BlockKind.TRIVIA:
        return NO_TREE
    shifts: Mapping[int, int] = _NO_SHIFTS
    if text.startswith(BOM):
        text = text[1:]
        shifts = {0: 1}
    prefix, suffix = _surroundings(kind, indent, text)
    source: str | None = text
    while source is not None:
        try:
            return Tree(_unwrap(kind, indent, parse(prefix + source + suffix)), split_lines(source), shifts)
        except Unparsable:
            source = rewrite_newer(text) if source is text else None
    repaired = repair(split_lines(text), kind, prefix)
    try:
        body = parse(prefix + "".join(repaired.lines))
    except Unparsable:  # nothing that we know of gets here
        lines = split_lines(text)
        return Tree((), lines, set_aside=(Range.of(0, 0, len(lines) - 1, len(lines[-1])),))
    merged = {line: shifts.get(line, 0) + repaired.shifts.get(line, 0) for line in shifts.keys() | repaired.shifts.keys()}
    return Tree(_unwrap(kind, indent, body), repaired.lines, merged, repaired.set_aside)


def _surroundings(kind: BlockKind, indent: int, text: str) -> tuple[str, str]:
    """Return what to put before and behind a block's text to make it a module; the former is one line."""
    if kind is BlockKind.MEMBER:
        return "class _:\n", ""
    prefix = "if 1:\n" if indent else "\n"
    if kind is BlockKind.CLASS:
        return prefix, ("" if text.endswith(("\n", "\r")) else "\n") + " " * (indent + 1) + "pass\n"
    return prefix, ""


def _unwrap(kind: BlockKind, indent: int, body: list[ast.stmt]) -> tuple[ast.stmt, ...]:
    """Take the block's own statements out of the surroundings that it was parsed in."""
    if kind is BlockKind.MEMBER or indent:
        wrapper = body[0]
        assert isinstance(wrapper, ast.ClassDef | ast.If)
        body = wrapper.body
    if kind is BlockKind.CLASS and body and isinstance(header := body[-1], ast.ClassDef) and len(header.body) == 1:
        header.body = []
    return tuple(body)
