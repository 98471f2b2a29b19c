"""What the developer sees of the findings: which have come, where each stands now, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from vetline.core.edit import TextEdit
from vetline.core.location import Position
from vetline.lsp.client_types import Diagnostic


class Fate(StrEnum):
    """What became of a finding."""

    OPEN = "open"
    FIXED = "fixed"
    SUPPRESSED = "suppressed"
    TAKEN_BACK = "taken back"
    GONE = "gone"
    """It went without anybody's asking for it."""


@dataclass(slots=True, eq=False)
class Card:
    """One finding from its arrival on.

    ``latency`` is the time from sending the change (or the file) to receiving the finding, in seconds.
    """

    file: str
    diagnostic: Diagnostic
    """The finding as it was published last; where it stood last, if it is gone."""
    latency: float
    changed: int
    """When the card came or got its fate, on the clock of the board: the higher, the later."""
    fate: Fate = Fate.OPEN

    @property
    def rule(self) -> str:
        return self.diagnostic.code

    @property
    def line(self) -> int:
        """The line of the finding, from 1."""
        return self.diagnostic.range.start.line + 1

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def weakness(self) -> str:
        """The class of weakness, by its number and name in the CWE list."""
        cwe = self.diagnostic.cwe
        return f"{cwe} {cwe.name}" if cwe else ""


@dataclass(frozen=True, slots=True)
class News:
    """The difference that one publication made."""

    arrived: tuple[Card, ...]
    went: tuple[Card, ...]


@dataclass(slots=True)
class Board:
    """All findings of a session, in the order in which they came."""

    cards: list[Card] = field(default_factory=list)
    clock: int = 0

    def open(self, file: str) -> list[Card]:
        """Return the findings of ``file`` that are visible now, in text order."""
        return sorted(
            (card for card in self.cards if card.file == file and card.fate is Fate.OPEN),
            key=lambda card: card.diagnostic.range,
        )

    def update(self, file: str, diagnostics: Iterable[Diagnostic], edits: Sequence[TextEdit], latency: float) -> News:
        """Take in what was published for ``file`` after ``edits``, which is everything that changed since the last time.

        A finding is the same as one of the same rule before, if it is where the edits have moved that to, or
        nearest to it.
        """
        before = self.open(file)
        unmatched = list(diagnostics)
        went = list(before)
        pairs = [(card, diagnostic) for card, diagnostic in product(before, unmatched) if card.rule == diagnostic.code]
        pairs.sort(key=lambda pair: abs(_moved(pair[0].diagnostic.range.start, edits) - pair[1].range.start.line))
        for card, diagnostic in pairs:
            if card in went and diagnostic in unmatched:
                card.diagnostic = diagnostic
                went.remove(card)
                unmatched.remove(diagnostic)
        self.clock += 1
        arrived = tuple(Card(file, diagnostic, latency, self.clock) for diagnostic in unmatched)
        self.cards += arrived
        self.close(went, Fate.GONE)
        return News(arrived, tuple(went))

    def close(self, cards: Iterable[Card], fate: Fate) -> None:
        """Say what became of ``cards``."""
        for card in cards:
            card.fate, card.changed = fate, self.clock


def _moved(position: Position, edits: Sequence[TextEdit]) -> int:
    """Return the line that ``edits`` move ``position`` to."""
    above = (edit for edit in edits if edit.range.end <= position)
    return position.line + sum(edit.new_text.count("\n") + edit.range.start.line - edit.range.end.line for edit in above)


def rules_of(cards: Iterable[Card]) -> Counter[str]:
    """Return how many of ``cards`` there are of each rule."""
    return Counter(card.rule for card in cards)
