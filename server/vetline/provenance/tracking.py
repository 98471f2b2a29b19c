"""Foreign code in a buffer: where it is now, and what was there before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from vetline.core.location import Range
from vetline.provenance.acceptances import Acceptance
from vetline.provenance.marks import Marks
from vetline.provenance.memory import Memory
from vetline.provenance.splices import Splice
from vetline.syntax.agreement import shared_ends
from vetline.syntax.lines import Lines

_MOST_RECENT: Final = 64
"""How many messages of the editor are remembered, for a client that tells later which of them was what."""

_MOST_TRACKED: Final = 200
"""How many acceptances of one buffer are kept that nothing is left of, with those that there is."""


@dataclass(slots=True)
class Inserted:
    """Text that one replacement put into the buffer.

    ``extent`` reaches from its first to its last character, whatever was written in between since; ``replaced`` is what was
    there before.
    """

    extent: Range
    text: str
    replaced: str

    @classmethod
    def by(cls, edit: Splice) -> Inserted:
        """Return what an edit, which was just made, has inserted, without what it only repeats."""
        removed, inserted = edit.removed, edit.inserted
        head, tail = _repeated(removed, inserted)
        extent = edit.range_of(edit.start + head, edit.start + len(inserted) - tail)
        return cls(extent, inserted[head : len(inserted) - tail], removed[head : len(removed) - tail])

    def move(self, edit: Splice) -> None:
        """Follow an edit."""
        if self.extent.end.line < edit.first:
            return
        if self.extent.start.line >= edit.first + len(edit.old):
            self.extent = self.extent.shifted(len(edit.new) - len(edit.old))
            return
        self.extent = Range(edit.moved(self.extent.start), edit.moved(self.extent.end, is_end=True))
        if self.extent.end < self.extent.start:  # empty, with text put where it was
            self.extent = Range(self.extent.end, self.extent.end)

    def is_untouched(self, lines: Lines) -> bool:
        """Tell whether the text is in ``lines`` just as it came in."""
        return lines.slice(self.extent) == self.text

    def joined(self, other: Inserted) -> Inserted | None:
        """Return this with ``other``, which came in right behind it; None if it stands elsewhere."""
        if other.extent.start != self.extent.end:
            return None
        extent = Range(self.extent.start, other.extent.end)
        return Inserted(extent, self.text + other.text, self.replaced + other.replaced)


def _repeated(removed: str, inserted: str) -> tuple[int, int]:
    """Return how many characters ``inserted`` has in common with ``removed`` at its start and at its end.

    Of several lines, only whole ones count, unless it just goes on behind what was there, or in front of it.
    """
    if inserted.startswith(removed):
        return len(removed), 0
    if inserted.endswith(removed):
        return 0, len(removed)
    head, tail = shared_ends(removed, inserted)
    if "\n" in inserted.rstrip("\r\n"):
        head = inserted.rfind("\n", 0, head) + 1
        line_end = inserted.find("\n", len(inserted) - tail) if tail else -1
        tail = len(inserted) - line_end - 1 if line_end >= 0 else 0
    return head, tail


@dataclass(slots=True, eq=False)
class Recent:
    """The edits of one message of the editor.  ``owner`` is the id of the acceptance that they belong to, if any."""

    version: int | None
    at: float
    edits: list[Splice] = field(default_factory=list)
    owner: str = ""

    @property
    def inserts(self) -> bool:
        """Whether anything but white space came in."""
        return any(edit.inserted.strip() for edit in self.edits)


@dataclass(slots=True)
class Tracked:
    """An acceptance in a buffer, and what it inserted; the last of it came in at ``until``, by the clock of changes."""

    acceptance: Acceptance
    until: float = 0.0
    pieces: list[Inserted] = field(default_factory=list)
    is_reviewed: bool = False
    is_remembered: bool = False
    """Whether it came in in an earlier session: then nobody knows what it has replaced ..."""
    had_replaced: bool = False
    """... but whether it has replaced something."""

    @property
    def has_replaced(self) -> bool:
        """Whether something gave way to it."""
        return self.had_replaced or any(piece.replaced for piece in self.pieces)

    @property
    def may_silence(self) -> bool:
        """Whether a comment in it may be one that silences findings, at a glance."""
        return self.is_remembered or any("#" in piece.text for piece in self.pieces)


class Tracker:
    """Follows the edits of one buffer, and knows what of it is whose.

    It holds text, which is never written anywhere.
    """

    def __init__(self) -> None:
        self.marks = Marks()
        self.recent: deque[Recent] = deque(maxlen=_MOST_RECENT)
        self._tracked: dict[str, Tracked] = {}
        self._memory = Memory()

    def get(self, owner: str) -> Tracked | None:
        """Return the acceptance of that id."""
        return self._tracked.get(owner)

    @property
    def last(self) -> Tracked | None:
        """The acceptance that came in last, whether anything of it is left or not."""
        return next(reversed(self._tracked.values()), None)

    @property
    def all(self) -> list[Tracked]:
        """All acceptances, oldest first, whether something is left of them or not."""
        return list(self._tracked.values())

    @property
    def alive(self) -> list[Tracked]:
        """The acceptances of which something is left, oldest first."""
        owners = self.marks.owners
        return [one for owner, one in self._tracked.items() if owner in owners]

    def follow(self, version: int | None, at: float, edits: Iterable[Splice]) -> Recent:
        """Follow the edits of one message, each right after it was made."""
        recent = Recent(version, at)
        for edit in edits:
            for owner in self.marks.owners:  # what nothing is left of has no place
                for piece in self._tracked[owner].pieces if owner in self._tracked else ():
                    piece.move(edit)
            cut = self.marks.move(edit)
            for start, end, owner in self._memory.follow(edit, cut):
                self._bring_back(edit, start, end, owner)
            recent.edits.append(edit)
        self.recent.append(recent)
        return recent

    def pieces_of(self, recent: Recent, numbers: Collection[int] | None = None) -> list[Inserted]:
        """Return what the edits of one message, or those of these ``numbers``, have inserted, where that is now."""
        pieces: list[Inserted] = []
        later = list(self.recent)
        later = later[later.index(recent) :] if recent in later else []
        for one in later:
            for number, edit in enumerate(one.edits):
                for piece in pieces:
                    piece.move(edit)
                if one is recent and edit.inserted and (numbers is None or number in numbers):
                    pieces.append(Inserted.by(edit))
        return pieces

    def take(self, recent: Recent, acceptance: Acceptance, pieces: Iterable[Inserted], *, joins: bool = False) -> Tracked:
        """Mark ``pieces`` of what ``recent`` has inserted as an acceptance; as a part of the last one if it ``joins`` that.

        What was taken for another acceptance by then is that one, of which more is known now.
        """
        known = self._tracked.get(recent.owner) if recent.owner else self.last if joins else None
        if known is None:
            known = self._tracked[acceptance.id] = Tracked(acceptance)
        elif recent.owner:
            old = known.acceptance
            known.acceptance = replace(acceptance, id=old.id, at=old.at, lines=old.lines, characters=old.characters)
        owner = known.acceptance.id
        known.until = max(known.until, recent.at)
        self._forget_the_dead()
        if not recent.owner:
            self._add(pieces, known)
        recent.owner = owner
        return known

    def restore(self, acceptance: Acceptance, ranges: Iterable[Range], *, is_reviewed: bool, replaced: bool) -> None:
        """Mark what is left of an acceptance that the ledger knows of, where nothing newer is that somebody has told of."""
        known = Tracked(acceptance, is_reviewed=is_reviewed, is_remembered=True, had_replaced=replaced)
        self._tracked = {acceptance.id: known, **self._tracked}
        for range_ in ranges:
            here = (self._tracked[mark.owner].acceptance for mark in self.marks.overlapping(range_))
            if not any(one.is_exact for one in here) and (acceptance.is_exact or not self.marks.overlapping(range_)):
                self.marks.add(range_, acceptance.id)

    def _forget_the_dead(self) -> None:
        """Keep of the acceptances of which nothing is left only the newest, which may come back by undo."""
        if len(self._tracked) > _MOST_TRACKED:
            owners = self.marks.owners
            dead = [owner for owner in self._tracked if owner not in owners]
            for owner in dead[: len(self._tracked) - _MOST_TRACKED]:
                del self._tracked[owner]

    def forget(self, owner: str) -> None:
        """Take an acceptance for the user's own text from now on."""
        self.marks.remove(owner)

    def at(self, range_: Range) -> Tracked | None:
        """Return the acceptance that ``range_`` lies in, or shares a character with; the newest, if there are several."""
        owners = {mark.owner for mark in self.marks.overlapping(range_)}
        return next((one for owner, one in reversed(self._tracked.items()) if owner in owners), None)

    def _bring_back(self, edit: Splice, start: int, end: int, owner: str) -> None:
        """Mark what an edit has brought back of an acceptance, of which characters of the inserted text are given."""
        range_ = edit.range_of(edit.start + start, edit.start + end)
        tracked = self._tracked.get(owner)
        if tracked is not None and owner not in self.marks.owners:
            text = edit.inserted[start:end]
            piece = next((piece for piece in tracked.pieces if piece.text == text), None)
            if piece is not None:
                piece.extent = range_
            else:  # only a part of it: what was around it is anybody's guess
                tracked.had_replaced = tracked.has_replaced
                tracked.is_remembered, tracked.pieces = True, []
        self.marks.add(range_, owner)

    def _add(self, pieces: Iterable[Inserted], tracked: Tracked) -> None:
        for piece in pieces:
            self.marks.add(piece.extent, tracked.acceptance.id)
            joined = tracked.pieces[-1].joined(piece) if tracked.pieces else None
            if joined is not None:
                tracked.pieces[-1] = joined
            else:
                tracked.pieces.append(piece)
        text = "".join(piece.text for piece in tracked.pieces)
        lines = len(text.splitlines())
        tracked.acceptance = replace(tracked.acceptance, lines=lines, characters=len(text))
