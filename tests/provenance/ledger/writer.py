"""A process that writes to a ledger until it is killed, and says what it was told is safe: ``python writer.py FILE``."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from vetline.core.location import Range
from vetline.core.severity import Severity
from vetline.provenance.acceptances import Acceptance, Event
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger import Happening, Ledger, Place

LINES = [f"line_{number} = compute({number})\n" for number in range(40)]


def main() -> None:
    def acknowledge(name: str) -> None:
        os.write(1, f"{name}\n".encode())

    ledger = Ledger(Path(sys.argv[1]), recorded=acknowledge, days=36_500, patience=20)
    previous = ""
    for number in itertools.count():
        accepted = Acceptance(1_700_000_000.0 + number, Kind.AGENT, lines=5)
        place = Place("/project", f"{number % 7}.py")
        start = number % 30
        ledger.record(accepted, place, [Range.of(start, 0, start + 5, 0)], LINES)
        ledger.happened(accepted.id, Happening(Event.FOUND, f"key {number}", "VET102", Severity.HIGH))
        if previous:
            ledger.moved(place, {previous: [Range.of(0, 0, 3, 0)]}, LINES)
        previous = accepted.id
        if number % 20 == 19:
            ledger.flush()


main()
