"""What the changes of one buffer were: as the client says, or as they look."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vetline.core.location import Range
from vetline.provenance.acceptances import Acceptance
from vetline.provenance.changes import Change, Replacement
from vetline.provenance.inference import Inference
from vetline.provenance.kinds import FOREIGN, Kind
from vetline.provenance.splices import Splice
from vetline.provenance.tracking import Inserted, Recent, Tracked, Tracker

_PATIENCE: Final = 5.0
"""For how many seconds what a client has said waits for the change that it is about, and the other way round."""
_RELOADED_WITHIN: Final = 2.0
"""How many seconds may lie between a file's being written and the change by which the editor follows."""
_FROM_DISK: Final = 0.9
"""How sure it is that such a change is an agent's: it may be a formatter's, or a checkout."""
_PAUSE: Final = 30.0
"""How many seconds may lie between two parts of one acceptance, such as its words."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What a client says: in ``version`` of the buffer, ``tool`` has brought in what stands in ``ranges``.

    Without a version it is the change that came last, or comes next; without ranges it is all of it.
    """

    version: int | None = None
    ranges: tuple[Range, ...] = ()
    kind: Kind = Kind.COMPLETION
    tool: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A change, and the acceptance that it is or is part of; None if it brings in nothing foreign."""

    kind: Kind
    tracked: Tracked | None = None


class Watch:
    """Watches one buffer.  ``now`` is in seconds since 1970 wherever it is asked for, ``at`` in seconds of another clock."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        """Begin with a buffer that holds ``lines``."""
        self.tracker = Tracker()
        self._inference = Inference(lines)
        self._signals: list[tuple[float, Signal]] = []
        self._disk_at = -math.inf

    def changed(self, version: int | None, at: float, now: float, edits: Iterable[Splice], *, is_ours: bool = False) -> Seen:
        """Follow the edits of one message, each right after it was made; ``is_ours`` if they are a fix that we offered."""
        replacements: list[Replacement] = []
        recent = self.tracker.follow(version, at, _noted(edits, replacements))
        guess = self._inference.classify(Change(at, tuple(replacements)))
        signal = self._signal_for(version, at)
        if signal is not None:
            return Seen(signal.kind, self._take_told(signal, [recent], at, now))
        if is_ours:
            return Seen(Kind.FIX)
        if guess.kind not in FOREIGN or not recent.inserts:
            return Seen(guess.kind)
        is_from_disk = at - self._disk_at <= _RELOADED_WITHIN
        kind, confidence = (Kind.AGENT, _FROM_DISK) if is_from_disk else (guess.kind, guess.confidence)
        acceptance = Acceptance(now, kind, confidence=confidence)
        pieces = self.tracker.pieces_of(recent, guess.foreign)
        last = self.tracker.last
        joins = guess.joins and last is not None and not last.acceptance.is_exact  # else the client says what belongs to it
        return Seen(kind, self.tracker.take(recent, acceptance, pieces, joins=joins))

    def written_on_disk(self, at: float) -> Tracked | None:
        """Take note that somebody else has written the buffer's file, which the editor loads anew, or has just loaded.

        Returns the acceptance that this was, if it has come in already.
        """
        self._disk_at = at
        last = self.tracker.last
        if last is None or last.acceptance.is_exact or at - last.until > _RELOADED_WITHIN:
            return None
        last.acceptance = replace(last.acceptance, kind=Kind.AGENT, confidence=_FROM_DISK)
        return last

    def told(self, signal: Signal, at: float, now: float) -> Tracked | None:
        """Take note of what the client says; return the acceptance if its change has come in already."""
        meant = [recent for recent in self.tracker.recent if self._is_meant(signal, recent, at)]
        if signal.version is None:
            meant = meant[-1:]
        if not meant:
            self._signals.append((at, signal))
            return None
        return self._take_told(signal, meant, at, now)

    @staticmethod
    def _is_meant(signal: Signal, recent: Recent, at: float) -> bool:
        if not recent.inserts:
            return False
        return recent.version == signal.version if signal.version is not None else at - recent.at <= _PATIENCE

    def _signal_for(self, version: int | None, at: float) -> Signal | None:
        """Return what the client has said of a change before it came in."""
        self._signals = [(told, signal) for told, signal in self._signals if at - told <= _PATIENCE]
        for index, (_, signal) in enumerate(self._signals):
            if signal.version is None or signal.version == version:
                del self._signals[index]
                return signal
        return None

    def _take_told(self, signal: Signal, meant: Sequence[Recent], at: float, now: float) -> Tracked | None:
        """Mark what the client speaks of; None if there is nothing of it."""
        tracked: Tracked | None = None
        for recent in meant:
            pieces = self.tracker.pieces_of(recent)
            if signal.ranges:
                pieces = list(_within(signal.ranges, pieces))
            if signal.kind not in FOREIGN:
                self.tracker.forget(recent.owner)
                recent.owner = ""
            elif pieces:
                acceptance = Acceptance(now, signal.kind, signal.tool, is_exact=True)
                tracked = self.tracker.take(recent, acceptance, pieces, joins=self._goes_on(pieces, signal, at))
        return tracked

    def _goes_on(self, pieces: Sequence[Inserted], signal: Signal, at: float) -> bool:
        """Tell whether an acceptance goes on right where the one before it ended, as word by word."""
        last = self.tracker.last
        if last is None or not last.pieces or at - last.until > _PAUSE or last.acceptance.tool != signal.tool:
            return False
        return any(piece.extent.start == last.pieces[-1].extent.end for piece in pieces)


def _noted(edits: Iterable[Splice], replacements: list[Replacement]) -> Iterator[Splice]:
    """Yield edits, and note them as replacements."""
    for edit in edits:
        replacements.append(Replacement(edit.at, edit.removed, edit.inserted, edit.before, edit.behind))
        yield edit


def _within(ranges: Sequence[Range], pieces: Iterable[Inserted]) -> Iterator[Inserted]:
    """Yield the pieces that have a place in common with one of ``ranges``."""
    for piece in pieces:
        if any(range_.start <= piece.extent.end and piece.extent.start <= range_.end for range_ in ranges):
            yield piece
