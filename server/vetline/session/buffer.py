"""One open buffer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vetline.core.location import Range
from vetline.engine.document import Document, Engine
from vetline.engine.policy import Policy, Shown
from vetline.session.changes import Change

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
        self._vetted = False
        self._revision = 0

    @property
    def is_vetted(self) -> bool:
        """Whether the findings are those of the current text."""
        return self._vetted

    @property
    def result_id(self) -> str:
        """A name for the current state of text and rules; another state has another one."""
        return f"{self._revision:x}"

    def change(self, version: int | None, changes: Iterable[Change]) -> list[Change]:
        """Follow the editor: apply ``changes`` one after the other, and return them; the text is ``version`` then."""
        applied = []
        for change in changes:
            applied.append(change)
            if change.range is None:
                self.document = self._analysed(change.text)
            else:
                self.document.edit(change.range, change.text)
        self.version = version
        self._stale()
        return applied

    def use(self, rulebook: Rulebook) -> None:
        """Vet by another rulebook from now on."""
        if rulebook.engine is not self.rulebook.engine:
            self.rulebook = rulebook
            self.document = self._analysed(self.document.text)
        self.rulebook = rulebook
        self._stale()

    def vet_stepwise(self) -> Iterator[None]:
        """Bring the findings up to date, with a pause after each block; abandon the iterator when the text changes."""
        revision = self._revision
        for _ in self.document.vet_stepwise():
            yield
            if revision != self._revision:
                return
        self._vetted = True

    def shown(self, document: Document | None = None) -> list[Shown]:
        """Return the findings to show, in text order; of a copy of the buffer's ``document`` if one is given."""
        policy = self.rulebook.policy
        if self.path is not None and policy.is_excluded(self.path):
            return []
        return policy.show((document or self.document).findings(), self.path)

    def shown_in(self, range_: Range) -> list[Shown]:
        """Return the findings to show that share a place with ``range_``."""
        return [shown for shown in self.shown() if shown.finding.range.overlaps(range_)]

    def _stale(self) -> None:
        self._vetted = False
        self._revision += 1

    def _analysed(self, text: str) -> Document:
        return Document(text, self.rulebook.engine, str(self.path or UNTITLED))
