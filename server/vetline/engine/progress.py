"""What is done with a document's blocks, and which of them may have to be done again."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from vetline.syntax.blocks import BlockChange


class Stage(Enum):
    """What is done with a block."""

    CHECKS = auto()
    """Bandit's checks are run on it."""
    FLOW = auto()
    """Its data-flow is followed; again, if what it uses of other blocks turns out to be different."""
    RULES = auto()
    """Vetline's rules are run on it."""


@dataclass(frozen=True, slots=True)
class Stale:
    """The blocks of which something may be out of date: those from ``first`` up to ``end``."""

    first: int
    end: int

    def after(self, change: BlockChange) -> Stale:
        """Return what is stale once blocks were exchanged, too."""
        grown = len(change.spans) - (change.end - change.first)
        end = max(self.end, change.end) + grown
        return Stale(min(self.first, change.first), end)

    def __or__(self, index: int) -> Stale:
        """Return what is stale if the block ``index`` is, too."""
        return Stale(min(self.first, index), max(self.end, index + 1))


NOTHING_STALE: Final = Stale(sys.maxsize, 0)
