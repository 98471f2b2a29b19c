"""The blocks that rules hold against each other, and what comes of that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from vetline.engine.entries import Entry
from vetline.engine.judgement import Notes, compare
from vetline.flow.taints import BlockId
from vetline.rules.base import Rule


class NotedBlocks:
    """Knows which of a document's blocks the comparing rules have kept something of, and compares them when that is news."""

    def __init__(self) -> None:
        self._blocks: set[BlockId] = set()
        self._are_new = False

    def copy(self) -> NotedBlocks:
        """Return an independent copy."""
        clone = NotedBlocks()
        clone._blocks, clone._are_new = set(self._blocks), self._are_new
        return clone

    def exchange(self, gone: Iterable[Entry], fresh: Iterable[Entry]) -> None:
        """Go over to a text that has ``fresh`` blocks in the place of those ``gone``."""
        for entry in gone:
            self._are_new |= bool(entry.notes)
            self._blocks.discard(entry.id)
        self._blocks.update(entry.id for entry in fresh if entry.notes or entry.compared)

    def put(self, entry: Entry, notes: Notes) -> None:
        """Keep ``notes`` of a block in the place of what was kept of it before."""
        if notes or entry.notes:
            self._are_new = True
            self._blocks.add(entry.id)
        entry.notes = notes

    def compare(self, rules: Iterable[Rule], in_text_order: Callable[[Collection[BlockId]], Sequence[Entry]]) -> None:
        """Hold the blocks against each other, if there are other notes than the last time."""
        if not self._are_new:
            return
        entries = [entry for entry in in_text_order(self._blocks) if entry.analysis is not None]
        blocks = [(entry.analysis, entry.text, entry.notes) for entry in entries if entry.analysis is not None]
        for entry, hits in zip(entries, compare(rules, blocks), strict=True):
            if hits != entry.compared:
                entry.compared, entry.found = hits, None
        self._blocks = {entry.id for entry in entries if entry.notes or entry.compared}
        self._are_new = False
