"""Made-up ledgers, for tests of the report and to look at it: ``python -m tests.provenance.samples_of_ledgers FILE``."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from vetline.core.location import Range
from vetline.core.severity import Severity
from vetline.provenance.acceptances import Acceptance, Event
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger import Happening, How, Ledger, Place

RULES = [
    ("VET102", Severity.HIGH),
    ("VET101", Severity.HIGH),
    ("VET401", Severity.MEDIUM),
    ("VET601", Severity.MEDIUM),
    ("VET501", Severity.MEDIUM),
    ("VET201", Severity.HIGH),
    ("B113", Severity.MEDIUM),
    ("VET301", Severity.HIGH),
    ("B110", Severity.LOW),
]
TOOLS = [
    ("Copilot", Kind.COMPLETION),
    ("Cursor", Kind.COMPLETION),
    ("", Kind.PASTE),
    ("Claude Code", Kind.AGENT),
    ("", Kind.AGENT),
]
PROJECTS = ["/projects/shop", "/projects/billing-api", "/projects/a-rather-long-name-of-a-folder-with-a-service"]
ENDINGS = [
    (Event.FIXED, How.QUICK_FIX, 8),
    (Event.FIXED, How.HAND, 3),
    (Event.REJECTED, How.COMMAND, 2),
    (Event.KEPT, How.GATE, 1),
    (Event.SUPPRESSED, How.COMMENT, 1),
    (None, How.UNKNOWN, 4),
]
LINES = [f"line_{number} = compute({number})\n" for number in range(40)]


def fill(path: Path, now: float, *, days: int = 30, number: int = 400, seed: int = 1) -> None:
    """Fill a ledger with acceptances of some days before ``now``."""
    chance = random.Random(seed)
    ledger = Ledger(path, days=36_500)
    for _ in range(number):
        at = now - chance.random() ** 1.3 * days * 86_400
        tool, kind = chance.choices(TOOLS, (9, 4, 3, 3, 1))[0]
        is_exact = bool(tool) and chance.random() < 0.7
        accepted = Acceptance(
            at, kind, tool, is_exact, 1.0 if is_exact else 0.86, chance.randint(1, 30), 400, f"{chance.getrandbits(128):032x}"
        )
        place = Place(chance.choices(PROJECTS, (6, 3, 1))[0], f"app/{chance.choice(['views', 'models', 'tasks', 'api/v1'])}.py")
        ledger.record(accepted, place, [Range.of(1, 0, 4, 0)], LINES)
        for index in range(chance.choices((0, 1, 2, 3), (11, 5, 2, 1))[0]):
            rule, severity = chance.choices(RULES, (9, 7, 6, 5, 4, 3, 3, 2, 1))[0]
            finding = f"{rule}:{index}"
            ledger.happened(accepted.id, Happening(Event.FOUND, finding, rule, severity, at=at + 0.1))
            event, how, _ = chance.choices(ENDINGS, [weight for *_, weight in ENDINGS])[0]
            if event is not None:
                until = at + chance.expovariate(1 / 400)
                ledger.happened(accepted.id, Happening(event, finding, rule, severity, how, until))
    ledger.flush()
    ledger.close()


if __name__ == "__main__":
    import time

    fill(Path(sys.argv[1]), time.time(), days=int(sys.argv[2]) if len(sys.argv) > 2 else 30)
