"""What was removed of marked text, so that it is marked again when it comes back: undone, redone, or pasted elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vetline.core.location import Position
from vetline.provenance.marks import Cut
from vetline.provenance.splices import Splice

_MOST: Final = 50
_MOST_CHARACTERS: Final = 1_000_000
_TELLING: Final = 20
"""How many characters a text must have to be known again in another place."""


@dataclass(slots=True)
class Removed:
    """A text that was removed at a place, in one go or bit by bit, and whose its parts were."""

    at: Position
    text: str
    pieces: tuple[Cut, ...]

    def with_more(self, text: str, pieces: tuple[Cut, ...], *, in_front: bool) -> Removed:
        """Return this with text that stood right in front of it, or right behind it."""
        if in_front:
            moved = tuple(Cut(one.start + len(text), one.end + len(text), one.owner) for one in self.pieces)
            return Removed(self.at, text + self.text, (*pieces, *moved))
        moved = tuple(Cut(one.start + len(self.text), one.end + len(self.text), one.owner) for one in pieces)
        return Removed(self.at, self.text + text, (*self.pieces, *moved))


class Memory:
    """The texts that were removed, oldest first."""

    def __init__(self) -> None:
        self._removed: list[Removed] = []

    def follow(self, edit: Splice, cut: tuple[Cut, ...]) -> list[Cut]:
        """Follow an edit that has removed the marked pieces ``cut``; return the pieces of its text that it has brought back."""
        back = list(self._brought_back(edit)) if edit.inserted and self._removed else []
        self._note(edit, cut)
        return back

    def _brought_back(self, edit: Splice) -> Iterator[Cut]:
        at, text = edit.at, edit.inserted
        for removed in reversed(self._removed):
            is_there = removed.at == at and (removed.text.startswith(text) or removed.text.endswith(text))
            if not is_there and (removed.text != text or len(text.strip()) < _TELLING):
                continue
            skipped = 0 if removed.text.startswith(text) else len(removed.text) - len(text)
            for piece in removed.pieces:
                start, end = max(piece.start - skipped, 0), min(piece.end - skipped, len(text))
                if start < end:
                    yield Cut(start, end, piece.owner)
            if removed.text == text:
                self._removed.remove(removed)
            return

    def _note(self, edit: Splice, cut: tuple[Cut, ...]) -> None:
        at, end = edit.at, edit.start + len(edit.removed)
        last = self._removed[-1] if self._removed else None
        more: Removed | None = None
        if last is not None and edit.removed and not edit.inserted:
            offset = edit.offset(last.at)
            if offset == end:  # backspace
                more = last.with_more(edit.removed, cut, in_front=True)
            elif offset == edit.start:  # delete
                more = last.with_more(edit.removed, cut, in_front=False)
        for removed in self._removed:
            removed.at = edit.moved(removed.at, is_end=True)
        if more is not None:
            more.at = at
            self._removed[-1] = more
        elif cut:
            self._removed.append(Removed(at, edit.removed, cut))
        while len(self._removed) > _MOST or sum(len(one.text) for one in self._removed) > _MOST_CHARACTERS:
            del self._removed[0]
