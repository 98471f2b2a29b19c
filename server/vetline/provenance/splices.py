"""How an edit moves the places in a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vetline.core.location import Position, Range
from vetline.syntax.lines import Lines, line_body


@dataclass(frozen=True, slots=True)
class Splice:
    """An edit, and the lines around it before and after.

    ``old`` and ``new`` begin with line ``first``; all other lines are as they were.  At ``start``, characters from there on,
    ``removed`` gave way to ``inserted``.
    """

    first: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    start: int
    removed: str
    inserted: str

    @property
    def end(self) -> int:
        """Where the removed text ended."""
        return self.start + len(self.removed)

    @property
    def at(self) -> Position:
        """The place of the edit, before it and after it."""
        return _position(self.start, self.first, self.old)

    @property
    def range(self) -> Range:
        """Where the inserted text is, after the edit."""
        return self.range_of(self.start, self.start + len(self.inserted))

    @property
    def before(self) -> str:
        """The text of the line in front of the edit."""
        at = self.at
        return self.old[at.line - self.first][: at.column]

    @property
    def behind(self) -> str:
        """The text of the line behind what was removed, line end excluded."""
        end = _position(self.end, self.first, self.old)
        return line_body(self.old[end.line - self.first][end.column :]) if end.line - self.first < len(self.old) else ""

    def offset(self, position: Position) -> int:
        """Return a place from before the edit in characters from the head of ``first``.

        Places in front of the lines that changed are negative, those behind them beyond the last one.
        """
        row = position.line - self.first
        if row < 0:
            return -1
        if row >= len(self.old):
            return sum(map(len, self.old)) + 1
        return sum(map(len, self.old[:row])) + position.column

    def range_of(self, start: int, end: int) -> Range:
        """Return a range after the edit, of which the characters from the head of ``first`` are given."""
        return Range(_position(start, self.first, self.new), _position(end, self.first, self.new))

    def moved(self, position: Position, *, is_end: bool = False) -> Position:
        """Return where a place from before the edit is now.

        One in the removed text is where that was; one where text was inserted is behind it, unless it ``is_end`` of something.
        """
        row = position.line - self.first
        if row < 0:
            return position
        if row >= len(self.old):
            return Position(position.line + len(self.new) - len(self.old), position.column)
        offset = self.offset(position)
        if offset > self.end or (offset == self.end and not (is_end and not self.removed)):
            offset += len(self.inserted) - len(self.removed)
        elif offset > self.start:
            offset = self.start
        return _position(offset, self.first, self.new)


def splice(lines: Lines, range_: Range, inserted: str, edit: Callable[[], object]) -> Splice:
    """Have ``edit`` put ``inserted`` in the place of ``range_``, which lies in ``lines``, and return what that moves."""
    first = max(0, range_.start.line - 1)  # a line end may be drawn in that comes together with a part of the edit
    stop = min(len(lines), range_.end.line + 2)
    old, below = tuple(lines[first:stop]), len(lines) - stop
    removed = lines.slice(range_)
    start = sum(map(len, old[: range_.start.line - first])) + range_.start.column
    edit()
    return Splice(first, old, tuple(lines[first : len(lines) - below]), start, removed, inserted)


def _position(offset: int, first: int, rows: Sequence[str]) -> Position:
    for row, line in enumerate(rows):
        if offset < len(line) or (row == len(rows) - 1 and not line.endswith(("\n", "\r"))):
            return Position(first + row, offset)
        offset -= len(line)
    return Position(first + len(rows), offset)
