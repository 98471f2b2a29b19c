"""What an analysis reports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from vetline.core.cwe import Cwe
from vetline.core.location import Range
from vetline.core.severity import Confidence, Severity


class Origin(StrEnum):
    """Whose check reported a finding."""

    BANDIT = "bandit"
    VETLINE = "vetline"


@dataclass(frozen=True, slots=True)
class BanditCoordinates:
    """A finding's place in Bandit's own terms, to compare with the ``bandit`` command.

    Lines count from 1.  Columns are UTF-8 bytes from 0, and, as in Bandit, may belong to another line than
    ``line`` where a check names an argument's line.
    """

    line: int
    column: int
    end_column: int
    line_range: tuple[int, int]
    """First and last line, both inclusive."""

    def shifted(self, lines: int) -> BanditCoordinates:
        """Return the same place ``lines`` further down."""
        first, last = self.line_range
        return replace(self, line=self.line + lines, line_range=(first + lines, last + lines))


@dataclass(frozen=True, slots=True)
class RelatedLocation:
    """A step of the evidence for a finding, such as where a tainted value comes from.

    ``path`` is the file that it is in; None for the analysed text itself.  In another file, ``range`` holds whole lines: it
    begins and ends where a line begins, for nobody has that file's text at hand to tell what a column is in other units.
    """

    range: Range
    message: str
    path: Path | None = None

    def shifted(self, lines: int) -> RelatedLocation:
        """Return the step for when the finding is ``lines`` further down; another file stays as it is."""
        return self if self.path is not None else replace(self, range=self.range.shifted(lines))


@dataclass(frozen=True, slots=True)
class Finding:
    """One weakness at one place.

    ``range`` is absolute in the analysed text.  ``key`` names the finding in a way that survives edits elsewhere:
    it is made from the text of the finding's block and the place in it.
    ``message`` never holds a secret's value.  ``basis`` is the rule that this would be a finding of, had the code been
    written more directly; who silences that rule has silenced this finding, too.
    """

    rule_id: str
    range: Range
    message: str
    severity: Severity
    confidence: Confidence
    cwe: Cwe | None
    key: str
    origin: Origin = Origin.BANDIT
    related: tuple[RelatedLocation, ...] = ()
    bandit: BanditCoordinates | None = None
    basis: str = ""
    also: tuple[str, ...] = ()
    """The ids of Bandit's checks that report the same, which isn't shown a second time."""
    is_idle: bool = False
    """Whether, given all that is known of the code, it says nothing: one of Bandit's that is shown in Bandit's profile only,
    or one of ours that a look into other files has refuted."""

    def shifted(self, lines: int) -> Finding:
        """Return the same finding ``lines`` further down."""
        if not lines:
            return self
        return replace(
            self,
            range=self.range.shifted(lines),
            related=tuple(step.shifted(lines) for step in self.related),
            bandit=self.bandit and self.bandit.shifted(lines),
        )
