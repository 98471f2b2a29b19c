"""Changes to a buffer, and how urgent it is to vet them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from vetline.core.location import Range

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


def _is_typing(change: Change) -> bool:
    """Tell whether a change looks like one press of a key, Enter with its indentation and Backspace included."""
    if change.range is None or len(change.text.strip()) > _TYPED_AT_ONCE:
        return False
    start, end = change.range.start, change.range.end
    if start.line == end.line:
        return end.column - start.column <= max(_TYPED_AT_ONCE, len(change.text))
    return end.line - start.line == 1 and end.column == 0
