"""Changes to a text, and fixes made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vetline.core.location import Position, Range


@dataclass(frozen=True, slots=True, order=True)
class TextEdit:
    """Replace the text in ``range`` by ``new_text``; an empty range inserts."""

    range: Range
    new_text: str

    @classmethod
    def insert(cls, at: Position, new_text: str) -> TextEdit:
        return cls(Range(at, at), new_text)


class Applicability(StrEnum):
    """What a person has to do before a fix is applied."""

    SAFE = "safe"
    """Behaviour for legitimate input stays: may be applied unseen, in bulk."""
    REVIEW = "review"
    """Behaviour may change in a way that a person should look at; never part of fix-all."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to remove one finding.

    ``edits`` don't overlap, and are sorted by position.  ``title`` says what the fix does, as an imperative
    that starts with a capital and has no full stop.  ``note`` says what may change, for a fix to review.
    """

    title: str
    edits: tuple[TextEdit, ...]
    applicability: Applicability
    note: str = field(default="")

    @property
    def is_safe(self) -> bool:
        return self.applicability is Applicability.SAFE
