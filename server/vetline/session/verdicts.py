"""What is said of foreign code as a whole, once it is vetted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from vetline.core.location import Range
from vetline.engine.policy import Shown
from vetline.provenance.acceptances import Acceptance
from vetline.provenance.tracking import Tracked
from vetline.session.buffer import Buffer


@dataclass(frozen=True, slots=True)
class Verdict:
    """The findings in one acceptance, of which ``ranges`` are left; ``seconds`` since the last of it came in.

    It ``is_first`` if nothing was found in the acceptance before.
    """

    tracked: Tracked
    ranges: tuple[Range, ...]
    findings: tuple[Shown, ...]
    seconds: float
    is_first: bool


class Verdicts:
    """Knows what was said of a buffer's acceptances, so that nothing is said twice."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[Acceptance, tuple[str, ...]]] = {}

    def news(self, buffer: Buffer) -> Iterator[Verdict]:
        """Yield a verdict on each acceptance in a vetted buffer that is new, or of which other things are known than before."""
        for tracked in buffer.watch.tracker.alive:
            found = tuple(buffer.shown_from(tracked))
            known = tracked.acceptance, tuple(one.finding.key for one in found)
            owner = tracked.acceptance.id
            before = self._said.get(owner)
            if before != known:
                self._said[owner] = known
                ranges = buffer.watch.tracker.marks.of(owner)
                yield Verdict(tracked, ranges, found, time.monotonic() - tracked.until, before is None or not before[1])
