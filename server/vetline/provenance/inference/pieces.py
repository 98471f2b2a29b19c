"""Replacements brought down to what they change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vetline.core.location import Position
from vetline.provenance.changes import Replacement
from vetline.syntax.agreement import agreement

_WORD_AT_END = re.compile(r"\w+\Z")
_WORD_AT_START = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A replacement without what it leaves as it is, line ends as ``\\n``.

    Editors replace more than they change: the line up to the cursor, the line end in front of new lines, a whole file.  Where
    it isn't clear what stayed, the new text comes behind the old.  ``indices`` are those of the replacements that it is
    made of, ``told`` is where the editor said that the change begins.
    """

    indices: tuple[int, ...]
    told: Position
    start: Position
    removed: str
    inserted: str
    before: str
    after: str

    @property
    def end(self) -> Position:
        """The place behind the inserted text."""
        rows = self.inserted.count("\n")
        if not rows:
            return Position(self.start.line, self.start.column + len(self.inserted))
        return Position(self.start.line + rows, len(self.inserted) - self.inserted.rindex("\n") - 1)

    @property
    def cursors(self) -> tuple[Position, ...]:
        """The places where the cursor may be now: behind the inserted text, or before the line end that it closes with.

        Who opens a line below another and types there has inserted that and a line end.
        """
        end = self.end
        if self.before or not self.inserted.endswith("\n"):
            return (end,)
        last = self.inserted[:-1].rpartition("\n")[2]
        return (end, Position(end.line - 1, len(last)))

    @property
    def weight(self) -> int:
        """How many characters other than white space were inserted."""
        return sum(map(len, self.inserted.split()))

    @property
    def words(self) -> tuple[str, str]:
        """The removed and the inserted text, each with the rest of a word that the cut goes through."""
        left = right = ""
        if _is_word(self.removed[:1]) or _is_word(self.inserted[:1]):
            left = found.group() if (found := _WORD_AT_END.search(self.before[-64:])) else ""
        if _is_word(self.removed[-1:]) or _is_word(self.inserted[-1:]):
            right = found.group() if (found := _WORD_AT_START.match(self.after[:64])) else ""
        return left + self.removed + right, left + self.inserted + right

    @property
    def is_linewise(self) -> bool:
        """Whether whole lines were inserted, as with what was copied by lines."""
        text = self.inserted
        return (text.endswith("\n") and not self.before.strip()) or (text.startswith("\n") and not self.after.strip())


def pieces_of(replacements: Iterable[Replacement]) -> list[Piece]:
    """Return what ``replacements`` change, those that belong together as one piece; none for what changes nothing."""
    pieces: list[Piece] = []
    for index, replacement in enumerate(replacements):
        piece = _piece(index, replacement)
        if pieces and (joined := _joined(pieces[-1], piece)) is not None:
            pieces[-1] = joined
        elif piece.removed or piece.inserted:
            pieces.append(piece)
    return [piece for piece in pieces if piece.removed or piece.inserted]


def _piece(index: int, replacement: Replacement) -> Piece:
    return _trimmed(
        (index,),
        replacement.start,
        replacement.start,
        with_plain_line_ends(replacement.removed),
        with_plain_line_ends(replacement.inserted),
        replacement.before,
        replacement.after,
    )


def _trimmed(
    indices: tuple[int, ...], told: Position, start: Position, removed: str, inserted: str, before: str, after: str
) -> Piece:
    if before and not removed and inserted.endswith("\n" + before):
        # Lines were inserted, told from behind what their first and the next have in common.
        inserted, after, before, start = before + inserted[: -len(before)], before + after, "", Position(start.line, 0)
    if not removed or not inserted:
        return Piece(indices, told, start, removed, inserted, before, after)
    if head := agreement(removed, inserted):
        kept, removed, inserted = removed[:head], removed[head:], inserted[head:]
        if rows := kept.count("\n"):
            before = kept[kept.rindex("\n") + 1 :]
            start = Position(start.line + rows, len(before))
        else:
            before += kept
            start = Position(start.line, start.column + head)
    if tail := agreement(removed[::-1], inserted[::-1]):
        kept, removed, inserted = removed[-tail:], removed[:-tail], inserted[:-tail]
        after = kept[: kept.index("\n")] if "\n" in kept else kept + after
    return Piece(indices, told, start, removed, inserted, before, after)


def _joined(first: Piece, then: Piece) -> Piece | None:
    """Return the two as one if the second goes on where the first has made room, or takes back from what it put there."""
    if not first.inserted and not then.removed and then.start == first.start:
        return _trimmed(
            first.indices + then.indices, first.told, first.start, first.removed, then.inserted, first.before, then.after
        )
    if not first.removed and not then.inserted and then.start == first.end:
        return _trimmed(
            first.indices + then.indices, first.told, first.start, then.removed, first.inserted, first.before, then.after
        )
    return None


def with_plain_line_ends(text: str) -> str:
    """Return ``text`` with ``\\n`` for each line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
