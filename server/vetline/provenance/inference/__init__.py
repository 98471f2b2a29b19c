"""What a change looks like, where no client says what it is."""

from __future__ import annotations

from dataclasses import dataclass

from vetline.provenance.changes import Change
from vetline.provenance.kinds import Kind


@dataclass(frozen=True, slots=True)
class Guess:
    """What a change looks like, and how sure that is (0 to 1).  ``joins`` if it belongs to the acceptance before it."""

    kind: Kind
    confidence: float
    joins: bool = False


class Inference:
    """Tells from a buffer's changes what each is."""

    def classify(self, change: Change) -> Guess:
        """Return what a change is."""
        longest = max((len(one.inserted.strip()) for one in change.replacements), default=0)
        return Guess(Kind.COMPLETION if longest > 20 else Kind.TYPED, 0.5)
