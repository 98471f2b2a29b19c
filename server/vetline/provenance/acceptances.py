"""Foreign code that was taken into a buffer, and what can happen to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import uuid4

from vetline.provenance.kinds import Kind


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One piece of foreign code, as it came in.

    ``at`` is in seconds since 1970, UTC.  ``tool`` is empty if nobody has said which it was.  ``is_exact`` says that the client
    told us, ``confidence`` (0 to 1) how sure we are of ``kind`` otherwise.  ``lines`` and ``characters`` are those inserted.
    """

    at: float
    kind: Kind
    tool: str = ""
    is_exact: bool = False
    confidence: float = 1.0
    lines: int = 0
    characters: int = 0
    id: str = field(default_factory=lambda: uuid4().hex)


class Event(StrEnum):
    """What happens to a finding in foreign code, or to the code as a whole."""

    FOUND = "found"
    FIXED = "fixed"
    SUPPRESSED = "suppressed"
    REJECTED = "rejected"
    KEPT = "kept"
    REVIEWED = "reviewed"
