"""One open buffer."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from vetline.core.config import Profile
from vetline.core.edit import TextEdit
from vetline.core.finding import Finding
from vetline.core.location import Range
from vetline.engine.document import Document, Engine
from vetline.engine.policy import Policy, Shown
from vetline.provenance.baseline import unchanged
from vetline.provenance.kinds import FOREIGN, Kind
from vetline.provenance.ledger import How
from vetline.provenance.marks import Mark, Marks
from vetline.provenance.splices import Splice, splice
from vetline.provenance.tracking import Tracked
from vetline.provenance.watch import Signal, Watch
from vetline.rules.ignores import silencer
from vetline.session.changes import Change, Urgency, narrowed, urgency_of
from vetline.session.remedies import Remedies
from vetline.syntax.lines import Lines

_SAVED_WITHIN = 3.0
"""How many seconds after a save the file counts as written by that."""
UNTITLED = "untitled.py"
"""What checks see as the name of a buffer that has no file."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What a buffer is vetted by: the configured checks, and the policy for what they find."""

    engine: Engine
    policy: Policy


class _Displayed(NamedTuple):
    """The findings that are shown, and those of them that are in foreign code, by its acceptance."""

    findings: list[Shown]
    foreign: dict[str, list[Shown]]


class Buffer:
    """A text that an editor has open, and its analysis.

    ``version`` is the editor's; ``path`` is None for a document without a file.
    """

    def __init__(self, uri: str, path: Path | None, version: int | None, text: str, rulebook: Rulebook) -> None:
        self.uri = uri
        self.path = path
        self.version = version
        self.rulebook = rulebook
        self.document = self._analysed(text)
        self.watch = Watch(self.document.lines)
        """Knows which of the text is foreign code."""
        self.saved_at = -math.inf
        """When the editor has saved it last, by the clock of changes."""
        self.last_how = How.UNKNOWN
        """By what means the text was changed last."""
        self._offers: dict[tuple[TextEdit, ...], How] = {}
        self._old = Marks()
        """The code that is as it was at the last commit."""
        self.edits = 0
        """How often the text was changed."""
        self.vetted_at = 0.0
        """When the findings were brought up to date, in seconds since 1970."""
        self._vetted = False
        self._revision = 0
        self._shown: _Displayed | None = None
        self._remedies: Remedies | None = None

    @property
    def name(self) -> str:
        """What checks see as the file's name."""
        return str(self.path or UNTITLED)

    @property
    def is_vetted(self) -> bool:
        """Whether the findings are those of the current text."""
        return self._vetted

    @property
    def revision(self) -> int:
        """A number that grows with every change of the text or the rules."""
        return self._revision

    def change(self, version: int | None, changes: Iterable[Change]) -> Urgency:
        """Follow the editor: apply ``changes`` one after the other, and tell how urgent it is to vet them.

        The text is ``version`` then.  A change of everything is narrowed to what differs, so that the rest keeps its analysis.
        """
        applied: list[Change] = []
        self.edits += 1
        self._stale()
        before = self.document.lines.copy() if self._offers else None
        edits = list(self._edits(changes, applied))
        taken = None if before is None else self._taken(before, edits)
        now = time.monotonic(), time.time()
        seen = self.watch.changed(version, *now, edits, is_ours=taken is not None)
        self._offers.clear()
        if taken is not None:
            self.last_how, left = taken
            if left:
                self.offer(self.last_how, left)
        else:
            self.last_how = How.UNDO if seen.kind is Kind.UNDO else How.HAND
        self.version = version
        return Urgency.AT_ONCE if seen.kind in FOREIGN else urgency_of(applied)

    def _edits(self, changes: Iterable[Change], applied: list[Change]) -> Iterator[Splice]:
        """Apply changes, note them, and yield how each has moved the text."""
        for change in changes:
            narrow = narrowed(self.document.lines, change.text) if change.range is None else change
            assert narrow.range is not None
            range_, text = self.document.lines.clamped(narrow.range), narrow.text
            edit = splice(self.document.lines, range_, text, partial(self.document.edit, range_, text))
            self._old.move(edit)
            yield edit
            applied.append(narrow)

    def written_on_disk(self) -> bool:
        """Take note that the file was written; tell whether that says something new of text that is here already.

        It says nothing if the editor has done so itself.
        """
        now = time.monotonic()
        if now - self.saved_at <= _SAVED_WITHIN or self.watch.written_on_disk(now) is None:
            return False
        self._shown = None
        return True

    def offer(self, how: How, edits: Sequence[TextEdit]) -> None:
        """Take note of edits of the text as it is now that the editor may apply, and of what they are."""
        self._offers[tuple(edits)] = how

    def _taken(self, before: Lines, edits: Sequence[Splice]) -> tuple[How, tuple[TextEdit, ...]] | None:
        """Return what the offer was that the editor has just taken, and its edits that are still to come; None if it took none.

        Neovim may tell of each edit by itself, from the last one up.
        """
        grown = sum(len(edit.inserted) - len(edit.removed) for edit in edits)
        for offered, how in self._offers.items():
            upwards = sorted(offered, reverse=True)
            growths = accumulate(len(edit.new_text) - len(before.slice(edit.range)) for edit in upwards)
            for count, growth in enumerate(growths, 1):
                if growth == grown and self._is_now(before, upwards[:count]):
                    return how, tuple(upwards[count:])
        return None

    def _is_now(self, before: Lines, upwards: Sequence[TextEdit]) -> bool:
        """Tell whether edits, from the last one up, make of ``before`` what the text is now."""
        lines = before.copy()
        for edit in upwards:
            lines.replace(edit.range, edit.new_text)
        return lines.text == self.document.text

    def told(self, signal: Signal) -> Tracked | None:
        """Take note of what the client says of a change; return the acceptance if its text is here already."""
        tracked = self.watch.told(signal, time.monotonic(), time.time())
        self._shown = None
        return tracked

    def reconsider(self) -> None:
        """Judge the findings anew, because other things are known of where the code came from."""
        if self._unconfirmed():
            self._stale()
        self._shown = None

    def reviewed(self, acceptance: str) -> bool:
        """Take an acceptance for reviewed; tell whether there is such a one."""
        tracked = self.watch.tracker.get(acceptance)
        if tracked is None:
            return False
        tracked.is_reviewed = True
        if tracked.may_silence:
            self._stale()
        self._shown = None
        return True

    def unreviewed(self) -> list[Tracked]:
        """Return the acceptances that have findings, and that nobody has reviewed."""
        return [one for one in self.watch.tracker.alive if not one.is_reviewed and self.shown_from(one)]

    def shown_from(self, tracked: Tracked) -> list[Shown]:
        """Return the findings to show that are in an acceptance."""
        return self._displayed().foreign.get(tracked.acceptance.id, [])

    def origin_of(self, finding: Finding) -> Tracked | None:
        """Return the acceptance that a finding is in; None if the code was written here, and in Bandit's own view."""
        if not self.watch.tracker.marks or self.rulebook.policy.config.profile is Profile.BANDIT:
            return None
        return self.watch.tracker.at(finding.range)

    def use(self, rulebook: Rulebook) -> None:
        """Vet by another rulebook from now on."""
        same = rulebook.engine is self.rulebook.engine
        self.rulebook = rulebook
        if not same:
            self.document = self._analysed(self.document.text)
        self._stale()

    def vet_stepwise(self) -> Iterator[None]:
        """Bring the findings up to date, with a pause after each block; it ends early if the text changes meanwhile."""
        revision = self._revision
        self.document.distrust(self._unconfirmed())
        for _ in self.document.vet_stepwise():
            yield
            if revision != self._revision:
                return
        self._vetted = True
        self.vetted_at = time.time()

    def _unconfirmed(self) -> frozenset[int]:
        """Return the lines with comments that came in with foreign code, would silence findings, and weren't reviewed."""
        tracker = self.watch.tracker
        rows: set[int] = set()
        for tracked in tracker.alive:
            if tracked.may_silence and not tracked.is_reviewed:
                for mark in tracker.marks.of(tracked.acceptance.id):
                    stop = mark.end.line + (mark.end.column > 0)
                    rows.update(row for row in range(mark.start.line, stop) if silencer(self.document.lines[row]))
        return frozenset(rows)

    def take_late(self, findings: Iterable[Finding], refuted: Iterable[str] = ()) -> bool:
        """Take over what the deep tier found in the text, which must be vetted; tell whether that changes what is shown."""
        before = self.shown()
        if not self.document.take_late(findings, refuted):
            return False
        self._shown = self._remedies = None
        return self.shown() != before

    def is_shown(self, finding: Finding) -> bool:
        """Tell whether a finding of this buffer, or of a changed copy of its document, is shown."""
        return bool(self._show([finding]))

    def shown(self) -> list[Shown]:
        """Return the findings to show: those in foreign code first, each in text order."""
        return self._displayed().findings

    def _displayed(self) -> _Displayed:
        """Return what is shown of the findings; worked out once for a state of the buffer."""
        if self._shown is not None:
            return self._shown
        shown = self._show(self.document.findings(self.rulebook.policy.may_show(self.path)))
        if self._old:
            shown = self.rulebook.policy.quieten(shown, self._is_old)
        first, last = list[Shown](), list[Shown]()
        foreign: dict[str, list[Shown]] = {}
        for one in shown:
            tracked = self.origin_of(one.finding)
            (last if tracked is None else first).append(one)
            if tracked is not None:
                foreign.setdefault(tracked.acceptance.id, []).append(one)
        displayed = _Displayed(first + last, foreign)
        if self._vetted:
            self._shown = displayed
        return displayed

    def shown_in(self, range_: Range) -> list[Shown]:
        """Return the findings to show that share a place with ``range_``."""
        return [shown for shown in self.shown() if shown.finding.range.overlaps(range_)]

    @property
    def remedies(self) -> Remedies:
        """What can be done about the findings; the buffer must be vetted."""
        assert self._vetted, "there are no findings to remedy yet"
        if self._remedies is None:
            self._remedies = Remedies(self.document, self.is_shown)
        return self._remedies

    def compare_with(self, committed: str | None) -> bool:
        """Take what stands in ``committed``, the last commit's text, for old; tell whether that makes a difference."""
        before = list(self._old)
        same = [] if committed is None else unchanged(committed, self.document.lines)
        self._old = Marks(Mark(range_, "old") for range_ in same if not range_.is_empty)
        if list(self._old) == before:
            return False
        self._shown = None
        return True

    def _is_old(self, finding: Finding) -> bool:
        """Tell whether a finding is in old code, and all that has led to it as well."""
        places = [finding.range, *(step.range for step in finding.related if step.path is None)]
        return self.origin_of(finding) is None and all(self._old.covers(place) for place in places)

    def _show(self, findings: Iterable[Finding]) -> list[Shown]:
        policy = self.rulebook.policy
        if self.path is not None and policy.is_excluded(self.path):
            return []
        return policy.show(findings, self.path)

    def _stale(self) -> None:
        self._vetted = False
        self._revision += 1
        self._shown = None
        self._remedies = None

    def _analysed(self, text: str) -> Document:
        return Document(text, self.rulebook.engine, self.name)
