"""What an analysis reports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

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
    """A step of the evidence for a finding, such as where a tainted value comes from."""

    range: Range
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One weakness at one place.

    ``range`` is absolute in the analysed text.  ``key`` names the finding in a way that survives edits elsewhere:
    it is made from the text of the finding's block and the place in it.
    ``message`` never holds a secret's value.
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

    def shifted(self, lines: int) -> Finding:
        """Return the same finding ``lines`` further down."""
        if not lines:
            return self
        return replace(
            self,
            range=self.range.shifted(lines),
            related=tuple(RelatedLocation(r.range.shifted(lines), r.message) for r in self.related),
            bandit=self.bandit and self.bandit.shifted(lines),
        )
