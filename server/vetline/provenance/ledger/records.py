"""What is written to the ledger, and what comes back from it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

from vetline.core.location import Range
from vetline.core.severity import Severity
from vetline.provenance.acceptances import Acceptance, Event


class How(StrEnum):
    """By what means something happened to a finding.  A word out of a list, so that no code can get into the ledger."""

    UNKNOWN = ""
    HAND = "hand"
    """Edited."""
    QUICK_FIX = "quick-fix"
    FIX_ALL = "fix-all"
    FIX_COMPLETION = "fix-completion"
    """Together with all others in the same accepted code."""
    COMMENT = "comment"
    """A comment that ignores it."""
    CONFIGURATION = "configuration"
    COMMAND = "command"
    """A command or code action on the accepted code as a whole."""
    GATE = "gate"
    """The answer to a question that the user was asked."""
    UNDO = "undo"
    OUTSIDE = "outside"
    """Behind the editor's back."""

    @classmethod
    def _missing_(cls, value: object) -> How:  # noqa: ARG003
        """Take a word that only a newer version of Vetline knows for none."""
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True)
class Place:
    """A file, as the ledger knows it.

    ``project`` is the path of the git repository, else of the workspace folder; its last name and a keyed hash of it are
    stored.
    """

    project: str
    file: str
    """Relative to the project, with ``/``."""

    @classmethod
    def of(cls, file: Path, project: Path | None) -> Place:
        """Return the place of a file; one outside of any project counts as part of the folder that it is in."""
        if project is None or not file.is_relative_to(project):
            project = file.parent
        return cls(str(project), file.relative_to(project).as_posix())

    @property
    def name(self) -> str:
        """The name of the project's folder."""
        return Path(self.project).name


@dataclass(frozen=True, slots=True)
class Happening:
    """One event in the life of a finding in accepted code, or of that code as a whole (``finding`` is empty then).

    ``finding`` is the key of a finding; what comes out of the ledger has a hash of it instead.  ``at`` is in seconds since
    1970, UTC.
    """

    event: Event
    finding: str = ""
    rule: str = ""
    severity: Severity = Severity.UNDEFINED
    how: How = How.UNKNOWN
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Entry:
    """An acceptance as the ledger has it: where it was, and what happened to it, in the order of time.

    ``project_key`` is a hash of the project's path, which differs from one installation to the next.  ``project`` and ``file``
    may be empty, in what others have exported.
    """

    acceptance: Acceptance
    project_key: str
    project: str = ""
    file: str = ""
    replaced: bool = False
    happenings: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class Remembered:
    """An acceptance in a file that is opened: what is known of it, and the ranges of what is still there of it."""

    entry: Entry
    ranges: tuple[Range, ...]
    key: bytes = field(repr=False)

    @property
    def acceptance(self) -> Acceptance:
        return self.entry.acceptance

    def happened_to(self, finding: str) -> tuple[Happening, ...]:
        """Return what happened to the finding with that key."""
        hashed = keyed_hash(finding, self.key)
        return tuple(happening for happening in self.entry.happenings if happening.finding == hashed)


def keyed_hash(text: str, key: bytes) -> str:
    """Hash a text so that nobody without the key can tell whether it is a given one; empty for an empty one."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12, key=key).hexdigest() if text else ""
