"""Positions and ranges in a text, independent of any editor's encoding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two characters.

    ``line`` counts from 0; lines end at ``\\n``, ``\\r\\n`` or ``\\r`` only, as in the Language Server
    Protocol.  ``column`` counts Unicode code points from 0.
    """

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """The text from ``start`` (inclusive) to ``end`` (exclusive)."""

    start: Position
    end: Position

    @classmethod
    def of(cls, line: int, column: int, end_line: int, end_column: int) -> Range:
        """Build a range from its four numbers."""
        return cls(Position(line, column), Position(end_line, end_column))

    @property
    def is_empty(self) -> bool:
        return self.start == self.end

    def shifted(self, lines: int) -> Range:
        """Return the same range ``lines`` further down (or up, if negative)."""
        if not lines:
            return self
        return Range.of(self.start.line + lines, self.start.column, self.end.line + lines, self.end.column)

    def contains(self, position: Position) -> bool:
        """Tell whether ``position`` lies in the range; both borders count."""
        return self.start <= position <= self.end

    def overlaps(self, other: Range) -> bool:
        """Tell whether the two ranges share a place; touching counts."""
        return self.start <= other.end and other.start <= self.end
