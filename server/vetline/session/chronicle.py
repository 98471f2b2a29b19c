"""What becomes of foreign code, written to the ledger; and what the ledger remembers, taken up when a file is opened."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from vetline.core.severity import Severity
from vetline.engine.policy import Shown
from vetline.provenance.acceptances import Acceptance, Event
from vetline.provenance.ledger import Entry, Happening, How, Ledger, Place, Remembered, ledger_file
from vetline.provenance.tracking import Tracked
from vetline.session.buffer import Buffer
from vetline.session.loops import call_on

_QUIET_SECONDS = 2.0
"""How long a buffer must have been left alone before the ledger is told where things are now."""


class _Open(NamedTuple):
    """A finding that is in an acceptance.  ``name`` is the key that it had at first: an edit around it gives it another one."""

    name: str
    rule: str
    severity: Severity


@dataclass(slots=True)
class _Story:
    """What the ledger was told of one acceptance."""

    recorded: Acceptance | None = None
    is_reviewed: bool = False
    open: dict[str, _Open] = field(default_factory=dict)
    """The findings that are in it, by key."""
    known: Counter[str] = field(default_factory=Counter)
    """How many findings of each rule it had, by the ledger, when the file was opened, of which none was seen yet."""

    def compare(self, shown: Iterable[Shown]) -> tuple[list[_Open], list[_Open]]:
        """Take over what is in it now; return the findings that have come, and those that have gone.

        One that goes while another one of the same rule comes is the same: the code around it was edited.
        """
        now = {one.finding.key: _Open(one.finding.key, one.finding.rule_id, one.finding.severity) for one in shown}
        gone = [one for key, one in self.open.items() if key not in now]
        come: list[_Open] = []
        for key, one in now.items():
            if key in self.open:
                now[key] = self.open[key]
            elif (same := next((old for old in gone if old.rule == one.rule), None)) is not None:
                gone.remove(same)
                now[key] = same
            elif self.known[one.rule]:
                self.known[one.rule] -= 1
            else:
                come.append(one)
        self.open = now
        return come, gone


@dataclass(slots=True)
class _Volume:
    """The stories of one buffer."""

    place: Place
    stories: dict[str, _Story] = field(default_factory=dict)
    timer: asyncio.TimerHandle | None = None


class Chronicle:
    """Keeps the ledger for a session; on the event loop's thread only, and nothing here waits for the disk.

    ``on_recorded`` is called with the id of each acceptance that is safe in the ledger's file, ``on_trouble`` with a sentence
    for the user when something is wrong with that, ``on_remembered`` with a buffer in which foreign code was found again.
    """

    def __init__(
        self,
        on_recorded: Callable[[str], None] = lambda _: None,
        on_trouble: Callable[[str], None] = lambda _: None,
        on_remembered: Callable[[Buffer], None] = lambda _: None,
    ) -> None:
        self._on_recorded = on_recorded
        self._on_trouble = on_trouble
        self._on_remembered = on_remembered
        self._ledger: Ledger | None = None
        self._volumes: dict[Buffer, _Volume] = {}

    def opened(self, buffer: Buffer, project: Path | None) -> None:
        """Begin to follow a buffer; what is remembered of its file comes in later."""
        if buffer.path is None or not buffer.rulebook.policy.config.ledger:
            return
        volume = self._volumes[buffer] = _Volume(Place.of(buffer.path, project))
        self._ask(buffer, volume)

    def refresh(self, buffer: Buffer) -> None:
        """Ask again what is known of a buffer's file: it was written, perhaps by an agent that has said so."""
        if (volume := self._volumes.get(buffer)) is not None:
            self._ask(buffer, volume)

    def vetted(self, buffer: Buffer) -> None:
        """Write what is new in a vetted buffer."""
        volume = self._volumes.get(buffer)
        if volume is None or not buffer.rulebook.policy.config.ledger:
            return
        owners = buffer.watch.tracker.marks.owners
        for tracked in buffer.watch.tracker.all:
            owner = tracked.acceptance.id
            if owner in owners or owner in volume.stories:
                story = volume.stories.setdefault(owner, _Story())
                self._record(buffer, volume, tracked, story, is_alive=owner in owners)
                self._compare(buffer, tracked, story, is_alive=owner in owners)
        if volume.stories:
            self._later(buffer, volume)

    def kept(self, buffer: Buffer, tracked: Tracked) -> None:
        """Write that a person was asked, and wants to keep an acceptance as it is."""
        if buffer in self._volumes:
            self._open().happened(tracked.acceptance.id, Happening(Event.KEPT, how=How.GATE))

    def saved(self, buffer: Buffer) -> None:
        """Write where everything is now."""
        if (volume := self._volumes.get(buffer)) is not None and volume.stories:
            self._move(buffer, volume)

    def closed(self, buffer: Buffer) -> None:
        """Stop following a buffer."""
        self.saved(buffer)
        if (volume := self._volumes.pop(buffer, None)) is not None and volume.timer is not None:
            volume.timer.cancel()

    def end(self) -> None:
        """Write what is left."""
        if self._ledger is not None:
            self._ledger.close()

    def _open(self) -> Ledger:
        if self._ledger is None:
            loop = asyncio.get_running_loop()

            days = max((buffer.rulebook.policy.config.ledger_days for buffer in self._volumes), default=365)
            self._ledger = Ledger(
                ledger_file(),
                days=days,
                recorded=partial(call_on, loop, self._on_recorded),
                warn=partial(call_on, loop, self._on_trouble),
            )
        return self._ledger

    def _ask(self, buffer: Buffer, volume: _Volume) -> None:
        """Ask what is known of a buffer's file, in its text as it is now."""
        loop = asyncio.get_running_loop()
        edits = buffer.edits

        def answered(future: Future[list[Remembered]]) -> None:
            call_on(loop, self._remember, buffer, volume, edits, future.result())

        self._open().of_file(volume.place, buffer.document.lines.copy()).add_done_callback(answered)

    def _remember(self, buffer: Buffer, volume: _Volume, edits: int, remembered: list[Remembered]) -> None:
        """Take up what the ledger remembers, if it is about the text as it is."""
        if self._volumes.get(buffer) is not volume or not remembered:
            return
        if buffer.edits != edits:
            self._ask(buffer, volume)
            return
        news = [one for one in remembered if one.ranges and buffer.watch.tracker.get(one.acceptance.id) is None]
        for one in news:
            is_reviewed = any(happening.event is Event.REVIEWED for happening in one.entry.happenings)
            buffer.watch.tracker.restore(one.acceptance, one.ranges, is_reviewed=is_reviewed, replaced=one.entry.replaced)
            volume.stories[one.acceptance.id] = _Story(one.acceptance, is_reviewed, known=_left_open(one.entry))
        if news:
            self._on_remembered(buffer)

    def _record(self, buffer: Buffer, volume: _Volume, tracked: Tracked, story: _Story, *, is_alive: bool) -> None:
        owner = tracked.acceptance.id
        if is_alive and story.recorded != tracked.acceptance:
            story.recorded = tracked.acceptance
            ranges = buffer.watch.tracker.marks.of(owner)
            self._open().record(tracked.acceptance, volume.place, ranges, buffer.document.lines, replaced=tracked.has_replaced)
        if tracked.is_reviewed and not story.is_reviewed:
            story.is_reviewed = True
            self._open().happened(owner, Happening(Event.REVIEWED, how=How.COMMAND))

    def _compare(self, buffer: Buffer, tracked: Tracked, story: _Story, *, is_alive: bool) -> None:
        """Write which findings have come, and which have gone, and how."""
        come, gone = story.compare(buffer.shown_from(tracked) if is_alive else ())
        how = buffer.last_how
        if how is How.COMMENT:
            event = Event.SUPPRESSED
        else:
            event = Event.REJECTED if how is How.COMMAND or not is_alive else Event.FIXED
        happened = [Happening(Event.FOUND, one.name, one.rule, one.severity) for one in come]
        happened += [Happening(event, one.name, one.rule, one.severity, how) for one in gone]
        if not is_alive and story.recorded is not None:
            happened.append(Happening(Event.REJECTED, how=how))
            story.recorded = None
        if happened:
            self._open().happened(tracked.acceptance.id, *happened)

    def _later(self, buffer: Buffer, volume: _Volume) -> None:
        if volume.timer is not None:
            volume.timer.cancel()
        volume.timer = asyncio.get_running_loop().call_later(_QUIET_SECONDS, self._move, buffer, volume)

    def _move(self, buffer: Buffer, volume: _Volume) -> None:
        marks = buffer.watch.tracker.marks
        pieces = {owner: marks.of(owner) for owner in volume.stories}
        self._open().moved(volume.place, pieces, buffer.document.lines)


def _left_open(entry: Entry) -> Counter[str]:
    """Return how many findings of each rule an acceptance had at last."""
    last: dict[str, Happening] = {one.finding: one for one in entry.happenings if one.finding}
    return Counter(one.rule for one in last.values() if one.event is Event.FOUND)
