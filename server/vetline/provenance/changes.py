"""What the classing of changes looks at."""

from __future__ import annotations

from dataclasses import dataclass

from vetline.core.location import Position


@dataclass(frozen=True, slots=True)
class Replacement:
    """At ``start``, ``removed`` gave way to ``inserted``; either may be empty.

    ``before`` is the text of the line in front of ``start``, ``after`` what follows on the line behind the replaced text, line
    end excluded; both as they were when the replacement was made.
    """

    start: Position
    removed: str
    inserted: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What one message of the editor says was changed: ``replacements``, each in positions of the text behind the one before.

    ``at`` is the time that it came in, in seconds of a clock that only goes forward.
    """

    at: float
    replacements: tuple[Replacement, ...]
