"""Ranges of a text that belong to somebody, and stay where their text is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from vetline.core.location import Position, Range
from vetline.provenance.splices import Splice


class Mark(NamedTuple):
    """A range that isn't empty, and whose it is."""

    range: Range
    owner: str


class Cut(NamedTuple):
    """A part of a text that was cut out: characters from its start, and whose they were."""

    start: int
    end: int
    owner: str


class Marks:
    """Marks in text order; none overlaps another.

    Text that is put between marked text isn't marked, and what is removed takes its marks along.
    """

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._marks = sorted(marks)

    def __bool__(self) -> bool:
        return bool(self._marks)

    def __iter__(self) -> Iterator[Mark]:
        return iter(self._marks)

    @property
    def owners(self) -> frozenset[str]:
        return frozenset(mark.owner for mark in self._marks)

    def of(self, owner: str) -> tuple[Range, ...]:
        """Return what belongs to ``owner``."""
        return tuple(mark.range for mark in self._marks if mark.owner == owner)

    def overlapping(self, range_: Range) -> tuple[Mark, ...]:
        """Return the marks that have a character in common with ``range_``; of an empty one, those that it touches."""
        if range_.is_empty:
            return tuple(mark for mark in self._marks if mark.range.contains(range_.start))
        return tuple(mark for mark in self._marks if mark.range.start < range_.end and range_.start < mark.range.end)

    def covers(self, range_: Range) -> bool:
        """Tell whether all of ``range_`` is marked."""
        place = range_.start
        for mark in self._marks:
            if mark.range.start <= place <= mark.range.end:
                place = mark.range.end
                if place >= range_.end:
                    return True
        return False

    def move(self, edit: Splice) -> tuple[Cut, ...]:
        """Follow an edit; return the parts of the removed text that were marked."""
        last = edit.first + len(edit.old)
        grown = len(edit.new) - len(edit.old)
        moved: list[Mark] = []
        cut: list[Cut] = []
        for mark in self._marks:
            (start, end), owner = (mark.range.start, mark.range.end), mark.owner
            if end.line < edit.first:
                moved.append(mark)
            elif start.line >= last:
                moved.append(Mark(mark.range.shifted(grown), owner) if grown else mark)
            else:
                self._follow(edit, start, end, owner, moved, cut)
        self._marks = _united(moved)
        return tuple(cut)

    @staticmethod
    def _follow(edit: Splice, start: Position, end: Position, owner: str, moved: list[Mark], cut: list[Cut]) -> None:
        """Follow an edit that is near a mark."""
        first, last = edit.offset(start), edit.offset(end)
        if first < edit.start:
            stop = edit.moved(end, is_end=True) if last <= edit.start else edit.range.start
            moved.append(Mark(Range(edit.moved(start), stop), owner))
        inner = max(first, edit.start), min(last, edit.end)
        if inner[0] < inner[1]:
            cut.append(Cut(inner[0] - edit.start, inner[1] - edit.start, owner))
        if last > edit.end:
            moved.append(Mark(Range(edit.moved(start) if first >= edit.end else edit.range.end, edit.moved(end)), owner))

    def add(self, range_: Range, owner: str) -> None:
        """Mark ``range_``, whoever had it."""
        if range_.is_empty:
            return
        kept: list[Mark] = []
        for mark in self._marks:
            start, end = mark.range.start, mark.range.end
            if start < range_.start:
                kept.append(Mark(Range(start, min(end, range_.start)), mark.owner))
            if end > range_.end:
                kept.append(Mark(Range(max(start, range_.end), end), mark.owner))
        self._marks = _united(sorted([*kept, Mark(range_, owner)]))

    def remove(self, owner: str) -> None:
        """Take all marks of ``owner`` away."""
        self._marks = [mark for mark in self._marks if mark.owner != owner]


def _united(marks: Sequence[Mark]) -> list[Mark]:
    """Join neighbours of one owner, and drop what is empty."""
    united: list[Mark] = []
    for mark in marks:
        if mark.range.is_empty:
            continue
        if united and united[-1].owner == mark.owner and united[-1].range.end == mark.range.start:
            united[-1] = Mark(Range(united[-1].range.start, mark.range.end), mark.owner)
        else:
            united.append(mark)
    return united
