"""What can be done about a buffer's findings."""

from __future__ import annotations

from collections.abc import Callable, Collection

from vetline.core.edit import Fix, TextEdit
from vetline.core.finding import Finding
from vetline.engine.document import Document
from vetline.fixes.everything import FixedText, fix_all
from vetline.fixes.offer import offer, proved_fixes
from vetline.fixes.suppress import suppressions


class Remedies:
    """The fixes and suppressions for one state of a vetted document.

    Each is proved by an analysis of its own, so it is worked out when it is first asked for, and kept: an editor asks
    again whenever the cursor moves.  ``is_shown`` tells which findings count for fixing all.
    """

    def __init__(self, document: Document, is_shown: Callable[[Finding], bool]) -> None:
        self._document = document
        self._is_shown = is_shown
        self._fixes: dict[str, tuple[Fix, ...]] = {}
        self._suppressions: dict[str, tuple[Fix, ...]] = {}
        self._has_safe_fix: dict[str, bool] = {}
        self._all: tuple[TextEdit, ...] | None = None
        self._together: dict[frozenset[str], FixedText] = {}

    def fixes(self, finding: Finding) -> tuple[Fix, ...]:
        """Return the fixes of a finding, best first."""
        if finding.key not in self._fixes:
            self._fixes[finding.key] = offer(self._document, finding)
        return self._fixes[finding.key]

    def suppressions(self, finding: Finding) -> tuple[Fix, ...]:
        """Return the edits that silence a finding, one for each reason."""
        if finding.key not in self._suppressions:
            self._suppressions[finding.key] = suppressions(self._document, finding)
        return self._suppressions[finding.key]

    def has_safe_fix(self, finding: Finding) -> bool:
        """Tell whether a finding would be fixed with all others; costs less than :meth:`fixes`."""
        if (known := self._fixes.get(finding.key)) is not None:
            return any(fix.is_safe for fix in known)
        if finding.key not in self._has_safe_fix:
            safe = proved_fixes(self._document, finding, lambda fix: fix.is_safe)
            self._has_safe_fix[finding.key] = next(safe, None) is not None
        return self._has_safe_fix[finding.key]

    def all_of(self, findings: Collection[Finding]) -> FixedText:
        """Return what becomes of the text if ``findings`` are fixed together, those to review included."""
        keys = frozenset(finding.key for finding in findings)
        if keys not in self._together:
            self._together[keys] = fix_all(self._document, lambda finding: finding.key in keys, unsafe=True)
        return self._together[keys]

    def all_safe(self) -> tuple[TextEdit, ...]:
        """Return the edits that fix whatever can be fixed safely."""
        if self._all is None:
            self._all = fix_all(self._document, self._is_shown).edits
        return self._all
