"""A ledger in a folder of its own, and what it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from vetline.core.location import Range
from vetline.provenance.acceptances import Acceptance
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger import Entry, Ledger, Place
from vetline.provenance.ledger.store import Store

PLACE = Place("/projects/shop", "app/views.py")
LINES = [
    "import subprocess\n",
    "\n",
    "def run(command):\n",
    "    done = subprocess.run(command, shell=True)\n",
    "    return done.stdout\n",
    "",
]
PIECE = Range.of(2, 0, 5, 0)


def acceptance(at: float = 1_700_000_000.0, **known: object) -> Acceptance:
    return Acceptance(at, Kind.COMPLETION, "Copilot", lines=3, characters=87, **known)  # type: ignore[arg-type]


@dataclass
class Desk:
    """Opens ledgers on one file, and notes what they tell."""

    path: Path
    recorded: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    opened: list[Ledger] = field(default_factory=list)

    def open(self, path: Path | None = None, days: int = 36_500, patience: float = 0.3) -> Ledger:
        ledger = Ledger(
            path or self.path, days=days, recorded=self.recorded.append, warn=self.warnings.append, patience=patience
        )
        self.opened.append(ledger)
        return ledger

    def entries(self) -> list[Entry]:
        """Return what is in the file."""
        store = Store.open(self.path, 5)
        try:
            return store.entries()
        finally:
            store.close()

    def is_sound(self) -> bool:
        connection = sqlite3.connect(self.path)
        try:
            return bool(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
        finally:
            connection.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "state" / "ledger.sqlite3")
    yield desk
    for ledger in desk.opened:
        ledger.close()
