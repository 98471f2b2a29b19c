"""Changes to a buffer, and how urgent it is to vet them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from vetline.core.location import Position, Range
from vetline.syntax.agreement import agreement, shared_ends
from vetline.syntax.lines import Lines, split_lines

_TYPED_AT_ONCE = 2  # a character, or one with the bracket or quote that the editor closes for it


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a buffer: ``text`` takes the place of ``range``, or of everything if that is None."""

    range: Range | None
    text: str


class Urgency(Enum):
    """When a change is vetted."""

    TYPING = auto()
    """After a pause: the next key is on its way."""
    AT_ONCE = auto()
    """Now: code arrived, or left, in one piece."""


def urgency_of(changes: Sequence[Change]) -> Urgency:
    """Tell how urgent it is to vet ``changes``, which came in one message."""
    return Urgency.TYPING if all(map(_is_typing, changes)) else Urgency.AT_ONCE


def narrowed(lines: Lines, text: str) -> Change:
    """Return the smallest change that makes ``text`` of ``lines``, for an editor that sends the whole text each time."""
    new = split_lines(text)
    head, tail = shared_ends(lines[:], new)
    before, after = "".join(lines[head : len(lines) - tail]), "".join(new[head : len(new) - tail])
    left = agreement(before, after)
    if _parts_line_end(before, left) or _parts_line_end(after, left):
        left -= 1
    right = agreement(before[left:][::-1], after[left:][::-1])
    if _parts_line_end(before, len(before) - right) or _parts_line_end(after, len(after) - right):
        right -= 1
    start = Position(head, 0)
    range_ = Range(_behind(start, before[:left]), _behind(start, before[: len(before) - right]))
    return Change(range_, after[left : len(after) - right])


def _is_typing(change: Change) -> bool:
    """Tell whether a change looks like one press of a key, Enter with its indentation and Backspace included."""
    if change.range is None or len(change.text.strip()) > _TYPED_AT_ONCE:
        return False
    start, end = change.range.start, change.range.end
    if start.line == end.line:
        return end.column - start.column <= max(_TYPED_AT_ONCE, len(change.text))
    return end.line - start.line == 1 and end.column == 0 < start.column  # two lines joined


def _parts_line_end(text: str, at: int) -> bool:
    """Tell whether a cut of ``text`` before the character ``at`` goes through a line end of two characters."""
    return at > 0 and text[at - 1 : at + 1] == "\r\n"


def _behind(start: Position, text: str) -> Position:
    """Return the position behind ``text``, which begins at ``start``, the head of a line."""
    rows = split_lines(text)
    return Position(start.line + len(rows) - 1, len(rows[-1]))
