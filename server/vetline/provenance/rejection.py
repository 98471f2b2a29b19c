"""How an acceptance is taken back."""

from __future__ import annotations

from dataclasses import dataclass

from vetline.core.edit import TextEdit
from vetline.core.location import Position, Range
from vetline.provenance.marks import Marks
from vetline.provenance.tracking import Inserted, Tracked
from vetline.syntax.lines import Lines, line_body


@dataclass(frozen=True, slots=True)
class Rejection:
    """One way to take an acceptance back.  ``is_exact`` if the buffer then is as if it had never come in."""

    title: str
    edits: tuple[TextEdit, ...]
    is_exact: bool


def rejections(tracked: Tracked, marks: Marks, lines: Lines, what: str = "completion") -> list[Rejection]:
    """Return the ways to take an acceptance back, the truest first; ``what`` is what to call it.

    There is one if nothing of it was edited since.  Else it's either the hand-written part that goes, or what the completion
    had replaced that doesn't come back.
    """
    pieces = [piece for piece in tracked.pieces if not piece.extent.is_empty]
    left = marks.of(tracked.acceptance.id)
    if not left:
        return []
    if len(pieces) == len(tracked.pieces) and all(piece.is_untouched(lines) for piece in pieces):
        return [Rejection(f"Reject this {what}", _edits(pieces, lines), True)]
    remains = f"Remove what is left of this {what}, keep your edits in it"
    found = [Rejection(remains, tuple(_edit(range_, "", lines) for range_ in left), False)]
    if pieces:
        before = f"Put back what was there before this {what}, drop your edits in it"
        found.append(Rejection(before, _edits(pieces, lines), False))
    return found


def _edits(pieces: list[Inserted], lines: Lines) -> tuple[TextEdit, ...]:
    return tuple(sorted(_edit(piece.extent, piece.replaced, lines) for piece in pieces))


def _edit(range_: Range, text: str, lines: Lines) -> TextEdit:
    """Return an edit that doesn't begin or end within a line end, where no client can."""
    start, end = range_.start, range_.end
    if start.column > len(line_body(lines[start.line])):
        start, text = Position(start.line, start.column - 1), "\r" + text
    if end.column > len(line_body(lines[end.line])):
        end, text = Position(end.line + 1, 0), text + "\n"
    return TextEdit(Range(start, end), text)
