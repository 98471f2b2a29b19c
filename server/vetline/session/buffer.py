"""One open buffer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vetline.core.finding import Finding
from vetline.core.location import Range
from vetline.engine.document import Document, Engine
from vetline.engine.policy import Policy, Shown
from vetline.session.changes import Change, narrowed
from vetline.session.remedies import Remedies

UNTITLED = "untitled.py"
"""What checks see as the name of a buffer that has no file."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What a buffer is vetted by: the configured checks, and the policy for what they find."""

    engine: Engine
    policy: Policy


class Buffer:
    """A text that an editor has open, and its analysis.

    ``version`` is the editor's; ``path`` is None for a document without a file.
    """

    def __init__(self, uri: str, path: Path | None, version: int | None, text: str, rulebook: Rulebook) -> None:
        self.uri = uri
        self.path = path
        self.version = version
        self.rulebook = rulebook
        self.document = self._analysed(text)
        self.edits = 0
        """How often the text was changed."""
        self._vetted = False
        self._revision = 0
        self._shown: list[Shown] | None = None
        self._remedies: Remedies | None = None

    @property
    def name(self) -> str:
        """What checks see as the file's name."""
        return str(self.path or UNTITLED)

    @property
    def is_vetted(self) -> bool:
        """Whether the findings are those of the current text."""
        return self._vetted

    @property
    def revision(self) -> int:
        """A number that grows with every change of the text or the rules."""
        return self._revision

    def change(self, version: int | None, changes: Iterable[Change]) -> list[Change]:
        """Follow the editor: apply ``changes`` one after the other, and return them; the text is ``version`` then.

        A change of everything is narrowed to what differs, so that the rest keeps its analysis.
        """
        applied = []
        self.edits += 1
        self._stale()
        for change in changes:
            narrow = narrowed(self.document.lines, change.text) if change.range is None else change
            assert narrow.range is not None
            self.document.edit(narrow.range, narrow.text)
            applied.append(narrow)
        self.version = version
        return applied

    def use(self, rulebook: Rulebook) -> None:
        """Vet by another rulebook from now on."""
        same = rulebook.engine is self.rulebook.engine
        self.rulebook = rulebook
        if not same:
            self.document = self._analysed(self.document.text)
        self._stale()

    def vet_stepwise(self) -> Iterator[None]:
        """Bring the findings up to date, with a pause after each block; it ends early if the text changes meanwhile."""
        revision = self._revision
        for _ in self.document.vet_stepwise():
            yield
            if revision != self._revision:
                return
        self._vetted = True

    def take_late(self, findings: Iterable[Finding], refuted: Iterable[str] = ()) -> bool:
        """Take over what the deep tier found in the text, which must be vetted; tell whether that changes what is shown."""
        before = self.shown()
        if not self.document.take_late(findings, refuted):
            return False
        self._shown = self._remedies = None
        return self.shown() != before

    def is_shown(self, finding: Finding) -> bool:
        """Tell whether a finding of this buffer, or of a changed copy of its document, is shown."""
        return bool(self._show([finding]))

    def shown(self) -> list[Shown]:
        """Return the findings to show, in text order."""
        if self._shown is not None:
            return self._shown
        shown = self._show(self.document.findings(self.rulebook.policy.may_show(self.path)))
        if self._vetted:
            self._shown = shown
        return shown

    def shown_in(self, range_: Range) -> list[Shown]:
        """Return the findings to show that share a place with ``range_``."""
        return [shown for shown in self.shown() if shown.finding.range.overlaps(range_)]

    @property
    def remedies(self) -> Remedies:
        """What can be done about the findings; the buffer must be vetted."""
        assert self._vetted, "there are no findings to remedy yet"
        if self._remedies is None:
            self._remedies = Remedies(self.document, self.is_shown)
        return self._remedies

    def _show(self, findings: Iterable[Finding]) -> list[Shown]:
        policy = self.rulebook.policy
        if self.path is not None and policy.is_excluded(self.path):
            return []
        return policy.show(findings, self.path)

    def _stale(self) -> None:
        self._vetted = False
        self._revision += 1
        self._shown = None
        self._remedies = None

    def _analysed(self, text: str) -> Document:
        return Document(text, self.rulebook.engine, self.name)
